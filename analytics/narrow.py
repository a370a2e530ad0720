"""Finding sets of parts that are hardly tied to all others: every cut of a network below a limit.

`cost[i][j]` counts when i is in the set and j is not. Parts that no cut below the limit parts from the centre are
taken together with it first; of the few that are left every set is tried, deciding part after part.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

FEW: Final = 9
"""So many parts are tried without looking for firm ones first."""
MOST_STEPS: Final = 4_000
"""Decisions that are tried; the same on every machine."""
MOST_FOUND: Final = 120

Costs = Sequence[Mapping[int, int]]


@dataclass(frozen=True, slots=True)
class Narrow:
    """A set that costs little: `members`, or with `others` everybody else. None of them is firm."""

    members: frozenset[int]
    others: bool
    cost: int


def narrow_sets(cost: Costs, limit: int) -> tuple[list[Narrow], list[frozenset[int]]]:
    """Sets of parts that hang together and cost less than the limit, and places where there may be more of them.

    What does not hang together costs what its pieces cost. Of each place there are all sets unless it takes more than
    `MOST_STEPS`, or there are more than `MOST_FOUND`.
    """
    used, back = [at for at in range(len(cost)) if cost[at]], _turned(cost)
    firm = _firm(cost, back, used, limit) if len(used) > FEW else frozenset(used[:1])
    sets: list[Narrow] = []
    unfinished: list[frozenset[int]] = []
    for loose in _places(cost, back, firm):
        found, finished = _cheap(_joined(cost, back, loose), limit)
        for chosen, price in found:
            others = 0 in chosen
            left = {*range(len(loose) + 1)}.difference(chosen) if others else chosen
            sets.append(Narrow(frozenset(loose[at - 1] for at in left), others, price))
        if not finished:
            unfinished.append(frozenset(loose))
    return sets, unfinished


def _turned(cost: Costs) -> list[dict[int, int]]:
    back: list[dict[int, int]] = [{} for _ in cost]
    for at, row in enumerate(cost):
        for other, price in row.items():
            back[other][at] = price
    return back


def _firm(cost: Costs, back: Costs, used: Sequence[int], limit: int) -> frozenset[int]:
    """The centre and parts that no set below the limit parts from it, as far as one or two steps show."""
    centre = max(used, key=lambda at: (min(sum(cost[at].values()), sum(back[at].values())), -at))
    firm, waiting = {centre}, [at for at in used if at != centre]
    while tied := [at for at in waiting if all(_tied(way, at, firm, limit) for way in (cost, back))]:
        firm.update(tied)
        waiting = [at for at in waiting if at not in firm]
    return frozenset(firm)


def _tied(cost: Costs, part: int, firm: set[int], limit: int) -> bool:
    """Whether it costs the limit to keep a part in and everything firm out: there are ways of their own to that."""
    tie = 0
    for near, price in cost[part].items():
        tie += price if near in firm else min(price, sum(more for far, more in cost[near].items() if far in firm))
        if tie >= limit:
            return True
    return False


def _places(cost: Costs, back: Costs, firm: frozenset[int]) -> Iterator[list[int]]:
    """The others, as far as they hang together, each near to an earlier one."""
    seen = set(firm)
    for start in range(len(cost)):
        place = [] if start in seen or not cost[start] else [start]
        seen.add(start)
        for part in place:
            fresh = sorted({*cost[part], *back[part]} - seen)
            place += fresh
            seen.update(fresh)
        if place:
            yield place


def _joined(cost: Costs, back: Costs, loose: Sequence[int]) -> list[dict[int, int]]:
    """The costs among these parts, with everything else as place 0."""
    at = {part: place for place, part in enumerate(loose, 1)}
    joined: list[dict[int, int]] = [{} for _ in range(len(loose) + 1)]
    for part, place in at.items():
        for other, price in cost[part].items():
            joined[place][at.get(other, 0)] = joined[place].get(at.get(other, 0), 0) + price
        for other, price in back[part].items():
            if other not in at:
                joined[0][place] = joined[0].get(place, 0) + price
    return joined


def _cheap(cost: Costs, limit: int) -> tuple[list[tuple[list[int], int]], bool]:
    """Place after place is decided; a set is kept as the bits of the places that are in."""
    earlier = _earlier(cost)
    found: list[tuple[list[int], int]] = []
    waiting: list[tuple[int, int, int]] = [(1, 0, 0), (1, 1, 0)]
    for _ in range(MOST_STEPS):
        if not waiting or len(found) > MOST_FOUND:
            break
        at, inside, price = waiting.pop()
        if at == len(cost):
            if 0 < inside < (1 << at) - 1:
                found.append(([place for place in range(at) if inside >> place & 1], price))
            continue
        stay = enter = price
        for bit, left_out, taken_in in earlier[at]:
            if inside & bit:
                stay += left_out
            else:
                enter += taken_in
        if stay < limit:
            waiting.append((at + 1, inside, stay))
        if enter < limit:
            waiting.append((at + 1, inside | 1 << at, enter))
    return found, not waiting


def _earlier(cost: Costs) -> list[list[tuple[int, int, int]]]:
    """For each place those before it that it meets: the bit, the price of leaving this one out when that one is in,
    and of taking it in when that one is out."""
    met: list[dict[int, tuple[int, int]]] = [{} for _ in cost]
    for at, row in enumerate(cost):
        for other, price in row.items():
            late, early = max(at, other), min(at, other)
            left_out, taken_in = met[late].get(early, (0, 0))
            met[late][early] = (left_out, taken_in + price) if at == late else (left_out + price, taken_in)
    return [[(1 << early, *prices) for early, prices in sorted(one.items())] for one in met]
