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

Crossings with little room that hang together are few, and `analytics.narrow` finds them all. What falls apart is as
safe as its pieces: people and room add up, and who is shared is shared with one piece.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from analytics.narrow import Narrow, narrow_sets

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
    met_at: list[list[int]]
    """Where each place meets others."""

    @staticmethod
    def of(crossing: Crossing, piece: Sequence[int]) -> _Piece:
        place = {FREE: 0} | {part: at for at, part in enumerate(piece, 1)}
        found = _Piece([FREE, *piece], crossing.rows, [{} for _ in place], [], [[] for _ in place])
        for row, column in dict.fromkeys(meet for part in piece for meet in crossing.of(part)):
            n, low = crossing.meets[row, column]
            found._pay(place[row], place[column], low)
            found._pay(place[column], place[row], 4 * n - low)
            for end in (place[row], place[column]):
                found.met_at[end].append(len(found.meets))
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
        """Not all of them are needed where there are many; where there is no end, what may be narrow is one fault."""
        narrow, unfinished = narrow_sets(self.cost, demand.narrow)
        found = list(dict.fromkeys(self._found(narrow, demand)))
        yield from found
        if not found:
            yield from (self._columns_at(place) for place in unfinished)

    def _found(self, narrow: Sequence[Narrow], demand: Demand) -> Iterator[Fault]:
        told = [(one, *self._counted(one)) for one in narrow]
        backwards: dict[int, list[int]] = {}
        for place, (one, forward, backward) in enumerate(told):
            people = sum(forward.values()) + sum(backward.values())
            if (people < demand.k or one.cost <= demand.guard) and self._crosses({*forward, *backward}):
                yield self._blamed(one)
            for at in backward:
                backwards.setdefault(at, []).append(place)
        for one, forward, _ in told:
            for place in sorted({place for at in forward for place in backwards.get(at, ())}):
                other, _, backward = told[place]
                shared = sum(n for at, n in forward.items() if at in backward)
                if shared and one.cost + other.cost < demand.together(shared):
                    yield self._blamed(one, other)

    def _counted(self, one: Narrow) -> tuple[dict[int, int], dict[int, int]]:
        """People counted by rows that are in alone, and by columns that are in alone, by where they meet."""
        forward: dict[int, int] = {}
        backward: dict[int, int] = {}
        for at in sorted({at for part in one.members for at in self.met_at[part]}):
            row, column, n = self.meets[at]
            if (row in one.members) is not (column in one.members):
                (forward if (row in one.members) is not one.others else backward)[at] = n
        return forward, backward

    def _crosses(self, isolated: Collection[int]) -> bool:
        """Whether a crossing tells more than whole rows do: those are the tree's, which is judged by itself."""
        rows = {self.meets[at][0] for at in isolated}
        return 0 in rows or any(
            at not in isolated for row in rows for at in self.met_at[row] if self.meets[at][0] == row
        )

    def _blamed(self, *sets: Narrow) -> Fault:
        """Of rows alone the facet is no cause, so that all columns that meet them are."""
        used = tuple(self._used(one) for one in sets)
        if any(part > self.rows for parts in used for part in parts):
            return used
        return self._columns_at(frozenset[int]().union(*(one.members for one in sets)))

    def _columns_at(self, places: Parts) -> Fault:
        """The columns among some places, and those that meet them; without any, all there are."""
        met = {end for place in places for at in self.met_at[place] for end in self.meets[at][:2]} | places
        columns = [self.parts[at] for at in sorted(met) if self.parts[at] > self.rows]
        return tuple(frozenset([part]) for part in columns or self.parts if part > self.rows)

    def _used(self, one: Narrow) -> Parts:
        """The parts whose sums make the crossing: those in or those not in, as the free part has no sum."""
        if 0 not in one.members:
            return frozenset(self.parts[at] for at in one.members)
        return frozenset(part for at, part in enumerate(self.parts) if at not in one.members)
