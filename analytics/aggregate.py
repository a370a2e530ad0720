"""From responses to sums: how many people of each node answered each item, and what their answers add up to.

The sums are *own* sums: a response counts in its cohort alone, not in the nodes above it. Adding up the tree
is the business of whoever knows the tree (`analytics.disclosure`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import add

from surveys.model import NodeId, Response

HIGHEST = 5
"""Options run from 1 to 5; 0 means that the item was skipped."""


@dataclass(frozen=True, slots=True)
class Sums:
    """Of one item in one node: `n` people answered it, and their option numbers add up to `total`."""

    n: int = 0
    total: int = 0


Options = tuple[int, ...]
"""How many people gave each option, from 1 up."""


@dataclass(frozen=True, slots=True)
class Aggregate:
    """`items[item][node]` are the own sums; `respondents[node]` counts those who answered at least one item.

    `options[item][node]` counts how many gave each option, and `parts[item]` has the own sums by node and value of
    the wave's facet, "" where a person has none.
    """

    items: Mapping[str, Mapping[NodeId, Sums]]
    respondents: Mapping[NodeId, int]
    options: Mapping[str, Mapping[NodeId, Options]]
    parts: Mapping[str, Mapping[tuple[NodeId, str], Sums]]

    def of(self, item: str, node: NodeId) -> Sums:
        return self.items.get(item, {}).get(node, Sums())


def aggregate(responses: Sequence[Response]) -> Aggregate:
    """Count and add up, in one pass and in any order. Empty responses (no cohort) and skipped items do not count.

    Raises ValueError when an answer is not an option number, or when answers belong to no cohort.
    """
    tallies: dict[tuple[str, NodeId, str], list[int]] = {}
    respondents: dict[NodeId, int] = {}
    for response in responses:
        given = [(item, option) for item, option in response.answers.items() if option != 0]
        if not given:
            continue
        cohort = _cohort(response)
        respondents[cohort] = respondents.get(cohort, 0) + 1
        _add(tallies, cohort, response.facet, given)
    return _summed(tallies, respondents)


def _cohort(response: Response) -> NodeId:
    if response.cohort is None:
        raise ValueError("A response holds answers but no cohort; set the cohort it counts in.")
    return response.cohort


def _add(
    tallies: dict[tuple[str, NodeId, str], list[int]], cohort: NodeId, facet: str, given: Iterable[tuple[str, int]]
) -> None:
    for item, option in given:
        if not 1 <= option <= HIGHEST:
            raise ValueError(f"Item {item!r} holds the answer {option}; it must be 0 (skipped) to {HIGHEST}.")
        tallies.setdefault((item, cohort, facet), [0] * HIGHEST)[option - 1] += 1


def _summed(tallies: Mapping[tuple[str, NodeId, str], Sequence[int]], respondents: Mapping[NodeId, int]) -> Aggregate:
    parts: dict[str, dict[tuple[NodeId, str], Sums]] = {}
    options: dict[str, dict[NodeId, Options]] = {}
    for (item, node, facet), tally in tallies.items():
        parts.setdefault(item, {})[node, facet] = sums_of(tally)
        held = options.setdefault(item, {})
        held[node] = tuple(map(add, held.get(node, (0,) * HIGHEST), tally))
    items = {item: {node: sums_of(own) for node, own in nodes.items()} for item, nodes in options.items()}
    return Aggregate(items, respondents, options, parts)


def sums_of(options: Sequence[int]) -> Sums:
    """How many people gave any option, and what their option numbers add up to."""
    return Sums(sum(options), sum(option * count for option, count in enumerate(options, 1)))
