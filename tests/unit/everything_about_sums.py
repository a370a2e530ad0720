"""A reader who tries everything about people in rows and columns: walks through all sums that fit.

Shares no code with the maker or the audit. A sum of n people is any number from n to 5n; within it their answers can
be shared out in every way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np


@dataclass(frozen=True)
class Table:
    """Answers by row and column; the sums of the known rows, and of the columns that are told, are known."""

    rows: int
    answers: Mapping[tuple[int, int], Sequence[int]]
    known_rows: frozenset[int]
    told: frozenset[int]

    @property
    def people(self) -> int:
        return sum(map(len, self.answers.values()))

    def is_guarded(self, row: int) -> bool:
        """Whether the tree would tell this row by itself, or there is nothing to tell."""
        given = [one for (at, _), answers in self.answers.items() if at == row for one in answers]
        n, total = len(given), sum(given)
        return not n or (n >= 5 and n + 5 < total < 5 * n - 5)


def learned(table: Table) -> list[str]:
    """What can be learned: of one person, of fewer than five, or by one who knows the own answer."""
    cells = [at for at, answers in table.answers.items() if answers]
    sizes = np.array([len(table.answers[at]) for at in cells])
    if not cells:
        return []
    worlds = np.array(list(_worlds(table, cells, sizes)))
    return [*_groups(worlds, sizes), *_insiders(worlds, sizes)]


def _worlds(table: Table, cells: Sequence[tuple[int, int]], sizes: np.ndarray) -> Iterator[tuple[int, ...]]:
    sums = [
        *([i for i, (row, _) in enumerate(cells) if row == one] for one in table.known_rows),
        *([i for i, (_, column) in enumerate(cells) if column == one] for one in table.told),
    ]
    said = [(inside, sum(sum(table.answers[cells[i]]) for i in inside)) for inside in sums if inside]

    def grow(world: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
        at = len(world)
        if at == len(cells):
            yield world
            return
        for total in range(sizes[at], 5 * sizes[at] + 1):
            longer = (*world, int(total))
            if all(_possible(longer, sizes, inside, said_sum) for inside, said_sum in said):
                yield from grow(longer)

    yield from grow(())


def _possible(world: tuple[int, ...], sizes: np.ndarray, inside: Sequence[int], total: int) -> bool:
    have = sum(world[i] for i in inside if i < len(world))
    left = int(sum(sizes[i] for i in inside if i >= len(world)))
    return have + left <= total <= have + 5 * left


def _groups(worlds: np.ndarray, sizes: np.ndarray) -> Iterator[str]:
    for taken in product(*(range(min(4, n) + 1) for n in sizes)):
        some, count = np.array(taken), sum(taken)
        if not 1 <= count < 5:
            continue
        most = np.minimum(5 * some, worlds - (sizes - some)).sum(axis=1).max()
        least = np.maximum(some, worlds - 5 * (sizes - some)).sum(axis=1).min()
        if most - least < count or (count == 1 and (most <= 2 or least >= 4)):
            yield f"{taken} answered {least} to {most}"


def _insiders(worlds: np.ndarray, sizes: np.ndarray) -> Iterator[str]:
    for own, answer in product(range(len(sizes)), range(1, 6)):
        rest = worlds[:, own] - answer
        able = (rest >= sizes[own] - 1) & (rest <= 5 * (sizes[own] - 1))
        for other in range(len(sizes)):
            n = sizes[other] - (other == own)
            total = worlds[able][:, other] - (answer if other == own else 0)
            seen = {one for one in range(1, 6) if ((total - one >= n - 1) & (total - one <= 5 * (n - 1))).any()}
            if n and able.any() and len(seen) < 2:
                yield f"one of {own} who answered {answer} knows one of {other}"
