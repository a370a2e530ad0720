"""Response bands that tell how many took part, and of nobody whether they did.

A band is a statement `lowest <= respondents <= highest`. Bands of nested nodes can be subtracted like figures: a
team of 8 above 75 % inside a department of 15 below 50 % means that nobody else answered. So all statements are
put together, and a band is given up as long as some group of people is known to have answered completely, or not
at all. The bounds are exact: each node is the sum of what is below it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from surveys.model import SUPPRESSED, ResponseBand, Suppressed

LEAST_DELIVERIES = 5


@dataclass(frozen=True, slots=True)
class Turnout:
    """One node: its parent (index of an earlier node), its own deliveries, and all deliveries and respondents in
    and below it. `told` is the number of respondents that its published figures already tell."""

    parent: int | None
    own: int
    deliveries: int
    respondents: int
    told: int


Bound = tuple[int, int]


def response_bands(turnouts: Sequence[Turnout], k: int) -> list[ResponseBand | Suppressed]:
    """The band of each node, or *suppressed*. Nodes come parents first; the result is in their order."""
    shown = {
        node
        for node, turnout in enumerate(turnouts)
        if turnout.deliveries >= LEAST_DELIVERIES and turnout.respondents >= k
    }
    while culprits := _culprits(turnouts, shown, k):
        shown -= culprits
    return [
        _band(turnout.respondents, turnout.deliveries) if node in shown else SUPPRESSED
        for node, turnout in enumerate(turnouts)
    ]


def _band(respondents: int, deliveries: int) -> ResponseBand:
    if 2 * respondents < deliveries:
        return "<50"
    return "50-75" if 4 * respondents <= 3 * deliveries else ">75"


def _bound(turnout: Turnout, shown: bool, k: int) -> Bound:
    """What is said about the number of respondents of one node."""
    if not shown:
        return turnout.told, turnout.deliveries
    d = turnout.deliveries
    lowest, highest = {"<50": (0, (d - 1) // 2), "50-75": (-(-d // 2), 3 * d // 4), ">75": (3 * d // 4 + 1, d)}[
        _band(turnout.respondents, d)
    ]
    return max(lowest, turnout.told, k), highest


def _culprits(turnouts: Sequence[Turnout], shown: set[int], k: int) -> set[int]:
    """Bands to give up: for each group whose people are known, the nearest band at or above it."""
    culprits = set()
    for node, (lowest, highest) in enumerate(_own_bounds(turnouts, shown, k)):
        if turnouts[node].own and (highest <= 0 or lowest >= turnouts[node].own):
            culprits |= _nearest(turnouts, shown, node)
    return culprits


def _nearest(turnouts: Sequence[Turnout], shown: set[int], node: int) -> set[int]:
    above: int | None = node
    while above is not None and above not in shown:
        above = turnouts[above].parent
    return set() if above is None else {above}


def _own_bounds(turnouts: Sequence[Turnout], shown: set[int], k: int) -> list[Bound]:
    """Tightest bounds on the respondents among the own people of each node."""
    said = [_bound(turnout, node in shown, k) for node, turnout in enumerate(turnouts)]
    sums = [(0, turnout.own) for turnout in turnouts]
    tight = list(said)
    for node in reversed(range(len(turnouts))):
        tight[node] = _meet(said[node], sums[node])
        parent = turnouts[node].parent
        if parent is not None:
            sums[parent] = (sums[parent][0] + tight[node][0], sums[parent][1] + tight[node][1])
    from_below = list(tight)
    for node, turnout in enumerate(turnouts):
        if turnout.parent is not None:
            tight[node] = _share(tight[turnout.parent], sums[turnout.parent], from_below[node])
    return [_share(tight[node], sums[node], (0, turnout.own)) for node, turnout in enumerate(turnouts)]


def _share(whole: Bound, sums: Bound, part: Bound) -> Bound:
    """Bounds of one part, given those of the whole and of the sum of all parts before the whole was looked at."""
    return _meet(part, (whole[0] - (sums[1] - part[1]), whole[1] - (sums[0] - part[0])))


def _meet(left: Bound, right: Bound) -> Bound:
    return max(left[0], right[0]), min(left[1], right[1])
