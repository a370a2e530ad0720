"""From the cells of a Release to claims: every figure as the interval that it is, by the rules of its format.

The rules are read from `docs/release-format.md` alone. A mean is rounded half up to 0.1 and is told as such only
when n + guard < S < 5n - guard; a bound says that S lies at most `guard` from its end. A band counts at most one
fewer than were asked, and nothing is shown of fewer than k.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from analytics.audit.claims import COUNT, SUM, Claim, Weights
from surveys.model import Cell, Figure, NodeId, Release, Suppressed

BANDS: Final[Mapping[str, tuple[int, int | None]]] = {"5-9": (5, 9), "10-19": (10, 19), "20+": (20, None)}
"""Fewest and most people that a band of n stands for, before it was counted as one fewer."""


@dataclass(frozen=True, slots=True)
class Participation:
    """Who was asked and who answered, counted in the cohort in which they count. Never an answer.

    `answered` counts those who answered anything, `by_item` those who answered each item.
    """

    asked: Mapping[NodeId, int]
    answered: Mapping[NodeId, int]
    by_item: Mapping[str, Mapping[NodeId, int]]


@dataclass(frozen=True, slots=True)
class Tree:
    """The nodes of a Release: whom a figure is about, and how many people of its own each node has at most."""

    inside: Mapping[NodeId, frozenset[Hashable]]
    own: Mapping[NodeId, int]
    paths: Mapping[NodeId, str]

    @staticmethod
    def of(release: Release) -> Tree:
        """Raises ValueError when the nodes are no tree, or hold more people below them than in them."""
        parents = {node.id: node.parent for node in release.nodes}
        names = {node.id: node.name for node in release.nodes}
        own = {node.id: node.head_count for node in release.nodes}
        inside: dict[NodeId, set[Hashable]] = {node: set() for node in parents}
        paths = {}
        for node in release.nodes:
            way = list(_upwards(node.id, parents))
            for above in way:
                inside[above].add(node.id)
            if node.parent is not None:
                own[node.parent] -= node.head_count
            paths[node.id] = "/".join(names[one] for one in reversed(way[:-1])) or "the whole organisation"
        if wrong := [paths[node] for node, count in own.items() if count < 0]:
            raise ValueError(f"{wrong[0]} has fewer people than the groups below it.")
        return Tree({node: frozenset(members) for node, members in inside.items()}, own, paths)

    def within(self, node: NodeId, counts: Mapping[NodeId, int]) -> int:
        return sum(counts.get(str(one), 0) for one in self.inside[node])


def answers_said(release: Release, tree: Tree, item: str, known: Participation | None) -> list[Claim]:
    """What the cells of one item say about answers; with `known`, to a reader who knows who answered."""
    told = [cell for cell in release.cells if cell.item == item and not isinstance(cell.figure, Suppressed)]
    return [claim for cell in told for claim in _claims(release, tree, cell, known)]


def people_of(tree: Tree, item: str, known: Participation | None) -> Mapping[Hashable, tuple[int, int]]:
    """By node, fewest and most of its own people who answered the item."""
    if known is None:
        return {node: (0, own) for node, own in tree.own.items()}
    counts = known.by_item.get(item, {})
    return {node: (counts.get(node, 0), counts.get(node, 0)) for node in tree.own}


def count_bounds(figure: Figure, k: int, asked: int | None) -> tuple[int, int | None]:
    """Fewest and most people who can have answered behind a figure; `asked` is None when that is not known."""
    least, most = BANDS[figure.n_band]
    if most is not None and (asked is None or asked - 1 <= most):
        most = most + 1 if asked is None else asked
    return max(least, k), most


def _claims(release: Release, tree: Tree, cell: Cell, known: Participation | None) -> Iterator[Claim]:
    figure, policy, name = cell.figure, release.policy, cell_name(cell)
    assert isinstance(figure, Figure)
    members = tree.inside[cell.cohort]

    def claim(weights: Weights, low: int | None, high: int | None = None) -> Claim:
        return Claim(members, weights, low, high, name)

    if known is None:
        yield claim(COUNT, *count_bounds(figure, policy.k, None))
        for weights, low in _linear(figure, policy.guard):
            yield claim(weights, low)
    else:
        n = tree.within(cell.cohort, known.by_item.get(cell.item, {}))
        yield claim(SUM, *sum_bounds(figure, policy.guard, n))


def _linear(figure: Figure, guard: int) -> Iterator[tuple[Weights, int]]:
    """The same figure as claims that hold whatever n is: (weights, lowest value)."""
    if figure.kind == "mean":
        tenths = round(10 * figure.value)
        yield _weights(20, 1 - 2 * tenths), 0
        yield _weights(-20, 2 * tenths + 1), 1
        yield _weights(1, -1), guard + 1
        yield _weights(-1, 5), guard + 1
    else:
        sign = 1 if figure.kind == "at_least" else -1
        yield _weights(2 * sign, -sign * round(2 * figure.value)), 0
        yield (_weights(1, -5) if sign == 1 else _weights(-1, 1)), -guard


def _weights(per_point: int, per_person: int) -> Weights:
    one, two, three, four, five = (per_point * answer + per_person for answer in range(1, 6))
    return one, two, three, four, five


def sum_bounds(figure: Figure, guard: int, n: int) -> tuple[int, int]:
    """The least and greatest sum of n answers that a figure allows; the first is greater when none fits."""
    if figure.kind == "mean":
        tenths = round(10 * figure.value)
        low, high = -(-n * (2 * tenths - 1) // 20), (n * (2 * tenths + 1) - 1) // 20
        return max(low, n + guard + 1), min(high, 5 * n - guard - 1)
    halves = round(2 * figure.value)
    if figure.kind == "at_least":
        return max(-(-halves * n // 2), 5 * n - guard), 5 * n
    return n, min(halves * n // 2, n + guard)


def cell_name(cell: Cell) -> str:
    """How a finding names a cell."""
    return f"{cell.cohort}/{cell.item}"


def _upwards(node: NodeId, parents: Mapping[NodeId, NodeId | None]) -> Iterator[NodeId]:
    at: NodeId | None = node
    for _ in range(len(parents) + 1):
        if at is None:
            return
        if at not in parents:
            raise ValueError(f"The node {at} is missing from the Release.")
        yield at
        at = parents[at]
    raise ValueError(f"The node {node} lies below itself.")
