"""What somebody learns who knows the own answer, alone or with others: another person's answer for certain.

Every answer that an insider can have given is tried, because the audit knows no answers. People in atoms that one
point settles need no trying (`certificate`): that point fits whatever they answered, and leaves all others open.

Where that point leaves an atom closed, two other points show it open, in which one of its people gave different
answers. Whoever knows the answers of people in atoms that both of these settle cannot tell the two apart, so that
only the others have to be tried.
"""

from __future__ import annotations

from collections.abc import Collection

from analytics.audit.answers import Spread, proof, spread
from analytics.audit.attack import Finding, Kind
from analytics.audit.certificate import Settled, against_insiders, certificate, unsettled_with
from analytics.audit.claims import System, cells_near

ANSWERS = range(1, 6)


def insider(system: System, coalition: int) -> list[Finding]:
    """The first leak to people who put so many own answers together; none when there is none. Raises Undecided."""
    wanted = against_insiders(coalition)
    found = certificate(system, wanted)
    if found is None or not found.open:
        return []
    frozen = system.frozen(found.point, found.open)
    closed = [number for number in found.open if _certain(_one_of(frozen, number), if_nobody=True)]
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
    return _told_to_one_more(system, sorted(knowing), coalition)


def _may_tell(system: System, number: int, seen: Spread, wanted: Settled) -> set[int]:
    """The atoms whose people may learn from their own answers what one of this atom answered."""
    ends = (seen.least, seen.most)
    return {one for answer in ends for one in unsettled_with(system, number, answer, wanted)}


def _told_to_one_more(system: System, atoms: Collection[int], coalition: int) -> list[Finding]:
    for number in atoms:
        for answer in ANSWERS:
            if system.atoms[number].most and (leaks := insider(system.knowing(number, answer), coalition - 1)):
                return [_with_own(system, leak, number) for leak in leaks]
    return []


def _with_own(system: System, leak: Finding, number: int) -> Finding:
    return Finding(leak.kind, leak.group, leak.cells or cells_near(system, [number]))


def _one_of(system: System, number: int) -> Spread | None:
    return spread(system, {number: 1}) if system.atoms[number].most else Spread(1, 1, 5)


def _certain(seen: Spread | None, *, if_nobody: bool) -> bool:
    """Whether the answer of one of an atom is certain. `if_nobody` is said when none of them can have answered:
    where others were fixed that proves nothing, otherwise there is no answer to be known."""
    return if_nobody if seen is None else seen.least == seen.most
