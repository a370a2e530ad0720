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

Of an atom under a histogram or bands fix how many gave each answer; its people can still change places. Let no answer
be given by more than n - 4 of them, and let somebody be outside 1-2, and somebody outside 4-5. The t <= 4 highest
answers exceed the t lowest by t at least: the i-th highest equals the i-th lowest only where n - 2 (i - 1) answers are
the same one, and then those outside it are apart by two or more, or by one each. With n - c - 1 at most, c people who
know their own answers are left with two different answers among the others, if c people gave each answer that c can
have given (or as many as can have). Such an atom is settled too.

With counts in the claims (people unknown, n from `least` to `most`) the same holds for that world, and a reader
who does not know who answered must allow for it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from analytics.audit.alone import ends_at
from analytics.audit.answers import Fitting, Group
from analytics.audit.claims import COUNT, Point, Row, System, Weights
from analytics.audit.nested import some_point

FEWEST: Final = 5
"""Of any fewer people than this the mean must stay open, also where k is higher (T3)."""
LOW: Final[Weights] = (0, 1, 2, 3, 4)
"""Distance of an answer from 1."""
HIGH: Final[Weights] = (4, 3, 2, 1, 0)
"""Distance of an answer from 5."""
ROOMY: Final = 10
"""With low and high of at least ten at each of two points, an atom is `apart` between them."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What a point must give an atom to settle it: people, and distance from all 1 and from all 5."""

    people: int
    margin: int
    outside: int
    """People who did not give the most frequent answer, where a histogram is known."""
    knowing: int = 0
    """How many may know their own answers."""

    def holds_shape(self, answers: tuple[int, ...], most: tuple[int, ...]) -> bool:
        """Whether it settles an atom of which it is known how many gave each answer; `most` can have given each."""
        n = sum(answers)
        apart = answers[0] + answers[1] < n and answers[3] + answers[4] < n
        given = all(count >= min(self.knowing, cap) for count, cap in zip(answers, most, strict=True))
        return n >= self.people and n - max(answers) >= self.outside and apart and given

    def holds(self, answers: tuple[int, ...]) -> bool:
        return sum(answers) >= self.people and min(_sum(LOW, answers), _sum(HIGH, answers)) >= self.margin

    def rows(self, atom: int) -> Iterator[Row]:
        """The same as claims."""
        for weights, low in ((LOW, self.margin), (HIGH, self.margin), (COUNT, self.people)):
            yield Row(frozenset([atom]), weights, low, None, "")


def against_groups(k: int) -> Settled:
    """Settled for readers who know no answer: no group below k is a whole atom, none of fewer than five is narrow."""
    return Settled(people=max(k, FEWEST), margin=4, outside=4)


def against_insiders(coalition: int) -> Settled:
    return Settled(people=coalition + 2, margin=4 * coalition + 1, outside=coalition + 1, knowing=coalition)


def both(one: Settled, other: Settled) -> Settled:
    return Settled(
        max(one.people, other.people),
        max(one.margin, other.margin),
        max(one.outside, other.outside),
        max(one.knowing, other.knowing),
    )


@dataclass(frozen=True, slots=True)
class Certificate:
    """Answers that fit, and the atoms that they do not settle."""

    point: Point
    open: Collection[int]


def certificate(system: System, wanted: Settled) -> Certificate | None:
    """None when no answers fit at all. Raises Undecided."""
    most: Mapping[int, tuple[int, ...]] = {}
    point = some_point(system, wanted.people, wanted.margin)
    if point is None:
        fitting = Fitting.of(system)
        most = {number: _most(system, number) for number in fitting.shaped}
        found = fitting.programme.least(_shortfall(fitting, wanted, most))
        if found is None:
            return None
        point = fitting.point(found[1])
    return Certificate(
        point,
        [
            number
            for number, answers in point.items()
            if not (wanted.holds_shape(answers, most[number]) if number in most else wanted.holds(answers))
        ],
    )


@dataclass(frozen=True, slots=True)
class Apart:
    """Two points that fit, at which a group's answers add up to its least and to its most."""

    least: Point
    most: Point

    def by(self, number: int, taken: int) -> int | None:
        """How much more so many of an atom can add up to at the one than at the other; None where fewer came."""
        ends = [ends_at(point[number], taken) for point in (self.least, self.most)]
        return ends[1][1] - ends[0][0] if ends[0] and ends[1] else None


def apart(system: System, group: Group, ends: tuple[int, int], k: int, point: Point) -> Iterator[tuple[int, int]]:
    """Of which atoms how many make, together with a group, one whose mean may be known. Raises Undecided.

    At two points, where the group's answers add up to their least and to their most, others add what they are `Apart`;
    with what the group is open by beyond its size, shared equally among as many as may join it, that must be as much as
    they are people. Then whoever joins the group leaves it open. At most atoms both points are `point`.
    """
    between, shaped = _between(system, group, ends, k, point), system.shaped
    others = system.atoms.keys() - group.keys()
    size = sum(group.values())
    joining = max(k, FEWEST) - 1 - size
    beyond = ends[1] - ends[0] - size
    for number in sorted(others):
        for taken in sizes(system.atoms[number].most, k):
            by = between.by(number, taken) if between and number not in shaped else None
            if by is None or by * joining < taken * (joining - beyond):
                yield number, taken


def _between(system: System, group: Group, ends: tuple[int, int], k: int, point: Point) -> Apart | None:
    wanted = Settled(max(k, FEWEST), ROOMY, 0)
    near = system.near(group)
    for some in (system.frozen(point, near), system):
        least, most = (point_with(some, group, total, wanted) for total in ends)
        if least is not None and most is not None:
            return Apart({**point, **least}, {**point, **most})
    return None


def sizes(people: int, k: int) -> list[int]:
    """How many of an atom make a group: fewer than five, or all when they are fewer than k."""
    return [*range(1, min(people, FEWEST - 1) + 1), *([people] if FEWEST <= people < k else [])]


def unsettled_with(system: System, number: int, answer: int, wanted: Settled) -> Collection[int]:
    """The atoms that no point settles at once in which somebody of atom `number` gave this answer, that atom included.

    Raises Undecided.
    """
    point = point_with(system, {number: 1}, answer, wanted)
    if point is None:
        return list(system.atoms)
    return [number, *(one for one, answers in point.items() if not wanted.holds(answers))]


def point_with(system: System, group: Group, total: int, wanted: Settled) -> Point | None:
    """Answers that fit, of all atoms but those of the group, whose own answers add up to `total`; as many settled as
    possible. None where no point fits, or where histograms keep every atom open. Raises Undecided.
    """
    fitting = Fitting.of(system, group)
    if fitting.shaped:
        return None
    own: dict[int, int] = {}
    for number in group:
        own |= fitting.sum_of(number)
    fitting.programme.row(own, total, total)
    found = fitting.programme.least(_shortfall(fitting, wanted, {}, group))
    return fitting.point(found[1], group) if found else None


def _most(system: System, number: int) -> tuple[int, ...]:
    """How many of an atom under a histogram can have given each answer, as far as what is said of it alone tells."""
    alone = replace(
        system, atoms={number: system.atoms[number]}, rows=tuple(row for row in system.rows if row.atoms == {number})
    )
    fitting, most = Fitting.of(replace(alone, rows=(*alone.rows, _five_columns(number)))), []
    for column in fitting.parts[number][0]:
        found = fitting.programme.least({column: -1})
        most.append(-found[0] if found else 0)
    return tuple(most)


def _five_columns(number: int) -> Row:
    """A claim that says nothing, and makes of an atom one with five columns."""
    return Row(frozenset([number]), (1, 0, 0, 0, 0), None, None, "")


def _shortfall(
    fitting: Fitting, wanted: Settled, most: Mapping[int, tuple[int, ...]], but: Collection[int] = ()
) -> dict[int, int]:
    """Give each atom `but` some a column that says how much it lacks; their sum is to be least."""
    short: dict[int, int] = {}
    for number, atom in fitting.system.atoms.items():
        if number in but:
            continue
        if number in fitting.shaped:
            short[_shape_shortfall(fitting, number, wanted, most[number])] = 1
            continue
        n, total = fitting.parts[number][0]
        lacks = fitting.programme.column(0, wanted.margin + wanted.people)
        fitting.programme.row({total: 1, n: -1, lacks: 1}, low=wanted.margin)
        fitting.programme.row({n: 5, total: -1, lacks: 1}, low=wanted.margin)
        if atom.least < min(atom.most, wanted.people):
            fitting.programme.row({n: 1, lacks: 1}, low=min(atom.most, wanted.people))
        short[lacks] = 1
    return short


def _shape_shortfall(fitting: Fitting, number: int, wanted: Settled, most: tuple[int, ...]) -> int:
    """The column of what an atom under a histogram lacks."""
    columns = fitting.parts[number][0]
    lacks = fitting.programme.column(0, wanted.people + wanted.outside)
    for option in range(5):
        others = {column: 1 for at, column in enumerate(columns) if at != option}
        fitting.programme.row({**others, lacks: 1}, low=wanted.outside)
        if wanted.knowing and most[option]:
            fitting.programme.row({columns[option]: 1, lacks: 1}, low=min(wanted.knowing, most[option]))
    for outside in (columns[2:], columns[:3]):
        fitting.programme.row({**dict.fromkeys(outside, 1), lacks: 1}, low=1)
    fitting.programme.row({**dict.fromkeys(columns, 1), lacks: 1}, low=wanted.people)
    return lacks


def _sum(weights: Weights, answers: tuple[int, ...]) -> int:
    return sum(weight * count for weight, count in zip(weights, answers, strict=True))
