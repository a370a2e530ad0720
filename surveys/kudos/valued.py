"""Tags as a picture of what is valued: how often each was named lately, in three bands and never as a number. Pure.

Of five kudos by three givers on: below that a tag is a person. With two givers each of them knows which tags the other
chose, and of a handful of kudos everybody knows whose they are; the wall shows those by themselves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from surveys.kudos.rules import EIGHT_WEEKS

LATELY: Final = EIGHT_WEEKS
LEAST: Final = 5
"""Kudos of which there is a picture at all."""
LEAST_GIVERS: Final = 3
OFTEN_FROM, SOMETIMES_FROM = 4, 10
"""One of so many kudos, or more, bears the tag."""


class Often(StrEnum):
    """How often a tag was named."""

    OFTEN = "often"
    SOMETIMES = "sometimes"
    RARELY = "rarely"


@dataclass(frozen=True, slots=True)
class Named:
    """How many kudos bear each tag, and how many people gave them; who left counts for nobody."""

    kudos: Mapping[str, int]
    givers: int


def valued(named: Named, tags: Sequence[str]) -> list[tuple[str, Often]]:
    """Return the tags that were named, in the order of the list of tags: a picture ranks nothing."""
    whole = sum(named.kudos.values())
    if whole < LEAST or named.givers < LEAST_GIVERS:
        return []
    return [(tag, _often(named.kudos[tag], whole)) for tag in tags if named.kudos.get(tag)]


def _often(times: int, whole: int) -> Often:
    if times * OFTEN_FROM >= whole:
        return Often.OFTEN
    return Often.SOMETIMES if times * SOMETIMES_FROM >= whole else Often.RARELY
