"""What is said by shares of answers, by the rules of their format; and what it says that there are none.

A share is rounded half up to 5 % (of each of five answers) or to 10 % (of the bands 1-2, 3 and 4-5). Shares are told
from so many answers on, where no band holds more than n - guard, and of no group of which a part is told.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Sequence
from typing import Final

from analytics.audit.certificate import Settled
from analytics.audit.claims import COUNT, Claim, Weights
from analytics.audit.programme import Programme, Undecided
from surveys.model import Policy, Shape

SPREAD: Final = "spread"
"""What stands for the shares in the name of a cell."""
BANDS: Final[tuple[Weights, ...]] = ((1, 1, 0, 0, 0), (0, 0, 1, 0, 0), (0, 0, 0, 1, 1))
BARS: Final[tuple[Weights, ...]] = tuple(tuple(int(at == bar) for at in range(5)) for bar in range(5))  # type: ignore[misc]
STEP: Final = {"histogram": 5, "bands": 10}


def shape_claims(shape: Shape, policy: Policy, members: Collection[Hashable], cell: str) -> Iterator[Claim]:
    """The shares as claims that hold whatever n is."""

    def claim(weights: Sequence[int], low: int) -> Claim:
        one, two, three, four, five = weights
        return Claim(frozenset(members), (one, two, three, four, five), low, None, cell)

    step, groups = STEP[shape.kind], BARS if shape.kind == "histogram" else BANDS
    yield claim(COUNT, policy.histogram_n if shape.kind == "histogram" else policy.bands_n)
    for share, group in zip(shape.shares, groups, strict=True):
        yield claim([200 * inside - (2 * share - step) for inside in group], 0)
        yield claim([(2 * share + step) - 200 * inside for inside in group], 1)
    for band in BANDS:
        yield claim([1 - inside for inside in band], policy.guard)


def told_by_absence(n: int, low: int, high: int, policy: Policy, wanted: Settled) -> bool:
    """Whether it gives somebody away that n people whose answers add up to `low` to `high` have no shares.

    Then one band holds more than n - guard of them. It does not when there are such answers that give nobody away,
    nor when there are none at all: then it has another cause. Raises Undecided.
    """
    possible = False
    for band in BANDS:
        outside = policy.guard - 1
        if _some(n, (low, high), band, outside, wanted):
            return False
        possible = possible or _some(n, (low, high), band, outside, None)
    return possible


def _some(n: int, total: tuple[int, int], band: Weights, most: int, wanted: Settled | None) -> bool:
    """Whether n answers can add up to that with so few outside a band (and give nobody away, when that is wanted)."""
    programme = Programme()
    columns = [programme.column(0, n) for _ in range(5)]
    programme.row(dict.fromkeys(columns, 1), n, n)
    programme.row({column: answer for answer, column in enumerate(columns, 1)}, *total)
    outside = {column: 1 for column, inside in zip(columns, band, strict=True) if not inside}
    programme.row(outside, high=most)
    if wanted:
        for column in columns:
            programme.row({column: 1}, high=n - wanted.outside)
        programme.row(dict.fromkeys(columns[2:], 1), low=1)
        programme.row(dict.fromkeys(columns[:3], 1), low=1)
    return programme.least({}) is not None


__all__ = ["SPREAD", "Undecided", "shape_claims", "told_by_absence"]
