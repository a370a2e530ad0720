"""The exact tree programme (reference T2): which nodes of a tree to publish, for one item.

Whoever sees a node and the nodes below it can subtract. What subtraction leaves of a node is its *rest*: the
people below it whom no published node covers, and the coded nodes below it (of which only a bound was said).
A node may be published

* exactly, when its rest is empty, or when the rest's uncovered people are at least k and would be guarded for
  *every* answer that the coded nodes may hide. That depends on nothing but what is then public (the node's sum),
  so that knowing this rule tells no more than the figures do;
* coded, when it is extreme. For the nodes above, it is then one coded node and nothing else.

The proof and its limits are in docs/adr/0004. From the leaves up, every node keeps the rests that can be had below
it, each with the best weight it allows; a rest that is beaten in everything is dropped. The choice is optimal as
long as no rest holds more than `MOST_CODED` coded nodes; a rest with more is not used under an exact figure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

MOST_CODED: Final = 4
ROUGH: Final = 20
"""From so many answers on, rounded means leave a difference between two of them open by the whole scale."""

Ints = NDArray[np.int64]
N, LOW, HIGH, WEIGHT, LEFT, RIGHT = range(6)
"""Columns of a table of rests. LEFT and RIGHT say which two rests (or which rest and choice) it came from."""


Shown = tuple[int, int, int]
"""What a published node is in the rest of the nodes above it: N, LOW, HIGH."""


class Choice(IntEnum):
    HIDE = 0
    EXACT = 1
    CODED = 2


@dataclass(frozen=True, slots=True)
class Group:
    """One node: its parent (index of an earlier node, None for the root) and the sums of its own people.

    `weight` is None when the node may not be published by itself, else what publishing it is worth.
    """

    parent: int | None
    n: int
    low: int
    high: int
    weight: int | None


def cover(groups: Sequence[Group], *, k: int, guard: int) -> list[Choice]:
    """The choice for each node that gives the greatest total weight. Nodes come parents first, as do the choices."""
    children = _children(groups)
    coded = _coded(groups, guard)
    programme = _Programme(k, guard, min(sum(row is not None for row in coded), MOST_CODED))
    steps: list[list[Ints]] = [[] for _ in groups]
    tables: list[Ints] = [programme.own(group) for group in groups]
    for node in reversed(range(len(groups))):
        steps[node] = programme.gather(tables[node], [tables[child] for child in children[node]])
        tables[node] = programme.decide(groups[node].weight, coded[node], steps[node][-1])
    return _read_back(tables, steps, children)


def leaving_few_silent(
    parents: Sequence[int | None], asked: Sequence[int], n: Sequence[int], choices: Sequence[Choice], *, k: int
) -> list[int]:
    """Nodes that leave, beside what is shown below them, a few people who were asked and did not answer.

    Whoever does not know that they did not would take the difference for their answers. From `ROUGH` people on,
    rounding leaves all answers open. `asked` and `n` count everybody in and below a node.
    """
    silent, answered = list(asked), list(n)
    for at in reversed(range(len(choices))):
        above = parents[at] if choices[at] is not Choice.HIDE else None
        while above is not None:
            silent[above] -= asked[at]
            answered[above] -= n[at]
            above = parents[above] if choices[above] is Choice.HIDE else None
    return [
        at
        for at, choice in enumerate(choices)
        if choice is Choice.EXACT and n[at] < ROUGH and not answered[at] and 0 < silent[at] < k
    ]


def _children(groups: Sequence[Group]) -> list[list[int]]:
    children: list[list[int]] = [[] for _ in groups]
    for node, group in enumerate(groups):
        if group.parent is not None:
            children[group.parent].append(node)
    return children


def _coded(groups: Sequence[Group], guard: int) -> list[Shown | None]:
    """For each extreme node that may be published: (0, LOW, HIGH) of it in a rest, else None.

    It hides a distance of 0 to guard from its end of the scale. LOW is what the uncovered people may lose towards
    the low end if it hides the most it can, given the sum of both; HIGH likewise.
    """
    low, high = [group.low for group in groups], [group.high for group in groups]
    for node in reversed(range(len(groups))):
        parent = groups[node].parent
        if parent is not None:
            low[parent] += low[node]
            high[parent] += high[node]
    rows: list[Shown | None] = []
    for group, bottom, top in zip(groups, low, high, strict=True):
        at_bottom, at_top = (0, bottom - guard, -bottom), (0, -top, top - guard)
        extreme = group.weight is not None and min(bottom, top) <= guard
        rows.append((at_bottom if bottom <= guard else at_top) if extreme else None)
    return rows


def _read_back(tables: Sequence[Ints], steps: Sequence[Sequence[Ints]], children: Sequence[list[int]]) -> list[Choice]:
    choices = [Choice.HIDE] * len(tables)
    wanted = [0] * len(tables)
    if tables:
        wanted[0] = int(np.argmax(tables[0][:, WEIGHT]))
    for node, table in enumerate(tables):
        row = table[wanted[node]]
        choices[node], at = Choice(int(row[RIGHT])), int(row[LEFT])
        for step, child in zip(reversed(steps[node][1:]), reversed(children[node]), strict=True):
            at, wanted[child] = int(step[at, LEFT]), int(step[at, RIGHT])
    return choices


@dataclass(frozen=True, slots=True)
class _Programme:
    """Arithmetic of rests. LOW and HIGH hold the least distances the uncovered people can have, given the sum of
    the rest, for any answers that the coded nodes may hide; from -reach to +enough.

    Capped at `enough`, a distance still exceeds the guard after `most` more coded nodes, so the cap costs
    nothing. Below -reach a rest holds too many coded nodes and is *blocked*: it stays blocked for ever.
    """

    k: int
    guard: int
    most: int

    @property
    def reach(self) -> int:
        return self.guard * self.most

    @property
    def enough(self) -> int:
        return self.reach + self.guard + 1

    def own(self, group: Group) -> Ints:
        """The node's own people: never published by themselves."""
        row = (min(group.n, self.k), min(group.low, self.enough), min(group.high, self.enough), 0, 0, 0)
        return np.array([row], dtype=np.int64)

    def gather(self, own: Ints, below: Sequence[Ints]) -> list[Ints]:
        steps = [own]
        for table in below:
            steps.append(self._prune(self._join(steps[-1], table)))
        return steps

    def decide(self, weight: int | None, coded: Shown | None, rests: Ints) -> Ints:
        """All that can be done with a node whose rests before the decision are `rests`."""
        hidden = rests.copy()
        hidden[:, LEFT], hidden[:, RIGHT] = np.arange(len(rests)), Choice.HIDE
        allowed = np.flatnonzero(self._publishable(rests)) if coded is None else np.arange(len(rests))
        if weight is None or not len(allowed):
            return hidden
        best = allowed[np.argmax(rests[allowed, WEIGHT])]
        choice = Choice.EXACT if coded is None else Choice.CODED
        shown = (*(coded or (0, 0, 0)), rests[best, WEIGHT] + weight, best, choice)
        return self._prune(np.vstack([np.array([shown], dtype=np.int64), hidden]))

    def _publishable(self, rests: Ints) -> NDArray[np.bool_]:
        many, low, high = rests[:, N] >= self.k, rests[:, LOW] > self.guard, rests[:, HIGH] > self.guard
        return _empty(rests) | (many & low & high)

    def _join(self, left: Ints, right: Ints) -> Ints:
        """Every rest of `left` together with every rest of `right`."""
        i, j = (side.ravel() for side in np.indices((len(left), len(right))))
        joined = left[i] + right[j]
        joined[:, N] = np.minimum(joined[:, N], self.k)
        joined[:, LOW:WEIGHT] = np.minimum(joined[:, LOW:WEIGHT], self.enough)
        blocked = self._blocked(left)[i] | self._blocked(right)[j] | self._blocked(joined)
        joined[blocked, :WEIGHT] = (0, -self.reach - 1, -self.reach - 1)
        joined[:, LEFT], joined[:, RIGHT] = i, j
        return joined

    def _blocked(self, rests: Ints) -> NDArray[np.bool_]:
        return np.minimum(rests[:, LOW], rests[:, HIGH]) < -self.reach

    def _prune(self, rests: Ints) -> Ints:
        """Drop each rest that another beats or equals in everything. Empty and non-empty rests do not compete."""
        nothing, something = rests[_empty(rests)], rests[~_empty(rests)]
        best_nothing = nothing[np.argmax(nothing[:, WEIGHT])][None] if len(nothing) else nothing
        if len(something) > 1:
            something = self._undominated(something)
        return np.vstack([best_nothing, something])

    def _undominated(self, rests: Ints) -> Ints:
        side = self.enough + self.reach + 2
        grid = np.full((self.k + 2, side + 1, side + 1), -1, dtype=np.int64)
        at = (rests[:, N], rests[:, LOW] + self.reach + 1, rests[:, HIGH] + self.reach + 1)
        np.maximum.at(grid, at, rests[:, WEIGHT])
        first = _first_of_each(np.ravel_multi_index(at, grid.shape), grid[at] == rests[:, WEIGHT])
        for axis in range(3):
            grid = np.flip(np.maximum.accumulate(np.flip(grid, axis), axis), axis)
        n, low, high = (column[first] for column in at)
        rivals = np.maximum.reduce([grid[n + 1, low, high], grid[n, low + 1, high], grid[n, low, high + 1]])
        kept: Ints = rests[first[rests[first, WEIGHT] > rivals]]
        return kept


def _empty(rests: Ints) -> NDArray[np.bool_]:
    """No uncovered people and no coded node: coded nodes alone make LOW + HIGH negative."""
    empty: NDArray[np.bool_] = (rests[:, N] == 0) & (rests[:, LOW] == 0) & (rests[:, HIGH] == 0)
    return empty


def _first_of_each(place: NDArray[np.intp], best: NDArray[np.bool_]) -> Ints:
    """The first row of the best ones in each place of the grid."""
    rows = np.flatnonzero(best)
    return rows[np.unique(place[rows], return_index=True)[1]]
