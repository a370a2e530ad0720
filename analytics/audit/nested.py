"""Answers that fit claims about nested groups, found without a programme.

From the smallest groups up it is worked out, for every number of people of a group who can have answered, between
which ends their answers can add up. From the top down one such number and sum is then shared out among the parts of
each group, and another tried where that leads nowhere. The answers are checked against every claim at last. Where none
were found, and for groups that overlap and shares of answers, there is the programme.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from analytics.audit.claims import Limits, Point, Row, System, affine, some_answers
from analytics.audit.programme import Ints

WIDEST: Final = 64
"""Numbers of people that are kept of a group, those in the middle of what is possible."""
TRIES: Final = 5_000
"""Ways of sharing out that are tried in all; the same on every machine."""
FEW: Final = 3
"""Sums that are tried for each number of people."""
NEVER: Final = 1 << 40
"""Further than any sum of answers."""
Amount = tuple[int, int]
"""How many people answered, and what their answers add up to."""


@dataclass(slots=True)
class Group:
    """One atom, or other groups that claims put together, by their places."""

    size: int
    atom: int | None = None
    inner: Sequence[int] = ()
    limits: list[Limits] = field(default_factory=list)


def nested(system: System) -> list[Group] | None:
    """The groups that claims are about, each after those inside it; None when they are not nested, or more is said of
    them than sums and counts."""
    said: dict[frozenset[int], list[Limits]] = {}
    for row in system.rows:
        straight = affine(row.weights)
        if straight is None:
            return None
        said.setdefault(row.atoms, []).append((*straight, row.low, row.high))
    made = [Group(1, atom=number) for number in system.atoms]
    around = {number: place for place, number in enumerate(system.atoms)}
    for atoms in sorted(said, key=len):
        inner = list(dict.fromkeys(around[number] for number in sorted(atoms)))
        if sum(made[place].size for place in inner) != len(atoms):
            return None
        if len(inner) > 1:
            made.append(Group(len(atoms), None, inner))
            around |= dict.fromkeys(atoms, len(made) - 1)
        if inner:
            made[around[min(atoms)]].limits += said[atoms]
    return made


def some_point(system: System, people: int, margin: int) -> Point | None:
    """Answers of every atom that fit; where its own claims allow that, of so many people and that far from all 1 and
    from all 5. None says nothing: there may be such answers all the same.
    """
    made = nested(system)
    search = _Search.of(system, made, people, margin) if made is not None else None
    found = search.amounts() if search is not None else None
    if found is None or not _fits(system, found):
        return None
    return {number: some_answers(*found[number]) for number in system.atoms}


def sums(system: System) -> Mapping[int, tuple[int, int]] | None:
    """The least and the most that the answers of each atom can add up to, exactly.

    None where that takes the programme: groups overlap, or it is not known how many answered, or nothing fits.
    """
    made = nested(system)
    if made is None or any(atom.least != atom.most for atom in system.atoms.values()):
        return None
    search = _Search.of(system, made, 0, 0)
    if search is None:
        return None
    ends = [(int(steps[-1].low[0]), int(steps[-1].high[0])) for steps in search.tables]
    for place in reversed(range(len(made))):
        group, (low, high) = made[place], ends[place]
        lows, highs = sum(ends[part][0] for part in group.inner), sum(ends[part][1] for part in group.inner)
        for part in group.inner:
            least, most = ends[part]
            ends[part] = max(least, low - (highs - most)), min(most, high - (lows - least))
    return {group.atom: ends[place] for place, group in enumerate(made) if group.atom is not None}


@dataclass(frozen=True, slots=True)
class _Table:
    """The least and the most that answers can add up to, from `first` people on; none where the least is more."""

    first: int
    low: Ints
    high: Ints

    @staticmethod
    def cut(first: int, low: Ints, high: Ints) -> _Table:
        """Without impossible numbers at both ends, nor others when there are too many."""
        possible = np.flatnonzero(low <= high)
        if not len(possible):
            return _Table(first, low[:0], high[:0])
        begin, end, middle = int(possible[0]), int(possible[-1]) + 1, int(possible[len(possible) // 2])
        if end - begin > WIDEST:
            begin, end = max(begin, middle - WIDEST // 2), min(end, middle + WIDEST // 2)
        low, high = low[begin:end], high[begin:end]
        never = low > high
        return _Table(first + begin, np.where(never, NEVER, low), np.where(never, -NEVER, high))

    @property
    def n(self) -> Ints:
        return np.arange(self.first, self.first + len(self.low))

    def within(self, limits: Sequence[Limits]) -> _Table:
        low, high, n = self.low, self.high, self.n
        for by_people, by_points, least, most in limits:
            for bound, sign in ((least, 1), (most, -1)):
                if bound is not None:
                    left, by = sign * (bound - by_people * n), sign * by_points  # left <= by * sum
                    if by > 0:
                        low = np.maximum(low, -(-left // by))
                    elif by < 0:
                        high = np.minimum(high, -left // -by)
                    else:
                        low = np.where(left <= 0, low, NEVER)
        return _Table.cut(self.first, low, high)

    def wishing(self, people: int, margin: int) -> _Table:
        """Only what is wished, when there is such a thing."""
        n = self.n
        low, high = np.maximum(self.low, n + margin), np.minimum(self.high, 5 * n - margin)
        wished = _Table.cut(self.first, np.where(n >= people, low, NEVER), high)
        return wished if len(wished.low) else self

    def plus(self, other: _Table) -> _Table:
        """Both together."""
        one, two = np.arange(len(self.low))[:, None], np.arange(len(other.low))
        low = np.full((len(self.low), len(self.low) + len(other.low) - 1), NEVER)
        high = -low
        low[one, one + two] = self.low[:, None] + other.low
        high[one, one + two] = self.high[:, None] + other.high
        return _Table.cut(self.first + other.first, low.min(axis=0), high.max(axis=0))

    def ways(self, other: _Table, n: int, total: int) -> Iterator[Amount]:
        """How much of an amount of both together may be of this one; what is far from all ends first."""
        mine = np.arange(max(self.first, n - other.first - len(other.low) + 1), n - other.first + 1)
        mine = mine[mine < self.first + len(self.low)]
        here, there = mine - self.first, n - mine - other.first
        room = np.minimum(total - self.low[here] - other.low[there], self.high[here] + other.high[there] - total)
        for at in np.argsort(-room, kind="stable")[: np.count_nonzero(room >= 0)]:
            least = max(int(self.low[here[at]]), total - int(other.high[there[at]]))
            most = min(int(self.high[here[at]]), total - int(other.low[there[at]]))
            for sum_ in sorted(range(least, most + 1), key=lambda one: abs(2 * one - least - most))[:FEW]:
                yield int(mine[at]), sum_

    def middle(self) -> Iterator[Amount]:
        """Amounts in the middle, those with most room first."""
        room = self.high - self.low
        for at in np.argsort(-room, kind="stable")[: np.count_nonzero(room >= 0)]:
            yield self.first + int(at), int(self.low[at] + self.high[at]) // 2


@dataclass(slots=True)
class _Search:
    """`tables[group]` are those of its first part, of the first two, and so on; the last one is of all of it."""

    made: Sequence[Group]
    tables: Sequence[Sequence[_Table]]
    shares: dict[tuple[int, Amount], list[Amount] | None] = field(default_factory=dict)
    tries: int = TRIES

    @staticmethod
    def of(system: System, made: Sequence[Group], people: int, margin: int) -> _Search | None:
        tables: list[list[_Table]] = []
        plain: dict[int, _Table] = {}
        for place, group in enumerate(made):
            if group.atom is not None:
                atom = system.atoms[group.atom]
                n = np.arange(atom.least, atom.most + 1)
                plain[place] = _Table(atom.least, n, 5 * n).within(group.limits)
                tables.append([plain[place].wishing(people, margin)])
            else:
                tables.append(_put_together(group, tables))
            wished = [part for part in group.inner if part in plain]
            while not len(tables[-1][-1].low):
                if not wished:
                    return None
                part = wished.pop()  # more was wished than they can have together
                tables[part] = [plain[part]]
                tables[-1] = _put_together(group, tables)
        return _Search(made, tables)

    def amounts(self) -> Mapping[int, Amount] | None:
        """For each atom how many answered, and the sum."""
        inside = {part for group in self.made for part in group.inner}
        chosen: dict[int, Amount] = {}
        for place in range(len(self.made)):
            if place not in inside:
                amount = next((one for one in self.tables[place][-1].middle() if self._can_be(place, one)), None)
                if amount is None:
                    return None
                chosen[place] = amount
        for place in reversed(range(len(self.made))):
            shares = self.shares.get((place, chosen[place]))
            chosen |= dict(zip(self.made[place].inner, shares or (), strict=True))
        return {group.atom: chosen[place] for place, group in enumerate(self.made) if group.atom is not None}

    def _can_be(self, place: int, amount: Amount) -> bool:
        """Whether a way is found of sharing out an amount that lies between the ends."""
        if self.made[place].atom is not None:
            return True
        if (place, amount) not in self.shares:
            self.shares[place, amount] = self._shared_out(place, len(self.made[place].inner) - 1, amount)
        return self.shares[place, amount] is not None

    def _shared_out(self, place: int, last: int, amount: Amount) -> list[Amount] | None:
        """An amount for each part of a group up to the last one."""
        inner, steps = self.made[place].inner, self.tables[place]
        if last == 0:
            return [amount] if self._can_be(inner[0], amount) else None
        for left in steps[last - 1].ways(self.tables[inner[last]][-1], *amount):
            self.tries -= 1
            if self.tries < 0:
                return None
            right = amount[0] - left[0], amount[1] - left[1]
            if self._can_be(inner[last], right) and (others := self._shared_out(place, last - 1, left)) is not None:
                return [*others, right]
        return None


def _put_together(group: Group, tables: Sequence[Sequence[_Table]]) -> list[_Table]:
    steps = [tables[group.inner[0]][-1]]
    for part in group.inner[1:]:
        steps.append(steps[-1].plus(tables[part][-1]))
    steps[-1] = steps[-1].within(group.limits)
    return steps


def _fits(system: System, found: Mapping[int, Amount]) -> bool:
    atoms = ((system.atoms[number], amount) for number, amount in found.items())
    return all(atom.least <= n <= atom.most and n <= total <= 5 * n for atom, (n, total) in atoms) and all(
        _holds(row, found) for row in system.rows
    )


def _holds(row: Row, found: Mapping[int, Amount]) -> bool:
    by_people, by_points = affine(row.weights) or (0, 0)
    value = sum(by_people * found[one][0] + by_points * found[one][1] for one in row.atoms)
    return (row.low is None or row.low <= value) and (row.high is None or value <= row.high)
