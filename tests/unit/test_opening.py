from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from surveys.opening import Nothing, Opening, due_now

MONDAY = datetime(2026, 3, 2, 8, tzinfo=UTC)
WEEK = timedelta(days=7)
WINDOW = timedelta(days=3)


def weekly(after: datetime) -> datetime:
    return MONDAY + ((after - MONDAY) // WEEK + 1) * WEEK


def test_nothing_opens_before_its_moment() -> None:
    assert due_now(MONDAY, weekly, WINDOW, MONDAY - timedelta(seconds=1)) == Nothing(MONDAY)


def test_a_wave_opens_at_its_moment() -> None:
    assert due_now(MONDAY, weekly, WINDOW, MONDAY) == Opening(MONDAY, MONDAY + WINDOW, MONDAY + WEEK)


def test_a_bot_that_was_down_opens_late_and_closes_on_time() -> None:
    late = MONDAY + timedelta(days=2)
    assert due_now(MONDAY, weekly, WINDOW, late) == Opening(MONDAY, MONDAY + WINDOW, MONDAY + WEEK)


def test_a_bot_that_was_down_for_the_whole_window_skips_to_the_next() -> None:
    assert due_now(MONDAY, weekly, WINDOW, MONDAY + WINDOW) == Nothing(MONDAY + WEEK)


def test_after_weeks_only_the_latest_wave_opens() -> None:
    latest = MONDAY + 6 * WEEK
    opening = due_now(MONDAY, weekly, WINDOW, latest + timedelta(hours=5))
    assert opening == Opening(latest, latest + WINDOW, latest + WEEK)


def test_a_wave_closes_when_the_next_one_opens_even_if_its_window_is_longer() -> None:
    assert due_now(MONDAY, weekly, timedelta(days=10), MONDAY) == Opening(MONDAY, MONDAY + WEEK, MONDAY + WEEK)


@given(
    st.integers(0, 10**7).map(lambda seconds: MONDAY + timedelta(seconds=seconds)),
    st.integers(1, 20 * 24).map(lambda count: timedelta(hours=count)),
)
def test_what_opens_is_open_now_and_the_next_fire_lies_ahead(now: datetime, window: timedelta) -> None:
    outcome = due_now(MONDAY, weekly, window, now)
    assert outcome.next_fire > now
    latest = weekly(now) - WEEK
    if isinstance(outcome, Opening):
        assert outcome.opens == latest
        assert outcome.opens <= now < outcome.closes <= outcome.next_fire
    else:
        assert latest + window <= now
