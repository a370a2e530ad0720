"""What somebody may choose about their own check-ins: the form, and what it sends read and refused. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import time
from typing import Final

from adapters.port import Field, Form
from bot.spoken import channel_name, clock
from bot.texts import Texts
from surveys.cadence import RHYTHMS
from surveys.model import LANGUAGES, Language, Preferences, QuietHours

LEAST_ROOM: Final = 60
"""Minutes of a day that quiet hours must leave: less and a card would hardly ever come."""
_DAY: Final = 24 * 60
_TIME: Final = re.compile(r"([01]?[0-9]|2[0-3])[:.]([0-5][0-9])(?::[0-5][0-9])?")


class Refused(Exception):
    """Names the text that tells the person which field is wrong and what would be right."""

    def __init__(self, msgid: str) -> None:
        super().__init__(msgid)
        self.msgid = msgid


def form(chosen: Preferences, channels: Iterable[str], texts: Texts) -> Form:
    """Return the form as it stands now. An empty time means no preference."""
    quiet = chosen.quiet
    reaching = [("", texts("own.no_preference")), *((name, channel_name(name, texts)) for name in channels)]
    return Form(
        "settings_save",
        (
            _select("language", texts.language, [(one, texts(f"own.language.{one}")) for one in LANGUAGES], texts),
            _time("moment", chosen.moment, texts),
            _time("quiet_start", quiet.start if quiet else None, texts),
            _time("quiet_end", quiet.end if quiet else None, texts),
            _select("every", str(chosen.every), [(str(n), texts(f"own.every.{n}")) for n in RHYTHMS], texts),
            _select("channel", chosen.channel or "", reaching, texts),
        ),
        texts("settings.save"),
    )


def _select(name: str, value: str, options: Iterable[tuple[str, str]], texts: Texts) -> Field:
    return Field(name, texts(f"settings.{name}"), "select", value, tuple(options))


def _time(name: str, value: time | None, texts: Texts) -> Field:
    return Field(
        name, texts(f"settings.{name}"), "time", clock(value) if value else "", hint=texts(f"settings.{name}.hint")
    )


def read_form(
    fields: Mapping[str, str],
    chosen: Preferences,
    *,
    language: Language,
    channels: Collection[str],
    quiet: Iterable[QuietHours],
) -> Preferences:
    """Return the choices that a form sends. Raises Refused.

    A field that is not there leaves a choice as it is; an empty one clears it. `language` is the one in use,
    `channels` reach this person, `quiet` are the quiet hours of the surveys.
    """
    wished = replace(
        chosen,
        language=_language(fields, chosen, language),
        moment=_moment("moment", fields, chosen.moment),
        quiet=_quiet(fields, chosen.quiet),
        every=_every(fields, chosen.every),
        channel=_channel(fields, chosen.channel, channels),
    )
    _refuse_without_room(wished, quiet)
    return wished


def _language(fields: Mapping[str, str], chosen: Preferences, in_use: Language) -> Language | None:
    """Return the choice; leaving the form as it was is not one, so the roster goes on to decide."""
    value = fields.get("language", in_use)
    if value == in_use:
        return chosen.language
    if not value:
        return None
    for language in LANGUAGES:
        if value == language:
            return language
    raise Refused("settings.bad.language")


def _moment(name: str, fields: Mapping[str, str], now: time | None) -> time | None:
    value = fields.get(name)
    if value is None:
        return now
    if not value.strip():
        return None
    found = _TIME.fullmatch(value.strip())
    if found is None:
        raise Refused(f"settings.bad.{name}")
    return time(int(found[1]), int(found[2]))


def _quiet(fields: Mapping[str, str], now: QuietHours | None) -> QuietHours | None:
    start = _moment("quiet_start", fields, now.start if now else None)
    end = _moment("quiet_end", fields, now.end if now else None)
    if start is None and end is None:
        return None
    if start is None or end is None:
        raise Refused("settings.bad.quiet_half")
    if start == end:
        raise Refused("settings.bad.quiet_whole_day")
    return QuietHours(start, end)


def _every(fields: Mapping[str, str], now: int) -> int:
    value = fields.get("every", str(now)) or str(Preferences().every)
    if value not in map(str, RHYTHMS):
        raise Refused("settings.bad.every")
    return int(value)


def _channel(fields: Mapping[str, str], now: str | None, channels: Collection[str]) -> str | None:
    value = fields.get("channel")
    if value is None or value == (now or ""):
        return now
    if value and value not in channels:
        raise Refused("settings.bad.channel")
    return value or None


def _refuse_without_room(wished: Preferences, others: Iterable[QuietHours]) -> None:
    if wished.quiet is None:
        return
    own = closed_minutes(wished.quiet)
    if any(_DAY - len(own | closed_minutes(other)) < LEAST_ROOM for other in (wished.quiet, *others)):
        raise Refused("settings.bad.no_room")
    if wished.moment and wished.moment.hour * 60 + wished.moment.minute in own:
        raise Refused("settings.bad.moment_in_quiet")


def closed_minutes(quiet: QuietHours) -> frozenset[int]:
    """Return the minutes of a day in quiet hours, which may cross midnight; equal start and end close none."""
    start, end = (at.hour * 60 + at.minute for at in (quiet.start, quiet.end))
    return frozenset(minute % _DAY for minute in range(start, end + (_DAY if end < start else 0)))
