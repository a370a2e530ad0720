"""What somebody learns who knows the own answer, alone or with others: another person's answer for certain.

Every answer that an insider can have given is tried, because the audit knows no answers. People in atoms that one
point settles need no trying (`certificate`): that point fits whatever they answered, and leaves all others open.
"""

from __future__ import annotations

from analytics.audit.answers import proof, spread
from analytics.audit.attack import Finding, Kind
from analytics.audit.certificate import against_insiders, certificate
from analytics.audit.claims import System, cells_near

ANSWERS = range(1, 6)


def insider(system: System, coalition: int) -> list[Finding]:
    """The first leak to people who put so many own answers together; none when there is none. Raises Undecided."""
    found = certificate(system, against_insiders(coalition))
    if found is None or not found.open:
        return []
    frozen = system.frozen(found.point, found.open)
    closed = [number for number in found.open if _certain(frozen, number, if_nobody=True)]
    certain = [number for number in closed if _certain(system, number, if_nobody=False)]
    if certain:
        return [Finding(Kind.INSIDER, {number: 1}, proof(system, {number: 1})) for number in certain]
    return _told_to_one_more(system, list(system.atoms) if closed else list(found.open), coalition)


def _told_to_one_more(system: System, atoms: list[int], coalition: int) -> list[Finding]:
    if not coalition:
        return []
    for number in atoms:
        for answer in ANSWERS:
            if system.atoms[number].most and (leaks := insider(system.knowing(number, answer), coalition - 1)):
                return [_with_own(system, leak, number) for leak in leaks]
    return []


def _with_own(system: System, leak: Finding, number: int) -> Finding:
    return Finding(leak.kind, leak.group, leak.cells or cells_near(system, [number]))


def _certain(system: System, number: int, *, if_nobody: bool) -> bool:
    """Whether the answer of one of this atom is certain. `if_nobody` is said when none of them can have answered:
    where others were fixed that proves nothing, otherwise there is no answer to be known."""
    if not system.atoms[number].most:
        return False
    seen = spread(system, {number: 1})
    return if_nobody if seen is None else seen.least == seen.most
