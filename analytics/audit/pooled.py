"""How often, and how much more, two people learn who put their own answers together. Told, not forbidden, under the
standard preset: a limit that the promises state. Under *strict* it is a leak (`insider` with a coalition of two).

Looked at are groups whose participation is known and that one point does not settle for two. Both people are of the
same group, where they learn most; every pair of answers that they can have given counts once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations_with_replacement

from analytics.audit.answers import Fitting
from analytics.audit.certificate import against_insiders, certificate
from analytics.audit.claims import System

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


def pooled(system: System) -> Pooled:
    """Nothing is said of groups whose participation is not known, or of histograms. Raises Undecided."""
    known = [number for number, atom in system.atoms.items() if atom.least == atom.most]
    found = certificate(system, against_insiders(2)) if known and system.plain else None
    if found is None:
        return Pooled()
    whole, fitting = Pooled(groups=len(known)), Fitting.of(system)
    for number in found.open:
        if system.atoms[number].least == system.atoms[number].most > 2:
            whole = whole.plus(_of(system.atoms[number].most, *_range(fitting, number)))
    return whole


def _of(n: int, least: int, most: int) -> Pooled:
    pairs = list(_left(n - 2, least, most, PAIRS))
    if 1 not in pairs:
        return Pooled()
    singles = list(_left(n - 1, least, most, range(1, 6)))
    return Pooled(0, 1, len(pairs), pairs.count(1), len(singles), sum(singles), sum(pairs))


def _left(others: int, least: int, most: int, known: Iterable[int]) -> Iterator[int]:
    """For each sum of known answers that is possible, how many answers one of the others can have given."""
    for own in known:
        low, high = max(least - own, others), min(most - own, 5 * others)
        if low <= high:
            yield min(5, high - (others - 1)) - max(1, low - 5 * (others - 1)) + 1


def _range(fitting: Fitting, number: int) -> tuple[int, int]:
    total = fitting.sum_of(number)
    least, most = (fitting.programme.least({at: sign * by for at, by in total.items()}) for sign in (1, -1))
    return (least[0], -most[0]) if least and most else (0, 0)
