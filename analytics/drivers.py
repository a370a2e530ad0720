"""Which drivers deserve a second look, from published figures alone.

Evidence, decision 9: at most two signals per cycle, and a signal is a candidate, never a cause.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from surveys.model import Cell, Figure, Release, ReleasedItem

NOTABLE: Final = 0.3
"""Points on the unfavourable side of the middle; below it a mean of this scale says little (evidence, decision 4)."""
MIDDLE: Final = 3.0
MOST: Final = 2


def flagged(releases: Sequence[Release]) -> tuple[str, ...]:
    """Return at most two driver ids whose latest organisation-wide figure is clearly unfavourable, worst first."""
    latest: dict[str, float] = {}
    for release in releases:
        roots = {node.id for node in release.nodes if node.parent is None}
        cells = {cell.item: cell for cell in release.cells if cell.cohort in roots}
        for item in release.items:
            if item.driver and item.id in cells:
                latest[item.driver] = _burden(item, cells[item.id])
    worst = sorted(latest, key=lambda driver: (-latest[driver], driver))
    return tuple(driver for driver in worst if latest[driver] >= NOTABLE)[:MOST]


def _burden(item: ReleasedItem, cell: Cell) -> float:
    """Return how far the mean lies on the unfavourable side of the middle; 0 when nothing was published."""
    if not isinstance(cell.figure, Figure):
        return 0.0
    return (MIDDLE - cell.figure.value) * item.favourable
