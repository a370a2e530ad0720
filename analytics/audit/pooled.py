"""How often, and how much more, two people learn who put their own answers together. Told, not forbidden, under the
standard preset: a limit that the promises state. Under *strict* it is a leak (`insider` with a coalition of two).

Looked at are groups that one point does not settle for two. Both people are of the same group, where they learn most;
every pair of answers that they can have given counts once. Where it is not known who answered, they have to allow for
every number of people that fits, and know an answer only when it is the same for all of these numbers. Groups far away
are then held where they are, so that what is told is the most that two can learn, and soon counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations_with_replacement

from analytics.audit.alone import Others
from analytics.audit.answers import Fitting
from analytics.audit.certificate import against_insiders, certificate
from analytics.audit.claims import System
from analytics.audit.nested import sums

PAIRS = tuple(sum(pair) for pair in combinations_with_replacement(range(1, 6), 2))


@dataclass(frozen=True, slots=True)
class Pooled:
    """Groups that were judged, those in which some pair would know everybody else's answer, and all such pairs among
    those possible in these. `left_to_one` and `left_to_two` add up how many of the answers 1 to 5 another person can
    still have given, over the `singles` and `pairs` of answers possible in those groups."""

    groups: int = 0
    told: int = 0
    pairs: int = 0
    telling: int = 0
    singles: int = 0
    left_to_one: int = 0
    left_to_two: int = 0

    def plus(self, other: Pooled) -> Pooled:
        return Pooled(
            self.groups + other.groups,
            self.told + other.told,
            self.pairs + other.pairs,
            self.telling + other.telling,
            self.singles + other.singles,
            self.left_to_one + other.left_to_one,
            self.left_to_two + other.left_to_two,
        )


Ranges = Mapping[int, tuple[int, int]]
"""By how many people of a group answered: the least and the most that their answers add up to."""


def pooled(system: System) -> Pooled:
    """Nothing is said of histograms, and of groups in which there is no third. Raises Undecided."""
    judged = [number for number, atom in system.atoms.items() if atom.most > 2]
    found = certificate(system, against_insiders(2)) if judged and system.plain else None
    if found is None:
        return Pooled()
    whole, fitting, known = Pooled(groups=len(judged)), Fitting.of(system), sums(system) or {}
    others = Others.at(system, found.point)
    for number in found.open:
        atom = system.atoms[number]
        if atom.least == atom.most > 2:
            ends = [(atom.most, known[number])] if number in known else _ranges(fitting, number, [atom.most])
            whole = whole.plus(_of(dict(ends)))
        elif atom.most > 2:
            alone = _alone(others, number)
            if alone is None:
                near = Fitting.of(system.frozen(found.point, system.near([number])))
                alone = _of_unknown(near, number, sum(found.point[number]))
            whole = whole.plus(alone)
    return whole


def _alone(others: Others, number: int) -> Pooled | None:
    """The same when all other atoms are held where they are, if that is no more than the claims about the own atom
    tell by themselves: then it is exact. Otherwise None."""
    held, free = others.but(number), others.none(number)
    if held is None or free is None:
        return None
    here, anywhere = ({n: ends for n, ends in one.counts() if n > 2} for one in (held, free))
    same = all(list(_left(here, *own)) == list(_left(anywhere, *own)) for own in ((1, range(1, 6)), (2, PAIRS)))
    return _of(here) if same else None


def _of_unknown(near: Fitting, number: int, likely: int) -> Pooled:
    """Go through numbers of people, likely ones first, until no pair can know anything."""
    atom, ranges = near.system.atoms[number], dict[int, tuple[int, int]]()
    counts = sorted(range(max(3, atom.least), atom.most + 1), key=lambda n: abs(n - likely))
    for n, ends in _ranges(near, number, counts):
        ranges[n] = ends
        left = list(_left(ranges, 2, PAIRS))
        if len(left) == len(PAIRS) and 1 not in left:
            return Pooled()
    return _of(ranges)


def _of(ranges: Ranges) -> Pooled:
    pairs = list(_left(ranges, 2, PAIRS))
    if 1 not in pairs:
        return Pooled()
    singles = list(_left(ranges, 1, range(1, 6)))
    return Pooled(0, 1, len(pairs), pairs.count(1), len(singles), sum(singles), sum(pairs))


def _left(ranges: Ranges, knowing: int, known: Iterable[int]) -> Iterator[int]:
    """For each sum of known answers that is possible, how many answers one of the others can have given."""
    for own in known:
        answers: set[int] = set()
        for n, (least, most) in ranges.items():
            others = n - knowing
            low, high = max(least - own, others), min(most - own, 5 * others)
            if low <= high:
                answers |= set(range(max(1, low - 5 * (others - 1)), min(5, high - (others - 1)) + 1))
        if answers:
            yield len(answers)


def _ranges(fitting: Fitting, number: int, counts: Iterable[int]) -> Iterator[tuple[int, tuple[int, int]]]:
    programme, total = fitting.programme, fitting.sum_of(number)
    (column,) = fitting.count_of(number)
    for n in counts:
        programme.lower[column] = programme.upper[column] = n
        least, most = (programme.least({at: sign * by for at, by in total.items()}) for sign in (1, -1))
        if least and most:
            yield n, (least[0], -most[0])
    atom = fitting.system.atoms[number]
    programme.lower[column], programme.upper[column] = atom.least, atom.most
