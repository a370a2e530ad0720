"""The clock: cron arithmetic and a metronome. What is due is a row in the database; the clock only ticks."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

import structlog
from apscheduler.events import EVENT_JOB_ERROR, JobExecutionEvent
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from surveys.errors import InputError
from surveys.localtime import instant, utc, zone

log = structlog.get_logger(__name__)

_WEEKDAYS: Final = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_HORIZON: Final = timedelta(days=8 * 366)
"""Any rule that can come at all comes within eight years (29 February across 2100)."""


def next_fire(cron: str, timezone: str, after: datetime) -> datetime:
    """The first moment of a cron rule strictly after `after`, in UTC.

    Five fields as in crontab(5): minute, hour, day of month, month, day of week (0 and 7 are Sunday; names
    work; day of month and day of week both given means either). The rule reads the wall clock of `timezone`:
    a time that exists twice fires once, at the first; a time that the clock skips fires at the skip.
    Raises InputError for a bad rule, one that never comes, or an unknown time zone.
    """
    place, after = zone(timezone), utc(after)
    wall = after.astimezone(place).replace(tzinfo=UTC, fold=0)
    for candidate in _walls(cron, wall):
        fire = instant(candidate.date(), candidate.time(), place)
        if fire > after:
            return fire
    raise InputError(f"Cron rule {cron!r} never comes: choose a day that its month has.")


def _walls(cron: str, wall: datetime) -> Iterator[datetime]:
    """The rule's wall-clock times after `wall`; wall clocks are written as UTC, which skips and repeats nothing."""
    triggers = _triggers(cron, wall + _HORIZON)
    while True:
        start = wall + timedelta(microseconds=1)
        coming = [then for trigger in triggers if (then := trigger.get_next_fire_time(None, start))]
        if not coming:
            return
        wall = min(coming)
        yield wall


def _triggers(cron: str, end: datetime) -> list[CronTrigger]:
    """One trigger, or two where crontab means "this day of the month or this day of the week"."""
    try:
        minute, hour, day, month, weekday = cron.split()
        weekdays = _weekdays(weekday.lower())
        either = not day.startswith("*") and not weekday.startswith("*")
        pairs = [(day, "*"), ("*", weekdays)] if either else [(day, weekdays)]
        return [
            CronTrigger(minute=minute, hour=hour, day=d, month=month, day_of_week=w, end_date=end, timezone=UTC)
            for d, w in pairs
        ]
    except (ValueError, TypeError) as error:
        message = f"Cron rule {cron!r} cannot be read: give five fields, such as '0 10 * * mon' for Mondays at 10:00."
        raise InputError(message) from error


def _weekdays(field: str) -> str:
    """The day-of-week field by name: the scheduler counts from Monday, crontab from Sunday."""
    if field == "*":
        return field
    numbers = {number % 7 for part in field.split(",") for number in _span(part)}
    return ",".join(_WEEKDAYS[number] for number in sorted(numbers))


def _span(part: str) -> range:
    """`*`, `a`, `a-b`, each with an optional `/step`. Raises ValueError for anything else."""
    days, slash, step = part.partition("/")
    first, dash, last = ("0", "-", "6") if days == "*" else days.partition("-")
    start = _weekday(first)
    end = _weekday(last) if dash else (6 if slash else start)
    end = 7 if dash and end == 0 < start else end
    if end < start or (slash and int(step) < 1):
        raise ValueError(part)
    return range(start, end + 1, int(step) if slash else 1)


def _weekday(name: str) -> int:
    number = _WEEKDAYS.index(name) if name in _WEEKDAYS else int(name)
    if not 0 <= number <= 7:
        raise ValueError(name)
    return number


def _silent() -> logging.Logger:
    """APScheduler logs a failed job with its traceback, and that may hold values."""
    silent = logging.getLogger("adempauze.scheduler")
    silent.disabled = True
    return silent


class Metronome:
    """Calls `tick(now())` at once and then every so many seconds, one at a time.

    A tick that is missed because the one before is still running is dropped: the next one finds the same rows.
    A tick that fails is logged by the name of its error only, and the next one comes as usual.
    """

    def __init__(
        self, tick: Callable[[datetime], Awaitable[object]], *, seconds: float, now: Callable[[], datetime]
    ) -> None:
        if seconds <= 0:
            raise InputError(f"Seconds between ticks {seconds} is not possible: give a number above 0.")
        self._tick, self._now = tick, now
        self._every = IntervalTrigger(seconds=seconds, timezone=UTC)
        self._scheduler = AsyncIOScheduler(timezone=UTC, logger=_silent())
        self._scheduler.add_listener(_log_failure, EVENT_JOB_ERROR)
        self._ticking = asyncio.Lock()

    def start(self) -> None:
        """Begin ticking; call it in a running event loop."""
        self._scheduler.add_job(
            self._beat,
            self._every,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
            next_run_time=datetime.now(UTC),
        )
        self._scheduler.start()

    async def stop(self, patience: float = 10.0) -> None:
        """Begin no more ticks and let a running one end; after `patience` seconds it is cancelled."""
        if not self._scheduler.running:
            return
        self._scheduler.remove_all_jobs()
        try:
            await asyncio.wait_for(self._ticking.acquire(), patience)
        except TimeoutError:
            log.warning("tick cut short")
        self._scheduler.shutdown(wait=False)
        await asyncio.sleep(0)  # the scheduler ends itself in the loop's next turn

    async def _beat(self) -> None:
        async with self._ticking:
            await self._tick(self._now())


def _log_failure(event: JobExecutionEvent) -> None:
    """The scheduler goes on after a tick that failed; its own log, which would hold the error's text, is off."""
    log.error("tick failed", error=type(event.exception).__name__)
