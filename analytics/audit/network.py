"""Rows and columns that people tie together, and the choices of them that leave little room (`crossed`)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

DECISIONS: Final = 20_000
"""Of one network; more are not settled."""
NOBODY: Final = 0
"""The place of people of whom one side says nothing."""

Key = tuple[int, int]
"""A row and a column."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Rows and columns that were chosen or all others were (by number): who is counted by rows alone, and who by
    columns alone."""

    chosen: frozenset[int]
    up: frozenset[Key]
    down: frozenset[Key]

    def room(self, low: Mapping[Key, int], n: Mapping[Key, int]) -> int:
        return sum(low[key] for key in self.up) + sum(4 * n[key] - low[key] for key in self.down)


@dataclass(frozen=True, slots=True)
class Network:
    """Rows and columns that people tie together, and where they meet."""

    parts: frozenset[int]
    keys: tuple[Key, ...]

    @property
    def is_closed(self) -> bool:
        return all(row and column for row, column in self.keys)


def networks(n: Mapping[Key, int]) -> Iterator[Network]:
    top: dict[int, int] = {}

    def find(part: int) -> int:
        while top.setdefault(part, part) != part:
            part = top[part]
        return part

    for row, column in n:
        if row and column:
            top[find(row)] = find(column)
    keys: dict[int, list[Key]] = {}
    for key in n:
        keys.setdefault(find(key[0] or key[1]), []).append(key)
    for some in keys.values():
        parts = frozenset(part for key in some for part in key if part)
        if any(column for _, column in some):
            yield Network(parts, tuple(some))


def narrow(network: Network, low: Mapping[Key, int], n: Mapping[Key, int], limit: int) -> list[Choice] | None:
    """All choices that hang together and have less room than the limit; None without an end.

    First rows and columns are taken together that so little room cannot part: what lies between them alone is more.
    What is left falls apart into places that no people tie together, and the room of choices in two places adds up.
    """
    flow = _flow(network, low, n)
    block = _solid(flow, limit)
    met: dict[int, list[Key]] = {}
    for key in network.keys:
        for part in key:
            met.setdefault(part, []).append(key)
    found: list[Choice] = []
    for place in _places(flow, block):
        order = _in_order(flow, block, place)
        chosen = _narrow_in(_before(flow, block, order), limit)
        if chosen is None:
            return None
        for bits in chosen:
            inside = frozenset(part for at, part in enumerate(order, 1) if (bits ^ -(bits & 1)) >> at & 1)
            found.append(_choice(met, inside, others=bool(bits & 1)))
    return found


def _narrow_in(before: Sequence[Sequence[tuple[int, int, int]]], limit: int) -> list[int] | None:
    """The choices in one place as bits, the lowest one for everybody elsewhere."""
    every = (1 << len(before) + 1) - 1
    found: list[int] = []
    decided = [(0, 0, 0), (0, 1, 0)]
    for _ in range(DECISIONS):
        if not decided:
            return found
        at, chosen, room = decided.pop()
        if at == len(before):
            found += [chosen] if chosen not in (0, every) else []
            continue
        out = room + sum(paid for bit, paid, _ in before[at] if chosen & bit)
        into = room + sum(paid for bit, _, paid in before[at] if not chosen & bit)
        decided += [(at + 1, chosen, out)] if out < limit else []
        decided += [(at + 1, chosen | 2 << at, into)] if into < limit else []
    return None


_Flow = Mapping[int, Mapping[int, int]]
"""`flow[part][other]` is the room that counts when `part` is chosen and `other` is not."""


def _flow(network: Network, low: Mapping[Key, int], n: Mapping[Key, int]) -> _Flow:
    flow: dict[int, dict[int, int]] = {}
    for key in network.keys:
        row, column = key
        flow.setdefault(row, {})[column] = low[key]
        flow.setdefault(column, {})[row] = 4 * n[key] - low[key]
    if not network.is_closed:
        flow.setdefault(NOBODY, {})
    return flow


def _places(flow: _Flow, block: Collection[int]) -> Iterator[list[int]]:
    """The parts outside the block, as far as people tie them together."""
    seen = {*block}
    for start in sorted(flow):
        place = [] if start in seen else [start]
        seen.add(start)
        for part in place:
            fresh = sorted(flow[part].keys() - seen)
            place += fresh
            seen.update(fresh)
        if place:
            yield place


def _in_order(flow: _Flow, block: Collection[int], place: Collection[int]) -> list[int]:
    """The parts of a place, each time the one that what came before holds most: what it costs shows early."""

    def held(part: int, by: Collection[int]) -> int:
        return sum(room + flow[other].get(part, 0) for other, room in flow[part].items() if other in by)

    tied = {part: held(part, block) for part in place}
    order: list[int] = []
    while tied:
        order.append(max(tied, key=lambda part: (tied[part], part)))
        del tied[order[-1]]
        for other in flow[order[-1]].keys() & tied.keys():
            tied[other] += held(other, order[-1:])
    return order


def _before(flow: _Flow, block: Collection[int], order: Sequence[int]) -> list[list[tuple[int, int, int]]]:
    """For each part in order, the earlier ones it meets: (their bit, cost if they alone are chosen, if it alone is).

    The block is the lowest bit.
    """
    bit = dict.fromkeys(block, 1)
    before = []
    for place, part in enumerate(order, 1):
        met: dict[int, tuple[int, int]] = {}
        for other, room in flow[part].items():
            if other in bit:
                out, into = met.get(bit[other], (0, 0))
                met[bit[other]] = out + flow[other].get(part, 0), into + room
        before.append([(at, *paid) for at, paid in met.items()])
        bit[part] = 1 << place
    return before


def _choice(met: Mapping[int, Sequence[Key]], inside: frozenset[int], *, others: bool) -> Choice:
    """These rows and columns, or all others."""
    parted = {key for part in inside for key in met.get(part, ()) if (key[0] in inside) is not (key[1] in inside)}
    up = frozenset(key for key in parted if (key[0] in inside) is not others)
    return Choice(inside - {NOBODY}, up, frozenset(parted) - up)


def _solid(flow: Mapping[int, Mapping[int, int]], limit: int) -> frozenset[int]:
    """Parts that no choice with less room than the limit tells apart, seen from the one with the most around it."""
    into: dict[int, dict[int, int]] = {part: {} for part in flow}
    for part, others in flow.items():
        for other, by in others.items():
            into[other][part] = by
    middle = max(flow, key=lambda part: (min(sum(flow[part].values()), sum(into[part].values())), part))
    block = {middle}
    grown = True
    while grown:
        joined = {part for part in flow.keys() - block if _holds(part, block, flow, into, limit)}
        grown = bool(joined)
        block |= joined
    return frozenset(block)


def _holds(
    part: int,
    block: Collection[int],
    flow: Mapping[int, Mapping[int, int]],
    into: Mapping[int, Mapping[int, int]],
    limit: int,
) -> bool:
    def through(way: Mapping[int, Mapping[int, int]], step: Callable[[int], int]) -> int:
        return sum(by if other in block else min(by, step(other)) for other, by in way[part].items())

    def onward(way: Mapping[int, Mapping[int, int]]) -> Callable[[int], int]:
        return lambda other: sum(by for last, by in way[other].items() if last in block)

    return through(flow, onward(flow)) >= limit and through(into, onward(into)) >= limit
