"""Who brought somebody into the roster: the people file, or a platform with a group that they are in. Pure.

Whoever a platform brought has a roster id that begins with its name, which no id of the file may.
"""

from __future__ import annotations

from typing import Final

from surveys.model import Person

FILE: Final = ""
"""The source of everybody whom no platform brought."""
PLATFORMS: Final = ("web", "slack", "teams")
CASELESS: Final = frozenset({"teams"})
"""Platforms whose addresses are the same in capital letters: object ids. Everything is written small."""
BROUGHT: Final = tuple(f"{platform}:" for platform in PLATFORMS)
"""How the roster ids of people from a platform begin."""


def brought_id(platform: str, address: str) -> str:
    """Return the roster id of somebody whom a platform brings."""
    return f"{platform}:{address}"


def source_of(person: Person) -> str:
    """Return the platform that brought somebody, or FILE."""
    return person.external_id.partition(":")[0] if person.external_id.startswith(BROUGHT) else FILE
