"""What was published, as linear claims about sets of people, and the atoms that these sets leave undivided.

An atom (reference, T1) is everybody who is in exactly the same claims. People of one atom can change places without
anybody noticing, so whatever is known of one of them is known of all.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

Weights = tuple[int, int, int, int, int]
"""What an answer of 1, 2, 3, 4 or 5 adds to the number that a claim is about."""
Answers = tuple[int, int, int, int, int]
"""How many people answered 1, 2, 3, 4 and 5."""
Limits = tuple[int, int, int | None, int | None]
"""`low <= by people * people + by points * sum of answers <= high`: by people, by points, low, high."""
Point = Mapping[int, Answers]
"""Answers of every atom that fit all claims."""

SUM: Final[Weights] = (1, 2, 3, 4, 5)
COUNT: Final[Weights] = (1, 1, 1, 1, 1)


NEAR: Final = 12
"""Atoms in a claim that still counts as near."""


def bar(option: int) -> Weights:
    """The weights of one bar of a histogram."""
    return tuple(int(answer == option) for answer in range(1, 6))  # type: ignore[return-value]


@dataclass(frozen=True, slots=True)
class Claim:
    """`low <= sum of weights[answer] <= high` over the members who answered; None where it is open.

    `cell` names what was published, so that it can be hidden.
    """

    members: frozenset[Hashable]
    weights: Weights
    low: int | None
    high: int | None
    cell: str

    def allows(self, value: int) -> bool:
        return (self.low is None or self.low <= value) and (self.high is None or value <= self.high)


@dataclass(frozen=True, slots=True)
class Row:
    """A claim about atoms, by their numbers."""

    atoms: frozenset[int]
    weights: Weights
    low: int | None
    high: int | None
    cell: str

    def less(self, known: int) -> Row:
        """The same claim when something it counts is known to add so much."""
        low = None if self.low is None else self.low - known
        high = None if self.high is None else self.high - known
        return replace(self, low=low, high=high)

    def value(self, answers: Sequence[int]) -> int:
        """What these answers add to the number that the claim is about."""
        return sum(weight * count for weight, count in zip(self.weights, answers, strict=True))


@dataclass(frozen=True, slots=True)
class Atom:
    """Some people, of whom at least `least` and at most `most` answered."""

    members: tuple[Hashable, ...]
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class System:
    """Everything that was said, and nothing else: atoms by number, and the claims about them."""

    atoms: Mapping[int, Atom]
    rows: tuple[Row, ...]

    @staticmethod
    def of(people: Mapping[Hashable, tuple[int, int]], claims: Iterable[Claim]) -> System:
        """`people` says of each member of a claim how many people it stands for: fewest and most who answered.

        People whom no claim mentions are left out: nothing was said about them.
        """
        given = tuple(claims)
        mentioned: dict[Hashable, list[int]] = {}
        for number, claim in enumerate(given):
            for member in claim.members:
                mentioned.setdefault(member, []).append(number)
        alike: dict[tuple[int, ...], list[Hashable]] = {}
        for member in sorted(mentioned, key=repr):
            if people[member][1]:
                alike.setdefault(tuple(mentioned[member]), []).append(member)
        inside: list[set[int]] = [set() for _ in given]
        for number, signature in enumerate(alike):
            for claimed in signature:
                inside[claimed].add(number)
        return System(
            {number: _atom(members, people) for number, members in enumerate(alike.values())},
            tuple(
                Row(frozenset(own), claim.weights, claim.low, claim.high, claim.cell)
                for claim, own in zip(given, inside, strict=True)
            ),
        )

    @property
    def plain(self) -> bool:
        """Whether every claim is about sums and counts alone, so that two numbers say all there is of an atom."""
        return all(affine(row.weights) is not None for row in self.rows)

    @property
    def shaped(self) -> frozenset[int]:
        """The atoms of which a claim says more than sums and counts."""
        return frozenset(one for row in self.rows if affine(row.weights) is None for one in row.atoms)

    def frozen(self, point: Point, free: Collection[int]) -> System:
        """The same with everybody fixed at `point` but the atoms in `free`: only fewer answers can fit."""
        kept = set(free)
        return System(
            {number: atom for number, atom in self.atoms.items() if number in kept},
            tuple(
                replace(row.less(sum(row.value(point[one]) for one in row.atoms - kept)), atoms=row.atoms & kept)
                for row in self.rows
                if row.atoms & kept
            ),
        )

    def near(self, atoms: Collection[int]) -> set[int]:
        """These atoms, and those that share a claim about few atoms with one of them."""
        rows = (row.atoms for row in self.rows if len(row.atoms) <= NEAR and not row.atoms.isdisjoint(atoms))
        return set(atoms).union(*rows)

    def knowing(self, atom: int, answer: int) -> System:
        """What is left to find out for one of this atom who knows the own answer."""
        left = self.atoms[atom]
        fewer = replace(left, least=max(0, left.least - 1), most=left.most - 1)
        return System(
            {**self.atoms, atom: fewer},
            tuple(row.less(row.weights[answer - 1]) if atom in row.atoms else row for row in self.rows),
        )

    def components(self, atoms: Collection[int]) -> list[list[int]]:
        """These atoms in sets that no claim ties together: what is known of two sets are two separate matters."""
        joined = {number: number for number in self.atoms}

        def top(number: int) -> int:
            while joined[number] != number:
                number = joined[number]
            return number

        for row in self.rows:
            tied = sorted(row.atoms)
            for other in tied[1:]:
                joined[top(other)] = top(tied[0])
        sets: dict[int, list[int]] = {}
        for number in atoms:
            sets.setdefault(top(number), []).append(number)
        return list(sets.values())


@lru_cache
def affine(weights: Weights) -> tuple[int, int] | None:
    """(per person, per point) when the weights are a straight line in the answer, else None."""
    step = weights[1] - weights[0]
    straight = all(weights[at] == weights[0] + at * step for at in range(5))
    return (weights[0] - step, step) if straight else None


def cells_near(system: System, atoms: Collection[int]) -> tuple[str, ...]:
    """The cells that say something about these atoms, those about fewest first."""
    near = (row for row in sorted(system.rows, key=lambda row: len(row.atoms)) if row.atoms & set(atoms))
    return tuple(dict.fromkeys(row.cell for row in near))


def some_answers(n: int, total: int) -> Answers:
    """Answers of n people that add up to `total`."""
    fives, left = divmod(total - n, 4)
    counts = [n - fives, 0, 0, 0, fives]
    if left:
        counts[0] -= 1
        counts[left] += 1
    return tuple(counts)  # type: ignore[return-value]


def _atom(members: Sequence[Hashable], people: Mapping[Hashable, tuple[int, int]]) -> Atom:
    return Atom(tuple(members), sum(people[one][0] for one in members), sum(people[one][1] for one in members))
