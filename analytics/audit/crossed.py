"""Means by facet beside the tree: people whom two ways of cutting leave in groups of one, two or three.

A set of answers is looked for that fits everything; fix what the people of every published group add up to there. Of
the tree this says what each *row* adds up to (people in the same published groups of it), of the facet each *column*.
Choose some rows and columns, and subtract: people in both or in neither fall out, and what is left is a signed sum over
people counted once. Every bound on any group of people is the sum of such bounds with different choices, each for
people of its own, since rows and columns are a network (totally unimodular). So with

    room = answers of those counted by rows, each less 1, and of those counted by columns, each taken from 5

the answers of t people can add up to at least min over choices of t + 4 (t - caught) + room, where `caught` of them are
counted by rows, and likewise downwards with those counted by columns. Their width is therefore at least

    room(one) + room(other) + 4 t - 4 (caught by one) - 4 (caught by the other)

for some two choices, and >= t when every room is at least 5 and two that catch the same people have together at least
15, and 4 + 4 s for s <= 4 people that both catch. With 8 c + 5 together and 4 c + 1 each, nobody of c people who know
their own answers learns another. Choices fall apart into connected ones, whose rooms add up; only these are tried.

Where a choice has too little room, that it has more is added to what the answers must fit. Without answers that meet
it, or without an end, the figures by facet around it are a leak.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from analytics.audit.attack import Finding, Kind
from analytics.audit.network import NOBODY, Choice, Key, narrow, networks
from analytics.audit.programme import Programme

TRIES: Final = 8
WISHED: Final = 8


@dataclass(frozen=True, slots=True)
class Said:
    """The answers of some people who all answered add up to `low` to `high`."""

    people: frozenset[object]
    low: int
    high: int
    cell: str


@dataclass(slots=True)
class Crossed:
    """People by row and column, and what was said of rows (by the tree) and of columns (by facet)."""

    n: dict[Key, int]
    said: list[tuple[Said, frozenset[Key]]]
    columns: Mapping[int, frozenset[str]]
    """The cells that a column comes from, by its number."""

    @staticmethod
    def of(counts: Mapping[object, int], tree: Sequence[Said], facet: Sequence[Said]) -> Crossed:
        """`counts` says how many answered of each group that is never divided (a node and a value)."""
        rows, columns = _signatures(counts, tree), _signatures(counts, facet)
        row_of, column_of = _numbered(rows, 1), _numbered(columns, 1 + len(set(rows.values())))
        made = Crossed({}, [], {})
        key_of: dict[object, Key] = {}
        for one, n in counts.items():
            if n and (rows[one] or columns[one]):
                key = row_of[rows[one]], column_of[columns[one]]
                made.n[key] = made.n.get(key, 0) + n
                key_of[one] = key
        for said in (*tree, *facet):
            made.said.append((said, frozenset(key_of[one] for one in said.people if one in key_of)))
        made.columns = {
            number: frozenset(facet[at].cell for at in signature) for signature, number in column_of.items() if number
        }
        return made


def _signatures(counts: Mapping[object, int], said: Sequence[Said]) -> dict[object, tuple[int, ...]]:
    found: dict[object, list[int]] = {one: [] for one in counts}
    for at, one in enumerate(said):
        for member in one.people:
            if member in found:
                found[member].append(at)
    return {member: tuple(inside) for member, inside in found.items()}


def _numbered(signatures: Mapping[object, tuple[int, ...]], first: int) -> dict[tuple[int, ...], int]:
    named = {signature: number for number, signature in enumerate(sorted(set(signatures.values()) - {()}), first)}
    return {(): NOBODY, **named}


def crossed_leaks(crossed: Crossed, k: int, coalition: int) -> list[Finding]:
    """What figures by facet tell beside the tree, which is judged by itself; none is a proof that they tell nothing.

    A finding names the cells by facet around it. Raises Undecided.
    """
    made = _Answers.of(crossed)
    low = made.fitting()
    if low is None:
        return [_finding(crossed, Kind.CONTRADICTION, crossed.columns)]
    for _ in range(TRIES):
        weak = list(_weak(crossed, low, k, coalition))
        if not weak:
            return []
        if hopeless := [one for one in weak if one.hopeless]:
            return [_finding(crossed, one.kind, one.columns(crossed)) for one in hopeless]
        made.ask(weak)
        low = made.fitting()
        if low is None:
            return [_finding(crossed, Kind.INSIDER, one.columns(crossed)) for one in weak]
    return [_finding(crossed, Kind.UNDECIDED, one.columns(crossed)) for one in weak]


@dataclass(frozen=True, slots=True)
class Weak:
    """One choice, or two, with less room than `least`; hopeless when too few people are counted."""

    choices: tuple[Choice, ...]
    least: int
    hopeless: bool = False
    network: frozenset[int] = frozenset()

    @property
    def kind(self) -> Kind:
        return Kind.SMALL_GROUP if self.choices else Kind.UNDECIDED

    def columns(self, crossed: Crossed) -> Collection[int]:
        """The columns that were chosen, else those that meet the rows, else all that hang together with them."""
        chosen = frozenset[int]().union(*(one.chosen for one in self.choices))
        met = frozenset(column for one in self.choices for _, column in one.up | one.down)
        every = crossed.columns.keys()
        return (chosen & every) or (met & every) or (self.network & every)


def _finding(crossed: Crossed, kind: Kind, columns: Collection[int]) -> Finding:
    cells = sorted(frozenset().union(*(crossed.columns[number] for number in columns)))
    return Finding(kind, {}, tuple(cells))


@dataclass(slots=True)
class _Answers:
    """The programme of answers that fit: for each key, by how much they exceed all 1."""

    programme: Programme
    at: Mapping[Key, int]
    lacks: Mapping[int, int]
    """What keys lack of the room that is wished for them, to be as little as can be: few choices are weak then."""
    asked: list[Weak] = field(default_factory=list)

    @staticmethod
    def of(crossed: Crossed) -> _Answers:
        programme = Programme()
        at = {key: programme.column(0, 4 * n) for key, n in sorted(crossed.n.items())}
        lacks = {}
        for key, column in at.items():
            wished = min(WISHED, 2 * crossed.n[key])
            lacks[programme.column(0, wished)] = 1
            programme.row({column: 1, next(reversed(lacks)): 1}, low=wished)
            programme.row({column: 1, next(reversed(lacks)): -1}, high=4 * crossed.n[key] - wished)
        for said, keys in crossed.said:
            if keys:
                n = sum(crossed.n[key] for key in keys)
                programme.row({at[key]: 1 for key in sorted(keys)}, said.low - n, said.high - n, said.cell)
        return _Answers(programme, at, lacks)

    def fitting(self) -> dict[Key, int] | None:
        found = self.programme.least(self.lacks)
        return None if found is None else {key: int(found[1][column]) for key, column in self.at.items()}

    def ask(self, weak: Sequence[Weak]) -> None:
        """Let these have the room that they lack."""
        for one in weak:
            self.asked.append(one)
            linear: dict[int, int] = {}
            fixed = 0
            for choice in one.choices:
                for key in choice.up:
                    linear[self.at[key]] = linear.get(self.at[key], 0) + 1
                for key in choice.down:
                    linear[self.at[key]] = linear.get(self.at[key], 0) - 1
                    fixed += self.programme.upper[self.at[key]]
            self.programme.row({at: by for at, by in linear.items() if by}, low=one.least - fixed)


def _weak(crossed: Crossed, low: Mapping[Key, int], k: int, coalition: int) -> Iterator[Weak]:
    each, both = 4 * coalition + 1, max(15, 8 * coalition + 5)
    enough = max(20, both) - each
    for network in networks(crossed.n):
        choices = narrow(network, low, crossed.n, max(enough, 2 * k))
        if choices is None:
            yield Weak((), 0, hopeless=True, network=network.parts)
            continue
        room = [one.room(low, crossed.n) for one in choices]
        for one, own in zip(choices, room, strict=True):
            people = sum(crossed.n[key] for key in (*one.up, *one.down))
            if people < k and _is_mixed(one, crossed):
                yield Weak((one,), 0, hopeless=True, network=network.parts)
            elif people and own < each:
                yield Weak((one,), each, network=network.parts)
        for first, second in _meeting(choices):
            one, other = choices[first], choices[second]
            least = max(both, 4 + 4 * min(4, sum(crossed.n[key] for key in one.up & other.down)))
            if room[first] + room[second] < least:
                opposite = one.up == other.down and one.down == other.up
                yield Weak((one, other), least, hopeless=opposite, network=network.parts)


def _meeting(choices: Sequence[Choice]) -> list[tuple[int, int]]:
    """Which two catch the same people, the first by rows and the second by columns."""
    catching: dict[Key, list[int]] = {}
    for at, one in enumerate(choices):
        for key in one.down:
            catching.setdefault(key, []).append(at)
    return sorted({(at, other) for at, one in enumerate(choices) for key in one.up for other in catching.get(key, ())})


def _is_mixed(one: Choice, crossed: Crossed) -> bool:
    """Whether it counts anything but whole rows: those are the tree's."""
    rows = {row for row, _ in (*one.up, *one.down)}
    return NOBODY in rows or any(key[0] in rows and key not in one.up | one.down for key in crossed.n)
