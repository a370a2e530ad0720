"""A Release on paper: one line per figure, for a spreadsheet or a terminal. Pure; nothing but Releases comes in."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Final

from surveys.model import SUPPRESSED, Cell, Figure, NodeId, Release, ReleasedNode

COLUMNS: Final = (
    *("key", "survey", "number", "opened", "closed", "cohort", "path", "item"),
    *("figure", "value", "n_band", "simulated", "kind", "waves"),
)
SIGN: Final = {"mean": "", "at_least": "at least ", "at_most": "at most "}
FORMULA: Final = ("=", "+", "-", "@", "\t")


def as_csv(releases: Iterable[Release]) -> str:
    """Return one line per cell, oldest first. A name that a spreadsheet would run as a formula gets an apostrophe."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for release in releases:
        paths = paths_of(release)
        writer.writerows(_line(release, cell, paths) for cell in release.cells)
    return out.getvalue()


def paths_of(release: Release) -> dict[NodeId, str]:
    """Return `Site/Department/Team` by node, as the organisation was at opening; the organisation itself is "/"."""
    nodes = {node.id: node for node in release.nodes}
    return {id_: "/".join(_names(node, nodes)) or "/" for id_, node in nodes.items()}


def told(figure: Figure | str) -> str:
    """Return a figure in words: `3.2 (10-19)`, `at most 2.0 (5-9)`, or `suppressed`."""
    if not isinstance(figure, Figure):
        return str(SUPPRESSED)
    return f"{SIGN[figure.kind]}{figure.value:.1f} ({figure.n_band})"


def _line(release: Release, cell: Cell, paths: Mapping[NodeId, str]) -> tuple[str, ...]:
    figure, hidden = cell.figure, str(SUPPRESSED)
    said = (figure.kind, f"{figure.value:.1f}", figure.n_band) if isinstance(figure, Figure) else (hidden,) * 3
    return (
        f"{release.survey}/{release.place}/{cell.cohort}/{cell.item}",
        release.survey,
        str(release.number),
        release.opened.isoformat(),
        release.closed.isoformat(),
        cell.cohort,
        _harmless(paths[cell.cohort]),
        cell.item,
        *said,
        str(release.simulated).lower(),
        release.kind,
        " ".join(map(str, release.waves)),
    )


def _names(node: ReleasedNode, nodes: Mapping[NodeId, ReleasedNode]) -> list[str]:
    """The names from below the root down to the node."""
    if node.parent is None:
        return []
    above = nodes.get(node.parent)
    return [*(_names(above, nodes) if above else []), node.name]


def _harmless(name: str) -> str:
    return f"'{name}" if name.startswith(FORMULA) else name
