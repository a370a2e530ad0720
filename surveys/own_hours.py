"""When one person may be sent anything: own time zone, own shifts, quiet hours, holidays, pause."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from surveys.intervals import Interval, Intervals, intersect, subtract, union
from surveys.localtime import days, instant, midnight, utc, zone
from surveys.model import Preferences, QuietHours, Shift, Survey
from surveys.public_holidays import public_holidays

EDGE: Final = timedelta(minutes=10)
"""The first and last minutes of a shift, in which nobody is disturbed."""

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class OwnHours:
    """What bears on when this person may be sent anything.

    `shifts` is None when this person's planning is not known; then any time outside quiet hours will do.
    An empty tuple means: known, and no shift. `paused_until` is the first local day with cards again.
    """

    place: ZoneInfo
    quiet: tuple[QuietHours, ...] = ()
    country: str | None = None
    shifts: tuple[Shift, ...] | None = None
    paused_until: date | None = None
    stopped: bool = False


def own_hours(survey: Survey, timezone: str, preferences: Preferences, shifts: Sequence[Shift] | None) -> OwnHours:
    """Join what the survey and the person say. Raises InputError for an unknown time zone."""
    return OwnHours(
        place=zone(timezone),
        quiet=(survey.quiet,) if preferences.quiet is None else (survey.quiet, preferences.quiet),
        country=survey.holidays,
        shifts=None if shifts is None else tuple(shifts),
        paused_until=preferences.paused_until,
        stopped=preferences.stopped,
    )


def allowed(own: OwnHours, start: datetime, end: datetime) -> Intervals:
    """All of `[start, end)` in which this person may be sent something, in UTC.

    Raises InputError for a datetime without a time zone and for an unknown country.
    """
    if own.stopped:
        return ()
    start, end = utc(start), utc(end)
    if own.paused_until is not None:
        start = max(start, midnight(own.paused_until, own.place))
    return subtract(
        on_shift(own, start, end), _forbidden(own.place, own.quiet, own.country, _around(start, end, own.place))
    )


def on_shift(own: OwnHours, start: datetime, end: datetime) -> Intervals:
    """The part of `[start, end)` in the own shifts without their edges; all of it when no shifts are known."""
    span = union([Interval(start, end)])
    if own.shifts is None:
        return span
    known = (Interval(utc(shift.start), utc(shift.end)) for shift in own.shifts)
    shifts = [shift for shift in known if shift.start < end and shift.end > start]
    edges = [Interval(s.start, s.start + EDGE) for s in shifts] + [Interval(s.end - EDGE, s.end) for s in shifts]
    return subtract(intersect(union(shifts), span), union(edges))


def _around(start: datetime, end: datetime, place: ZoneInfo) -> tuple[date, ...]:
    """The local days touched, and the day before, whose quiet hours may cross midnight."""
    return days(start - _DAY, end, place) if start < end else ()


@lru_cache(maxsize=1024)  # many people share a place and its quiet hours
def _forbidden(
    place: ZoneInfo, quiet: tuple[QuietHours, ...], country: str | None, around: tuple[date, ...]
) -> Intervals:
    closed = [_whole(day, place) for day in around if country and day in public_holidays(country, day.year)]
    return union(closed + [_quiet(day, hours, place) for hours in quiet for day in around])


def _quiet(day: date, hours: QuietHours, place: ZoneInfo) -> Interval:
    """The quiet hours that begin on `day`. Equal start and end mean none.

    Where the clock shows a time twice they last from the first start to the second end: rather too quiet.
    """
    until = day if hours.start <= hours.end else day + _DAY
    if hours.start == hours.end:
        return Interval(midnight(day, place), midnight(day, place))
    return Interval(instant(day, hours.start, place), instant(until, hours.end, place, last=True))


def _whole(day: date, place: ZoneInfo) -> Interval:
    return Interval(midnight(day, place), instant(day + _DAY, time(0), place, last=True))
