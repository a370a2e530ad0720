from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.errors import InputError
from surveys.localtime import instant, utc, zone

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)
ZONES = ["Europe/Amsterdam", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "Africa/Cairo", "UTC"]


def test_a_time_that_the_clock_skips_is_the_instant_of_the_skip() -> None:
    assert instant(SPRING, time(2, 30), AMSTERDAM) == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)


def test_a_time_that_the_clock_shows_twice_is_its_first_or_on_request_its_last() -> None:
    assert instant(AUTUMN, time(2, 30), AMSTERDAM) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert instant(AUTUMN, time(2, 30), AMSTERDAM, last=True) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_a_midnight_that_does_not_exist_is_the_first_moment_of_that_day() -> None:
    cairo = ZoneInfo("Africa/Cairo")
    assert instant(date(2026, 4, 24), time(0), cairo).astimezone(cairo).time() == time(1, 0)


@given(st.sampled_from(ZONES), st.dates(date(2026, 1, 1), date(2027, 12, 31)), st.times())
def test_the_wall_clock_shows_the_time_at_its_instant_or_jumps_over_it_there(name: str, day: date, at: time) -> None:
    place = ZoneInfo(name)
    shown = instant(day, at, place).astimezone(place).replace(tzinfo=None)
    just_before = (instant(day, at, place) - timedelta(seconds=1)).astimezone(place).replace(tzinfo=None)
    wished = datetime.combine(day, at)
    assert shown == wished or just_before < wished < shown


@pytest.mark.parametrize("name", ["Europe/Amsterdm", "", "../etc/passwd", "Europe", "nul\0byte"])
def test_an_unknown_time_zone_is_refused_by_name_with_the_mend(name: str) -> None:
    with pytest.raises(InputError, match="Europe/Amsterdam") as refused:
        zone(name)
    assert repr(name) in str(refused.value)


def test_a_moment_without_a_time_zone_is_refused() -> None:
    with pytest.raises(InputError, match="no time zone"):
        utc(datetime(2026, 3, 1, 9))  # noqa: DTZ001
