"""The only maker of a Release: decides what of a closed wave may be told, and tells nothing else.

In plain words, for each question by itself, counting only people who answered it:

1. **Enough people.** A group is shown only if at least k people answered (5, or 8 in the strict preset).
2. **No small rests.** Whoever subtracts the shown groups from a larger one is left with nobody, or again with at
   least k people. `analytics.cover` finds the choice of groups that tells most under this rule.
3. **Not everybody the same.** Where nearly everybody gave the lowest or highest answer, only "at most" or "at
   least" a bound is said (`analytics.guarded`); a rest is held to the same rule.
4. **Never "all of them".** Numbers of people are told in bands, counted as at most one fewer than were asked, so
   that no band says that everybody answered. Response is told in bands of its own (`analytics.participation`).
5. **Small teams** are not shown by themselves week by week; their people count in their department.
6. What is not shown is *suppressed*, whatever the cause.
7. Above the teams: means by **facet** from ten answers, one facet in a wave (`analytics.facets`); and how answers are
   **spread**, where no part of the group is told and no band holds nearly all (`analytics.histograms`).

What rule 3 promises (reference T3, for k = 5 and guard 5): nobody's answer becomes known, nobody is known to have
answered 1-2 or 4-5, and of any fewer than five people in a group even the mean stays open by a whole point or more.
Somebody who is in the group and knows their own answer cannot learn all others, but may learn more than an
outsider: in a group of five with "at least 4.0", one who answered 1 knows that the others answered 4 or 5. Two who
pool their answers can learn more still in groups of 5 to 9; the strict preset (guard 9) is the mend.
The figures may also narrow down *how many* of a small department took part, never which of them.

The same answers give the same Release byte for byte, in whatever order they arrive. Rooms left for what comes:
reporting periods enter at `reporting_period`. Whoever writes a Release lets it be attacked
first (`analytics/audit`, which shares no code with this file), and takes away what that finds (`analytics.harder`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, Literal

from analytics.aggregate import Aggregate, aggregate
from analytics.baseline import between_teams
from analytics.cover import Choice, Group, cover
from analytics.facets import facet_means
from analytics.guarded import distances, guarded, least_told
from analytics.harder import baseline_of
from analytics.histograms import with_shapes
from analytics.organisation import Organisation
from analytics.participation import Turnout, response_bands
from surveys.model import (
    SUPPRESSED,
    Baseline,
    Cell,
    FacetFigure,
    Figure,
    Node,
    NodeId,
    Policy,
    Release,
    ReleasedItem,
    ReleasedNode,
    Response,
    Suppressed,
)

LEAST_K: Final = 5
LEAST_GUARD: Final = 5
PERIODS: Final[tuple[tuple[int, Literal[1, 2, 4]], ...]] = ((10, 1), (7, 2), (5, 4))
"""From how many people on a team is shown by itself, and once in how many waves."""
NOBODY: Final = (0, 0, 0, 0, 0)


def reporting_period(head_count: int) -> Literal[1, 2, 4] | None:
    """How many waves one Release of a team of this size covers; None: only inside its department."""
    return next((waves for least, waves in PERIODS if head_count >= least), None)


@dataclass(frozen=True, slots=True)
class WaveFacts:
    """What is known of a closed wave beside its responses, as it was at opening.

    `head_counts` and `deliveries` count people in the cohort in which they count, not in the nodes above it; a
    node without an entry has none of its own. A leader is an own person of the node above the team.
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
    facet: str = ""
    """By which facet the wave is cut, "" for none."""
    parts: Mapping[tuple[NodeId, str], int] = field(default_factory=dict)
    """Deliveries by node and value of that facet, "" where a person has none."""


def protect(facts: WaveFacts, responses: Sequence[Response]) -> Release:
    """Make the Release of a closed wave.

    Raises ValueError when the policy is below the floor, the nodes are no tree, a count or response belongs to
    no node of it, or an answer is outside the scale.
    """
    _check(facts.policy)
    wave = _Wave.of(facts, aggregate(responses))
    cells = {item.id: _cells(wave, item.id) for item in facts.items}
    return Release(
        survey=facts.survey,
        number=facts.number,
        opened=facts.opened,
        closed=facts.closed,
        policy=facts.policy,
        items=facts.items,
        nodes=_nodes(wave, list(cells.values())),
        cells=tuple(cell for row in cells.values() for cell in row),
        baselines=tuple(baseline_of(wave.tree, item, row) for item, row in cells.items()),
        simulated=facts.simulated,
        facet=facts.facet,
        previous=facts.previous,
    )


def withhold(facts: WaveFacts) -> Release:
    """The Release of a wave that could not be protected in time: everything suppressed (PRIVACY 4).

    Checks nothing, because it must come whatever is wrong with tree, counts or policy. Of facts that are in order it
    makes what `protect` makes of a wave without deliveries and answers.
    """
    paths = _paths(facts.nodes)
    nodes = sorted(facts.nodes, key=lambda node: paths[node.id])
    people = Counter[NodeId]()
    for own, count in facts.head_counts.items():
        people.update(dict.fromkeys(paths.get(own, ()), count))
    return Release(
        survey=facts.survey,
        number=facts.number,
        opened=facts.opened,
        closed=facts.closed,
        policy=facts.policy,
        items=facts.items,
        nodes=tuple(ReleasedNode(node.id, node.parent, node.name, people[node.id], SUPPRESSED) for node in nodes),
        cells=tuple(Cell(node.id, item.id, SUPPRESSED) for item in facts.items for node in nodes),
        baselines=tuple(Baseline(item.id, between_teams(())) for item in facts.items),
        simulated=facts.simulated,
        facet=facts.facet,
        previous=facts.previous,
    )


def _paths(nodes: Sequence[Node]) -> dict[NodeId, tuple[NodeId, ...]]:
    """The way from the top to each node, as far as it can be followed without going round."""
    parents = {node.id: node.parent for node in nodes}
    found = {}
    for node in parents:
        path = [node]
        while (parent := parents.get(path[-1])) in parents and parent is not None and parent not in path:
            path.append(parent)
        found[node] = tuple(reversed(path))
    return found


def _check(policy: Policy) -> None:
    if policy.k < LEAST_K:
        raise ValueError(f"policy.k is {policy.k}; at least {LEAST_K} people must stand behind a figure.")
    if not LEAST_GUARD <= policy.guard < 2 * policy.k:
        raise ValueError(
            f"policy.guard is {policy.guard}; with k = {policy.k} it must be {LEAST_GUARD} to {2 * policy.k - 1}."
        )


@dataclass(frozen=True, slots=True)
class _Wave:
    """The facts, put in the order of the tree: `asked` and `people` count everybody in and below a node."""

    facts: WaveFacts
    tree: Organisation
    collected: Aggregate
    asked: Sequence[int]
    people: Sequence[int]

    @staticmethod
    def of(facts: WaveFacts, collected: Aggregate) -> _Wave:
        tree = Organisation.of(facts.nodes)
        asked = tree.totals(facts.deliveries, "deliveries")
        return _Wave(facts, tree, collected, asked, tree.totals(facts.head_counts, "head counts"))

    def may_stand_alone(self, at: int) -> bool:
        """Rule 5: a team only when it is shown every wave; what lies above teams always."""
        return not self.tree.is_leaf(at) or reporting_period(self.people[at]) == 1


def _cells(wave: _Wave, item: str) -> list[Cell]:
    """What is told about one item: a cell for each node, in the order of the tree."""
    policy, tree = wave.facts.policy, wave.tree
    own = [wave.collected.of(item, node.id) for node in tree.nodes]
    n, total = tree.sum_up([sums.n for sums in own]), tree.sum_up([sums.total for sums in own])
    counted = [min(answered, asked - 1) for answered, asked in zip(n, wave.asked, strict=True)]
    person = len(own) + 1  # one person more is worth more than any number of cells
    groups = [
        Group(
            tree.parents[at],
            sums.n,
            *distances(sums.n, sums.total),
            weight=n[at] * person + 1 if counted[at] >= policy.k and wave.may_stand_alone(at) else None,
        )
        for at, sums in enumerate(own)
    ]
    choices = cover(groups, k=policy.k, guard=policy.guard)
    figures: list[Figure | Suppressed] = [
        guarded(n[at], total[at], counted=counted[at], policy=policy) if choice else SUPPRESSED
        for at, choice in enumerate(choices)
    ]
    cells = [Cell(node.id, item, figure) for node, figure in zip(tree.nodes, figures, strict=True)]
    options = [wave.collected.options.get(item, {}).get(node.id, NOBODY) for node in tree.nodes]
    return with_shapes(tree, _with_facets(wave, item, cells, choices), options, wave.asked, policy)


def _with_facets(wave: _Wave, item: str, cells: Sequence[Cell], choices: Sequence[Choice]) -> list[Cell]:
    """What is told by facet stands beside the figure of its node, value after value."""
    if not wave.facts.facet:
        return list(cells)
    place = wave.tree.places
    own = {(place[node], value): sums for (node, value), sums in wave.collected.parts.get(item, {}).items()}
    asked = {(place[node], value): count for (node, value), count in wave.facts.parts.items()}
    told: dict[int, list[FacetFigure]] = {}
    for (at, value), mean in facet_means(wave.tree, choices, own, asked, wave.facts.policy).items():
        told.setdefault(at, []).append(FacetFigure(value, SUPPRESSED if mean is None else mean))
    return [replace(cell, facets=tuple(told.get(at, ()))) for at, cell in enumerate(cells)]


def _nodes(wave: _Wave, rows: Sequence[Sequence[Cell]]) -> tuple[ReleasedNode, ...]:
    facts, tree = wave.facts, wave.tree
    answered = tree.totals(wave.collected.respondents, "responses")
    turnouts = [
        Turnout(
            parent=tree.parents[at],
            own=facts.deliveries.get(node.id, 0),
            deliveries=wave.asked[at],
            respondents=answered[at],
            told=max((least_told(row[at].figure) for row in rows), default=0),
        )
        for at, node in enumerate(tree.nodes)
    ]
    bands = response_bands(turnouts, facts.policy.k)
    return tuple(
        ReleasedNode(node.id, node.parent, node.name, people, band)
        for node, people, band in zip(tree.nodes, wave.people, bands, strict=True)
    )
