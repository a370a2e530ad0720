"""The decisions about one planned card: send it now, when to remind, and what "later today" means."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from surveys.intervals import Interval, first_from, intersect
from surveys.localtime import local_day, midnight, utc
from surveys.own_hours import OwnHours, allowed

LATER: Final = timedelta(hours=2)
"""What the button "later today" asks for, where the day still has it."""

SOON: Final = timedelta(minutes=15)
"""Nearer than this is not later."""

MARGIN: Final = timedelta(minutes=5)
"""Kept free at the end of the allowed time, so that a card moved to its last moment can still be sent in it."""


@dataclass(frozen=True, slots=True)
class Send:
    """Send it now."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Not now: decide again at `until`."""

    until: datetime


@dataclass(frozen=True, slots=True)
class TooLate:
    """The rest of the window has no moment for it: never send it."""


def sendable(due: datetime, closes: datetime, own: OwnHours, now: datetime) -> Send | Wait | TooLate:
    """What to do at `now` with an unsent card that is or was due at `due`.

    A card that is late is sent late, but only in the person's own hours and before the window closes. Ask
    immediately before each call to a platform, with the shifts and preferences of that moment.
    """
    now = utc(now)
    then = first_from(allowed(own, now, closes), utc(due))
    if then is None:
        return TooLate()
    return Send() if then <= now else Wait(then)


def reminder_due(sent_at: datetime, remind_after: timedelta | None, closes: datetime, own: OwnHours) -> datetime | None:
    """When this person's one reminder step is, by the rules of the card itself.

    Counts from the own card, whether or not anything was answered. None when the survey does not remind or
    the window has no moment left.
    """
    if remind_after is None:
        return None
    then = utc(sent_at) + remind_after
    return first_from(allowed(own, then, closes), then)


def later_today(now: datetime, closes: datetime, own: OwnHours) -> datetime | None:
    """When a card comes again after "later today": two hours on, or else the last moment that today has.

    Today is the working day: the shifts that began on the day on which the running shift began, so a night
    shift is one day. None when today has no moment left that is at least a quarter of an hour away.
    """
    now = utc(now)
    today, end = _today(own, now)
    free = intersect(allowed(today, now, closes), (Interval(now + SOON, end),) if now + SOON < end else ())
    if not free:
        return None
    last = max(free[-1].start, free[-1].end - MARGIN)
    return min(first_from(free, now + LATER) or last, last)


def _today(own: OwnHours, now: datetime) -> tuple[OwnHours, datetime]:
    """The person with the shifts of this working day alone, and when that day ends."""
    running = [utc(s.start) for s in own.shifts or () if utc(s.start) <= now < utc(s.end)]
    day = local_day(min(running, default=now), own.place)
    if own.shifts is None:
        return own, midnight(day + timedelta(days=1), own.place)
    shifts = tuple(shift for shift in own.shifts if local_day(utc(shift.start), own.place) == day)
    return replace(own, shifts=shifts), max((utc(shift.end) for shift in shifts), default=now)
