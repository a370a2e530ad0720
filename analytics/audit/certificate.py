"""One set of answers that fits everything published, chosen so that it settles as many atoms as possible.

Why one point can prove safety. Fix what the answers of each atom add up to at that point; fewer answers fit now, so
what is open here is open. The people of an atom can still trade answers among themselves, independently of other
atoms. Let an atom have n people, `low` = sum - n, `high` = 5n - sum, and n >= 5, low >= 4, high >= 4. Then

* t < 5 of its people can add up to anything from t + max(0, 4t - high) to t + min(4t, low). The width
  min(4t, low) + min(4t, high) - 4t is at least t: both terms 4t give 4t; one term 4t leaves low or high, >= 4 >= t;
  neither gives low + high - 4t = 4(n - t) >= 4. So the mean of any t of them stays open by a point or more, and of
  people from several such atoms together as well, since widths add up;
* one of them can have answered 1 to 5.

With low >= 4c + 1 and high >= 4c + 1 and n >= c + 2, any c people may know what they answered, whatever that was:
their answers add up to c..5c, and the n - c others still have a sum strictly between all 1 and all 5, so that
nobody's answer follows. Such an atom is called *settled*.

With counts in the claims (people unknown, n from `least` to `most`) the same holds for that world, and a reader
who does not know who answered must allow for it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from analytics.audit.answers import Fitting
from analytics.audit.claims import COUNT, Point, Row, System, Weights

FEWEST: Final = 5
LOW: Final[Weights] = (0, 1, 2, 3, 4)
"""Distance of an answer from 1."""
HIGH: Final[Weights] = (4, 3, 2, 1, 0)
"""Distance of an answer from 5."""
ROOMY: Final = 10
"""With low and high of at least ten at each of two points, t < 5 people at their most at the one and at their least
at the other are still t apart. That width is min(4t, low) + min(4t, high) - 4t: 4t when both terms are, ten or more
when one is, and at least 20 - 4t >= t when neither is. So settled atoms may move between two points within that."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What a point must give an atom to settle it: people, and distance from all 1 and from all 5."""

    people: int
    margin: int

    def holds(self, answers: tuple[int, ...]) -> bool:
        n, total = sum(answers), sum((option + 1) * count for option, count in enumerate(answers))
        return n >= self.people and min(total - n, 5 * n - total) >= self.margin

    def rows(self, atom: int) -> Iterator[Row]:
        """The same as claims."""
        for weights, low in ((LOW, self.margin), (HIGH, self.margin), (COUNT, self.people)):
            yield Row(frozenset([atom]), weights, low, None, "")


def against_groups(k: int) -> Settled:
    """Settled for readers who know no answer: no group below k is a whole atom, none of fewer than five is narrow."""
    return Settled(people=max(k, FEWEST), margin=4)


def against_insiders(coalition: int) -> Settled:
    return Settled(people=coalition + 2, margin=4 * coalition + 1)


def both(one: Settled, other: Settled) -> Settled:
    return Settled(max(one.people, other.people), max(one.margin, other.margin))


@dataclass(frozen=True, slots=True)
class Certificate:
    """Answers that fit, and the atoms that they do not settle."""

    point: Point
    open: Collection[int]

    def eased(self, system: System, k: int) -> System:
        """The system with settled atoms held, but no more than needed (see `ROOMY`): fewer answers fit it."""
        roomy = Settled(max(k, FEWEST), ROOMY)
        held = set(system.atoms) - set(self.open)
        free = {number for number in held if roomy.holds(self.point[number])}
        return system.frozen(self.point, free | set(self.open)).saying(row for one in free for row in roomy.rows(one))


def certificate(system: System, wanted: Settled) -> Certificate | None:
    """None when no answers fit at all. Raises Undecided. Atoms under a histogram are never settled this way."""
    fitting = Fitting.of(system)
    short = _shortfall(fitting, wanted) if fitting.plain else {}
    found = fitting.programme.least(short)
    if found is None:
        return None
    point = fitting.point(found[1])
    unsettled = [number for number in system.atoms if not (fitting.plain and wanted.holds(point[number]))]
    return Certificate(point, unsettled)


def _shortfall(fitting: Fitting, wanted: Settled) -> dict[int, int]:
    """Give each atom a column that says how much it lacks; their sum is to be least."""
    short: dict[int, int] = {}
    for number, atom in fitting.system.atoms.items():
        n, total = fitting.parts[number][0]
        lacks = fitting.programme.column(0, wanted.margin + wanted.people)
        fitting.programme.row({total: 1, n: -1, lacks: 1}, low=wanted.margin)
        fitting.programme.row({n: 5, total: -1, lacks: 1}, low=wanted.margin)
        if atom.least < min(atom.most, wanted.people):
            fitting.programme.row({n: 1, lacks: 1}, low=min(atom.most, wanted.people))
        short[lacks] = 1
    return short
