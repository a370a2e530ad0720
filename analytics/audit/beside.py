"""What stands beside the figures of the tree: means by facet, and shares that are missing. Judged with people known.

The tree is attacked by itself first. Somebody who does not know who answered knows less of these than this.
"""

from __future__ import annotations

from collections.abc import Iterator

from analytics.audit.attack import Finding, Kind
from analytics.audit.certificate import against_groups, against_insiders, both
from analytics.audit.crossed import Crossed, Said, crossed_leaks
from analytics.audit.figures import Participation, Tree, cell_name, shown_by_facet, sum_bounds
from analytics.audit.programme import Undecided
from analytics.audit.shapes import told_by_absence
from surveys.model import Cell, Figure, NodeId, Policy, Release, Suppressed


def beside(release: Release, tree: Tree, item: str, known: Participation) -> Iterator[Finding]:
    """Leaks of one item that the tree's figures alone do not have."""
    yield from _by_facet(release, tree, item, known)
    yield from _by_absence(release, tree, item, known)


def _coalition(policy: Policy) -> int:
    return 2 if policy.preset == "strict" else 1


def _by_facet(release: Release, tree: Tree, item: str, known: Participation) -> Iterator[Finding]:
    shown = list(shown_by_facet(release, item))
    if not shown:
        return
    names = tuple(name for *_, name in shown)
    if known.parts is None:
        yield Finding(Kind.UNDECIDED, {}, names)
        return
    cut, counts = tree.cut(known.parts), known.parts.by_item.get(item, {})
    guard = release.policy.guard
    of_tree = [
        Said(cut.inside[cell.cohort], *sum_bounds(cell.figure, guard, cut.within(cell.cohort, counts)), cell_name(cell))
        for cell in release.cells
        if cell.item == item and isinstance(cell.figure, Figure)
    ]
    by_facet = []
    for node, one, figure, name in shown:
        members = cut.having(node, one.value)
        by_facet.append(Said(members, *sum_bounds(figure, guard, sum(counts.get(at, 0) for at in members)), name))
    try:
        yield from crossed_leaks(Crossed.of(counts, of_tree, by_facet), release.policy.k, _coalition(release.policy))
    except Undecided:
        yield Finding(Kind.UNDECIDED, {}, names)


def _by_absence(release: Release, tree: Tree, item: str, known: Participation) -> Iterator[Finding]:
    """Shares are missing where the rule would have them, were it not for the answers: everybody can see that."""
    cells = {cell.cohort: cell for cell in release.cells if cell.item == item}
    policy, coalition = release.policy, _coalition(release.policy)
    wanted = both(against_groups(policy.k), against_insiders(coalition))
    for node in _expected(release, tree, cells):
        figure = cells[node].figure
        n, asked = tree.within(node, known.by_item.get(item, {})), tree.within(node, known.asked)
        if isinstance(figure, Figure) and cells[node].shape is None and min(n, asked - 1) >= policy.bands_n:
            low, high = sum_bounds(figure, policy.guard, n)
            if told_by_absence(n, low, high, policy, wanted):
                yield Finding(Kind.SMALL_GROUP, {}, (cell_name(cells[node]),))


def _expected(release: Release, tree: Tree, cells: dict[NodeId, Cell]) -> Iterator[NodeId]:
    """Groups above the teams with a mean, no part of which is told."""
    above = {node.parent for node in release.nodes}
    told = {node for node, cell in cells.items() if _is_told(cell)}  # of whom nobody counts here there is no cell
    parts = {one for node in told for one in tree.inside[node]}
    by_facet = {one for node in cells if _has_facets(cells[node]) for one in tree.inside[node]}
    for node, cell in cells.items():
        below = [other for other in tree.inside[node] if other != node and other in told]
        plain = isinstance(cell.figure, Figure) and cell.figure.kind == "mean"
        if node in above and plain and not below and not tree.inside[node] & by_facet and parts:
            yield node


def _is_told(cell: Cell) -> bool:
    return not isinstance(cell.figure, Suppressed)


def _has_facets(cell: Cell) -> bool:
    return any(not isinstance(one.mean, Suppressed) for one in cell.facets)
