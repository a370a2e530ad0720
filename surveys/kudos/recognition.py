"""What a manager sees of kudos: for a whole team, in bands, how many of it were thanked at least once. Pure.

Nothing about who, how often, by whom or for what; nothing at all of a team below eight, and no band that would say
that everybody or nobody of a team was thanked.
"""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum
from typing import Final
from uuid import UUID

LEAST: Final = 8
"""People in a team of which anything is told."""


class Band(StrEnum):
    """The share of a team that was thanked at least once."""

    FEW = "under-half"
    MANY = "half-or-more"


def band(team: Collection[UUID], thanked: Collection[UUID]) -> Band | None:
    """Return the band of a team, None where it is too small to tell."""
    members = set(team)
    if len(members) < LEAST:
        return None
    return Band.MANY if 2 * len(members & set(thanked)) >= len(members) else Band.FEW
