"""The introduction before somebody's first card: when it goes out, and from when on a card may follow it. Pure.

Nobody gets a card before they have had it for a working day of their own (PRIVACY 14). A working day is one with a
shift where the planning of somebody is known, otherwise any day but Saturdays, Sundays and public holidays.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from surveys.intervals import Interval, Intervals, first_from, subtract
from surveys.localtime import days, instant, local_day, midnight, utc
from surveys.own_hours import OwnHours, allowed
from surveys.public_holidays import public_holidays

HORIZON: Final = timedelta(days=32)
"""How far ahead a first working moment is looked for."""
STRETCH: Final = timedelta(days=4)
"""It is looked for in stretches, because nearly everybody's lies in the first: over a weekend, and in no time."""
LONGEST: Final = timedelta(days=7)
"""After so long somebody's next shift may follow at once. Older shifts are forgotten, so it could not be told."""
AGAIN: Final = timedelta(days=1)
"""When to look again for whoever has no working moment in sight, or could not be reached at all."""
SATURDAY: Final = 5


@dataclass(frozen=True, slots=True)
class Introduced:
    """How many people can have a card now, and how many cannot because they are not introduced, or only just."""

    ready: int
    waiting: int


def working(own: OwnHours, start: datetime, end: datetime) -> Intervals:
    """Return all of `[start, end)` in which this person works and may be sent something; nothing once they stopped."""
    free = allowed(own, start, end)
    return free if own.shifts is not None else subtract(free, tuple(_weekends(own, start, end)))


def first_moment(own: OwnHours, now: datetime) -> datetime | None:
    """Return when this person can be introduced at the earliest; None when nothing is in sight."""
    begins = utc(now)
    while begins < utc(now) + HORIZON:
        if found := first_from(working(own, begins, begins + STRETCH), begins):
            return found
        begins += STRETCH
    return None


def ready_at(sent: datetime, own: OwnHours) -> datetime:
    """Return from when on a card may follow an introduction: the same time of day on the next working day."""
    clock = utc(sent).astimezone(own.place).time()
    day = _next_working_day(own, local_day(sent, own.place))
    latest = utc(sent) + LONGEST
    return latest if day is None else min(instant(day, clock, own.place), latest)


def card_from(sent: datetime | None, own: OwnHours, now: datetime) -> datetime | None:
    """Return from when on this person may get a card, as far as can be told at `now`; None when it cannot be told.

    Whoever is not introduced yet is taken to be at their first working moment.
    """
    introduced = first_moment(own, now) if sent is None else sent
    return None if introduced is None else ready_at(introduced, own)


def count(when: Mapping[UUID, datetime | None], now: datetime) -> Introduced:
    """Count people by whether they may get a card at `now`."""
    ready = sum(moment is not None and moment <= now for moment in when.values())
    return Introduced(ready, len(when) - ready)


def _next_working_day(own: OwnHours, day: date) -> date | None:
    if own.shifts is not None:
        return min((begins for begins in _shift_days(own) if begins > day), default=None)
    ahead = (day + timedelta(days=n) for n in range(1, LONGEST.days + 1))
    return next((one for one in ahead if one.weekday() < SATURDAY and not _free(own, one)), None)


def _shift_days(own: OwnHours) -> Iterator[date]:
    return (local_day(shift.start, own.place) for shift in own.shifts or ())


def _free(own: OwnHours, day: date) -> bool:
    return own.country is not None and day in public_holidays(own.country, day.year)


def _weekends(own: OwnHours, start: datetime, end: datetime) -> Iterator[Interval]:
    for day in days(start, end, own.place):
        if day.weekday() >= SATURDAY:
            yield Interval(midnight(day, own.place), midnight(day + timedelta(days=1), own.place))
