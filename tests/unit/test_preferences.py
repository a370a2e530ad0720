from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.pausing import read_pause
from bot.preferences import Refused, closed_minutes, form, read_form
from bot.texts import Texts
from surveys.model import LANGUAGES, Language, Preferences, QuietHours

EVENING = QuietHours(time(18), time(8))
TODAY = date(2026, 3, 2)
NOTHING = Preferences()
MINUTES = st.times().map(lambda at: at.replace(second=0, microsecond=0))


def read(chosen: Preferences = NOTHING, /, **fields: str) -> Preferences:
    return read_form(fields, chosen, language=chosen.language or "nl", channels=("slack", "web"), quiet=[EVENING])


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"language": "fr"}, "language"),
        ({"moment": "25:00"}, "moment"),
        ({"moment": "9"}, "moment"),
        ({"moment": "٠٩:٣٠"}, "moment"),
        ({"quiet_start": "x", "quiet_end": "07:00"}, "quiet_start"),
        ({"quiet_start": "22:00", "quiet_end": "7 uur"}, "quiet_end"),
        ({"quiet_start": "22:00"}, "quiet_half"),
        ({"quiet_start": "", "quiet_end": "07:00"}, "quiet_half"),
        ({"quiet_start": "09:00", "quiet_end": "09:00"}, "quiet_whole_day"),
        ({"quiet_start": "09:00", "quiet_end": "08:30"}, "no_room"),
        ({"quiet_start": "08:00", "quiet_end": "17:30"}, "no_room"),
        ({"quiet_start": "12:00", "quiet_end": "14:00", "moment": "13:00"}, "moment_in_quiet"),
        ({"every": "3"}, "every"),
        ({"channel": "teams"}, "channel"),
    ],
)
def test_each_bad_field_has_a_refusal_of_its_own_in_both_languages(fields: dict[str, str], refusal: str) -> None:
    with pytest.raises(Refused) as refused:
        read(**fields)
    assert refused.value.msgid == f"settings.bad.{refusal}"
    assert all(refused.value.msgid in Texts(language) for language in LANGUAGES)


def test_an_empty_field_clears_and_an_absent_one_leaves_a_choice() -> None:
    chosen = Preferences(time(10), QuietHours(time(22), time(7)), 2, "web", language="en")
    assert read(chosen) == chosen
    assert read(chosen, moment="", quiet_start="", quiet_end="", channel="") == Preferences(every=2, language="en")
    assert read(chosen, language="", every="") == replace(chosen, language=None, every=1)


def test_leaving_the_language_as_it_was_is_not_a_choice() -> None:
    assert read(language="nl").language is None
    assert read(language="en").language == "en"
    assert read(Preferences(language="en"), language="nl").language == "nl"


def test_times_are_read_as_people_write_them() -> None:
    assert {read(moment=text).moment for text in ("9:30", "09:30", "09.30", " 09:30 ", "09:30:00")} == {time(9, 30)}


@given(
    language=st.sampled_from(LANGUAGES),
    moment=st.none() | MINUTES,
    every=st.sampled_from([1, 2, 4]),
    channel=st.sampled_from([None, "slack", "web"]),
)
def test_a_form_sent_back_unchanged_changes_nothing(
    language: Language, moment: time | None, every: int, channel: str | None
) -> None:
    chosen = Preferences(
        moment, QuietHours(time(2), time(3)) if not moment else None, every, channel, language=language
    )
    shown = form(chosen, ("slack", "web"), Texts(language))
    assert read(chosen, **{one.name: one.value for one in shown.fields}) == chosen


@given(MINUTES, MINUTES)
def test_quiet_hours_and_their_complement_make_a_day(start: time, end: time) -> None:
    there, back = closed_minutes(QuietHours(start, end)), closed_minutes(QuietHours(end, start))
    assert not there & back
    assert len(there | back) == (0 if start == end else 24 * 60)


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({}, "length"),
        ({"length": "3"}, "length"),
        ({"length": "until", "until": ""}, "length"),
        ({"length": "until", "until": "morgen"}, "until"),
        ({"until": "2026-02-30"}, "until"),
        ({"until": "2026-03-02"}, "past"),
        ({"until": "2027-03-04"}, "too_far"),
    ],
)
def test_each_bad_pause_has_a_refusal_of_its_own_in_both_languages(fields: dict[str, str], refusal: str) -> None:
    with pytest.raises(Refused) as refused:
        read_pause(fields, TODAY)
    assert refused.value.msgid == f"pause.bad.{refusal}"
    assert all(refused.value.msgid in Texts(language) for language in LANGUAGES)


def test_a_pause_ends_after_weeks_or_on_the_day_that_was_filled_in() -> None:
    assert read_pause({"length": "2", "until": ""}, TODAY) == TODAY + timedelta(weeks=2)
    assert read_pause({"length": "4"}, TODAY) == TODAY + timedelta(weeks=4)
    assert read_pause({"length": "2", "until": "2026-03-03"}, TODAY) == date(2026, 3, 3)
    assert read_pause({"length": "until", "until": "2027-03-03"}, TODAY) == date(2027, 3, 3)
