from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from bot.clock import Metronome, next_fire
from surveys.errors import InputError

NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)  # a Thursday
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def fires(cron: str, timezone: str, after: datetime, count: int) -> list[datetime]:
    found = [after]
    for _ in range(count):
        found.append(next_fire(cron, timezone, found[-1]))
    return found[1:]


def weekdays(cron: str) -> set[str]:
    return {f"{fire:%a}" for fire in fires(cron, "UTC", NEW_YEAR, 14)}


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("0", "Sun"),
        ("7", "Sun"),
        ("1", "Mon"),
        ("6", "Sat"),
        ("mon", "Mon"),
        ("SUN", "Sun"),
        ("1-5", "Mon Tue Wed Thu Fri"),
        ("mon-fri", "Mon Tue Wed Thu Fri"),
        ("5-7", "Fri Sat Sun"),
        ("fri-sun", "Fri Sat Sun"),
        ("sun-tue", "Sun Mon Tue"),
        ("0,3", "Sun Wed"),
        ("*/2", "Sun Tue Thu Sat"),
        ("1-5/2", "Mon Wed Fri"),
        ("*", "Mon Tue Wed Thu Fri Sat Sun"),
    ],
)
def test_days_of_the_week_count_as_in_crontab(field: str, expected: str) -> None:
    assert weekdays(f"0 9 * * {field}") == set(expected.split())


def test_the_next_fire_is_strictly_after_and_in_utc() -> None:
    monday = next_fire("0 9 * * 1", "Europe/Amsterdam", NEW_YEAR)
    assert monday == datetime(2026, 1, 5, 8, tzinfo=UTC)
    assert monday.tzinfo is UTC
    assert next_fire("0 9 * * 1", "Europe/Amsterdam", monday) == datetime(2026, 1, 12, 8, tzinfo=UTC)


def test_a_rule_keeps_its_wall_clock_time_across_both_clock_changes() -> None:
    for after in (datetime(2026, 3, 20, tzinfo=UTC), datetime(2026, 10, 16, tzinfo=UTC)):
        local = [f.astimezone(ZoneInfo("Europe/Amsterdam")) for f in fires("0 9 * * mon", "Europe/Amsterdam", after, 3)]
        assert {f"{fire:%a %H:%M}" for fire in local} == {"Mon 09:00"}


def test_a_rule_at_a_skipped_time_fires_once_at_the_skip() -> None:
    found = fires("30 2 * * *", "Europe/Amsterdam", datetime(2026, 3, 28, 12, tzinfo=UTC), 2)
    assert found == [datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 3, 30, 0, 30, tzinfo=UTC)]


def test_a_rule_at_a_time_that_exists_twice_fires_once_at_the_first() -> None:
    found = fires("30 2 * * *", "Europe/Amsterdam", datetime(2026, 10, 24, 12, tzinfo=UTC), 2)
    assert found == [datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 26, 1, 30, tzinfo=UTC)]


def test_a_clock_asked_in_the_repeated_hour_does_not_fire_again() -> None:
    second_pass = datetime(2026, 10, 25, 1, 10, tzinfo=UTC)
    assert next_fire("30 2 * * *", "Europe/Amsterdam", second_pass) == datetime(2026, 10, 26, 1, 30, tzinfo=UTC)


def test_a_day_of_the_month_and_a_day_of_the_week_mean_either() -> None:
    found = fires("0 9 1 * mon", "UTC", datetime(2026, 3, 25, tzinfo=UTC), 3)
    assert [fire.day for fire in found] == [30, 1, 6]


def test_the_twenty_ninth_of_february_comes() -> None:
    assert next_fire("0 9 29 FEB *", "UTC", NOON) == datetime(2028, 2, 29, 9, tzinfo=UTC)


@given(
    st.sampled_from(["*/20 * * * *", "30 2 * * *", "0 9 * * mon", "15 1-3 * * 0"]),
    st.sampled_from(["Europe/Amsterdam", "America/New_York", "Australia/Lord_Howe", "America/Santiago"]),
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
)
def test_fire_times_only_go_forward_and_the_latest_stays_when_asked_from_just_before_it(
    cron: str, timezone: str, after: datetime
) -> None:
    found = fires(cron, timezone, after, 3)
    assert all(early < late for early, late in pairwise([after, *found]))
    assert next_fire(cron, timezone, found[0] - (found[0] - after) / 2) == found[0]


@pytest.mark.parametrize(
    "cron",
    [
        *("", "monday", "@weekly", "0 9 * *", "0 9 * * * *", "\0 9 * * 1"),
        *("61 9 * * *", "0 25 * * *", "0 9 32 * *", "0 9 * 13 *", "0 9 * * 8"),
        *("0 9 * * mon-", "0 9 * * 3-1", "0 9 * * maandag", "0 9 * * */0", "0 9 * * ,"),
    ],
)
def test_a_bad_rule_is_refused_with_the_rule_and_the_mend(cron: str) -> None:
    with pytest.raises(InputError, match="five fields") as refused:
        next_fire(cron, "UTC", NOON)
    assert repr(cron) in str(refused.value)


def test_a_rule_that_never_comes_is_refused() -> None:
    with pytest.raises(InputError, match="never comes"):
        next_fire("0 9 30 2 *", "UTC", NOON)


def test_a_bad_time_zone_is_refused_by_name() -> None:
    with pytest.raises(InputError, match="'Mars/Olympus' is not known"):
        next_fire("0 9 * * 1", "Mars/Olympus", NOON)


async def test_the_metronome_hands_the_given_time_to_every_tick() -> None:
    seen: list[datetime] = []
    enough = asyncio.Event()

    async def tick(now: datetime) -> None:
        seen.append(now)
        if len(seen) == 3:
            enough.set()

    metronome = Metronome(tick, seconds=0.01, now=lambda: NOON)
    metronome.start()
    await asyncio.wait_for(enough.wait(), 5)
    await metronome.stop()
    assert set(seen) == {NOON}


async def test_a_failing_tick_is_logged_by_name_only_and_the_next_one_comes() -> None:
    calls = 0
    enough = asyncio.Event()

    async def tick(now: datetime) -> None:
        nonlocal calls
        calls += 1
        if calls == 2:
            enough.set()
        raise LookupError("Fatima de Vries")

    metronome = Metronome(tick, seconds=0.01, now=lambda: NOON)
    with capture_logs() as logs:
        metronome.start()
        await asyncio.wait_for(enough.wait(), 5)
        await metronome.stop()
    assert logs[0] == {"event": "tick failed", "error": "LookupError", "log_level": "error"}
    assert "Fatima" not in str(logs)


async def test_ticks_never_overlap_and_a_stop_lets_the_running_one_end() -> None:
    running = most = ended = 0
    begun = asyncio.Event()

    async def tick(now: datetime) -> None:
        nonlocal running, most, ended
        running += 1
        most = max(most, running)
        begun.set()
        await asyncio.sleep(0.06)
        running -= 1
        ended += 1

    metronome = Metronome(tick, seconds=0.01, now=lambda: NOON)
    metronome.start()
    await asyncio.wait_for(begun.wait(), 5)
    await asyncio.sleep(0.03)
    await metronome.stop()
    ended_at_stop = ended
    await asyncio.sleep(0.03)
    assert (most, running, ended) == (1, 0, ended_at_stop)


async def test_a_stop_does_not_wait_for_ever() -> None:
    begun = asyncio.Event()
    cancelled = asyncio.Event()

    async def tick(now: datetime) -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    metronome = Metronome(tick, seconds=60, now=lambda: NOON)
    metronome.start()
    await asyncio.wait_for(begun.wait(), 5)
    await metronome.stop(patience=0.01)
    await asyncio.wait_for(cancelled.wait(), 5)


async def test_a_metronome_that_never_started_can_be_stopped() -> None:
    async def tick(now: datetime) -> None: ...

    await Metronome(tick, seconds=1, now=lambda: NOON).stop()


def test_a_metronome_without_a_beat_is_refused() -> None:
    async def tick(now: datetime) -> None: ...

    with pytest.raises(InputError, match="above 0"):
        Metronome(tick, seconds=0, now=lambda: NOON)
