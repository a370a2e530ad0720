"""The organisation tree as a list with parents first, and sums over it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from surveys.model import Node, NodeId


@dataclass(frozen=True, slots=True)
class Organisation:
    """`nodes` in the order of reading (a node, then what is below it; siblings by id); `parents` are indices."""

    nodes: tuple[Node, ...]
    parents: tuple[int | None, ...]

    @staticmethod
    def of(nodes: Iterable[Node]) -> Organisation:
        """Raises ValueError unless the nodes are one tree with one root and ids of their own."""
        given = sorted(nodes, key=lambda node: node.id, reverse=True)
        below: dict[NodeId | None, list[Node]] = {}
        for node in given:
            below.setdefault(node.parent, []).append(node)
        ordered, waiting = [], list(below.get(None, ()))
        if len(waiting) != 1:
            raise ValueError(f"The organisation tree has {len(waiting)} roots; exactly one node must have no parent.")
        while waiting:
            ordered.append(waiting.pop())
            waiting += below.get(ordered[-1].id, ())
        place = {node.id: at for at, node in enumerate(ordered)}
        if not len(ordered) == len(given) == len(place):
            wrong = sorted({node.id for node in given} - place.keys()) or ["an id that occurs twice"]
            raise ValueError(f"These nodes do not hang in the tree: {', '.join(wrong)}. Give each a parent in it.")
        parents = tuple(None if node.parent is None else place[node.parent] for node in ordered)
        return Organisation(tuple(ordered), parents)

    @property
    def places(self) -> dict[NodeId, int]:
        """The index of each node."""
        return {node.id: at for at, node in enumerate(self.nodes)}

    def is_leaf(self, at: int) -> bool:
        """In the order of reading, a node is a leaf unless the next one hangs under it."""
        return at + 1 == len(self.nodes) or self.parents[at + 1] != at

    def sum_up(self, own: Sequence[int]) -> list[int]:
        """From the numbers of each node's own people to those of everybody in and below it."""
        totals = list(own)
        for at in range(len(totals) - 1, 0, -1):
            parent = self.parents[at]
            if parent is not None:
                totals[parent] += totals[at]
        return totals

    def totals(self, own: Mapping[NodeId, int], what: str) -> list[int]:
        """Like `sum_up`, from numbers by node id. Raises ValueError when one belongs to no node or is negative."""
        self.must_know(own, what)
        for node, count in own.items():
            if count < 0:
                raise ValueError(f"The {what} of node {node!r} are {count}; they cannot be below 0.")
        return self.sum_up([own.get(node.id, 0) for node in self.nodes])

    def must_know(self, ids: Iterable[NodeId], what: str) -> None:
        unknown = sorted(set(ids) - {node.id for node in self.nodes})
        if unknown:
            raise ValueError(f"The {what} name {unknown[0]!r}, which is not a node of the tree at opening.")
