"""Guesses from copies and from what everybody may know. It knows the product's code, and no key.

A slot or a person is *seen* at a moment when little else is: named in a statement, or changed between two copies while
most others stayed as they were. Slots and people that are seen together are taken for each other; what is left is
guessed from when the cards went out.
"""

from __future__ import annotations

import math
import random
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from uuid import UUID

import numpy as np
from scipy.optimize import linear_sum_assignment

from tests.linkage.copies import Copy

VALUE = re.compile(r"\$\d+ = '([^']*)'")
LINE = re.compile(r"^(\d+\.\d+) (.*)", re.MULTILINE)
FEW = 3
"""A statement that names more than these tells of none of them."""
HALF = 0.5


@dataclass(frozen=True, slots=True)
class Known:
    """A person as everybody may know them: where they are reached, and when their card came (seconds since 1970)."""

    id: UUID
    address: str
    carded: float


@dataclass(frozen=True, slots=True)
class Guess:
    """Whose is which row, and when each answered (seconds since 1970; never is infinite)."""

    rows: Mapping[UUID, bytes]
    when: Mapping[UUID, float]


Seen = Mapping[object, Sequence[tuple[float, float]]]
"""To whom or what: (moment, how exactly it is known in seconds), in order."""


def guess(copies: Sequence[Copy], statements: str, people: Sequence[Known], typical: float, chance: int) -> Guess:
    """Guess. `typical` is how long people take after their card on average; `chance` decides what nothing else does."""
    slots = sorted({row.slot for copy in copies for row in copy.rows})
    if not slots:
        return Guess({}, {})
    by_slot, by_person = _seen(copies, statements, slots, people)
    rows = _assigned(slots, people, by_slot, by_person, typical, random.Random(chance))
    usual = math.inf if by_slot else typical  # where others are seen to answer, who never is has not answered
    when = {one.id: _moment(one, by_slot.get(rows.get(one.id)), by_person.get(one.id), usual) for one in people}
    return Guess(rows, when)


def _seen(
    copies: Sequence[Copy], statements: str, slots: Sequence[bytes], people: Sequence[Known]
) -> tuple[Seen, Seen]:
    names: dict[str, object] = {f"\\x{slot.hex()}": slot for slot in slots}
    names |= {name: one.id for one in people for name in (str(one.id), one.address)}
    carded = {one.id: one.carded for one in people}
    found: dict[object, list[tuple[float, float]]] = defaultdict(list)
    for moment, line in _lines(statements):
        named = {names[value] for value in VALUE.findall(line) if value in names}
        if 0 < len(named) <= FEW:
            for one in named:
                if moment > carded.get(one, 0.0) + 0.05:  # type: ignore[call-overload]
                    found[one].append((moment, 0.0))
    for before, after in pairwise(copies):
        for slot in _changed(before, after):
            found[slot].append(((before.at + after.at) / 2, after.at - before.at))
    seen = {one: sorted(moments) for one, moments in found.items()}
    return {s: seen[s] for s in seen if isinstance(s, bytes)}, {p: seen[p] for p in seen if isinstance(p, UUID)}


def _lines(statements: str) -> Iterable[tuple[float, str]]:
    for moment, line in LINE.findall(statements):
        yield float(moment), line


def _changed(before: Copy, after: Copy) -> set[bytes]:
    """Return the slots that changed while most others did not: bytes, place, transaction, or a line of the log."""
    once, now = _newest(before), _newest(after)
    changed = {slot for slot in now if slot in once and now[slot] != once[slot]}
    changed |= {row.slot for row in after.rows if row.xmin > max((r.xmin for r in before.rows), default=0)}
    in_log = {slot for slot in now if slot in after.log}
    return {slot for some in (changed, in_log) if len(some) <= HALF * len(now) for slot in some}


def _newest(copy: Copy) -> dict[bytes, tuple[int, tuple[int, int], bytes]]:
    rows: dict[bytes, tuple[int, tuple[int, int], bytes]] = {}
    for row in copy.rows:
        rows[row.slot] = max(rows.get(row.slot, (0, (0, 0), b"")), (row.xmin, row.place, row.sealed))
    return rows


def _assigned(
    slots: Sequence[bytes],
    people: Sequence[Known],
    by_slot: Seen,
    by_person: Seen,
    typical: float,
    chance: random.Random,
) -> dict[UUID, bytes]:
    """Return the assignment of slots to people that fits best; where all fit alike, by lot."""
    fit = np.array([[chance.random() * 1e-6 for _ in slots] for _ in people])
    for row, one in enumerate(people):
        for column, slot in enumerate(slots):
            fit[row, column] += _fit(one, by_slot.get(slot, ()), by_person.get(one.id, ()), typical)
    rows, columns = linear_sum_assignment(fit, maximize=True)
    return {people[row].id: slots[column] for row, column in zip(rows, columns, strict=True)}


def _fit(
    one: Known, slot: Sequence[tuple[float, float]], person: Sequence[tuple[float, float]], typical: float
) -> float:
    """How well a slot's moments fit a person's: seen together, or else at a likely time after the card."""
    if not slot:
        return 0.05 if not person else 0.0  # both of them never seen
    first = slot[0][0] - one.carded
    likely = math.exp(-first / typical) if first >= 0 else 0.0
    follows = sum(_near(moment - other, exactly) for moment, exactly, other in _last_before(slot, person))
    followed = sum(
        _near(moment - other, exactly) for other, _ in person for moment, exactly in _first_after(other, slot)
    )
    return follows + followed + 0.1 * likely


def _near(gap: float, exactly: float) -> float:
    """Five for together, nothing for half a second apart."""
    return max(0.0, 5.0 - max(0.0, gap - exactly) / 0.1)


def _last_before(
    slot: Sequence[tuple[float, float]], person: Sequence[tuple[float, float]]
) -> Iterable[tuple[float, float, float]]:
    """Yield every moment of a slot with the last one of the person before it: who taps is asked for first."""
    for moment, exactly in slot:
        before = [other for other, _ in person if other <= moment + exactly]
        if before:
            yield moment, exactly, before[-1]


def _first_after(other: float, slot: Sequence[tuple[float, float]]) -> Sequence[tuple[float, float]]:
    return [one for one in slot if one[0] + one[1] >= other][:1]


def _moment(
    one: Known, slot: Sequence[tuple[float, float]] | None, person: Sequence[tuple[float, float]] | None, typical: float
) -> float:
    moments = [first for seen in (slot, person) if seen for first, _ in seen if first >= one.carded]
    return min(moments, default=one.carded + typical)
