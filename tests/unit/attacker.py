"""A reader who tries everything: enumerates all answers that fit what was published (shares no code with its maker).

Knows the tree, who answered, every figure (an exact mean as the exact sum) and, as an insider, one own answer.
Feasible only for tiny organisations.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

Said = Mapping[str, tuple[str, int]]
"""What was said by node: ("sum", S), or ("high", h) for 5n - S <= h, or ("low", l) for S - n <= l."""


@dataclass(frozen=True)
class Attack:
    parents: Mapping[str, str | None]
    people: Mapping[str, int]
    said: Said

    def inside(self, node: str) -> list[str]:
        return [other for other in self.people if self._under(other, node)]

    def _under(self, node: str | None, above: str) -> bool:
        return node is not None and (node == above or self._under(self.parents[node], above))

    def worlds(self) -> np.ndarray:
        """Every combination of own sums (one column a node) that fits; rows of sums of x - 1."""
        names = list(self.people)
        axes = np.meshgrid(*(np.arange(4 * self.people[name] + 1) for name in names), indexing="ij", sparse=True)
        fits = np.ones(tuple(4 * self.people[name] + 1 for name in names), dtype=bool)
        for node, (what, figure) in self.said.items():
            members = self.inside(node)
            n = sum(self.people[name] for name in members)
            low = sum(axes[names.index(name)] for name in members)
            fits &= low == figure - n if what == "sum" else (low <= figure if what == "low" else 4 * n - low <= figure)
        return np.argwhere(fits)

    def leaks(self, k: int, answers: Mapping[str, Sequence[int]] | None = None) -> list[str]:
        worlds = self.worlds()
        found = list(self._single(worlds)) + list(self._groups(worlds, k))
        return found + (list(self._insiders(worlds, answers)) if answers else [])

    def _single(self, worlds: np.ndarray) -> Iterator[str]:
        for at, (name, n) in enumerate(self.people.items()):
            if n and len(_possible(worlds[:, at], n)) < 5:
                yield f"one of {name} can only have answered {sorted(_possible(worlds[:, at], n))}"

    def _groups(self, worlds: np.ndarray, k: int) -> Iterator[str]:
        sizes = np.array(list(self.people.values()))
        for taken in product(*(range(min(n, k - 1) + 1) for n in sizes)):
            count = sum(taken)
            if not 1 <= count < k:
                continue
            some = np.array(taken)
            most = np.minimum(worlds, 4 * some).sum(axis=1).max()
            least = np.maximum(worlds - 4 * (sizes - some), 0).sum(axis=1).min()
            if (most - least) / count < 1.0:
                yield f"the mean of {taken} is known to {(most - least) / count:.2f}"

    def _insiders(self, worlds: np.ndarray, answers: Mapping[str, Sequence[int]]) -> Iterator[str]:
        names = list(self.people)
        for own, at in ((name, names.index(name)) for name in names):
            for answer in sorted(set(answers[own])):
                rest = worlds[:, at] - (answer - 1)
                able = (rest >= 0) & (rest <= 4 * (self.people[own] - 1))
                for other, column in zip(names, worlds[able].T, strict=True):
                    others = self.people[other] - (other == own)
                    sums = rest[able] if other == own else column
                    if others and len(_possible(sums, others)) < 2:
                        yield f"somebody of {own} who answered {answer} knows one of {other}"


def _possible(sums: np.ndarray, n: int) -> set[int]:
    """Answers that one of n people can have given when their x - 1 add up to one of `sums`."""
    seen = np.unique(sums)
    return {c + 1 for c in range(5) if ((seen - c >= 0) & (seen - c <= 4 * (n - 1))).any()}
