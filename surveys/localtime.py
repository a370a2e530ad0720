"""Between the wall clock of a place and instants in UTC, right on days of 23 and 25 hours."""

from __future__ import annotations

from bisect import bisect_left
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from surveys.errors import InputError


@lru_cache(maxsize=512)
def zone(name: str) -> ZoneInfo:
    """The time zone of that name. Raises InputError for a name that the time zone database lacks."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        message = f"Time zone {name!r} is not known: use a name such as 'Europe/Amsterdam' or 'UTC'."
        raise InputError(message) from error


@lru_cache(maxsize=1)
def zone_names() -> frozenset[str]:
    """The names of all time zones."""
    return frozenset(available_timezones())


def utc(moment: datetime) -> datetime:
    """The same instant in UTC. Raises InputError for a datetime without a time zone."""
    if moment.utcoffset() is None:
        raise InputError(f"Moment {moment.isoformat()} has no time zone: give it one, for example +00:00.")
    return moment.astimezone(UTC)


def instant(day: date, clock: time, place: ZoneInfo, *, last: bool = False) -> datetime:
    """When the wall clock in `place` shows `clock` on `day`, in UTC.

    A time that exists twice is its first occurrence, or its second when `last`. A time that the clock skips
    is the instant of the skip: the first at which the wall clock shows that time or later.
    """
    wall = datetime.combine(day, clock.replace(fold=0, tzinfo=None))
    first, second = (wall.replace(tzinfo=place, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first.astimezone(place).replace(tzinfo=None) != wall:
        return _skip(second, first, place)
    return second if last else first


def _skip(before: datetime, later: datetime, place: ZoneInfo) -> datetime:
    """The instant between the two at which the clock jumps; time zones change at whole seconds."""
    start = before.replace(microsecond=0)
    old = before.astimezone(place).utcoffset()
    seconds = range(int((later - start).total_seconds()) + 1)
    jump = bisect_left(seconds, True, key=lambda s: (start + timedelta(seconds=s)).astimezone(place).utcoffset() != old)
    return start + timedelta(seconds=jump)


def local_day(moment: datetime, place: ZoneInfo) -> date:
    return moment.astimezone(place).date()


def midnight(day: date, place: ZoneInfo) -> datetime:
    """When `day` begins in `place`, in UTC."""
    return instant(day, time(0), place)


def days(start: datetime, end: datetime, place: ZoneInfo) -> tuple[date, ...]:
    """The local dates touched by `[start, end]`, in order."""
    first, last = local_day(start, place), local_day(end, place)
    return tuple(first + timedelta(days=n) for n in range((last - first).days + 1))
