"""The values of the domain: frozen, typed, without behaviour that needs a database or a clock.

`analytics` may import this file and nothing else of ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final, Literal
from uuid import UUID

Language = Literal["nl", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("nl", "en")
Words = Mapping[Language, str]
"""One text in every language of the product."""

NodeId = str
"""Stable identifier of a node of the organisation tree; survives renames and moves."""


class Role(StrEnum):
    """What the roster says somebody may do. Seats (works council, administrator) are not in the roster."""

    AGENT = "agent"
    MANAGER = "manager"
    HR = "hr"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Node:
    """A node of the organisation tree: the organisation (no parent), a site, a department, a team."""

    id: NodeId
    parent: NodeId | None
    name: str


@dataclass(frozen=True, slots=True)
class Person:
    """A member as the roster knows them. Never handled on the path of an answer."""

    id: UUID
    external_id: str
    name: str
    email: str
    team: NodeId
    roles: frozenset[Role]
    manages: frozenset[NodeId]
    language: Language
    timezone: str
    facets: Mapping[str, str] = field(default_factory=dict)
    addresses: Mapping[str, str] = field(default_factory=dict)
    """Platform name to address on it."""


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Local times between which nothing is sent; may cross midnight."""

    start: time
    end: time


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a person chose about their own check-ins. Never derived from past answering."""

    moment: time | None = None
    quiet: QuietHours | None = None
    every: int = 1
    """Own rhythm: take part in every n-th wave (1, 2 or 4)."""
    channel: str | None = None
    paused_until: date | None = None
    stopped: bool = False
    language: Language | None = None
    """Own choice of language; None follows the roster, and an import never undoes it."""


@dataclass(frozen=True, slots=True)
class Shift:
    """One shift of one person, aware datetimes."""

    start: datetime
    end: datetime


class Mode(StrEnum):
    """Who may read the answers to an item (PRIVACY 15)."""

    WORK = "work"
    ARBO = "arbo"
    PRIVATE = "private"


@dataclass(frozen=True, slots=True)
class Scale:
    """Ordered answer options; option `i` (from 1) has label `labels[i - 1]`."""

    id: str
    labels: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """One question or statement. `favourable` is +1 when a high answer is good, -1 when it is not."""

    id: str
    driver: str | None
    wording: Words
    scale: Scale
    favourable: Literal[1, -1]
    mode: Mode
    source: str
    version: int
    every_weeks: int | None = None
    """How often a core item is due; None for a driver item, which the rotation brings round."""


@dataclass(frozen=True, slots=True)
class Survey:
    """A pulse with its rhythm.

    `window` is the time from opening to closing; `remind_after` counts from a person's own card.
    """

    id: str
    title: Words
    cron: str
    timezone: str
    window: timedelta
    remind_after: timedelta | None
    quiet: QuietHours
    holidays: str | None
    """ISO 3166 country code whose public holidays are free of check-ins, or None."""
    paused: bool = False
    simulated: bool = False


class WaveState(StrEnum):
    OPEN = "open"
    CLOSING = "closing"
    RELEASED = "released"
    LIMITED = "limited"
    """Erased here; copies that the server may keep can be read until the key epoch is destroyed."""
    DESTROYED = "destroyed"


@dataclass(frozen=True, slots=True)
class Wave:
    """One execution of a pulse. `items` are item ids in the order in which they are asked."""

    id: UUID
    survey: str
    number: int
    items: tuple[str, ...]
    opens: datetime
    closes: datetime
    state: WaveState
    key_id: str


@dataclass(frozen=True, slots=True)
class Response:
    """What one sealed row holds: the cohort it counts in and option numbers (1..5, 0 = skipped) by item id.

    An empty response (no cohort, no answers) is what every slot holds at opening. `withdrawn` counts nowhere: it
    says that the card was dealt with, so that its holder is not reminded of it.
    """

    cohort: NodeId | None = None
    answers: Mapping[str, int] = field(default_factory=dict)
    comment: str = ""
    withdrawn: bool = False
    facet: str = ""
    """What its person was at opening in the wave's facet; empty for none."""


@dataclass(frozen=True, slots=True)
class Policy:
    """The protection in force, as one object (PRIVACY 6). `guard` is the g of n+g < S < 5n-g."""

    preset: str = "standard"
    k: int = 5
    guard: int = 5
    histogram_n: int = 30
    bands_n: int = 15


STANDARD: Final = Policy()
STRICT: Final = Policy(preset="strict", k=8, guard=9)


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
    """A node of the tree as it was at opening, with its head count (everybody below it) and response band."""

    id: NodeId
    parent: NodeId | None
    name: str
    head_count: int
    response: ResponseBand | Suppressed


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
    """The immutable set of cells of one closed wave: the only thing ever published.

    Made by `analytics.disclosure` alone. A Release read on a scoped connection holds only the nodes and
    cells of that scope.
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
