"""Days, times and choices as a person says them."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from babel.dates import format_date

from bot.own import Asker
from bot.texts import Texts
from surveys.localtime import local_day
from surveys.model import Language, Preferences

CLOCK: Final = "%H:%M"


def spoken_day(day: date, language: Language) -> str:
    """Return a day such as `maandag 9 maart 2026`."""
    return format_date(day, "EEEE d MMMM y", locale=language)


def spoken_moment(moment: datetime, place: ZoneInfo, texts: Texts) -> str:
    """Return a moment on the wall clock of a place, with its day."""
    day = spoken_day(local_day(moment, place), texts.language)
    return texts("own.moment", day=day, time=clock(moment.astimezone(place).time()))


def clock(moment: time) -> str:
    """Return a time of day such as `09:30`."""
    return moment.strftime(CLOCK)


def channel_name(name: str, texts: Texts) -> str:
    """Return how people call a platform."""
    msgid = f"own.channel.{name}"
    return texts(msgid) if msgid in texts else name


def choice_lines(me: Asker) -> tuple[str, ...]:
    """Return what holds for somebody's check-ins, one line each, whether they chose it or not."""
    texts, chosen = me.texts, me.chosen
    return (
        texts("own.line.language", language=texts(f"own.language.{texts.language}")),
        texts("own.line.moment", moment=clock(chosen.moment) if chosen.moment else texts("own.no_preference")),
        texts("own.line.quiet", quiet=_quiet(chosen, texts)),
        texts("own.line.rhythm", rhythm=texts(f"own.every.{chosen.every}")),
        texts("own.line.channel", channel=_channel(me)),
    )


def state_line(me: Asker) -> str | None:
    """Return that check-ins are stopped or paused; None when they come."""
    if me.chosen.stopped:
        return me.texts("own.state.stopped")
    if paused(me):
        return me.texts("own.state.paused", day=spoken_day(me.chosen.paused_until or me.today, me.texts.language))
    return None


def paused(me: Asker) -> bool:
    """Return whether a pause is running."""
    return me.chosen.paused_until is not None and me.chosen.paused_until > me.today


def _quiet(chosen: Preferences, texts: Texts) -> str:
    if chosen.quiet is None:
        return texts("own.no_quiet")
    return texts("own.quiet", start=clock(chosen.quiet.start), end=clock(chosen.quiet.end))


def _channel(me: Asker) -> str:
    used = me.chosen.channel if me.chosen.channel in me.channels else next(iter(me.channels), None)
    return channel_name(used, me.texts) if used else me.texts("own.no_channel")
