"""What the pack knows: the facts of one installation on one day, and the hash of its settings. Pure.

Facts that are settings go into the hash: what was agreed, surveys, platforms, the database and the program's own
settings. Facts that merely are so (how many people, who holds a seat, the log, the day) stand beside it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from surveys.instrument import Instrument
from surveys.model import Survey
from surveys.policy import Agreement, to_content
from surveys.release import canonical
from surveys.seats import Seat
from surveys.standing import Holder, Proposal

FORMAT: Final = "adempauze/settings/1"
OWN_FIGURE: Final = 10
"""From how many people on a team has a figure of its own in each wave (PRIVACY 7)."""


class Stage(StrEnum):
    """How far what is shown has been decided."""

    DRAFT = "draft"
    """Nobody has proposed anything: the program's own draft."""
    PROPOSED = "proposed"
    """One seat proposed it, the other has not signed."""
    AGREED = "agreed"
    """Both seats signed."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What is agreed, or what would be. `since` is when the last signature was set."""

    agreement: Agreement
    stage: Stage
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Headcount:
    """How many people, in how many groups (with people in or below them), and the sizes of the teams."""

    people: int
    groups: int
    teams: tuple[int, ...]

    @property
    def small_teams(self) -> int:
        """Teams without a figure of their own."""
        return sum(size < OWN_FIGURE for size in self.teams)


@dataclass(frozen=True, slots=True)
class Store:
    """Where it is kept. `keeps` says by name why the server may keep copies of closed waves (`store.traces`)."""

    embedded: bool
    one_login: bool
    keeps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Chosen:
    """The settings of the program that bear on people. No address, no secret."""

    epoch_days: int
    comments: bool
    metrics: bool
    country: str
    language: str
    timezone: str
    user_groups: int
    entra_groups: int


@dataclass(frozen=True, slots=True)
class Log:
    """The signed log: how many entries, and the hash of the last ("" when there is none)."""

    entries: int
    head: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that the texts of the pack may use."""

    organisation: str
    version: str
    today: date
    terms: Terms
    seats: Mapping[Seat, Holder]
    waiting: tuple[Proposal, ...]
    surveys: tuple[Survey, ...]
    """Real ones, by id."""
    invented: bool
    """Whether surveys of invented people are here too: a demonstration."""
    instrument: Instrument
    headcount: Headcount
    platforms: tuple[str, ...]
    store: Store
    chosen: Chosen
    log: Log
    releases: int


def settings_of(facts: Facts) -> dict[str, Any]:
    """Return the settings in plain JSON values, as they are hashed."""
    return {
        "format": FORMAT,
        "organisation": facts.organisation,
        "stage": str(facts.terms.stage),
        "agreement": to_content(facts.terms.agreement),
        "surveys": [_survey(one) for one in facts.surveys],
        "platforms": sorted(facts.platforms),
        "database": {
            "embedded": facts.store.embedded,
            "one_login": facts.store.one_login,
            "keeps": sorted(facts.store.keeps),
        },
        "program": {name: getattr(facts.chosen, name) for name in Chosen.__dataclass_fields__},
    }


def document_of(facts: Facts) -> bytes:
    """Return the settings byte for byte as they are hashed."""
    return canonical(settings_of(facts))


def fingerprint(facts: Facts) -> str:
    """Return the SHA-256 of the settings, in hex: it changes with them and with nothing else."""
    return hashlib.sha256(document_of(facts)).hexdigest()


def _survey(survey: Survey) -> dict[str, Any]:
    return {
        "id": survey.id,
        "title": dict(survey.title),
        "cron": survey.cron,
        "timezone": survey.timezone,
        "window_seconds": _seconds(survey.window),
        "remind_after_seconds": _seconds(survey.remind_after) if survey.remind_after else None,
        "quiet": [survey.quiet.start.isoformat(), survey.quiet.end.isoformat()],
        "holidays": survey.holidays,
        "paused": survey.paused,
    }


def _seconds(length: timedelta) -> int:
    return int(length.total_seconds())
