"""What a Release is made of: the only thing that is ever published."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, Literal

from surveys.model.asked import Every, NodeId, Policy, Words


class Suppressed(StrEnum):
    """The one value for a figure that may not be shown, whatever the cause. Never 0, never empty."""

    SUPPRESSED = "suppressed"


SUPPRESSED: Final = Suppressed.SUPPRESSED

NBand = Literal["5-9", "10-19", "20+"]
ResponseBand = Literal["<50", "50-75", ">75"]
FigureKind = Literal["mean", "at_least", "at_most"]


@dataclass(frozen=True, slots=True)
class Figure:
    """A guarded mean (T3): `mean` is rounded to 0.1; `at_least`/`at_most` say that it lies beyond a bound."""

    kind: FigureKind
    value: float
    n_band: NBand


ShapeKind = Literal["histogram", "bands"]


@dataclass(frozen=True, slots=True)
class Shape:
    """Shares of the five options in percent, rounded to 5, or of the bands 1-2, 3 and 4-5, rounded to 10."""

    kind: ShapeKind
    shares: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class FacetFigure:
    """The mean of the people of a cohort who have one value of the wave's facet, rounded to 0.1, or *suppressed*."""

    value: str
    mean: float | Suppressed


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure of one cohort for one item in one wave, or *suppressed*; above the teams it may say more."""

    cohort: NodeId
    item: str
    figure: Figure | Suppressed
    facets: tuple[FacetFigure, ...] = ()
    shape: Shape | None = None


@dataclass(frozen=True, slots=True)
class ReleasedNode:
    """A node of the tree as it was at opening. `head_count` is everybody in and below it who counts in this Release,
    `elsewhere` who counts in others (small teams); `every` says in which Releases it has its main figures."""

    id: NodeId
    parent: NodeId | None
    name: str
    head_count: int
    response: ResponseBand | Suppressed
    every: Every = 1
    elsewhere: int = 0


@dataclass(frozen=True, slots=True)
class ReleasedItem:
    """An item as it was asked in this wave, so that an old Release stays readable for ever."""

    id: str
    driver: str | None
    wording: Words
    labels: tuple[Words, ...]
    favourable: Literal[1, -1]
    version: int


@dataclass(frozen=True, slots=True)
class Baseline:
    """Between-team variance of one item's published team means (points squared), for plausible ranges."""

    item: str
    between: float


@dataclass(frozen=True, slots=True)
class Release:
    """The immutable set of cells of one closed wave or reporting period: the only thing ever published.

    One of a period (`every` above 1) counts small teams alone, each person once; it covers the `earlier` waves and
    that with its `number`. Made by `analytics.disclosure` alone. A Release read on a scoped connection holds only the
    nodes and cells of that scope.
    """

    survey: str
    number: int
    opened: datetime
    closed: datetime
    policy: Policy
    items: tuple[ReleasedItem, ...]
    nodes: tuple[ReleasedNode, ...]
    cells: tuple[Cell, ...]
    baselines: tuple[Baseline, ...]
    simulated: bool = False
    facet: str = ""  # by which this wave is cut, "" for none
    previous: str = ""
    """Hash of the Release before this one in the chain; empty for the first."""
    every: Every = 1
    earlier: tuple[int, ...] = ()

    @property
    def kind(self) -> Literal["wave", "period"]:
        return "wave" if self.every == 1 else "period"

    @property
    def waves(self) -> tuple[int, ...]:
        return (*self.earlier, self.number)

    @property
    def place(self) -> str:
        """What sets it apart in its survey: `12`, or `12x4` for a period of up to four waves."""
        return str(self.number) if self.every == 1 else f"{self.number}x{self.every}"
