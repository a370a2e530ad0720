"""A new pulse: what was typed is read the way it was meant, or refused by name."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.new_survey import duration, first_fire, new_survey, quiet_hours, remarks, short
from surveys.errors import InputError
from surveys.model import QuietHours, Survey

TYPED = {
    "id_": "pulse",
    "title_nl": "Hoe gaat het",
    "title_en": "How are things",
    "cron": "0 9 * * 1",
    "timezone": "Europe/Amsterdam",
    "window": "5d",
    "remind_after": "24h",
    "quiet": "18:00-08:00",
    "holidays": "NL",
}


def typed(**other: str) -> Survey:
    return new_survey(**{**TYPED, **other})


def test_what_was_typed_becomes_a_survey() -> None:
    assert typed() == Survey(
        id="pulse",
        title={"nl": "Hoe gaat het", "en": "How are things"},
        cron="0 9 * * 1",
        timezone="Europe/Amsterdam",
        window=timedelta(days=5),
        remind_after=timedelta(hours=24),
        quiet=QuietHours(time(18), time(8)),
        holidays="NL",
    )


@pytest.mark.parametrize(
    ("field", "value", "named"),
    [
        ("id_", "Pulse", "--id 'Pulse'"),
        ("id_", "", "--id ''"),
        ("id_", "a" * 41, "--id"),
        ("title_nl", " ", "--title-nl"),
        ("title_en", "two\nlines", "--title-en"),
        ("cron", "every monday", "'every monday'"),
        ("cron", "0 9 31 2 *", "'0 9 31 2 *'"),
        ("timezone", "Amsterdam", "'Amsterdam'"),
        ("window", "soon", "--window 'soon'"),
        ("window", "0d", "--window '0d'"),
        ("window", "32d", "--window '32d'"),
        ("remind_after", "6d", "--remind-after '6d'"),
        ("quiet", "evening", "--quiet 'evening'"),
        ("quiet", "08:00-08:00", "--quiet '08:00-08:00'"),
        ("holidays", "Nederland", "'NEDERLAND'"),
        ("holidays", "XX", "'XX'"),
    ],
)
def test_a_wrong_field_is_named_with_its_value_and_mend(field: str, value: str, named: str) -> None:
    with pytest.raises(InputError) as refused:
        typed(**{field: value})
    assert named in str(refused.value)
    assert ": " in str(refused.value)


def test_a_reminder_and_holidays_can_be_left_out() -> None:
    survey = typed(remind_after="never", holidays="none")
    assert (survey.remind_after, survey.holidays) == (None, None)


@given(st.timedeltas(min_value=timedelta(minutes=1), max_value=timedelta(days=999)))
def test_a_length_is_read_as_it_is_written(length: timedelta) -> None:
    whole = timedelta(minutes=length // timedelta(minutes=1))
    assert duration(short(whole), "--window") == whole


def test_quiet_hours_may_cross_midnight() -> None:
    assert quiet_hours("22:30-06:15") == QuietHours(time(22, 30), time(6, 15))


def test_a_window_longer_than_the_rhythm_is_remarked() -> None:
    first = datetime(2026, 3, 2, 8, tzinfo=UTC)
    assert remarks(typed(), first) == []
    assert "closes when the next one opens" in remarks(typed(cron="0 9 * * 1-5"), first)[0]


def test_the_first_wave_opens_at_the_next_moment_of_the_rule() -> None:
    assert first_fire(typed(), datetime(2026, 3, 2, 8, tzinfo=UTC)) == datetime(2026, 3, 9, 8, tzinfo=UTC)
