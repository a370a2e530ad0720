"""The guarded mean (reference T3): what may be said about the mean of one group of people.

With n answers of 1..5 that add up to S, and guard g, the mean is shown only when n + g < S < 5n - g.
Otherwise nearly everybody gave the lowest (or highest) answer, and only that is said: "at most" or "at least" a
bound. In the words used here, `low = S - n` is the distance from everybody answering 1, and `high = 5n - S` the
distance from everybody answering 5; a group is *extreme* when one of them is at most g.
"""

from __future__ import annotations

from typing import Final

from surveys.model import Figure, FigureKind, NBand, Policy, Suppressed

BANDS: Final[tuple[tuple[int, NBand], ...]] = ((20, "20+"), (10, "10-19"), (5, "5-9"))
"""Lower edge and name of each band of n."""


def distances(n: int, total: int) -> tuple[int, int]:
    """(low, high): how far the sum is from everybody answering 1, and from everybody answering 5."""
    return total - n, 5 * n - total


def kind_of(n: int, total: int, guard: int) -> FigureKind:
    low, high = distances(n, total)
    if low <= guard:
        return "at_most"
    return "at_least" if high <= guard else "mean"


def band_of(count: int) -> tuple[int, NBand]:
    """Lower edge and name of the band. Raises ValueError below the lowest band: such a group is never shown."""
    for edge, name in BANDS:
        if count >= edge:
            return edge, name
    raise ValueError(f"A group of {count} is below the lowest band ({BANDS[-1][1]}) and may not be shown.")


def least_told(figure: Figure | Suppressed) -> int:
    """How many respondents a figure tells of, at least."""
    return next((edge for edge, name in BANDS if isinstance(figure, Figure) and figure.n_band == name), 0)


def coded_margin(edge: int, guard: int) -> float:
    """How far from the end of the scale a coded bound lies for a band that starts at `edge` people.

    The true mean of an extreme group lies within guard / n of the end, and n >= edge, so guard / edge rounded
    *up* to a half is always true and does not betray n. Guard 5: 1.0, 0.5, 0.5 (bounds 2.0/4.0, 1.5/4.5,
    1.5/4.5). Guard 9 with k = 8: 1.5, 1.0, 0.5. There 10-19 keeps 2.0/4.0, because 41 out of 10 is 4.1, not 4.5.
    """
    return -(-2 * guard // edge) / 2


def guarded(n: int, total: int, *, counted: int, policy: Policy) -> Figure:
    """The figure for a group that may be shown. `counted` is the n that is told, at most the true n."""
    edge, band = band_of(counted)
    kind = kind_of(n, total, policy.guard)
    if kind == "mean":
        return Figure(kind, tenths(n, total), band)
    margin = coded_margin(max(edge, policy.k), policy.guard)
    value = 5 - margin if kind == "at_least" else 1 + margin
    _must_be_true(kind, value, n, total)
    return Figure(kind, value, band)


def tells_that_all_answered(n: int, total: int, asked: int, policy: Policy) -> bool:
    """Whether no fewer people than were asked can have such a figure: of 7, neither 5 nor 6 have a mean of 3.1."""
    if n < asked:
        return False
    told = guarded(n, total, counted=asked - 1, policy=policy)
    fewer = range(max(band_of(asked - 1)[0], policy.k), asked)
    return told.kind == "mean" and not any(_fits(told, count, policy.guard) for count in fewer)


def _fits(figure: Figure, n: int, guard: int) -> bool:
    """Whether n people can have this mean: some sum within the guard is rounded to it."""
    tenths = round(10 * figure.value)
    nearest = n * tenths // 10
    return any(
        kind_of(n, total, guard) == "mean" and (20 * total + n) // (2 * n) == tenths
        for total in range(nearest - n // 20 - 1, nearest + n // 20 + 2)
    )


def tenths(n: int, total: int) -> float:
    """The mean rounded half up to 0.1, in whole numbers so that no machine rounds otherwise."""
    return (20 * total + n) // (2 * n) / 10


def _must_be_true(kind: FigureKind, value: float, n: int, total: int) -> None:
    holds = total >= value * n if kind == "at_least" else total <= value * n
    if not holds:
        raise AssertionError(f"'{kind} {value}' is false for {n} answers adding up to {total}.")
