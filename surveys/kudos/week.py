"""The week of a round-up: from one Monday morning to the next on the clock of the organisation. Pure.

A round-up goes out at half past nine, and its week ends a quarter of an hour before: until then whoever gave a kudos
may take it back. One week ends where the next begins, so nothing is told twice, in the weeks of 167 and 169 hours too.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from surveys.kudos.rules import WITHDRAWABLE
from surveys.localtime import instant, local_day

AT: Final = time(9, 30)
_WEEK: Final = timedelta(weeks=1)
LONGEST: Final = _WEEK + timedelta(hours=3)
"""No week of any clock is longer."""


@dataclass(frozen=True, slots=True)
class Week:
    """What a round-up tells of, from `start` on and before `end`, and when it is `due`."""

    start: datetime
    end: datetime
    due: datetime


def newest(now: datetime, place: ZoneInfo) -> Week:
    """Return the week whose round-up was due last, or is due now."""
    today = local_day(now, place)
    monday = today - timedelta(days=today.weekday())
    return _ending(monday if _due(monday, place) <= now else monday - _WEEK, place)


def following(now: datetime, place: ZoneInfo) -> datetime:
    """Return when the next round-up is due, after now."""
    return _due(local_day(newest(now, place).due, place) + _WEEK, place)


def ending(end: datetime, place: ZoneInfo) -> Week:
    """Return the week that ends then."""
    return _ending(local_day(end, place), place)


def _ending(monday: date, place: ZoneInfo) -> Week:
    due = _due(monday, place)
    return Week(_due(monday - _WEEK, place) - WITHDRAWABLE, due - WITHDRAWABLE, due)


def _due(monday: date, place: ZoneInfo) -> datetime:
    return instant(monday, AT, place)
