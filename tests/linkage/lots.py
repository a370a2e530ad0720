"""Whether any of many marks tells of a truth that was drawn by lot, at one level for all of them together.

Each mark is a number for each person, by rank. The truth is dealt anew `DEALS` times among those for whom the lot was
the same; a mark's height is how far its sum over the truth lies from its mean over all deals, in standard deviations.
What the highest mark of all reaches is compared with what the highest mark of all reaches in each deal (Westfall and
Young 1993, single-step maxT): however many marks, and however they hang together, the truth is called told in one
innocent run in about a thousand ((ABOVE + 1) / (DEALS + 1) = 0.00125).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from tests.linkage.chance import ABOVE, DEALS

Marks = Mapping[str, Sequence[str | float | None]]
"""What an attacker sees of each person, in one order of people for all marks; None for nothing."""
Floats = NDArray[np.float64]
CHUNK = 250


@dataclass(frozen=True, slots=True)
class Verdict:
    """The highest of so many marks, and the height up to which that is chance."""

    marks: int
    best: str
    height: float
    highest: float

    @property
    def within_chance(self) -> bool:
        return self.height <= self.highest


def told(marks: Marks, truth: Sequence[float], among: Sequence[Hashable], seed: int) -> Verdict:
    """Judge marks by a truth about each person, dealt anew `among` those for whom this is the same."""
    groups = _groups(among)
    names, ranks = _ranked(marks)
    folded = np.abs(_centred(ranks, groups))  # high and low alike, against the middle
    both = _scaled(np.vstack([_centred(ranks, groups), _centred(folded, groups)]), truth, groups)
    labels = [*names, *(f"{name}, folded" for name in names)]
    kept = np.flatnonzero(np.abs(both).sum(axis=1) > 0)
    if not len(kept):
        return Verdict(0, "", 0.0, 0.0)
    truths = _centred(rankdata(np.asarray(truth, dtype=float))[None, :], groups)[0]
    heights = np.abs(both[kept] @ truths)
    highest = _highest(both[kept], _dealt(truths, groups, seed))
    best = int(np.argmax(heights))
    return Verdict(len(kept), labels[kept[best]], float(heights[best]), highest)


def paired(ours: Marks, theirs: Marks, seed: int) -> Verdict:
    """Judge whether any order of people goes with any order of what is theirs, which is given in the same order."""
    (names, left), (others, right) = _ranked(ours), _ranked(theirs)
    many = left.shape[1]
    everybody = [list(range(many))]
    left, right = _unit(_centred(left, everybody)), _unit(_centred(right, everybody))
    scale = float(np.sqrt(many - 1))
    found = np.abs(left @ right.T) * scale
    chance = np.random.default_rng(seed)
    deals = sorted(
        float(np.abs(left @ right[:, chance.permutation(many)].T).max(initial=0.0)) * scale for _ in range(DEALS)
    )
    row, column = np.unravel_index(int(np.argmax(found)), found.shape)
    return Verdict(found.size, f"{names[row]} with {others[column]}", float(found.max()), deals[-1 - ABOVE])


def _groups(among: Sequence[Hashable]) -> list[list[int]]:
    groups: dict[Hashable, list[int]] = defaultdict(list)
    for number, one in enumerate(among):
        groups[one].append(number)
    return list(groups.values())


def _ranked(marks: Marks) -> tuple[list[str], Floats]:
    """Return the marks that differ at all, by rank; what says the same about everybody as another is left out."""
    names = list(marks)
    ranks = np.asarray(rankdata([_numbers(cells) for cells in marks.values()], axis=1), dtype=float)
    differing = {row.tobytes(): place for place, row in enumerate(ranks) if np.ptp(row) > 0}
    kept = sorted(differing.values())
    return [names[place] for place in kept], ranks[kept]


def _numbers(cells: Sequence[str | float | None]) -> list[float]:
    """Numbers as they are, texts by their order, and nothing before everything."""
    try:
        return [-np.inf if cell is None or cell == "" else float(cell) for cell in cells]
    except ValueError:
        order = {text: place for place, text in enumerate(sorted({str(cell) for cell in cells if cell is not None}))}
        return [-np.inf if cell is None else order[str(cell)] for cell in cells]


def _centred(rows: Floats, groups: Sequence[Sequence[int]]) -> Floats:
    centred = rows.astype(float).copy()
    for group in groups:
        centred[:, group] -= centred[:, group].mean(axis=1, keepdims=True)
    return centred


def _unit(rows: Floats) -> Floats:
    lengths = np.sqrt((rows**2).sum(axis=1, keepdims=True))
    return rows / np.where(lengths > 1e-9, lengths, np.inf)


def _scaled(rows: Floats, truth: Sequence[float], groups: Sequence[Sequence[int]]) -> Floats:
    """Divide each row by the standard deviation of its sum over the truth when that is dealt anew within groups."""
    truths = _centred(rankdata(np.asarray(truth, dtype=float))[None, :], groups)
    variance = np.zeros(len(rows))
    for group in groups:
        if len(group) > 1:
            squares = (rows[:, group] ** 2).sum(axis=1) * (truths[:, group] ** 2).sum()
            variance += squares / (len(group) - 1)
    deviation = np.sqrt(variance)[:, None]
    return rows / np.where(deviation > 1e-9, deviation, np.inf)


def _dealt(truths: Floats, groups: Sequence[Sequence[int]], seed: int) -> Floats:
    chance, deals = np.random.default_rng(seed), np.zeros((len(truths), DEALS))
    for group in groups:
        deals[group] = chance.permuted(np.tile(truths[group], (DEALS, 1)), axis=1).T
    return deals


def _highest(rows: Floats, deals: Floats) -> float:
    highest = np.zeros(deals.shape[1])
    for start in range(0, len(rows), CHUNK):
        highest = np.maximum(highest, np.abs(rows[start : start + CHUNK] @ deals).max(axis=0))
    return float(np.sort(highest)[-1 - ABOVE])
