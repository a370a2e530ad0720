"""Check an export against the JSON Schema that outsiders use, before it leaves the house."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

from surveys.errors import AdempauzeError
from surveys.release import schema


class BadExport(AdempauzeError):
    """The export does not fit its own schema."""


def validate(export: Mapping[str, Any]) -> None:
    """Raises BadExport naming the place; a place in an export names no person."""
    checker = Draft202012Validator(schema(), format_checker=FormatChecker())
    wrong = next(checker.iter_errors(export), None)
    if wrong is not None:
        raise BadExport(
            f"the export does not fit its schema at {wrong.json_path}: nothing was written; report this place, it is a "
            "fault of this version"
        )
