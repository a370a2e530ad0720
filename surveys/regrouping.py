"""Which groups a change of the roster makes, merges or largely changes: numbers of people, and no names. Pure.

Whoever moves people between groups can make a group whose figures tell about one person, so the works council is told
(PRIVACY 13), and such a group publishes nothing until its second reporting period.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from surveys.cohorts import Tree
from surveys.model import NodeId, Person
from surveys.roster import SyncPlan

Groups = Mapping[NodeId, frozenset[UUID]]
"""Everybody in and below each node."""


class What(StrEnum):
    """What happened to a group."""

    CREATED = "created"
    MERGED = "merged"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Regrouped:
    """One group that is not what it was: how many people before and after."""

    cohort: NodeId
    what: What
    before: int
    after: int


def regrouped(plan: SyncPlan) -> tuple[Regrouped, ...]:
    """Return the groups that an import creates, merges or changes by more than half, by id."""
    changed = [*plan.moved, *plan.changed]
    stay = [*plan.unchanged]
    before = _groups(plan.tree, [*stay, *plan.left, *(one.before for one in changed)])
    after = _groups(plan.tree, [*stay, *plan.new, *(one.after for one in changed)])
    return tuple(_told(before, after))


def to_content(found: Iterable[Regrouped]) -> dict[str, Any]:
    """Return what the signed log says of them."""
    return {"changes": [{**asdict(one), "what": str(one.what)} for one in found]}


def _told(before: Groups, after: Groups) -> Iterable[Regrouped]:
    taken = _taken_in(before, after)
    for node in sorted(after):
        old, new = before.get(node, frozenset()), after[node]
        what = (
            What.CREATED
            if not old
            else What.CHANGED
            if 2 * len(old & new) < max(len(old), len(new))
            else What.MERGED
            if node in taken
            else None
        )
        if what:
            yield Regrouped(node, what, len(old), len(new))


def _taken_in(before: Groups, after: Groups) -> set[NodeId]:
    """The groups to which most of the people of a group that is empty now have gone."""
    found = set()
    for gone in before.keys() - after.keys():
        stayed = before[gone] & frozenset().union(*after.values())
        for node, people in after.items():
            if stayed and not stayed <= before.get(node, frozenset()) and 2 * len(stayed & people) > len(stayed):
                found.add(node)
    return found


def _groups(tree: Tree, people: Iterable[Person]) -> Groups:
    found: dict[NodeId, set[UUID]] = defaultdict(set)
    for person in people:
        node: NodeId | None = person.team
        while node is not None:
            found[node].add(person.id)
            node = tree.node(node).parent
    return {node: frozenset(members) for node, members in found.items()}
