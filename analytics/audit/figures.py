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
from analytics.audit.shapes import SPREAD, shape_claims
from surveys.model import Cell, FacetFigure, Figure, NodeId, Release, Suppressed

BANDS: Final[Mapping[str, tuple[int, int | None]]] = {"5-9": (5, 9), "10-19": (10, 19), "20+": (20, None)}
"""Fewest and most people that a band of n stands for, before it was counted as one fewer."""

LEAST_BY_FACET: Final = 10
"""Of so many answers at least there is a mean by facet."""


@dataclass(frozen=True, slots=True)
class Participation:
    """Who was asked and who answered, counted in the cohort in which they count. Never an answer.

    `answered` counts those who answered anything, `by_item` those who answered each item. `parts` is the same by
    cohort and value of the facet by which the wave is cut.
    """

    asked: Mapping[Hashable, int]
    answered: Mapping[Hashable, int]
    by_item: Mapping[str, Mapping[Hashable, int]]
    parts: Participation | None = None

    @property
    def members(self) -> frozenset[Hashable]:
        return frozenset({*self.asked, *self.answered}.union(*self.by_item.values()))


@dataclass(frozen=True, slots=True)
class Tree:
    """The nodes of a Release: whom a figure is about, and how many people of its own each node has at most."""

    inside: Mapping[NodeId, frozenset[Hashable]]
    own: Mapping[Hashable, int]
    paths: Mapping[NodeId, str]

    @staticmethod
    def of(release: Release) -> Tree:
        """Raises ValueError when the nodes are no tree, or hold more people below them than in them."""
        parents = {node.id: node.parent for node in release.nodes}
        names = {node.id: node.name for node in release.nodes}
        own: dict[Hashable, int] = {node.id: node.head_count for node in release.nodes}
        inside: dict[NodeId, set[Hashable]] = {node: set() for node in parents}
        paths = {}
        for node in release.nodes:
            way = list(_upwards(node.id, parents))
            for above in way:
                inside[above].add(node.id)
            if node.parent is not None:
                own[node.parent] -= node.head_count
            paths[node.id] = "/".join(names[one] for one in reversed(way[:-1])) or "the whole organisation"
        if wrong := [paths[str(node)] for node, count in own.items() if count < 0]:
            raise ValueError(f"{wrong[0]} has fewer people than the groups below it.")
        return Tree({node: frozenset(members) for node, members in inside.items()}, own, paths)

    def within(self, node: NodeId, counts: Mapping[Hashable, int]) -> int:
        return sum(counts.get(one, 0) for one in self.inside[node])

    def cut(self, parts: Participation) -> Tree:
        """The same with (node, value) as its members, of whom so many were asked."""
        values: dict[NodeId, set[Hashable]] = {node: set() for node in self.inside}
        for member in parts.members:
            values[member[0]].add(member)  # type: ignore[index]
        inside = {node: frozenset().union(*(values[str(one)] for one in all_)) for node, all_ in self.inside.items()}
        return Tree(inside, {one: parts.asked.get(one, 0) for own in values.values() for one in own}, self.paths)

    def having(self, node: NodeId, value: str) -> frozenset[Hashable]:
        """The members of a cut tree with this value."""
        return frozenset(one for one in self.inside[node] if one[1] == value)  # type: ignore[index]


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


def shown_by_facet(release: Release, item: str) -> Iterator[tuple[NodeId, FacetFigure, Figure, str]]:
    """The means by facet that are told: of which node, which figure, the same as a mean, and how it is named."""
    for cell in release.cells:
        for one in cell.facets if cell.item == item else ():
            if not isinstance(one.mean, Suppressed):
                yield cell.cohort, one, Figure("mean", one.mean, "5-9"), f"{cell_name(cell)}:{one.value}"


def means_by_facet(release: Release) -> int:
    """How many are told."""
    return sum(1 for item in release.items for _ in shown_by_facet(release, item.id))


def count_bounds(figure: Figure, k: int, asked: int | None) -> tuple[int, int | None]:
    """Fewest and most people who can have answered behind a figure; `asked` is None when that is not known."""
    least, most = BANDS[figure.n_band]
    if most is not None and (asked is None or asked - 1 <= most):
        most = most + 1 if asked is None else asked
    return max(least, k), most


def item_of(name: str) -> str:
    """The item (or `response`) that a cell is about."""
    return name.rpartition("/")[2].partition(":")[0]


def _claims(release: Release, tree: Tree, cell: Cell, known: Participation | None) -> Iterator[Claim]:
    figure, policy, name = cell.figure, release.policy, cell_name(cell)
    assert isinstance(figure, Figure)
    members = tree.inside[cell.cohort]

    def claim(weights: Weights, low: int | None, high: int | None = None) -> Claim:
        return Claim(members, weights, low, high, name)

    if known is None:
        yield claim(COUNT, *count_bounds(figure, policy.k, None))
        for weights, low in linear(figure, policy.guard):
            yield claim(weights, low)
    else:
        n = tree.within(cell.cohort, known.by_item.get(cell.item, {}))
        yield claim(SUM, *sum_bounds(figure, policy.guard, n))
    if cell.shape is not None:
        yield from shape_claims(cell.shape, policy, members, f"{name}:{SPREAD}")


def linear(figure: Figure, guard: int) -> Iterator[tuple[Weights, int]]:
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
