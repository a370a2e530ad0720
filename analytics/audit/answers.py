"""All answers that fit a system, as a programme: what a group of people can have answered at least and at most.

An atom of which all claims are about sums and counts is two columns, how many answered and what their answers add up
to: n people can give any sum from n to 5n. Otherwise it is five columns, how many gave each answer.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from analytics.audit.claims import Answers, Point, System, Weights, affine, some_answers
from analytics.audit.programme import Ints, Linear, Programme

Group = Mapping[int, int]
"""How many people of which atoms, all of whom answered."""


@dataclass
class Fitting:
    """The programme of all answers that fit. An atom may be in several parts, so that a group can be told apart."""

    system: System
    shaped: frozenset[int] = frozenset()
    """The atoms under a histogram or bands."""
    programme: Programme = field(default_factory=Programme)
    parts: dict[int, list[Sequence[int]]] = field(default_factory=dict)
    """The columns of each part of an atom, by atom: two or five."""

    @staticmethod
    def of(system: System, group: Group | None = None) -> Fitting:
        """With a group, its people are the first part of their atom. An atom must have as many people as taken."""
        fitting, taken = Fitting(system, system.shaped), group or {}
        for number, atom in system.atoms.items():
            own = taken.get(number, 0)
            if own:
                fitting._part(number, own, own)
            fitting._part(number, max(0, atom.least - own), atom.most - own)
        fitting._say()
        return fitting

    def sum_of(self, atom: int, part: int = 0) -> Linear:
        """What the answers of a part add up to."""
        return self._linear((1, 2, 3, 4, 5), self.parts[atom][part])

    def count_of(self, atom: int, part: int = 0) -> Linear:
        """How many of a part answered."""
        return self._linear((1, 1, 1, 1, 1), self.parts[atom][part])

    def point(self, values: Ints, but: Collection[int] = ()) -> Point:
        """The answers of each atom `but` some; they must be in one part."""
        whole = ((number, parts) for number, parts in self.parts.items() if number not in but)
        return {number: self._answers(values, columns) for number, (columns,) in whole}

    def _part(self, number: int, least: int, most: int) -> None:
        if number not in self.shaped:
            n, total = self.programme.column(least, most), self.programme.column(least, 5 * most)
            self.programme.row({total: 1, n: -1}, low=0)
            self.programme.row({n: 5, total: -1}, low=0)
            self.parts.setdefault(number, []).append((n, total))
        else:
            columns = [self.programme.column(0, most) for _ in range(5)]
            self.programme.row(dict.fromkeys(columns, 1), least, most)
            self.parts.setdefault(number, []).append(columns)

    def _say(self) -> None:
        for row in self.system.rows:
            linear: dict[int, int] = {}
            for number in sorted(row.atoms):
                for columns in self.parts[number]:
                    linear |= self._linear(row.weights, columns)
            self.programme.row(linear, row.low, row.high, row.cell)

    def _linear(self, weights: Weights, columns: Sequence[int]) -> Linear:
        if len(columns) == 2:
            straight = affine(weights)
            assert straight is not None
            weights_here: Sequence[int] = straight
        else:
            weights_here = weights
        return {column: by for column, by in zip(columns, weights_here, strict=True) if by}

    def _answers(self, values: Ints, columns: Sequence[int]) -> Answers:
        if len(columns) == 2:
            return some_answers(int(values[columns[0]]), int(values[columns[1]]))
        return tuple(int(values[column]) for column in columns)  # type: ignore[return-value]


@dataclass(frozen=True, slots=True)
class Spread:
    """The least and the most that the answers of a group of `size` people can add up to."""

    size: int
    least: int
    most: int

    @property
    def mean(self) -> tuple[float, float]:
        return self.least / self.size, self.most / self.size


def spread(system: System, group: Group) -> Spread | None:
    """None when these people cannot all have answered. Raises Undecided."""
    fitting, own = _told_apart(system, group)
    least = fitting.programme.least(own)
    most = fitting.programme.least(_negative(own)) if least else None
    return Spread(sum(group.values()), least[0], -most[0]) if least and most else None


def proof(system: System, group: Group) -> tuple[str, ...]:
    """The cells without which the group would not be known so well."""
    fitting, own = _told_apart(system, group)
    held = (*fitting.programme.proof(own), *fitting.programme.proof(_negative(own)))
    near = (row.cell for row in system.rows if row.atoms & group.keys())
    return tuple(dict.fromkeys(held or near))


def _told_apart(system: System, group: Group) -> tuple[Fitting, Linear]:
    fitting = Fitting.of(system, group)
    own: dict[int, int] = {}
    for number in group:
        own |= fitting.sum_of(number)
    return fitting, own


def _negative(linear: Linear) -> Linear:
    return {column: -by for column, by in linear.items()}
