"""Who there is, what is asked of them and when, and what they answer."""

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


Every = Literal[1, 2, 4]
"""In how many waves the figures of a group are told once: its reporting period (PRIVACY 7)."""
EVERY: Final[tuple[Every, ...]] = (1, 2, 4)


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
