"""What a reader who knows no answer learns: one person's answer, or the mean of a small group.

A group is any t < 5 people, from whatever atoms, or whole atoms of fewer than k people together. It leaks when its
mean is confined to less than one point; a single person also when only 1-2 or only 4-5 is left.

Most atoms are settled by one point (`certificate`). The others are looked at first with everybody else fixed at that
point (`alone`), then with the settled ones fixed: what is open there is open, since fewer answers fit, and settled
atoms add their own width to every group. What seems to leak is asked again with nobody held, and that answer is exact.
Where it is open after all, others had to move for it, and together with those it may be a group that is known: so
everybody is added to it who does not stay `apart` between two points at which it is open, one atom after the other,
until it is as large as a group can be.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import Final

from analytics.audit.alone import Others
from analytics.audit.answers import Group, Spread, proof, spread
from analytics.audit.certificate import FEWEST, against_groups, apart, certificate, sizes
from analytics.audit.claims import Point, System, cells_near
from analytics.audit.programme import Undecided

WIDTH: Final = 1
"""Points by which the mean of a small group must stay open."""
MOST_GROUPS: Final = 3000
"""Groups over several atoms that are looked at one by one; more are undecided."""


class Kind(StrEnum):
    """What was found."""

    ANSWER = "answer"
    NARROW = "narrow"
    SMALL_GROUP = "small group"
    INSIDER = "insider"
    PARTICIPATION = "participation"
    TWICE = "published twice"
    CONTRADICTION = "contradiction"
    UNDECIDED = "undecided"


_Seen = dict[frozenset[tuple[int, int]], Spread | None]
"""What is known of groups that were looked at with nobody held."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A leak: of which atoms how many people, what the mean of their answers can be, and the cells that tell it.

    Of participation, whether everybody is known to have answered; otherwise nobody is.
    """

    kind: Kind
    group: Group
    cells: tuple[str, ...]
    mean: tuple[float, float] | None = None
    everybody: bool = False


def leak_of(seen: Spread) -> Kind | None:
    """Whether so much is known of a group that it is a leak."""
    if seen.size == 1 and seen.least == seen.most:
        return Kind.ANSWER
    if seen.size == 1 and (seen.most <= 2 or seen.least >= 4):
        return Kind.NARROW
    return Kind.SMALL_GROUP if seen.most - seen.least < WIDTH * seen.size else None


def outsider(system: System, k: int) -> list[Finding]:
    """Leaks to readers who know no answer; none found means that there is none. Raises Undecided."""
    found = certificate(system, against_groups(k))
    if found is None:
        return [Finding(Kind.CONTRADICTION, {}, cells_near(system, system.atoms))]
    frozen, seen = system.frozen(found.point, found.open), _Seen()
    others = Others.at(system, found.point)
    for groups in (_within(frozen, k), _across(frozen, list(frozen.atoms), k)):
        suspected = [group for group in groups if not _open_alone(others, group) and _leak(frozen, group)]
        seen |= {_key(group): spread(system, group) for group in suspected}
        if leaks := list(_confirmed(system, suspected, seen)):
            return leaks
    return _widened(system, seen, k, found.point)


def _widened(system: System, seen: _Seen, k: int, point: Point) -> list[Finding]:
    """Leaks of groups that hold one of these, none of which leaks by itself. Raises Undecided."""
    waiting = list(seen)
    for key in waiting:  # it grows while it is walked through
        found, group = seen[key], dict(key)
        if found is None:
            continue
        larger = [one for one in _larger(system, group, found, k, point) if _key(one) not in seen]
        if len(seen) + len(larger) > MOST_GROUPS:
            raise Undecided(f"more than {MOST_GROUPS} small groups to look at")
        seen |= {_key(one): spread(system, one) for one in larger}
        if leaks := list(_confirmed(system, larger, seen)):
            return leaks
        waiting += map(_key, larger)
    return []


def _larger(system: System, group: Group, seen: Spread, k: int, point: Point) -> Iterator[Group]:
    """The group with people of one more atom."""
    if sum(group.values()) + 1 < max(k, FEWEST):
        for number, taken in apart(system, group, (seen.least, seen.most), k, point):
            larger = {**group, number: taken}
            if sum(larger.values()) < FEWEST or _whole(system, larger, k):
                yield larger


def _key(group: Group) -> frozenset[tuple[int, int]]:
    return frozenset(group.items())


def _confirmed(system: System, groups: Iterable[Group], spreads: _Seen) -> Iterator[Finding]:
    for group in groups:
        seen = spreads[_key(group)]
        kind = leak_of(seen) if seen else None
        if seen and kind:
            yield Finding(kind, group, proof(system, group), seen.mean)


def _open_alone(others: Others, group: Group) -> bool:
    """Whether the group is open while one atom of it moves, and all others stay where they are.

    Within their atoms, people trade answers at any time, so that the widths of what stays where it is add up.
    """
    size, moved, held = sum(group.values()), list[int](), list[int]()
    for number, taken in group.items():
        alone, here = others.ends(number, taken), others.here(number, taken)
        if alone is None or here is None:
            return False
        if len(group) == 1:
            return leak_of(Spread(size, *alone)) is None
        moved.append(alone[1] - alone[0])
        held.append(here[1] - here[0])
    return max(sum(held) + more - less for more, less in zip(moved, held, strict=True)) >= WIDTH * size


def _leak(system: System, group: Group) -> bool:
    """In a system that was frozen, people who cannot all have answered are no proof of anything."""
    seen = spread(system, group)
    return seen is None or leak_of(seen) is not None


def _within(system: System, k: int) -> Iterator[Group]:
    for number, atom in system.atoms.items():
        for taken in sizes(atom.most, k):
            yield {number: taken}


def _across(system: System, atoms: list[int], k: int) -> Iterator[Group]:
    """Groups over several atoms that claims tie together; others are safe when their parts are (widths add up).

    Raises Undecided when there are too many.
    """
    every = (group for tied in system.components(atoms) for group in _combined(system, tied, k))
    groups = list(islice(every, MOST_GROUPS + 1))
    if len(groups) > MOST_GROUPS:
        raise Undecided(f"more than {MOST_GROUPS} small groups to look at")
    yield from groups


def _combined(system: System, tied: list[int], k: int) -> Iterator[Group]:
    choices = [[0, *sizes(system.atoms[number].most, k)] for number in tied]
    for taken in _bounded(choices, max(k, FEWEST) - 1):
        group = {number: count for number, count in zip(tied, taken, strict=True) if count}
        if len(group) > 1 and (sum(taken) < FEWEST or _whole(system, group, k)):
            yield group


def _whole(system: System, group: Group, k: int) -> bool:
    """Whether it is made of whole atoms, of fewer than k people together."""
    return sum(group.values()) < k and all(count == system.atoms[number].most for number, count in group.items())


def _bounded(choices: list[list[int]], most: int) -> Iterator[tuple[int, ...]]:
    """All ways to take one of each with a sum of at most `most`, without walking through the others."""
    if not choices:
        yield ()
        return
    for first in choices[0]:
        if first <= most:
            for rest in _bounded(choices[1:], most - first):
                yield (first, *rest)
