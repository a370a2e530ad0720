from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.intervals import contains
from surveys.model import QuietHours, Shift
from surveys.own_hours import OwnHours, allowed
from surveys.sending import Send, TooLate, Wait, later_today, reminder_due, sendable

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
CLOSES = datetime(2026, 3, 5, 8, tzinfo=UTC)
NIGHT = (QuietHours(time(20), time(8)),)


def at(day: int, clock: str) -> datetime:
    return datetime.combine(datetime(2026, 3, day, tzinfo=UTC), time.fromisoformat(clock), AMSTERDAM).astimezone(UTC)


def worked(day: int, start: str, length: float = 8) -> Shift:
    return Shift(at(day, start), at(day, start) + timedelta(hours=length))


ANYTIME = OwnHours(AMSTERDAM, NIGHT)
DAYS = OwnHours(AMSTERDAM, NIGHT, shifts=(worked(2, "09:00"), worked(3, "13:00", 6)))
NIGHTS = OwnHours(AMSTERDAM, shifts=(worked(2, "22:00"), worked(3, "22:00")))
SPLIT = OwnHours(AMSTERDAM, shifts=(worked(2, "09:00", 3), worked(2, "18:00", 3)))


@pytest.mark.parametrize(
    ("own", "now", "expected"),
    [
        (ANYTIME, at(2, "11:59"), Wait(at(2, "12:00"))),
        (ANYTIME, at(2, "12:00"), Send()),
        (ANYTIME, at(2, "15:00"), Send()),  # late, still in the window
        (ANYTIME, at(2, "20:00"), Wait(at(3, "08:00"))),  # late, and now it is quiet
        (ANYTIME, CLOSES, TooLate()),
        (ANYTIME, CLOSES + timedelta(days=1), TooLate()),
        (DAYS, at(2, "16:50"), Wait(at(3, "13:10"))),  # the last ten minutes
        (DAYS, at(3, "13:05"), Wait(at(3, "13:10"))),  # the first ten minutes
        (DAYS, at(3, "13:10"), Send()),
        (DAYS, at(3, "18:55"), TooLate()),  # no shift is left in the window
    ],
)
def test_a_card_is_sent_when_due_or_late_but_only_in_own_hours(
    own: OwnHours, now: datetime, expected: Send | Wait | TooLate
) -> None:
    assert sendable(at(2, "12:00"), CLOSES, own, now) == expected


def test_a_card_of_somebody_who_stopped_is_never_sent() -> None:
    stopped = OwnHours(AMSTERDAM, NIGHT, stopped=True)
    assert sendable(at(2, "12:00"), CLOSES, stopped, at(2, "12:00")) == TooLate()


offsets = st.integers(-3000, 6000).map(lambda minutes: at(2, "09:00") + timedelta(minutes=minutes))


@given(offsets, offsets, st.sampled_from([ANYTIME, DAYS, NIGHTS, SPLIT]))
def test_a_card_is_never_sent_early_off_hours_or_after_the_close(due: datetime, now: datetime, own: OwnHours) -> None:
    decision = sendable(due, CLOSES, own, now)
    if isinstance(decision, Send):
        assert due <= now
        assert contains(allowed(own, now, CLOSES), now)
    if isinstance(decision, Wait):
        assert now < decision.until < CLOSES
        assert sendable(due, CLOSES, own, decision.until) == Send()


@pytest.mark.parametrize(
    ("own", "sent", "expected"),
    [
        (ANYTIME, at(2, "12:00"), at(3, "12:00")),
        (DAYS, at(2, "10:00"), at(3, "13:10")),
        (DAYS, at(3, "13:10"), None),  # no shift is left
        (ANYTIME, at(4, "12:00"), None),  # the wave has closed by then
    ],
)
def test_the_reminder_step_keeps_the_rules_of_the_card(
    own: OwnHours, sent: datetime, expected: datetime | None
) -> None:
    assert reminder_due(sent, timedelta(hours=24), CLOSES, own) == expected


def test_a_survey_without_reminder_has_no_reminder_step() -> None:
    assert reminder_due(at(2, "12:00"), None, CLOSES, ANYTIME) is None


@pytest.mark.parametrize(
    ("own", "now", "expected"),
    [
        (ANYTIME, at(2, "12:00"), at(2, "14:00")),
        (ANYTIME, at(2, "18:30"), at(2, "19:55")),  # the last moment of today
        (ANYTIME, at(2, "19:50"), None),
        (ANYTIME, at(2, "23:00"), None),
        (ANYTIME, at(3, "01:00"), at(3, "08:00")),
        (DAYS, at(2, "10:00"), at(2, "12:00")),
        (DAYS, at(2, "15:30"), at(2, "16:45")),
        (DAYS, at(2, "16:45"), None),
        (DAYS, at(3, "08:00"), at(3, "13:10")),  # before today's shift
        (DAYS, at(4, "10:00"), None),  # no shift today
        (NIGHTS, at(2, "23:00"), at(3, "01:00")),  # a night shift is one day
        (NIGHTS, at(3, "05:00"), at(3, "05:45")),
        (NIGHTS, at(3, "05:40"), None),  # tomorrow's shift is not today
        (SPLIT, at(2, "11:00"), at(2, "18:10")),
        (ANYTIME, CLOSES - timedelta(minutes=10), None),
        (ANYTIME, CLOSES, None),
    ],
)
def test_later_today_is_two_hours_on_or_the_last_moment_of_today(
    own: OwnHours, now: datetime, expected: datetime | None
) -> None:
    assert later_today(now, CLOSES, own) == expected


@given(offsets, st.sampled_from([ANYTIME, DAYS, NIGHTS, SPLIT]))
def test_later_is_always_later_and_always_sendable(now: datetime, own: OwnHours) -> None:
    later = later_today(now, CLOSES, own)
    if later is not None:
        assert now + timedelta(minutes=15) <= later < CLOSES
        assert sendable(later, CLOSES, own, later) == Send()
