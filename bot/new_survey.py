"""A new pulse from what an administrator typed: everything is checked before anything is stored."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import next_fire
from surveys.errors import InputError
from surveys.localtime import zone
from surveys.model import QuietHours, Survey
from surveys.public_holidays import public_holidays
from surveys.store import surveys as store

ID: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
DURATION: Final = re.compile(r"(?:(\d{1,4})d)?(?:(\d{1,4})h)?(?:(\d{1,5})m)?")
LONGEST_WINDOW: Final = timedelta(days=31)
LONGEST_TITLE: Final = 100
ANY_YEAR: Final = 2026
"""Only to learn whether the country is known."""
LOOK_AHEAD: Final = 60
"""Coming waves that are compared with the window."""


def new_survey(
    *,
    id_: str,
    title_nl: str,
    title_en: str,
    cron: str,
    timezone: str,
    window: str,
    remind_after: str,
    quiet: str,
    holidays: str,
) -> Survey:
    """Return the survey. Raises InputError naming field, value and mend for the first thing that is wrong."""
    if not ID.fullmatch(id_):
        raise InputError(f"--id {id_!r} is not possible: use up to 40 small letters, digits and hyphens, such as pulse")
    zone(timezone)
    open_for = duration(window, "--window")
    if open_for > LONGEST_WINDOW:
        raise InputError(f"--window {window!r} is longer than {LONGEST_WINDOW.days} days: make it shorter")
    reminder = None if remind_after == "never" else duration(remind_after, "--remind-after")
    if reminder is not None and reminder >= open_for:
        raise InputError(f"--remind-after {remind_after!r} comes after the window has ended: make it shorter than it")
    survey = Survey(
        id=id_,
        title={"nl": _title(title_nl, "--title-nl"), "en": _title(title_en, "--title-en")},
        cron=cron,
        timezone=timezone,
        window=open_for,
        remind_after=reminder,
        quiet=quiet_hours(quiet),
        holidays=_country(holidays),
    )
    next_fire(survey.cron, survey.timezone, datetime(ANY_YEAR, 1, 1, tzinfo=UTC))
    return survey


def first_fire(survey: Survey, now: datetime) -> datetime:
    """Return when the first wave opens, in UTC."""
    return next_fire(survey.cron, survey.timezone, now)


def remarks(survey: Survey, first: datetime) -> list[str]:
    """Return what is possible, but may not be what was meant."""
    fires = [first]
    for _ in range(LOOK_AHEAD):
        fires.append(next_fire(survey.cron, survey.timezone, fires[-1]))
    shortest = min(after - before for before, after in pairwise(fires))
    if shortest >= survey.window:
        return []
    return [
        f"the next wave opens {short(shortest)} after the one before, which is shorter than the window of "
        f"{short(survey.window)}: a wave closes when the next one opens"
    ]


async def add_once(connection: AsyncConnection, survey: Survey, first: datetime) -> None:
    """Store a new survey. Raises InputError when there is one of this id."""
    if any(known.id == survey.id for known, _ in await store.surveys(connection)):
        raise InputError(f"there is a survey {survey.id!r} already: choose another --id")
    await store.add_survey(connection, survey, first)


def duration(text: str, field: str) -> timedelta:
    """Read 5d, 36h, 1d12h or 90m. Raises InputError naming the field."""
    found = DURATION.fullmatch(text.strip())
    days, hours, minutes = (int(part or 0) for part in found.groups()) if found else (0, 0, 0)
    if not (length := timedelta(days=days, hours=hours, minutes=minutes)):
        raise InputError(f"{field} {text!r} is not a length of time: write it as 5d, 36h, 1d12h or 90m")
    return length


def short(length: timedelta) -> str:
    """Write a length the way `duration` reads it."""
    hours, minutes = divmod(length.seconds // 60, 60)
    parts = [(length.days, "d"), (hours, "h"), (minutes, "m")]
    return "".join(f"{number}{unit}" for number, unit in parts if number) or "0m"


def quiet_hours(text: str) -> QuietHours:
    """Read 18:00-08:00; may cross midnight. Raises InputError."""
    try:
        start, end = (time.fromisoformat(part.strip()) for part in text.split("-"))
    except ValueError:
        raise InputError(f"--quiet {text!r} cannot be read: write local times as 18:00-08:00") from None
    if start == end or start.tzinfo or end.tzinfo:
        raise InputError(
            f"--quiet {text!r} leaves no time to send: give two different local times, such as 18:00-08:00"
        )
    return QuietHours(start, end)


def _title(text: str, field: str) -> str:
    title = text.strip()
    if not title or len(title) > LONGEST_TITLE or any(unicodedata.category(sign)[0] == "C" for sign in title):
        raise InputError(f"{field} has to be 1 to {LONGEST_TITLE} characters on one line: write a short title")
    return title


def _country(text: str) -> str | None:
    if text.lower() in ("", "none"):
        return None
    public_holidays(text.upper(), ANY_YEAR)
    return text.upper()
