"""Figures by facet in the tree: which lies around whom, and from which others a rest is computed."""

from __future__ import annotations

from collections.abc import Collection, Sequence, Set
from dataclasses import dataclass, field

from analytics.organisation import Organisation

Told = tuple[int, str]
"""A figure by facet: a node's place in the tree, and a value."""


@dataclass(slots=True)
class Below:
    """Which figures by facet lie around a person, and which lie directly below another."""

    tree: Organisation
    told: Collection[Told]
    around: dict[Told, Told | None] = field(default_factory=dict)
    directly: dict[Told, list[Told]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for at, value in sorted(self.told):
            parent = self.tree.parents[at]
            above = self.nearest(parent, value) if parent is not None else None
            if above is not None:
                self.directly.setdefault(above, []).append((at, value))

    def nearest(self, at: int, value: str) -> Told | None:
        """The figure nearest above somebody of this node, the node itself included."""
        if (at, value) not in self.around:
            parent = self.tree.parents[at]
            here = (at, value) in self.told
            above = None if here or parent is None else self.nearest(parent, value)
            self.around[at, value] = (at, value) if here else above
        return self.around[at, value]

    def used(self, at: Told) -> tuple[Told, ...]:
        """The figures from which the rest of one is computed."""
        return at, *self.directly.get(at, ())

    def needed(self, rests: Set[Told], closed: Sequence[tuple[Set[Told], Set[Told]]]) -> frozenset[Told]:
        """The fewest figures from which the sum of these rests is computed, give or take what the tree tells.

        A figure between two rests of the sum falls out. The columns of a closed piece add up to its rows: they may be
        added to make more fall out. They come with what is `left` of them.
        """
        left = self.left(rests)
        for columns, added in closed:
            if 2 * len(left & added) > len(added) and columns.isdisjoint(rests):
                rests, left = rests | columns, left ^ added
        return left

    def left(self, rests: Set[Told]) -> frozenset[Told]:
        """The figures from which the sum of some rests is computed: of rests that share nobody, those of either."""
        counted = {one for at in rests for one in self.directly.get(at, ())}
        return frozenset(rests ^ counted)
