"""What a digest shows, computed from Releases alone: at most the last twelve, however long the history.

Nothing here looks for change; the recent level with its plausible range is what the default sentence needs
("No reliable change. Recent level 3.8 (plausible range 3.5-4.1)").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import sqrt
from statistics import fmean
from typing import Final

from analytics.baseline import DEFAULT_BETWEEN, SHARE_OCCASION, SHARE_PERSON, TOTAL_VARIANCE, point
from analytics.guarded import least_told
from surveys.model import (
    SUPPRESSED,
    Every,
    FacetFigure,
    Figure,
    NodeId,
    Release,
    ReleasedItem,
    ReleasedNode,
    ResponseBand,
    Shape,
    Suppressed,
)

CORE_ITEM: Final = "C1"
RECENT_WAVES: Final = 4
SERIES_WAVES: Final = 12
Z_90: Final = 1.645
"""Standard normal quantile for a range that holds 90 %."""

PERSON_VARIANCE: Final = TOTAL_VARIANCE * SHARE_PERSON
OCCASION_VARIANCE: Final = TOTAL_VARIANCE * SHARE_OCCASION


@dataclass(frozen=True, slots=True)
class Level:
    """Where a group probably stands: the middle, and the ends of the range that holds it with 90 %. Scale points."""

    value: float
    low: float
    high: float
    waves: int
    """How many waves it rests on."""


@dataclass(frozen=True, slots=True)
class WavePoint:
    """The core item in one wave."""

    number: int
    opened: datetime
    figure: Figure | Suppressed
    organisation: Figure | Suppressed


@dataclass(frozen=True, slots=True)
class Side:
    """One group in the newest Release. `partly` says that some of its people count in other Releases."""

    id: NodeId
    name: str
    level: Level | Suppressed
    response: ResponseBand | Suppressed
    drivers: tuple[Figure | Suppressed, ...]
    """The figures of `Digest.drivers`."""
    partly: bool = False


@dataclass(frozen=True, slots=True)
class Beside:
    """What the newest wave tells of one item beside the group's figure: means by facet, or how answers are spread."""

    item: ReleasedItem
    facet: str
    by_facet: tuple[FacetFigure, ...]
    shape: Shape | None


@dataclass(frozen=True, slots=True)
class Digest:
    """What a digest says about one group, the organisation beside it.

    `item` is the core item, None when it was not asked, `drivers` are the other items of the newest Release. With
    `every` above 1 it is about reporting periods, and `waves` are those of the newest.
    """

    survey: str
    number: int
    opened: datetime
    closed: datetime
    simulated: bool
    item: ReleasedItem | None
    drivers: tuple[ReleasedItem, ...]
    team: Side
    organisation: Side
    series: tuple[WavePoint, ...]
    every: Every = 1
    waves: tuple[int, ...] = ()
    beside: Beside | None = None

    @property
    def about_organisation(self) -> bool:
        return self.team.id == self.organisation.id


def digest(releases: Sequence[Release], node: NodeId, *, core: str = CORE_ITEM) -> Digest:
    """Say what the Releases tell about a node. They are of one survey, oldest first, and may be scoped.

    Raises ValueError when there is no Release, or when the newest does not hold the node or the organisation.
    """
    if not releases:
        raise ValueError("There is no Release yet; a digest can be made once a wave has closed.")
    newest = releases[-1]
    waves = [_Wave.of(release, core) for release in releases if release.survey == newest.survey]
    asked = [wave for wave in waves if wave.item is not None][-SERIES_WAVES:]
    drivers = tuple(item for item in newest.items if item.id != core)
    team, root = waves[-1].must_hold(node), waves[-1].organisation
    return Digest(
        survey=newest.survey,
        number=newest.number,
        opened=newest.opened,
        closed=newest.closed,
        simulated=newest.simulated,
        item=asked[-1].item if asked else None,
        drivers=drivers,
        team=_side(waves[-1], team, drivers, asked),
        organisation=_side(waves[-1], root, drivers, asked),
        series=tuple(wave.point(node) for wave in asked),
        every=newest.every,
        waves=newest.waves,
        beside=_beside(newest, node),
    )


def _beside(newest: Release, node: NodeId) -> Beside | None:
    """Of the first item of which something is told."""
    cells = {cell.item: cell for cell in newest.cells if cell.cohort == node}
    for item in newest.items:
        cell = cells.get(item.id)
        if cell and (cell.shape or any(not isinstance(one.mean, Suppressed) for one in cell.facets)):
            return Beside(item, newest.facet, cell.facets, cell.shape)
    return None


@dataclass(frozen=True, slots=True)
class _Wave:
    """One Release, looked up by node, with the core item if it was asked."""

    release: Release
    core: str
    item: ReleasedItem | None
    figures: dict[tuple[NodeId, str], Figure | Suppressed]
    nodes: dict[NodeId, ReleasedNode]

    @staticmethod
    def of(release: Release, core: str) -> _Wave:
        item = next((item for item in release.items if item.id == core), None)
        figures = {(cell.cohort, cell.item): cell.figure for cell in release.cells}
        return _Wave(release, core, item, figures, {node.id: node for node in release.nodes})

    @property
    def organisation(self) -> ReleasedNode:
        root = next((node for node in self.nodes.values() if node.parent is None), None)
        if root is None:
            raise ValueError(f"Wave {self.release.number} was read without the organisation; widen the scope to it.")
        return root

    @property
    def version(self) -> int | None:
        return self.item.version if self.item else None

    @property
    def between(self) -> float:
        found = (baseline.between for baseline in self.release.baselines if baseline.item == self.core)
        return next(found, DEFAULT_BETWEEN)

    def must_hold(self, node: NodeId) -> ReleasedNode:
        if node not in self.nodes:
            raise ValueError(
                f"Wave {self.release.number} holds no node {node!r}; it may be new, gone, or out of scope."
            )
        return self.nodes[node]

    def figure(self, node: NodeId, item: str) -> Figure | Suppressed:
        return self.figures.get((node, item), SUPPRESSED)

    def point(self, node: NodeId) -> WavePoint:
        root = self.figure(self.organisation.id, self.core)
        return WavePoint(self.release.number, self.release.opened, self.figure(node, self.core), root)


def _side(newest: _Wave, node: ReleasedNode, drivers: Sequence[ReleasedItem], asked: Sequence[_Wave]) -> Side:
    figures = tuple(newest.figure(node.id, driver.id) for driver in drivers)
    return Side(node.id, node.name, _recent_level(asked, node), node.response, figures, node.elsewhere > 0)


def _recent_level(asked: Sequence[_Wave], node: ReleasedNode) -> Level | Suppressed:
    """The level of a node over the last waves, or periods of as many, that asked the same version of the item."""
    recent = asked[-RECENT_WAVES // asked[-1].release.every :] if asked else asked
    comparable = [wave for wave in recent if wave.version == asked[-1].version]
    shown = [(wave, found) for wave in comparable if isinstance(found := wave.figure(node.id, wave.core), Figure)]
    if not shown:
        return SUPPRESSED
    company = [wave.figure(wave.organisation.id, wave.core) for wave, _ in shown]
    values = [point(figure)[0] for figure in company if isinstance(figure, Figure)]
    prior = (fmean(values), shown[-1][0].between) if values and node.parent is not None else None
    return plausible_level([figure for _, figure in shown], prior)


def plausible_level(figures: Sequence[Figure], prior: tuple[float, float] | None) -> Level:
    """Normal-normal empirical Bayes (reference 6): the level behind a few published figures of one group.

    `prior` is (mean, variance between groups), None when there is nothing to compare with. Each figure has a value
    y and a variance v (`baseline.point`) and rests on n answers, the lower edge of its band:

        m = weighted mean of the y with weights w = 1 / (occasion / n + v)
        V = 1 / sum(w) + person / smallest n        (the same people answer again)
        level = (m / V + mean / between) / (1 / V + 1 / between),   variance = 1 / (1 / V + 1 / between)

    The range is level +- 1.645 standard deviations, all kept within 1..5 and rounded to 0.1.
    """
    points = [point(figure) for figure in figures]
    told = [least_told(figure) for figure in figures]
    weights = [1 / (OCCASION_VARIANCE / n + v) for n, (_, v) in zip(told, points, strict=True)]
    level = sum(w * y for w, (y, _) in zip(weights, points, strict=True)) / sum(weights)
    spread = 1 / sum(weights) + PERSON_VARIANCE / min(told)
    if prior is not None:
        mean, between = prior
        precision = 1 / spread + 1 / between
        level, spread = (level / spread + mean / between) / precision, 1 / precision
    margin = Z_90 * sqrt(spread)
    return Level(_shown(level), _shown(level - margin), _shown(level + margin), len(figures))


def _shown(value: float) -> float:
    """Within the scale, rounded half up to 0.1; the tiny step undoes what binary fractions lose."""
    return int(min(5.0, max(1.0, value)) * 10 + 0.5 + 1e-9) / 10
