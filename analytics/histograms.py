"""How answers are spread: five shares from 30 answers on, or three bands from 15, where that tells nothing more.

Only above the teams, only of a group of which no part is told for the same item and wave (no group below it, and no
facet that counts its people), and only where none of the bands 1-2, 3 and 4-5 holds more than n - guard answers.
Otherwise there is the guarded mean alone. With at least five answers outside every band, whoever sees the shares
knows of nobody but that they gave some answer that somebody gave: of any four people the mean stays open by a point,
nobody is known to have answered 1-2 or 4-5, and one who knows the own answer knows no other.

That the shares are missing tells something too, since everybody knows this rule: one band holds nearly all. That is a
safe thing to know (docs/adr/0012, and every case tried in tests/unit/test_histograms.py): up to guard - 1 people are
outside, nobody knows who, and the mean does not say either as long as it is not extreme, when it is coded.

Shares are rounded, so that they do not tell n.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from analytics.aggregate import Options
from analytics.organisation import Organisation
from surveys.model import Cell, Figure, Policy, Shape, ShapeKind

STEPS: Final[dict[ShapeKind, int]] = {"histogram": 5, "bands": 10}
"""To how many percent shares are rounded."""


def with_shapes(
    tree: Organisation, cells: Sequence[Cell], own: Sequence[Options], asked: Sequence[int], policy: Policy
) -> list[Cell]:
    """The cells of one item, those of them with a shape that may have one. All in the order of the tree."""
    whole = _in_and_below(tree, own)
    alone = _undivided(tree, cells)
    return [
        replace(cell, shape=shape_of(whole[at], asked[at], policy)) if alone[at] and _is_mean(cell) else cell
        for at, cell in enumerate(cells)
    ]


def shape_of(options: Options, asked: int, policy: Policy) -> Shape | None:
    """The shape of a group of which no part is told; None where the mean has to do."""
    n = sum(options)
    bands = options[0] + options[1], options[2], options[3] + options[4]
    counted = min(n, asked - 1)
    if max(bands) > n - policy.guard:
        return None
    if counted >= policy.histogram_n:
        return Shape("histogram", _shares(options, STEPS["histogram"]))
    return Shape("bands", _shares(bands, STEPS["bands"])) if counted >= policy.bands_n else None


def _shares(counts: Sequence[int], step: int) -> tuple[int, ...]:
    """Rounded half up, in whole numbers so that no machine rounds otherwise."""
    n = sum(counts)
    return tuple(step * ((200 * count + step * n) // (2 * step * n)) for count in counts)


def _is_mean(cell: Cell) -> bool:
    return isinstance(cell.figure, Figure) and cell.figure.kind == "mean"


def _undivided(tree: Organisation, cells: Sequence[Cell]) -> list[bool]:
    """Which groups above the teams have no part that is told: no group below, no facet at, below or above them."""
    divided, by_facet = [False] * len(cells), [False] * len(cells)
    for at in range(len(cells) - 1, -1, -1):
        parent, cell = tree.parents[at], cells[at]
        by_facet[at] = by_facet[at] or any(isinstance(one.mean, float) for one in cell.facets)
        if parent is not None:
            divided[parent] = divided[parent] or divided[at] or isinstance(cell.figure, Figure)
            by_facet[parent] = by_facet[parent] or by_facet[at]
    above = [False] * len(cells)
    for at, cell in enumerate(cells):
        parent = tree.parents[at]
        here = any(isinstance(one.mean, float) for one in cell.facets)
        above[at] = here or (parent is not None and above[parent])
    return [not (divided[at] or by_facet[at] or above[at] or tree.is_leaf(at)) for at in range(len(cells))]


def _in_and_below(tree: Organisation, own: Sequence[Options]) -> list[Options]:
    columns = [tree.sum_up([options[place] for options in own]) for place in range(5)]
    return list(zip(*columns, strict=True))
