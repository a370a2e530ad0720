"""One set of people who may have taken part, and what becomes possible when one atom alone is otherwise.

That settles most of what `turnout` has to show: for each atom that somebody of it may have taken part, and that
somebody may not have. What is not settled is left to the programme.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from analytics.audit.alone import Others
from analytics.audit.claims import COUNT, Atom, Row, System
from analytics.audit.nested import some_point

Truth = Callable[[int, str], int]
"""How many of an atom answered an item; of "" how many took part."""
Side = tuple[int, bool]
"""An atom, and whether to show that somebody took part (True) or that somebody did not."""


@dataclass(frozen=True, slots=True)
class Presence:
    """`came` is about how many took part, `items` about what was answered; `all_items` says that there are no others.

    Everything in it fits everything said.
    """

    came: Others
    items: Collection[Others]
    all_items: bool

    @staticmethod
    def of(
        system: System, response: Collection[Row], items: Mapping[str, Collection[Row]], asked: int, truth: Truth | None
    ) -> Presence | None:
        """None when none was found, which says nothing. With the truth, everybody takes part as they did; otherwise as
        many as may, and no fewer than answered."""
        came = {at: truth(at, "") for at in system.atoms} if truth else _as_many_as_may(system, response)
        found = []
        for item, rows in items.items():
            part = _part(system, rows)
            held = {at: _held(atom, truth(at, item) if truth else None, came[at]) for at, atom in part.atoms.items()}
            point = some_point(replace(part, atoms=held), 0, 0)
            if point is None:
                return None
            found.append(Others.at(part, point))
        all_items = len(items) == asked
        for at in came if all_items else ():
            given = [sum(item.point[at]) for item in found if at in item.point]
            if len(given) == len(found):
                came[at] = min(came[at], sum(given))
        took_part = Others.at(System(system.atoms, tuple(response)), {at: (n, 0, 0, 0, 0) for at, n in came.items()})
        presence = Presence(took_part, found, all_items)
        return presence if presence._fits() else None

    def shown(self, sides: Iterable[Side]) -> Iterator[Side]:
        """Those of these sides that this shows, or that it shows with one atom otherwise."""
        for number, took_part in sides:
            most, now = self.came.system.atoms[number].most, sum(self.came.point[number])
            counts = range(1, most + 1) if took_part else range(most)
            if now in counts or any(self._can_be(number, count) for count in counts):
                yield number, took_part

    def _fits(self) -> bool:
        """Whether the numbers that took part fit; the answers to each item do."""
        rows = zip(self.came.system.rows, self.came.totals, strict=True)
        if not all((row.low is None or row.low <= n) and (row.high is None or n <= row.high) for row, n in rows):
            return False
        return all(self._agree(number, sum(self.came.point[number])) for number in self.came.point)

    def _agree(self, number: int, count: int) -> bool:
        given = [sum(item.point[number]) for item in self.items if number in item.point]
        complete = self.all_items and len(given) == len(self.items)
        return all(n <= count for n in given) and (not complete or sum(given) >= count)

    def _can_be(self, number: int, count: int) -> bool:
        """Whether so many of an atom may have taken part, with everybody else as they are."""
        alone = self.came.but(number)
        if alone is None or not (alone.least <= count <= alone.most) or alone.sums(count) is None:
            return False
        given = [self._given(item, number, count) for item in self.items if number in item.point]
        if any(n is None for n in given):
            return False
        return not (self.all_items and len(given) == len(self.items)) or sum(n or 0 for n in given) >= count

    def _given(self, item: Others, number: int, count: int) -> int | None:
        """The most people of an atom who can have answered an item when so many took part."""
        alone = item.but(number)
        able = (n for n in range(min(count, alone.most), -1, -1) if alone.sums(n)) if alone else iter(())
        return next(able, None)


def _part(system: System, rows: Collection[Row]) -> System:
    """What some claims say, and about whom."""
    about = frozenset[int]().union(*(row.atoms for row in rows))
    return System({number: system.atoms[number] for number in sorted(about)}, tuple(rows))


def _held(atom: Atom, answered: int | None, came: int) -> Atom:
    """An atom of which as many answered as really did, or at most as many as took part."""
    return replace(atom, most=came) if answered is None else replace(atom, least=answered, most=answered)


def _as_many_as_may(system: System, response: Collection[Row]) -> dict[int, int]:
    """How many of each atom take part, when few are left out, and those where most are left to spare."""
    came = {number: atom.most for number, atom in system.atoms.items()}
    needed = dict.fromkeys(came, 0)
    for row in system.rows:
        if len(row.atoms) == 1 and row.weights == COUNT and row.low is not None:
            (number,) = row.atoms
            needed[number] = max(needed[number], row.low)
    for row in sorted(response, key=lambda row: len(row.atoms)):
        for _ in range(sum(came[number] for number in row.atoms) - row.high if row.high is not None else 0):
            came[max(sorted(row.atoms), key=lambda number: came[number] - needed[number])] -= 1
    return came
