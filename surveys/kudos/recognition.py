"""What a manager sees of kudos: for a whole team, in bands, how many of it were thanked at least once. Pure.

Nothing about who, how often, by whom or for what; nothing at all of a team below eight, and no band that would say
that everybody or nobody of a team was thanked.

Nobody counts in two bands. Of nested groups two bands together could say it of one person: a team of eight of whom half
was thanked, in a department of nine of which less than half was, says that the ninth was not. So a group has a band
where none below it has one: readers who put all bands together have bands of groups apart, and no more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from surveys.cohorts import Tree
from surveys.localtime import local_day, midnight
from surveys.model import NodeId

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


def bands(tree: Tree, teams: Mapping[UUID, NodeId], thanked: Collection[UUID]) -> dict[NodeId, Band]:
    """Return the band of each group that has one. `teams` says of which team everybody is."""
    found: dict[NodeId, Band] = {}
    covered, members = set[NodeId](), defaultdict[NodeId, set[UUID]](set)
    for person, team in teams.items():
        members[team].add(person)
    for node in reversed(list(tree.descendants(tree.root.id))):  # those below come before those above
        below = {child.id for child in tree.children(node.id)}
        members[node.id] |= set().union(*(members[child] for child in below))
        its_own = None if below & covered else band(members[node.id], thanked)
        if its_own:
            found[node.id] = its_own
        if its_own or below & covered:
            covered.add(node.id)
    return found


def last_month(now: datetime, place: ZoneInfo) -> tuple[datetime, datetime, date]:
    """Return where the last whole month begins and ends on the clock of a place, and its first day."""
    this = local_day(now, place).replace(day=1)
    first = (this - timedelta(days=1)).replace(day=1)
    return midnight(first, place), midnight(this, place), first
