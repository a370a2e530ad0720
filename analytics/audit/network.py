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
    """Rows and columns that were chosen (by number): who is counted by rows alone, and who by columns alone."""

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
    """All choices with less room than the limit; None without an end.

    First rows and columns are taken together that so little room cannot part: what lies between them alone is more.
    """
    flow = _flow(network, low, n)
    block = _solid(flow, limit)
    order = _in_order(flow, block)
    before = _before(flow, block, order)
    every = (1 << len(before) + 1) - 1
    found: list[Choice] = []
    decided = [(0, 0, 0), (0, 1, 0)]
    for _ in range(DECISIONS):
        if not decided:
            return found
        at, chosen, room = decided.pop()
        if at == len(before):
            if chosen not in (0, every):
                parts = {part for place, part in enumerate(order, 1) if chosen >> place & 1}
                found.append(_choice(network, frozenset(parts | block if chosen & 1 else parts)))
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


def _in_order(flow: _Flow, block: Collection[int]) -> list[int]:
    """The parts outside the block, each time the one that what came before holds most: what it costs shows early."""
    tied = {part: 0 for part in flow if part not in block}
    order: list[int] = []
    last = list(block)
    while tied:
        for part in last:
            for other, room in flow[part].items():
                if other in tied:
                    tied[other] += room + flow[other].get(part, 0)
        last = [max(tied, key=lambda part: (tied[part], part))]
        order += last
        del tied[last[0]]
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


def _choice(network: Network, chosen: frozenset[int]) -> Choice:
    up = frozenset(key for key in network.keys if key[0] in chosen and key[1] not in chosen)
    down = frozenset(key for key in network.keys if key[1] in chosen and key[0] not in chosen)
    used = network.parts - chosen if NOBODY in chosen else chosen
    return Choice(frozenset(used), up, down)


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
