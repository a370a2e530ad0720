"""Small invented organisations for the tests of what is published about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from analytics.facts import WaveFacts
from surveys.model import STANDARD, Node, Policy, ReleasedItem, Response, Words

OPENED = datetime(2026, 3, 2, 8, tzinfo=UTC)
CLOSED = datetime(2026, 3, 6, 17, tzinfo=UTC)


def item(name: str = "C1", version: int = 1) -> ReleasedItem:
    labels: tuple[Words, ...] = tuple({"nl": f"optie {i}", "en": f"option {i}"} for i in range(1, 6))
    return ReleasedItem(name, None, {"nl": f"vraag {name}", "en": f"question {name}"}, labels, -1, version)


def facts(
    parents: Mapping[str, str | None],
    people: Mapping[str, int],
    *,
    policy: Policy = STANDARD,
    items: Sequence[str] = ("C1",),
    number: int = 1,
) -> WaveFacts:
    """`parents` by node id; `people` of each node count themselves as head count and got a delivery each."""
    nodes = tuple(Node(node, parent, f"name of {node}") for node, parent in parents.items())
    asked = tuple(item(name) for name in items)
    return WaveFacts("pulse", number, OPENED, CLOSED, asked, nodes, people, people, policy)


def responses(answers: Mapping[str, Sequence[int]], name: str = "C1") -> list[Response]:
    """One response for each answer of each node."""
    return [Response(node, {name: option}) for node, options in answers.items() for option in options]
