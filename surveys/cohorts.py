"""The organisation tree: where everybody belongs, who reads what, and where a leader's answers count."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from surveys.errors import InputError, NotFound
from surveys.model import Node, NodeId, Person, Role

ROOT_PATH: Final = "/"
"""How the organisation itself is written where a path is asked."""


def segments(path: str) -> tuple[str, ...]:
    """The names in `Site/Department/Team`, trimmed and in one Unicode form; none for the organisation itself ("/").

    Raises InputError for an empty path and for an empty name between two slashes.
    """
    text = unicodedata.normalize("NFC", path).strip()
    if text == ROOT_PATH:
        return ()
    names = tuple(" ".join(name.split()) for name in text.split("/"))
    if not all(names):
        raise InputError(f"'{path}' is not a path; write it as Site/Department/Team, without empty names")
    return names


@dataclass(frozen=True, slots=True)
class Tree:
    """All nodes under one root, the organisation. Made by `Tree.of`, which checks the shape."""

    root: Node
    nodes: Mapping[NodeId, Node]
    below: Mapping[NodeId, tuple[Node, ...]]
    """Children by parent, in name order."""

    @classmethod
    def of(cls, nodes: Iterable[Node]) -> Tree:
        """Raises InputError unless there is one root, every other node hangs below it, and siblings differ in name."""
        by_id = {node.id: node for node in nodes}
        roots = [node for node in by_id.values() if node.parent is None]
        if len(roots) != 1:
            raise InputError(f"An organisation has one root, and here are {len(roots)}; keep one node without a parent")
        tree = cls(roots[0], by_id, _children(by_id.values()))
        reached = sum(1 for _ in tree.descendants(tree.root.id))
        if reached != len(by_id):
            raise InputError(f"{len(by_id) - reached} nodes do not hang below the organisation; mend their parent")
        return tree

    def node(self, id_: NodeId) -> Node:
        """Raises NotFound."""
        if id_ not in self.nodes:
            raise NotFound(f"There is no node '{id_}' in the organisation tree")
        return self.nodes[id_]

    def children(self, id_: NodeId) -> tuple[Node, ...]:
        return self.below.get(id_, ())

    def chain(self, id_: NodeId) -> tuple[Node, ...]:
        """From the root down to the node, both included. Raises NotFound."""
        upwards = [self.node(id_)]
        while (parent := upwards[-1].parent) is not None:
            upwards.append(self.node(parent))
        return tuple(reversed(upwards))

    def ancestors(self, id_: NodeId) -> tuple[Node, ...]:
        """From the parent up to the root. Raises NotFound."""
        return tuple(reversed(self.chain(id_)[:-1]))

    def descendants(self, id_: NodeId) -> Iterator[Node]:
        """The node itself and all below it, parents before children. Raises NotFound."""
        waiting = [self.node(id_)]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(self.children(node.id)))

    def path(self, id_: NodeId) -> str:
        """`Site/Department/Team`; the organisation itself is "/". Raises NotFound."""
        return "/".join(node.name for node in self.chain(id_)[1:]) or ROOT_PATH

    def find(self, path: str) -> NodeId | None:
        """The node at a path, or None. Raises InputError when the path cannot be read."""
        return self.descend(segments(path))

    def descend(self, names: Sequence[str]) -> NodeId | None:
        at = self.root.id
        for name in names:
            match = next((child.id for child in self.children(at) if child.name == name), None)
            if match is None:
                return None
            at = match
        return at


def _children(nodes: Iterable[Node]) -> dict[NodeId, tuple[Node, ...]]:
    below: dict[NodeId, dict[str, Node]] = {}
    for node in nodes:
        if node.parent is None:
            continue
        if below.setdefault(node.parent, {}).setdefault(node.name, node) is not node:
            raise InputError(f"Two nodes below '{node.parent}' are called '{node.name}'; rename one")
    return {parent: tuple(named[name] for name in sorted(named)) for parent, named in below.items()}


def counting_cohort(tree: Tree, team: NodeId, manages: Collection[NodeId]) -> NodeId | None:
    """The cohort somebody's answers count in: the lowest node from their team upwards that they do not lead.

    A leader's answers count in the cohort above, never in one they may read. None when they lead everything
    above themselves: then there is no such cohort, and they get no card. Raises NotFound for an unknown team.
    """
    above: NodeId | None = None
    for node in tree.chain(team):
        if node.id in manages:
            return above
        above = node.id
    return above


def readable(tree: Tree, person: Person) -> frozenset[NodeId]:
    """The nodes whose released figures somebody may read.

    A leader reads what they lead, all below it, and the organisation; somebody in the queue reads their own team
    and the organisation; everybody else reads nothing. A leader who also answers calls reads as a leader only, so
    that the cohort in which their own answers count stays closed to them.
    """
    if Role.MANAGER in person.roles:
        led = (node.id for top in person.manages if top in tree.nodes for node in tree.descendants(top))
        return frozenset({tree.root.id, *led})
    if Role.AGENT in person.roles:
        return frozenset({tree.root.id, person.team})
    return frozenset()
