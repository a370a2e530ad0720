"""The only maker of a Release: decides what of a closed wave may be told, and tells nothing else.

In plain words, for each question by itself, counting only people who answered it:

1. **Enough people.** A group is shown only if at least k people answered (5, or 8 in the strict preset).
2. **No small rests.** Whoever subtracts the shown groups from a larger one is left with nobody, or again with at
   least k people. `analytics.cover` finds the choice of groups that tells most under this rule.
3. **Not everybody the same.** Where nearly everybody gave the lowest or highest answer, only "at most" or "at
   least" a bound is said (`analytics.guarded`); a rest is held to the same rule.
4. **Never "all of them".** Numbers of people are told in bands, counted as at most one fewer than were asked, so
   that no band says that everybody answered. Response is told in bands of its own (`analytics.participation`).
5. **Small teams** are told in a Release of their reporting period, not week by week: each person counts once in it,
   with the whole answer nearest to the mean of their own (docs/adr/0011). The small teams of a department are one cell
   of it too. The Release of a wave then counts the other teams alone, so that nobody's answer is in two Releases.
6. **New groups** wait: one that the roster made or largely changed is not shown in its first period.
7. What is not shown is *suppressed*, whatever the cause.
8. Above the teams: means by **facet** from ten answers, one facet in a wave (`analytics.facets`); and how answers are
   **spread**, where no part of the group is told and no band holds nearly all (`analytics.histograms`).

What rule 3 promises (reference T3, for k = 5 and guard 5): nobody's answer becomes known, nobody is known to have
answered 1-2 or 4-5, and of any fewer than five people in a group even the mean stays open by a whole point or more.
Somebody who is in the group and knows their own answer cannot learn all others, but may learn more than an
outsider: in a group of five with "at least 4.0", one who answered 1 knows that the others answered 4 or 5. Two who
pool their answers can learn more still in groups of 5 to 9; the strict preset (guard 9) is the mend.
The figures may also narrow down *how many* of a small department took part, never which of them.

The same answers give the same Release byte for byte, in whatever order they arrive. Whoever writes a Release lets it
be attacked first (`analytics/audit`, which shares no code with this file), and takes away what that finds
(`analytics.harder`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from analytics.aggregate import Aggregate, aggregate
from analytics.baseline import between_teams
from analytics.cover import Choice, Group, cover, leaving_few_silent
from analytics.facets import facet_means
from analytics.facts import WaveFacts, main_figures, only_elsewhere, parents_of, told_every
from analytics.guarded import distances, guarded, least_told, tells_that_all_answered
from analytics.harder import baseline_of
from analytics.histograms import with_shapes
from analytics.organisation import Organisation
from analytics.participation import Turnout, response_bands
from surveys.model import (
    SUPPRESSED,
    Baseline,
    Cell,
    Every,
    FacetFigure,
    Figure,
    Node,
    NodeId,
    Policy,
    Release,
    ReleasedNode,
    Response,
    Suppressed,
)

LEAST_K: Final = 5
LEAST_GUARD: Final = 5
STRICT_TEAMS: Final = 4
"""Under *strict* many a team would be hidden for the rest of its department alone (docs/adr/0011)."""
NOBODY: Final = (0, 0, 0, 0, 0)


def protect(facts: WaveFacts, responses: Sequence[Response]) -> Release:
    """Make the Release of a closed wave or reporting period.

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
        cells=tuple(cell for row in cells.values() for at, cell in enumerate(row) if wave.has_cell(at)),
        baselines=tuple(baseline_of(wave.tree, item, row) for item, row in cells.items()),
        simulated=facts.simulated,
        facet=facts.facet,
        previous=facts.previous,
        every=facts.every,
        earlier=facts.earlier,
    )


def withhold(facts: WaveFacts) -> Release:
    """The Release of a wave that could not be protected in time: everything suppressed (PRIVACY 4).

    Checks nothing, because it must come whatever is wrong with tree, counts or policy. Of facts that are in order it
    makes what `protect` makes of a wave without deliveries and answers.
    """
    paths = _paths(facts.nodes)
    nodes = sorted(facts.nodes, key=lambda node: paths[node.id])
    people, elsewhere = _everybody(facts.head_counts, paths), _everybody(facts.elsewhere, paths)
    above, place = parents_of(facts.nodes), {node.id: at for at, node in enumerate(nodes)}
    teams = [None if node.id in above else told_every(facts, node.id, people[node.id]) for node in nodes]
    told = main_figures([place.get(node.parent or "") for node in nodes], teams)
    outline = tuple(
        ReleasedNode(node.id, node.parent, node.name, people[node.id], SUPPRESSED, every, elsewhere[node.id])
        for node, every in zip(nodes, told, strict=True)
    )
    return Release(
        survey=facts.survey,
        number=facts.number,
        opened=facts.opened,
        closed=facts.closed,
        policy=facts.policy,
        items=facts.items,
        nodes=outline,
        cells=tuple(
            Cell(node.id, item.id, SUPPRESSED)
            for item in facts.items
            for node in nodes
            if not only_elsewhere(people[node.id], elsewhere[node.id])
        ),
        baselines=tuple(Baseline(item.id, between_teams(())) for item in facts.items),
        simulated=facts.simulated,
        facet=facts.facet,
        previous=facts.previous,
        every=facts.every,
        earlier=facts.earlier,
    )


def _everybody(own: Mapping[NodeId, int], paths: Mapping[NodeId, Sequence[NodeId]]) -> Counter[NodeId]:
    """From the numbers of each node's own people to those of everybody in and below it, whatever the tree is."""
    people = Counter[NodeId]()
    for node, count in own.items():
        people.update(dict.fromkeys(paths.get(node, ()), count))
    return people


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
    elsewhere: Sequence[int]

    @staticmethod
    def of(facts: WaveFacts, collected: Aggregate) -> _Wave:
        tree = Organisation.of(facts.nodes)
        asked = tree.totals(facts.deliveries, "deliveries")
        people = tree.totals(facts.head_counts, "head counts")
        return _Wave(facts, tree, collected, asked, people, tree.totals(facts.elsewhere, "head counts"))

    def told(self) -> list[Every]:
        """In how many waves each node has its main figures: those of the most frequent team in it."""
        leaves = [
            told_every(self.facts, node.id, self.people[at]) if self.tree.is_leaf(at) else None
            for at, node in enumerate(self.tree.nodes)
        ]
        return main_figures(self.tree.parents, leaves)

    def may_stand_alone(self, at: int) -> bool:
        """Rules 5 and 6: a team only in the Releases in which it is told; what lies above teams in all of them."""
        if self.tree.nodes[at].id in self.facts.withheld:
            return False
        node = self.tree.nodes[at].id
        return not self.tree.is_leaf(at) or told_every(self.facts, node, self.people[at]) == self.facts.every

    def has_cell(self, at: int) -> bool:
        return not only_elsewhere(self.people[at], self.elsewhere[at])


def _cells(wave: _Wave, item: str) -> list[Cell]:
    """What is told about one item: a cell for each node, in the order of the tree."""
    policy, tree = wave.facts.policy, wave.tree
    own = [wave.collected.of(item, node.id) for node in tree.nodes]
    n, total = tree.sum_up([sums.n for sums in own]), tree.sum_up([sums.total for sums in own])
    counted = [min(answered, asked - 1) for answered, asked in zip(n, wave.asked, strict=True)]
    may = [
        counted[at] >= policy.k
        and wave.may_stand_alone(at)
        and not tells_that_all_answered(n[at], total[at], wave.asked[at], policy)
        for at in range(len(own))
    ]
    worth = _worth(wave, n)
    choices = [Choice.HIDE] * len(own)
    while any(may):
        groups = [
            Group(tree.parents[at], sums.n, *distances(sums.n, sums.total), worth[at] if may[at] else None)
            for at, sums in enumerate(own)
        ]
        choices = cover(groups, k=policy.k, guard=policy.guard)
        few = leaving_few_silent(tree.parents, wave.asked, n, choices, k=policy.k)
        if not few:
            break
        may = [allowed and at not in few for at, allowed in enumerate(may)]
        choices = [Choice.HIDE] * len(own)
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


def _worth(wave: _Wave, n: Sequence[int]) -> list[int]:
    """What showing each node is worth: one person more than any number of cells. A period exists for its teams, so
    there one person more in a team is worth more than all groups above; under *strict*, as much as four above."""
    person = len(n) + 1
    in_team = sum(n) + 1 if wave.facts.every > 1 else STRICT_TEAMS if wave.facts.policy.preset == "strict" else 1
    return [(answered * person + 1) * (in_team if wave.tree.is_leaf(at) else 1) for at, answered in enumerate(n)]


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
        ReleasedNode(node.id, node.parent, node.name, wave.people[at], band, told, wave.elsewhere[at])
        for at, (node, band, told) in enumerate(zip(tree.nodes, bands, wave.told(), strict=True))
    )
