"""What the product is built from: every dependency has a floor, and the lock file knows the same ones."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from typing import Any, Final

import pytest

from tests.architecture.tree import ROOT

PROJECT: Final = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCK: Final = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))


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


@pytest.mark.parametrize("fault", ["numpy", "numpy<3"])
def test_a_planted_dependency_without_a_floor_is_seen(fault: str) -> None:
    assert without_floor([fault, "scipy>=1"]) == [fault]


@pytest.mark.parametrize("fault", ["left-pad>=1", "numpy>=99"])
def test_a_planted_dependency_that_is_not_locked_is_seen(fault: str) -> None:
    assert locked_for(LOCK) != asked_for([*PROJECT["project"]["dependencies"], fault])
