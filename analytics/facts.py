"""What the maker of a Release is given beside the answers, and how often a team of some size is told."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from surveys.model import Every, Node, NodeId, Policy, ReleasedItem

PERIODS: Final[tuple[tuple[int, Every], ...]] = ((10, 1), (7, 2), (5, 4))
"""From how many people on a team is shown by itself, and once in how many waves."""


def reporting_period(head_count: int) -> Every | None:
    """How many waves one Release of a team of this size covers; None: only inside its department."""
    return next((waves for least, waves in PERIODS if head_count >= least), None)


@dataclass(frozen=True, slots=True)
class WaveFacts:
    """What is known of a closed wave, or reporting period, beside its responses, as it was at opening.

    `head_counts` and `deliveries` count people in the cohort in which they count, not in the nodes above it; a
    node without an entry has none of its own. A leader is an own person of the node above the team. Both are about
    those who count in this Release alone; `elsewhere` counts the others likewise. A period has `every` above 1 and
    covers the `earlier` waves too. `told` says in how many waves a node is told once (its size does, without an
    entry), `withheld` names the nodes that publish nothing in this Release.
    """

    survey: str
    number: int
    opened: datetime
    closed: datetime
    items: tuple[ReleasedItem, ...]
    nodes: tuple[Node, ...]
    head_counts: Mapping[NodeId, int]
    deliveries: Mapping[NodeId, int]
    policy: Policy
    previous: str = ""
    simulated: bool = False
    every: Every = 1
    earlier: tuple[int, ...] = ()
    elsewhere: Mapping[NodeId, int] = field(default_factory=dict)
    told: Mapping[NodeId, Every] = field(default_factory=dict)
    withheld: Collection[NodeId] = ()
    facet: str = ""
    """By which facet the wave is cut, "" for none."""
    parts: Mapping[tuple[NodeId, str], int] = field(default_factory=dict)
    """Deliveries by node and value of that facet, "" where a person has none."""


def parents_of(nodes: Iterable[Node]) -> set[NodeId]:
    return {node.parent for node in nodes if node.parent is not None}


def told_every(facts: WaveFacts, team: NodeId, people: int) -> Every:
    """In how many waves a team is told once: what was decided at opening, else by its size."""
    return facts.told.get(team) or reporting_period(people) or 4


def main_figures(parents: Sequence[int | None], teams: Sequence[Every | None]) -> list[Every]:
    """For each node, parents first, the least number of waves among the teams in it; `teams` is None for the others."""
    found = list(teams)
    for at in range(len(found) - 1, 0, -1):
        parent, own = parents[at], found[at] or 4
        if parent is not None:
            above = found[parent]
            found[parent] = own if above is None else min(above, own)
    return [one or 4 for one in found]


def only_elsewhere(people: int, elsewhere: int) -> bool:
    """A node of which nobody counts in this Release has no cell in it: it is not suppressed, it is told elsewhere."""
    return not people and elsewhere > 0
