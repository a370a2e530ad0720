"""Two ways of cutting the same people, and whether their sums together tell too much about anybody (T4).

People are in *parts*: the rests of the tree on one side (rows), those of the facet on the other (columns). The sum of
each part is known, and where a row and a column meet are a few people whose sum is not. Whoever adds some rows and
subtracts some columns is left with people who were counted once too often on either side: a *crossing*. All that can
be inferred follows from crossings (docs/adr/0012), so it is enough to look at each of them: how many people it
isolates, and how far they are from all having given the answer that would give them away. That distance is called its
*room*; it adds up over people, answer - 1 for those counted by rows and 5 - answer for those counted by columns.

Nothing is told when

* every crossing isolates nobody, or at least k people with more room than the guard;
* any two that share people have at least 4 + 4 * (shared, four at most) of it together, and never less than 15, so
  that the mean of any fewer than five people stays open by a point, and those who know their own answers learn no
  other.

Crossings with little room are few, and `analytics.narrow` finds them all.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from analytics.narrow import narrow_sets

FREE: Final = 0
"""The part of everybody of whom nothing is known on that side."""
NEVER: Final = 1 << 40
LEAST_TOGETHER: Final = 15
SMALL: Final = 4
"""Groups of so many people or fewer keep their mean open."""


@dataclass(frozen=True, slots=True)
class Demand:
    """What crossings must have: people, room of each, and how many may know their own answers."""

    k: int
    guard: int
    coalition: int

    def together(self, shared: int) -> int:
        """The room of two crossings that share so many people."""
        least = max(LEAST_TOGETHER, 8 * self.coalition + 5)
        return max(SMALL + SMALL * min(SMALL, shared), least) if shared else 0

    @property
    def narrow(self) -> int:
        """With as much room as this a crossing does no harm, whatever the other one is."""
        return max(self.together(SMALL) - self.guard, 2 * self.k)


@dataclass(slots=True)
class Crossing:
    """Where rows and columns meet. Parts are numbered from 1; rows and columns have numbers of their own.

    `meets[row, column]` is (people, sum - people); `ties[inner, outer]` ties a coded row to the row around it: of the
    inner one only a bound is known, which leaves so much room, at the low end (True) or at the high end of the scale.
    """

    rows: int
    meets: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    ties: Mapping[tuple[int, int], tuple[int, bool]] = field(default_factory=dict)

    _of: dict[int, list[tuple[int, int]]] = field(default_factory=dict)

    def add(self, row: int, column: int, n: int, low: int) -> None:
        """Let `n` more people be in a row and a column, with a room of `low`."""
        if not (row or column):
            return
        if (row, column) not in self.meets:
            for part in {row, column}:
                self._of.setdefault(part, []).append((row, column))
        people, room = self.meets.get((row, column), (0, 0))
        self.meets[row, column] = people + n, room + low

    def of(self, part: int) -> Sequence[tuple[int, int]]:
        """Where a part meets others."""
        return self._of.get(part, ())

    def is_closed(self, piece: Sequence[int]) -> bool:
        """Whether the rows of a piece hold just the people of its columns, and nothing is coded."""
        inside = {*piece}
        open_ = any(not (row and column) for part in piece for row, column in self.of(part))
        return not open_ and not any(one in inside for ends in self.ties for one in ends)


Parts = frozenset[int]


Fault = tuple[Parts, ...]
"""The parts of one crossing, or of two that tell too much together."""


def too_narrow(crossing: Crossing, piece: Sequence[int], demand: Demand) -> list[Fault]:
    """Crossings of a piece that tell too much."""
    return list(_Piece.of(crossing, piece).faults(demand))


def pieces(crossing: Crossing) -> Iterator[list[int]]:
    """Parts that hang together, in an order in which each meets an earlier one. The free part joins nothing."""
    near: dict[int, set[int]] = {}
    for one, other in (*crossing.meets, *crossing.ties):
        near.setdefault(one, set()).add(other)
        near.setdefault(other, set()).add(one)
    seen = {FREE}
    for start in sorted(near):
        piece = [] if start in seen else [start]
        seen.add(start)
        for part in piece:
            fresh = sorted(near[part] - seen)
            piece += fresh
            seen.update(fresh)
        if any(part > crossing.rows for part in piece):  # nothing is told of rows alone but what the tree tells
            yield piece


@dataclass(slots=True)
class _Piece:
    """One piece with the free part as place 0 and its parts as the places above.

    `cost[i][j]` is the room of the people between i and j that counts when i is in and j is not.
    """

    parts: Sequence[int]
    rows: int
    cost: list[dict[int, int]]
    meets: list[tuple[int, int, int]]

    @staticmethod
    def of(crossing: Crossing, piece: Sequence[int]) -> _Piece:
        place = {FREE: 0} | {part: at for at, part in enumerate(piece, 1)}
        found = _Piece([FREE, *piece], crossing.rows, [{} for _ in range(len(piece) + 1)], [])
        for row, column in dict.fromkeys(meet for part in piece for meet in crossing.of(part)):
            n, low = crossing.meets[row, column]
            found._pay(place[row], place[column], low)
            found._pay(place[column], place[row], 4 * n - low)
            found.meets.append((place[row], place[column], n))
        for (inner, outer), (room, at_low_end) in crossing.ties.items():
            if inner in place:
                one, other = (inner, outer) if at_low_end else (outer, inner)
                found._pay(place[one], place[other], room)
                found._pay(place[other], place[one], NEVER)
        return found

    def _pay(self, inside: int, outside: int, room: int) -> None:
        self.cost[inside][outside] = self.cost[inside].get(outside, 0) + room

    def faults(self, demand: Demand) -> Iterator[Fault]:
        """Not all of them are needed where there are many; without an end, the whole piece is one fault."""
        narrow, finished = narrow_sets(self.cost, demand.narrow)
        found = list(dict.fromkeys(self._found(narrow, demand)))
        yield from found
        if not (found or finished):
            yield self._every_column()

    def _found(self, narrow: Sequence[tuple[Parts, int]], demand: Demand) -> Iterator[Fault]:
        told = [(inside, room, *self._counted(inside)) for inside, room in narrow]
        for inside, room, forward, backward in told:
            people = sum(forward.values()) + sum(backward.values())
            if (people < demand.k or room <= demand.guard) and self._crosses({*forward, *backward}):
                yield self._blamed(inside)
        for one, room, forward, _ in told:
            for other, more, _, backward in told:
                shared = sum(n for at, n in forward.items() if at in backward)
                if shared and room + more < demand.together(shared):
                    yield self._blamed(one, other)

    def _counted(self, inside: Parts) -> tuple[dict[int, int], dict[int, int]]:
        """People counted by rows that are in alone, and by columns that are in alone, by where they meet."""
        forward: dict[int, int] = {}
        backward: dict[int, int] = {}
        for at, (row, column, n) in enumerate(self.meets):
            if (row in inside) is not (column in inside):
                (forward if row in inside else backward)[at] = n
        return forward, backward

    def _crosses(self, isolated: Collection[int]) -> bool:
        """Whether a crossing tells more than whole rows do: those are the tree's, which is judged by itself."""
        rows = {self.meets[at][0] for at in isolated}
        return 0 in rows or any(row in rows and at not in isolated for at, (row, _, _) in enumerate(self.meets))

    def _blamed(self, *sets: Parts) -> Fault:
        """Of rows alone the facet is no cause, so that all columns that meet them are."""
        used = tuple(self._used(inside) for inside in sets)
        return used if any(part > self.rows for parts in used for part in parts) else self._every_column()

    def _every_column(self) -> Fault:
        return tuple(frozenset([part]) for part in self.parts if part > self.rows)

    def _used(self, inside: Parts) -> Parts:
        """The parts whose sums make the crossing: those in or those not in, as the free part has no sum."""
        wanted = 0 not in inside
        return frozenset(part for at, part in enumerate(self.parts) if at and (at in inside) is wanted)
