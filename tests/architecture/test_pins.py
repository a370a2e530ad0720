"""What the product is built from: every dependency has a floor, and the lock file knows the same ones."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable
from typing import Any, Final

import pytest

from tests.architecture.tree import ROOT

PROJECT: Final = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCK: Final = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))


PEERS: Final = tuple(f"tests/{of}/package-lock.json" for of in ("slack/peer", "teams/peer", "emulator", "playground"))
"""What `npm ci` brings: Slack's framework for JavaScript; Microsoft's renderer and schemas; an emulator of each."""


def without_floor(requirements: Iterable[str]) -> list[str]:
    return [requirement for requirement in requirements if ">=" not in requirement and "==" not in requirement]


def asked_for(requirements: Iterable[str]) -> set[tuple[str, frozenset[str]]]:
    """Name and version bounds of each requirement, whatever the order and spacing they are written in."""
    return {(_name(one), frozenset(re.findall(r"[<>=!~]=?\s*[\w.]+", one.partition(";")[0]))) for one in requirements}


def locked_for(lock: dict[str, Any]) -> set[tuple[str, frozenset[str]]]:
    own = next(package for package in lock["package"] if package["name"] == "adempauze")
    wanted = own["metadata"]["requires-dist"]
    return {(one["name"], frozenset(filter(None, one.get("specifier", "").split(",")))) for one in wanted}


def _name(requirement: str) -> str:
    return re.split(r"[\[<>=!~; ]", requirement, maxsplit=1)[0].lower().replace("_", "-")


def test_every_dependency_has_a_floor() -> None:
    assert without_floor(PROJECT["project"]["dependencies"]) == []


def test_the_lock_file_is_for_these_dependencies() -> None:
    assert locked_for(LOCK) == asked_for(PROJECT["project"]["dependencies"])


def test_the_lock_file_is_for_these_pythons() -> None:
    assert LOCK["requires-python"].replace(" ", "") == PROJECT["project"]["requires-python"]


def unsure(lock: dict[str, Any]) -> list[str]:
    """Packages of a lock file of npm's that come from a named place, or whose content is not pinned."""
    packages = {name: one for name, one in lock["packages"].items() if name}
    return [name for name, one in packages.items() if "resolved" in one or "integrity" not in one]


@pytest.mark.parametrize("peer", PEERS)
def test_what_npm_brings_is_pinned_and_may_come_from_any_registry(peer: str) -> None:
    assert unsure(json.loads((ROOT / peer).read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("fault", [{"resolved": "https://somewhere.example/a.tgz", "integrity": "sha512-x"}, {}])
def test_a_planted_package_from_one_place_or_of_any_content_is_seen(fault: dict[str, str]) -> None:
    assert unsure({"packages": {"": {}, "node_modules/a": fault}}) == ["node_modules/a"]


@pytest.mark.parametrize("fault", ["numpy", "numpy<3"])
def test_a_planted_dependency_without_a_floor_is_seen(fault: str) -> None:
    assert without_floor([fault, "scipy>=1"]) == [fault]


@pytest.mark.parametrize("fault", ["left-pad>=1", "numpy>=99"])
def test_a_planted_dependency_that_is_not_locked_is_seen(fault: str) -> None:
    assert locked_for(LOCK) != asked_for([*PROJECT["project"]["dependencies"], fault])
