"""The week of a round-up: Monday morning on the clock of the organisation, whatever that clock does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.kudos.rules import WITHDRAWABLE
from surveys.kudos.week import AT, LONGEST, ending, following, newest
from surveys.localtime import zone

AMSTERDAM = zone("Europe/Amsterdam")
places = st.sampled_from(["Europe/Amsterdam", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC"]).map(
    zone
)
moments = st.integers(0, 6 * 366 * 86_400).map(
    lambda seconds: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)


def test_a_round_up_is_due_on_monday_at_half_past_nine() -> None:
    friday = datetime(2026, 3, 6, 12, tzinfo=UTC)
    assert following(friday, AMSTERDAM) == datetime(2026, 3, 9, 8, 30, tzinfo=UTC)
    assert newest(friday, AMSTERDAM).due == datetime(2026, 3, 2, 8, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("sunday", "hours"), [(datetime(2026, 3, 29, tzinfo=UTC), 167), (datetime(2026, 10, 25, tzinfo=UTC), 169)]
)
def test_a_week_in_which_the_clock_changes_has_an_hour_less_or_more(sunday: datetime, hours: int) -> None:
    week = newest(sunday + timedelta(days=2), AMSTERDAM)
    assert week.end - week.start == timedelta(hours=hours)
    assert week.due.astimezone(AMSTERDAM).time() == AT


@given(moments, places)
def test_weeks_follow_one_another_without_a_gap(now: datetime, place: ZoneInfo) -> None:
    week, after = newest(now, place), newest(following(now, place), place)
    assert week.due <= now < after.due
    assert after.start == week.end
    assert week.due - week.end == WITHDRAWABLE
    assert week.end - week.start <= LONGEST
    assert after.due.astimezone(place).weekday() == 0


@given(moments, places)
def test_a_week_is_found_again_by_when_it_ends(now: datetime, place: ZoneInfo) -> None:
    week = newest(now, place)
    assert ending(week.end, place) == week


@given(moments, places, st.floats(0, 0.999_999))
def test_the_week_that_tells_of_a_moment_ends_within_the_longest_week(
    now: datetime, place: ZoneInfo, part: float
) -> None:
    week = newest(now, place)
    told = week.start + (week.end - week.start) * part
    assert told < week.end <= told + LONGEST
