"""Who took part: whether everybody of a group is known to have answered, or nobody.

Here the reader does not know who answered. Each atom has a number of people who took part, and for each item how
many of them answered it and what that adds up to. Bands of n, bands of response and the rounding of means (nine
people cannot have a mean of 3.5) tie these together, over all groups and items at once.

One point shows for many atoms at once that somebody may have taken part and somebody may not have; points are
looked for until every atom is settled or the programme proves that no point settles any of those left.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from analytics.audit.attack import Finding, Kind
from analytics.audit.claims import COUNT, Claim, Row, System, affine, cells_near
from analytics.audit.counted import counted_leaks
from analytics.audit.figures import (
    LEAST_BY_FACET,
    Participation,
    Tree,
    answers_said,
    cell_name,
    count_bounds,
    item_of,
    shown_by_facet,
)
from analytics.audit.presence import Presence, Side
from analytics.audit.programme import Linear, Programme
from surveys.model import Figure, Release, ReleasedNode, Suppressed

RESPONSE: Final = "response"
"""What stands for the item in the name of a response band."""
NEAR: Final = 30
"""Atoms in a claim that still counts as the neighbourhood."""


@dataclass
class _Turnout:
    """The programme; `took_part` is the column of each atom."""

    system: System
    programme: Programme = field(default_factory=Programme)
    took_part: dict[int, int] = field(default_factory=dict)
    answered: dict[str, dict[int, int]] = field(default_factory=dict)
    """By item and atom, the column of how many answered it."""
    spread: dict[tuple[int, int], list[int]] = field(default_factory=dict)

    @staticmethod
    def of(system: System, asked: int) -> _Turnout:
        """`asked` is the number of items: who took part answered one of them at least."""
        turnout = _Turnout(system)
        for number, atom in system.atoms.items():
            turnout.took_part[number] = turnout.programme.column(0, atom.most)
        for item, rows in _by_item(system).items():
            if item == RESPONSE:
                turnout._say(rows, {number: (column, column) for number, column in turnout.took_part.items()})
            else:
                turnout._say(rows, turnout._answered(rows))
        if len(turnout.answered) == asked:
            turnout._at_least_one_item()
        return turnout

    def _at_least_one_item(self) -> None:
        for number, column in self.took_part.items():
            if all(number in columns for columns in self.answered.values()):
                given = {columns[number]: 1 for columns in self.answered.values()}
                self.programme.row({**given, column: -1}, low=0)

    def do(self, truth: Participation, atoms: Collection[int]) -> None:
        """Let these atoms take part as they did."""
        counts = {"": (truth.answered, self.took_part)}
        counts |= {item: (truth.by_item.get(item, {}), columns) for item, columns in self.answered.items()}
        for number in atoms:
            for by_node, columns in counts.values():
                if number in columns:
                    count = sum(by_node.get(one, 0) for one in self.system.atoms[number].members)
                    self.programme.lower[columns[number]] = self.programme.upper[columns[number]] = count

    def _answered(self, rows: list[Row]) -> dict[int, tuple[int, int]]:
        """Two columns for each atom that the item says something about: how many answered it, and the sum."""
        columns = {}
        for number in sorted(set().union(*(row.atoms for row in rows))):
            most = self.system.atoms[number].most
            n, total = self.programme.column(0, most), self.programme.column(0, 5 * most)
            self.programme.row({total: 1, n: -1}, low=0)
            self.programme.row({n: 5, total: -1}, low=0)
            self.programme.row({self.took_part[number]: 1, n: -1}, low=0)
            columns[number] = n, total
            self.answered.setdefault(item_of(rows[0].cell), {})[number] = n
        for number in {one for row in rows if affine(row.weights) is None for one in row.atoms}:
            self._spread(number, *columns[number])
        return columns

    def _spread(self, number: int, n: int, total: int) -> None:
        """Five columns more for an atom of which shares are told: how many gave each answer."""
        each = [self.programme.column(0, self.system.atoms[number].most) for _ in range(5)]
        self.programme.row({**dict.fromkeys(each, 1), n: -1}, 0, 0)
        self.programme.row({**{column: answer for answer, column in enumerate(each, 1)}, total: -1}, 0, 0)
        self.spread[number, n] = each

    def _say(self, rows: list[Row], columns: Mapping[int, tuple[int, int]]) -> None:
        for row in rows:
            straight = affine(row.weights)
            said: dict[int, int] = {}
            for number in sorted(row.atoms):
                n, total = columns[number]
                if straight is None:
                    said |= dict(zip(self.spread[number, n], row.weights, strict=True))
                    continue
                said[n] = straight[0]
                if straight[1]:
                    said[total] = straight[1]
            self.programme.row(said, row.low, row.high, row.cell)


def _by_item(system: System) -> dict[str, list[Row]]:
    items: dict[str, list[Row]] = {}
    for row in system.rows:
        items.setdefault(item_of(row.cell), []).append(row)
    return items


def _not_shown(system: System, asked: int, known: Participation | None, sides: set[Side]) -> set[Side]:
    """What one set of people who may have taken part, and those next to it, do not show."""

    def truth(number: int, item: str) -> int:
        assert known is not None
        counts = known.by_item.get(item, {}) if item else known.answered
        return sum(counts.get(one, 0) for one in system.atoms[number].members)

    items = _by_item(system)
    response = items.pop(RESPONSE, [])
    presence = Presence.of(system, response, items, asked, truth if known else None) if sides else None
    return sides - set(presence.shown(sides)) if presence else sides


def turnout(release: Release, tree: Tree, system: System, known: Participation | None) -> list[Finding]:
    """Groups of which everybody is known to have taken part, or nobody. Raises Undecided."""
    if known and (wrong := _untrue(release, tree, known)):
        return [Finding(Kind.CONTRADICTION, {}, wrong)]
    asked = len(release.items)
    unsettled = _not_shown(system, asked, known, _unsettled(system, known))
    for near in (0, NEAR):
        if known and unsettled:
            unsettled = _left(system, asked, unsettled, known, near) or set()
    while unsettled:
        left = _left(system, asked, unsettled)
        if left is None:
            return [Finding(Kind.CONTRADICTION, {}, cells_near(system, system.atoms))]
        if left == unsettled:
            return list(_leaks(system, asked, left))
        unsettled = left
    return []


def _unsettled(system: System, known: Participation | None) -> set[Side]:
    """What the truth itself, which fits, does not show already."""
    sides: set[Side] = {(number, side) for number in system.atoms for side in (True, False)}
    if known is None:
        return sides
    true = {number: sum(known.answered.get(one, 0) for one in atom.members) for number, atom in system.atoms.items()}
    return {at for at in sides if not _settles(system, true, at)}


def _settles(system: System, point: Mapping[int, int], at: Side) -> bool:
    number, took_part = at
    return point[number] > 0 if took_part else point[number] < system.atoms[number].most


def _left(
    system: System, asked: int, unsettled: set[Side], truth: Participation | None = None, near: int = 0
) -> set[Side] | None:
    """What is left after the point that settles most; None when nothing fits.

    With the truth, only the unsettled atoms, and those that share a claim about at most `near` atoms with them, do
    anything but what they really did: far less to try, and a point is a point. What is left is tried again without.
    """
    made = _Turnout.of(system, asked)
    if truth:
        free = {number for number, _ in unsettled}
        free |= {one for row in system.rows if len(row.atoms) <= near and row.atoms & free for one in row.atoms}
        made.do(truth, system.atoms.keys() - free)
    wish: dict[int, int] = {}
    for number, took_part in sorted(unsettled):
        met, column = made.programme.column(0, 1), made.took_part[number]
        if took_part:
            made.programme.row({column: 1, met: -1}, low=0)
        else:
            made.programme.row({column: 1, met: 1}, high=system.atoms[number].most)
        wish[met] = -1
    found = made.programme.least(wish)
    if found is None:
        return unsettled if truth else None
    point = {number: int(found[1][column]) for number, column in made.took_part.items()}
    return {at for at in unsettled if not _settles(system, point, at)}


def _leaks(system: System, asked: int, left: set[Side]) -> Iterator[Finding]:
    for number, took_part in sorted(left):
        made = _Turnout.of(system, asked)
        wish: Linear = {made.took_part[number]: -1 if took_part else 1}
        near = (row.cell for row in system.rows if number in row.atoms)
        cells = tuple(dict.fromkeys(made.programme.proof(wish) or near))
        yield Finding(Kind.PARTICIPATION, {number: system.atoms[number].most}, cells, everybody=not took_part)


def turnout_system(release: Release, tree: Tree, known: Participation | None) -> System:
    """Everything that a Release says about numbers of people; its atoms are people who were asked."""
    asked = tree.own if known is None else {node: known.asked.get(node, 0) for node in tree.own}
    people: Mapping[Hashable, tuple[int, int]] = {node: (0, count) for node, count in asked.items()}
    claims = [
        *(claim for item in release.items for claim in answers_said(release, tree, item.id, None)),
        *(claim for node in release.nodes for claim in _band(release, tree, node, known)),
        *(_counted(release, tree, known) if known else ()),
    ]
    return System.of(people, claims)


def by_facet(release: Release, tree: Tree, parts: Participation) -> list[Finding]:
    """The same of each node and value, from what figures and bands say about numbers. Raises Undecided."""
    cut = tree.cut(parts)
    said = [Claim(claim.members, COUNT, claim.low, None, claim.cell) for claim in _counted(release, cut, parts)]
    said += [claim for node in release.nodes for claim in _band(release, cut, node, parts)]
    for item in release.items:
        for node, one, _, name in shown_by_facet(release, item.id):
            said.append(Claim(cut.having(node, one.value), COUNT, LEAST_BY_FACET, None, name))
    return counted_leaks(parts.asked, parts.answered, said)


def _counted(release: Release, tree: Tree, known: Participation) -> Iterator[Claim]:
    """What the bands of n say to somebody who knows who was asked."""
    for cell in release.cells:
        if isinstance(cell.figure, Figure):
            bounds = count_bounds(cell.figure, release.policy.k, tree.within(cell.cohort, known.asked))
            yield Claim(tree.inside[cell.cohort], COUNT, *bounds, cell_name(cell))


def _band(release: Release, tree: Tree, node: ReleasedNode, known: Participation | None) -> Iterator[Claim]:
    if isinstance(node.response, Suppressed):
        return
    asked = tree.within(node.id, known.asked) if known else node.head_count
    least, most = _respondents(node.response, asked)
    if known is None:  # fewer may have been asked than there are people
        least = 0
    yield Claim(tree.inside[node.id], COUNT, max(least, release.policy.k), most, f"{node.id}/{RESPONSE}")


def _respondents(band: str, asked: int) -> tuple[int, int]:
    """Fewest and most respondents for a band of so many who were asked."""
    half, most = -(-asked // 2), 3 * asked // 4
    return {"<50": (0, half - 1), "50-75": (half, most), ">75": (most + 1, asked)}[band]


def _untrue(release: Release, tree: Tree, known: Participation) -> tuple[str, ...]:
    """Cells whose bands do not fit who answered: the truth is then no point that fits, and proves nothing."""
    said = [
        *((claim, known.by_item.get(item_of(claim.cell), {})) for claim in _counted(release, tree, known)),
        *((claim, known.answered) for node in release.nodes for claim in _band(release, tree, node, known)),
    ]
    return tuple(
        claim.cell for claim, counts in said if not claim.allows(sum(counts.get(one, 0) for one in claim.members))
    )
