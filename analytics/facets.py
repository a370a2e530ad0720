"""Means by facet: which of them are told beside the tree, for one item (reference T4).

A facet is a one-way cut such as the kind of shift. It is told from department level up, of people who answered; and
the crossing of a team with a value is never told. Still whoever knows the tree's figures can subtract, so the figures
told are chosen by a programme in whole numbers: as many people as possible behind the figures, and no choice that
leaves a crossing too narrow (`analytics.crossing`). This is the programme of Fischetti and Salazar in answer space,
projected: in place of two alternative tables for each small group, a condition for each crossing, added as soon as a
choice offends against it. Any part of a safe choice is safe, so the conditions hold for good.

The tree comes first, and facets take nothing from it. What is extreme is not told by facet at all. Where the
programme does not come to an end within its limits, the whole facet is left out (fails closed). A wave is cut by one
facet; those that a survey may use take turns.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Final

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_matrix

from analytics.aggregate import Sums
from analytics.cover import Choice
from analytics.crossing import FREE, Crossing, Demand, pieces, too_narrow
from analytics.guarded import distances, kind_of, tenths
from analytics.nearest import Below, Told
from analytics.organisation import Organisation
from surveys.model import Policy

LEAST: Final = 10
"""Answers behind a figure: the mean of fewer people, rounded to 0.1, tells how many they are."""
ROUNDS: Final = 10
"""Programmes that are solved; what is still at fault then is left out figure after figure (T5)."""
NODES: Final = 5_000
"""Branches of one programme; the same on every machine."""
GAP: Final = 0.002
"""So near to the best the choice is: people behind all figures, as a share."""
SECONDS: Final = 5.0
"""A stop beside it, for machines that are far too slow."""


@dataclass(frozen=True, slots=True)
class Part:
    """Of the people of one value in and below a node: how many were asked, how many answered, and the sum."""

    asked: int
    n: int
    total: int


def turn_of(facets: Collection[str], number: int) -> str:
    """The facet by which the wave of this number is cut; "" when there are none."""
    ordered = sorted(facets)
    return ordered[number % len(ordered)] if ordered else ""


def facet_means(
    tree: Organisation,
    choices: Sequence[Choice],
    own: Mapping[tuple[int, str], Sums],
    asked: Mapping[tuple[int, str], int],
    policy: Policy,
) -> dict[Told, float | None]:
    """The mean of every value that occurs at a node above the teams; None where it is not told.

    `choices` is what the tree tells; `own` and `asked` are of each node's own people, by value ("" for none known).
    """
    parts = _parts(tree, own, asked)
    table = _Table.of(tree, choices, own, policy)
    told = table.choose(parts, {at: part.n for at, part in parts.items() if _may_be_told(part, policy)})
    return {at: tenths(part.n, part.total) if at in told else None for at, part in sorted(parts.items())}


def _may_be_told(part: Part, policy: Policy) -> bool:
    return min(part.n, part.asked - 1) >= max(policy.k, LEAST) and kind_of(part.n, part.total, policy.guard) == "mean"


def _parts(
    tree: Organisation, own: Mapping[tuple[int, str], Sums], asked: Mapping[tuple[int, str], int]
) -> dict[Told, Part]:
    found: dict[Told, Part] = {}
    for at, value in sorted({*own, *asked}):
        sums, came = own.get((at, value), Sums()), asked.get((at, value), 0)
        above: int | None = at
        while value and above is not None:
            if not tree.is_leaf(above):
                part = found.get((above, value), Part(0, 0, 0))
                found[above, value] = Part(part.asked + came, part.n + sums.n, part.total + sums.total)
            above = tree.parents[above]
    return found


@dataclass(slots=True)
class _Table:
    """The tree's rows, fixed; the columns depend on what is chosen. `seen` remembers the faults of each piece."""

    tree: Organisation
    rows: Mapping[int, int]
    count: int
    ties: Mapping[tuple[int, int], tuple[int, bool]]
    own: Mapping[tuple[int, str], Sums]
    demand: Demand
    seen: dict[tuple[object, ...], list[list[set[Told]]]] = field(default_factory=dict)

    @staticmethod
    def of(
        tree: Organisation, choices: Sequence[Choice], own: Mapping[tuple[int, str], Sums], policy: Policy
    ) -> _Table:
        rows, ties = _rows(tree, choices, own, policy.guard)
        coalition = 2 if policy.preset == "strict" else 1
        return _Table(tree, rows, len(tree.nodes), ties, own, Demand(policy.k, policy.guard, coalition))

    def choose(self, parts: Mapping[Told, Part], worth: Mapping[Told, int]) -> set[Told]:
        """The figures to tell, of those worth something. Each round adds what the last one offended against."""
        conditions, told = list(self._rests(parts, worth)), set(worth)
        for _ in range(ROUNDS):
            if (chosen := _best(worth, conditions)) is None:
                break
            told = chosen
            faults = dict.fromkeys(self._faults(told))
            if not faults:
                return told
            conditions += [Condition(dict.fromkeys(fault, 1), 1) for fault in faults]
        return self._without_doubt(told, worth)

    def _rests(self, parts: Mapping[Told, Part], worth: Collection[Told]) -> Iterator[Condition]:
        """What each figure's own rest needs of the figures below it, as far as that can be said beforehand.

        When a node has people of its own, they and those of figures left out directly below must be enough.
        """
        below: dict[Told, list[Told]] = {}
        for at, value in parts:
            parent = self.tree.parents[at]
            if parent is not None:
                below.setdefault((parent, value), []).append((at, value))
        for top in worth:
            whole, inner = _measures(parts[top]), below.get(top, [])
            held = [_measures(parts[at]) for at in inner]
            own = [sum(column) for column in zip(*held, strict=True)] if held else [0, 0, 0]
            own = [all_ - under for all_, under in zip(whole, own, strict=True)]
            for measure, least in enumerate((self.demand.k, self.demand.guard + 1, self.demand.guard + 1)):
                short = least - own[measure] - sum(held[i][measure] for i, at in enumerate(inner) if at not in worth)
                if own[0] and short > 0:
                    given = {at: held[i][measure] for i, at in enumerate(inner) if at in worth}
                    yield Condition({**given, top: short}, short)

    def _without_doubt(self, told: set[Told], worth: Mapping[Told, int]) -> set[Told]:
        """Leave out the figure of each fault with the fewest people, later all figures, until there is no fault."""
        for tried in count():
            faults = list(self._faults(told))
            if not faults:
                break
            fewest = {min(fault, key=lambda at: (worth[at], at)) for fault in faults}
            told = told - (fewest if tried < 4 * ROUNDS else frozenset().union(*faults))
        return told

    def _faults(self, told: set[Told]) -> Iterator[frozenset[Told]]:
        """For each fault of a choice the figures of which one at least must go."""
        number = {at: place for place, at in enumerate(sorted(told), self.count + 1)}
        crossing, below = Crossing(self.count, ties=dict(self.ties)), Below(self.tree, told)
        for (at, value), sums in self.own.items():
            if sums.n:
                column = below.nearest(at, value)
                crossing.add(self.rows[at], number[column] if column else FREE, sums.n, sums.total - sums.n)
        named = {place: at for at, place in number.items()}
        found = list(pieces(crossing))
        columns = [{named[part] for part in piece if part in named} for piece in found if crossing.is_closed(piece)]
        closed = [(one, below.left(one)) for one in columns]
        for piece in found:
            key = (*(part for part in piece if part not in named), *(below.used(named[p]) for p in piece if p in named))
            if key not in self.seen:
                self.seen[key] = [
                    [{named[at] for at in parts & named.keys()} for parts in fault]
                    for fault in too_narrow(crossing, piece, self.demand)
                ]
            for fault in self.seen[key]:
                yield frozenset().union(*(below.needed(rests, closed) for rests in fault))


def _rows(
    tree: Organisation, choices: Sequence[Choice], own: Mapping[tuple[int, str], Sums], guard: int
) -> tuple[dict[int, int], dict[tuple[int, int], tuple[int, bool]]]:
    """The row of each node's own people, and the ties of coded rows to the rows around them.

    A row is numbered by the node that it is the rest of, counted from 1. Coded nodes inside a coded one say nothing
    new, and count as part of it.
    """
    around = [FREE] * len(choices)  # the row in which a node that is not published itself would lie
    inside, coded = dict[int, int](), dict[int, int]()
    for at, choice in enumerate(choices):
        parent = tree.parents[at]
        above = FREE if parent is None else inside[parent]
        around[at] = above
        if choice is Choice.EXACT:
            inside[at] = at + 1
        elif choice is Choice.CODED and above not in coded:
            inside[at] = coded[at + 1] = at + 1
        else:
            inside[at] = above
    sums = _in_and_below(tree, own)
    return inside, {(row, around[row - 1]): _slack(sums[row - 1], guard) for row in coded}


def _slack(sums: Sums, guard: int) -> tuple[int, bool]:
    """By how much the sum of a coded node may be other than it is, away from its end of the scale."""
    low, high = distances(sums.n, sums.total)
    return (guard - low, True) if low <= guard else (guard - high, False)


def _in_and_below(tree: Organisation, own: Mapping[tuple[int, str], Sums]) -> list[Sums]:
    n, total = [0] * len(tree.nodes), [0] * len(tree.nodes)
    for (at, _), sums in own.items():
        n[at] += sums.n
        total[at] += sums.total
    return [Sums(*pair) for pair in zip(tree.sum_up(n), tree.sum_up(total), strict=True)]


def _measures(part: Part) -> tuple[int, int, int]:
    """What must be enough of a rest: people, and their distances from all 1 and from all 5."""
    return part.n, *distances(part.n, part.total)


@dataclass(frozen=True, slots=True)
class Condition:
    """So much must come together, counted over figures that are not told."""

    counts: Mapping[Told, int]
    least: int

    def holds(self, told: Collection[Told]) -> bool:
        return sum(count for at, count in self.counts.items() if at not in told) >= self.least


def _best(worth: Mapping[Told, int], conditions: Sequence[Condition]) -> set[Told] | None:
    """The choice with most people behind it that meets all conditions; None when that is not settled."""
    if not worth or all(condition.holds(worth) for condition in conditions):
        return set(worth)
    order = {at: place for place, at in enumerate(sorted(worth))}
    entries = [(row, order[at], n) for row, one in enumerate(conditions) for at, n in one.counts.items()]
    rows, columns, counts = zip(*entries, strict=True)
    matrix = csr_matrix((counts, (rows, columns)), shape=(len(conditions), len(order)), dtype=float)
    most = np.array([sum(one.counts.values()) - one.least for one in conditions])
    found = milp(
        -np.array([worth[at] + 1 / (len(order) + 1) for at in order]),
        integrality=np.ones(len(order)),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(matrix, ub=most),
        options={"node_limit": NODES, "time_limit": SECONDS, "mip_rel_gap": GAP},
    )
    if found.status != 0 or found.x is None:
        return None
    told = {at for at, value in zip(order, found.x, strict=True) if value > 0.5}
    return told if all(condition.holds(told) for condition in conditions) else None
