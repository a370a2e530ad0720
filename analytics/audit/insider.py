"""What somebody learns who knows the own answer, alone or with others: another person's answer for certain.

Every answer that an insider can have given is tried, because the audit knows no answers. People in atoms that one
point settles need no trying (`certificate`): that point fits whatever they answered, and leaves all others open.

Where that point leaves an atom closed, two other points show it open, in which one of its people gave different
answers. Whoever knows the answers of people in atoms that both of these settle cannot tell the two apart, so that
only the others have to be tried.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from analytics.audit.alone import Others
from analytics.audit.answers import Spread, proof, spread
from analytics.audit.attack import Finding, Kind
from analytics.audit.certificate import Settled, against_insiders, certificate, unsettled_with
from analytics.audit.claims import System, cells_near, some_answers

ANSWERS = range(1, 6)


def insider(system: System, coalition: int) -> list[Finding]:
    """The first leak to people who put so many own answers together; none when there is none. Raises Undecided."""
    wanted = against_insiders(coalition)
    found = certificate(system, wanted)
    if found is None or not found.open:
        return []
    frozen, others = system.frozen(found.point, found.open), Others.at(system, found.point)
    alone = {number: _open_alone(others, number) for number in found.open}
    closed = [
        number for number in found.open if not alone[number] and _certain(_one_of(frozen, number), if_nobody=True)
    ]
    seen = {number: _one_of(system, number) for number in closed if system.atoms[number].most}
    certain = [number for number, one in seen.items() if _certain(one, if_nobody=False)]
    if certain:
        return [Finding(Kind.INSIDER, {number: 1}, proof(system, {number: 1})) for number in certain]
    if not coalition:
        return []
    knowing = set(found.open)
    for number, one in seen.items():
        if one is not None:
            knowing |= _may_tell(system, number, one, wanted)
    told = ((number, answer) for number in sorted(knowing) for answer in ANSWERS if system.atoms[number].most)
    if coalition == 1 and all(alone.values()):
        told = (one for one in told if not _tells_nothing(others, *one, found.open))
    return _told_to_one_more(system, told, coalition)


def _may_tell(system: System, number: int, seen: Spread, wanted: Settled) -> set[int]:
    """The atoms whose people may learn from their own answers what one of this atom answered."""
    ends = (seen.least, seen.most)
    return {one for answer in ends for one in unsettled_with(system, number, answer, wanted)}


def _told_to_one_more(system: System, known: Iterable[tuple[int, int]], coalition: int) -> list[Finding]:
    """`known` are atoms with an answer that somebody of them may have given."""
    for number, answer in known:
        if leaks := insider(system.knowing(number, answer), coalition - 1):
            return [_with_own(system, leak, number) for leak in leaks]
    return []


def _open_alone(others: Others, number: int) -> bool:
    """Whether one of these can have answered this or that, with everybody else where they are."""
    ends = others.ends(number, 1)
    return ends is not None and ends[0] < ends[1]


def _tells_nothing(others: Others, number: int, answer: int, open_: Collection[int]) -> bool:
    """Whether one of an atom who gave this answer knows no other, shown by moving that atom alone, then each other one.

    Where the point settles an atom, that stays so wherever the others are.
    """
    alone = others.but(number)
    if alone is None:
        return False
    left = [(n - 1, low - answer, high - answer) for n, (low, high) in alone.counts() if n]
    left = [(n, max(n, low), min(5 * n, high)) for n, low, high in left if n <= high and low <= 5 * n]
    if not left:
        return False
    seen = {one for n, low, high in left if n for one in range(max(1, low - 5 * (n - 1)), min(5, high - n + 1) + 1)}
    if alone.most > 1 and len(seen) < 2:
        return False
    there = min(left, key=lambda one: abs(one[0] + 1 - sum(others.point[number])))
    moved = others.with_(number, some_answers(there[0] + 1, (there[1] + there[2]) // 2 + answer))
    return all(_open_alone(moved, other) for other in open_ if other != number)


def _with_own(system: System, leak: Finding, number: int) -> Finding:
    return Finding(leak.kind, leak.group, leak.cells or cells_near(system, [number]))


def _one_of(system: System, number: int) -> Spread | None:
    return spread(system, {number: 1}) if system.atoms[number].most else Spread(1, 1, 5)


def _certain(seen: Spread | None, *, if_nobody: bool) -> bool:
    """Whether the answer of one of an atom is certain. `if_nobody` is said when none of them can have answered:
    where others were fixed that proves nothing, otherwise there is no answer to be known."""
    return if_nobody if seen is None else seen.least == seen.most
