"""Microsoft's schemas of an app's manifest and of its texts, as Microsoft puts them on npm."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from jsonschema import Draft4Validator

from tests.teams.peer.running import HERE

SCHEMAS: Final = HERE / "node_modules/@microsoft/app-manifest/build/json-schemas/teams"


def schemas_installed() -> bool:
    """Whether `npm ci` was run."""
    return SCHEMAS.is_dir()


def versions() -> list[str]:
    """Return the versions of the schema that are no previews, the oldest first."""
    numbers = sorted(tuple(map(int, folder.name[1:].split("."))) for folder in SCHEMAS.glob("v[0-9]*"))
    return [".".join(map(str, number)) for number in numbers]


def newest() -> str:
    """Return the highest of them."""
    return versions()[-1]


def manifest_problems(manifest: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with a manifest, each with its place, by the schema of the version that it says it has."""
    return _problems(manifest, _folder(str(manifest["manifestVersion"])) / "MicrosoftTeams.schema.json")


def texts_problems(texts: Mapping[str, str], version: str) -> list[str]:
    """Return what is wrong with a file of texts for a manifest of a version."""
    return _problems(texts, _folder(version) / "MicrosoftTeams.Localization.schema.json")


def _folder(version: str) -> Path:
    return SCHEMAS / f"v{version}"


def _problems(part: Mapping[str, Any], schema: Path) -> list[str]:
    validator = Draft4Validator(json.loads(schema.read_text(encoding="utf-8-sig")))
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(part)]
