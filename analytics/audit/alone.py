"""What the people of one atom can have answered while everybody else stays where they are at some point.

Fewer answers fit than in the whole system, so that what is open here is open: most questions need no programme.
For each number of people who answered, their answers can add up to any number between two ends.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from analytics.audit.claims import Answers, Limits, Point, System, affine

Sums = tuple[int, int]
"""The least and the most that answers can add up to."""


@dataclass(frozen=True, slots=True)
class Alone:
    """An atom of which at least `least` and at most `most` people answered."""

    least: int
    most: int
    limits: Sequence[Limits]

    def sums(self, n: int) -> Sums | None:
        """None when it cannot be so many people."""
        least, most = n, 5 * n
        for by_people, by_points, low, high in self.limits:
            ends = _between(by_people * n, by_points, low, high)
            if ends is None:
                return None
            least, most = max(least, ends[0]), min(most, ends[1])
        return (least, most) if least <= most else None

    def counts(self) -> Iterator[tuple[int, Sums]]:
        """Every number of people that can have answered, with what their answers can add up to."""
        for n in range(self.least, self.most + 1):
            ends = self.sums(n)
            if ends is not None:
                yield n, ends

    def ends(self, taken: int) -> Sums | None:
        """The least and the most that the answers of so many of these people can add up to; None when fewer came."""
        least, most = [], []
        for n, (low, high) in self.counts():
            if n >= taken:
                least.append(max(taken, low - 5 * (n - taken)))
                most.append(min(5 * taken, high - (n - taken)))
        return (min(least), max(most)) if least else None


@dataclass(frozen=True, slots=True)
class Others:
    """Everybody at a point that fits: `totals` is what they add to each claim, by its place."""

    system: System
    point: Point
    about: dict[int, list[int]]
    totals: list[int]
    shaped: frozenset[int]

    @staticmethod
    def at(system: System, point: Point) -> Others:
        about: dict[int, list[int]] = {number: [] for number in system.atoms}
        totals = []
        for place, row in enumerate(system.rows):
            totals.append(sum(row.value(point[one]) for one in row.atoms))
            for number in row.atoms:
                about[number].append(place)
        return Others(system, point, about, totals, system.shaped)

    def but(self, number: int) -> Alone | None:
        """What is possible for one atom; None of one under a histogram or bands."""
        return self._alone(number, self.about[number])

    def none(self, number: int) -> Alone | None:
        """What the claims about this atom alone leave possible: that much at most, wherever all others are."""
        return self._alone(number, [at for at in self.about[number] if len(self.system.rows[at].atoms) == 1])

    def _alone(self, number: int, places: Sequence[int]) -> Alone | None:
        if number in self.shaped:
            return None
        own, limits, atom = self.point[number], list[Limits](), self.system.atoms[number]
        for place in places:
            row = self.system.rows[place]
            straight = affine(row.weights)
            assert straight is not None
            there = row.less(self.totals[place] - row.value(own))
            limits.append((*straight, there.low, there.high))
        return Alone(atom.least, atom.most, limits)

    def ends(self, number: int, taken: int) -> Sums | None:
        """As of `Alone`; None also where nothing can be said."""
        alone = self.but(number)
        return alone.ends(taken) if alone else None

    def here(self, number: int, taken: int) -> Sums | None:
        """The same when this atom stays where it is too."""
        return ends_at(self.point[number], taken)

    def with_(self, number: int, answers: Answers) -> Others:
        """The same with one atom somewhere else, where it can be `alone`."""
        totals = list(self.totals)
        for place in self.about[number]:
            row = self.system.rows[place]
            totals[place] += row.value(answers) - row.value(self.point[number])
        return Others(self.system, {**self.point, number: answers}, self.about, totals, self.shaped)


def ends_at(answers: Answers, taken: int) -> Sums | None:
    """The least and the most that so many of these people can have, of whom only the sum is known; None when there are
    fewer."""
    n, total = sum(answers), sum(answer * count for answer, count in enumerate(answers, 1))
    return (max(taken, total - 5 * (n - taken)), min(5 * taken, total - (n - taken))) if n >= taken else None


def _between(fixed: int, by: int, low: int | None, high: int | None) -> Sums | None:
    """The whole numbers x with low <= fixed + by * x <= high."""
    if by == 0:
        fits = (low is None or low <= fixed) and (high is None or fixed <= high)
        return (-FAR, FAR) if fits else None
    if by < 0:
        fixed, by, low, high = -fixed, -by, None if high is None else -high, None if low is None else -low
    least = -FAR if low is None else -((fixed - low) // by)
    return least, FAR if high is None else (high - fixed) // by


FAR = 1 << 40
"""Further than any sum of answers."""
