"""From responses to sums: how many people of each node answered each item, and what their answers add up to.

The sums are *own* sums: a response counts in its cohort alone, not in the nodes above it. Adding up the tree
is the business of whoever knows the tree (`analytics.disclosure`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from surveys.model import NodeId, Response

HIGHEST = 5
"""Options run from 1 to 5; 0 means that the item was skipped."""


@dataclass(frozen=True, slots=True)
class Sums:
    """Of one item in one node: `n` people answered it, and their option numbers add up to `total`."""

    n: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class Aggregate:
    """`items[item][node]` are the own sums; `respondents[node]` counts those who answered at least one item."""

    items: Mapping[str, Mapping[NodeId, Sums]]
    respondents: Mapping[NodeId, int]

    def of(self, item: str, node: NodeId) -> Sums:
        return self.items.get(item, {}).get(node, Sums())


def aggregate(responses: Sequence[Response]) -> Aggregate:
    """Count and add up, in one pass and in any order. Empty responses (no cohort) and skipped items do not count.

    Raises ValueError when an answer is not an option number, or when answers belong to no cohort.
    """
    tallies: dict[tuple[str, NodeId], list[int]] = {}
    respondents: dict[NodeId, int] = {}
    for response in responses:
        given = [(item, option) for item, option in response.answers.items() if option != 0]
        if not given:
            continue
        cohort = _cohort(response)
        respondents[cohort] = respondents.get(cohort, 0) + 1
        _add(tallies, cohort, given)
    return Aggregate(_by_item(tallies), respondents)


def _cohort(response: Response) -> NodeId:
    if response.cohort is None:
        raise ValueError("A response holds answers but no cohort; set the cohort it counts in.")
    return response.cohort


def _add(tallies: dict[tuple[str, NodeId], list[int]], cohort: NodeId, given: Iterable[tuple[str, int]]) -> None:
    for item, option in given:
        if not 1 <= option <= HIGHEST:
            raise ValueError(f"Item {item!r} holds the answer {option}; it must be 0 (skipped) to {HIGHEST}.")
        tally = tallies.setdefault((item, cohort), [0, 0])
        tally[0] += 1
        tally[1] += option


def _by_item(tallies: Mapping[tuple[str, NodeId], list[int]]) -> dict[str, dict[NodeId, Sums]]:
    items: dict[str, dict[NodeId, Sums]] = {}
    for (item, node), (n, total) in tallies.items():
        items.setdefault(item, {})[node] = Sums(n, total)
    return items
