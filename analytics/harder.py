"""The same Release with less in it, for what an audit found."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import Final

from analytics.baseline import between_teams
from analytics.facts import parents_of
from analytics.organisation import Organisation
from surveys.model import SUPPRESSED, Baseline, Cell, Figure, Node, Release

RESPONSE: Final = "response"
"""What stands for the item in the name of a response band."""
SPREAD: Final = "spread"
"""What stands for the shares beside a figure in the name of a cell."""


def harder(release: Release, told_by: Iterable[Collection[str]]) -> Release:
    """The same Release with less in it, for each leak that an audit found (reference T5).

    A leak comes as the cells that tell it, `cohort/item` or `cohort/response`. The cheapest of them that is still
    shown is suppressed: of the group with fewest people, a band before a figure. Whoever repeats this comes to an
    end, since every time there is less. Raises ValueError when no cell of a leak is shown.
    """
    people = {node.id: node.head_count for node in release.nodes}
    shown = {f"{cell.cohort}/{cell.item}": people[cell.cohort] for cell in release.cells if cell.figure != SUPPRESSED}
    shown |= {f"{node.id}/{RESPONSE}": node.head_count for node in release.nodes if node.response != SUPPRESSED}
    shown |= {name: people[cell.cohort] for cell in release.cells for name in _beside(cell)}
    hidden = set()
    for cells in told_by:
        price = {cell: _price(cell, shown[cell]) for cell in cells if cell in shown}
        if not price:
            raise ValueError("A leak was found that no shown cell tells; this wave cannot be protected.")
        hidden.add(min(price, key=price.__getitem__))
    return _without(release, hidden)


def _price(cell: str, people: int) -> tuple[bool, int, bool, str]:
    """What stands beside a figure goes before it, then of the group with fewest people, a band before a figure."""
    item = cell.rpartition("/")[2]
    return ":" not in item, people, item != RESPONSE, cell


def _beside(cell: Cell) -> list[str]:
    """The names of what a cell tells beside its figure."""
    name = f"{cell.cohort}/{cell.item}"
    by_facet = [f"{name}:{one.value}" for one in cell.facets if one.mean != SUPPRESSED]
    return [*by_facet, *([f"{name}:{SPREAD}"] if cell.shape else [])]


def _less(cell: Cell, hidden: Collection[str]) -> Cell:
    name = f"{cell.cohort}/{cell.item}"
    facets = tuple(replace(one, mean=SUPPRESSED) if f"{name}:{one.value}" in hidden else one for one in cell.facets)
    gone = name in hidden
    shape = None if gone or f"{name}:{SPREAD}" in hidden else cell.shape
    return replace(cell, figure=SUPPRESSED if gone else cell.figure, facets=facets, shape=shape)


def _without(release: Release, hidden: Collection[str]) -> Release:
    cells = [_less(cell, hidden) for cell in release.cells]
    nodes = [
        replace(node, response=SUPPRESSED) if f"{node.id}/{RESPONSE}" in hidden else node for node in release.nodes
    ]
    tree = Organisation.of(Node(node.id, node.parent, node.name) for node in nodes)
    rows = {item.id: [cell for cell in cells if cell.item == item.id] for item in release.items}
    return replace(
        release,
        cells=tuple(cells),
        nodes=tuple(nodes),
        baselines=tuple(baseline_of(tree, item, row) for item, row in rows.items()),
    )


def baseline_of(tree: Organisation, item: str, row: Sequence[Cell]) -> Baseline:
    above = parents_of(tree.nodes)
    teams = [cell.figure for cell in row if cell.cohort not in above and isinstance(cell.figure, Figure)]
    return Baseline(item, between_teams(teams))
