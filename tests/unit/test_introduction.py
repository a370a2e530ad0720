"""When somebody is introduced, and from when on their card may follow."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from surveys.cadence import LeftOut, PlannedDelivery, plan_wave
from surveys.introduction import Introduced, card_from, count, first_moment, ready_at
from surveys.model import Preferences, QuietHours, Shift
from surveys.own_hours import OwnHours
from tests.stage import PULSE

PLACE = ZoneInfo("Europe/Amsterdam")
OFFICE = OwnHours(PLACE, (QuietHours(time(18), time(8)),), "NL")
NOBODY = UUID(int=1)


def at(day: int, hour: int, minute: int = 0, month: int = 3) -> datetime:
    """Return a moment in 2026 in Amsterdam; 2 March is a Monday."""
    return datetime(2026, month, day, hour, minute, tzinfo=PLACE).astimezone(UTC)


def on(*days: int, begins: int = 9) -> OwnHours:
    """Return somebody with shifts of eight hours on these days of March."""
    shifts = tuple(Shift(at(day, begins), at(day, begins) + timedelta(hours=8)) for day in days)
    return replace(OFFICE, shifts=shifts)


def test_somebody_at_work_is_introduced_at_once() -> None:
    assert first_moment(OFFICE, at(2, 10)) == at(2, 10)


def test_nobody_is_introduced_in_quiet_hours_or_a_weekend() -> None:
    """Friday evening waits until Monday morning, also for somebody whose planning is not known."""
    assert first_moment(OFFICE, at(6, 19)) == at(9, 8)


def test_nobody_is_introduced_on_a_public_holiday() -> None:
    """The Saturday before Easter waits until the Tuesday after it."""
    assert first_moment(OFFICE, at(4, 12, month=4)) == at(7, 8, month=4)


def test_somebody_with_a_planning_is_introduced_in_their_next_shift() -> None:
    """A weekend is a working day for whoever works in it; the edges of a shift are left alone."""
    assert first_moment(on(7, 9), at(6, 12)) == at(7, 9, 10)


def test_whoever_stopped_is_not_introduced() -> None:
    assert first_moment(replace(OFFICE, stopped=True), at(2, 10)) is None


def test_whoever_takes_a_pause_is_introduced_after_it() -> None:
    assert first_moment(replace(OFFICE, paused_until=at(12, 0).astimezone(PLACE).date()), at(2, 10)) == at(12, 8)


@pytest.mark.parametrize(
    ("own", "sent", "ready"),
    [
        (OFFICE, at(2, 10), at(3, 10)),
        (OFFICE, at(6, 16), at(9, 16)),
        (OFFICE, at(24, 16, month=4), at(28, 16, month=4)),
        (on(2, 5, 6), at(2, 10), at(5, 10)),
        (on(7, 8), at(7, 10), at(8, 10)),
    ],
    ids=["next day", "over a weekend", "over a holiday", "next shift", "weekend shifts"],
)
def test_a_card_may_follow_after_a_working_day_of_ones_own(own: OwnHours, sent: datetime, ready: datetime) -> None:
    """At the same time of day, so that a whole working day lies between."""
    assert ready_at(sent, own) == ready


def test_after_a_week_the_next_shift_may_follow_at_once() -> None:
    """Shifts are forgotten after a while; then only the date of the introduction tells that it was long ago."""
    assert ready_at(at(2, 16), on(27)) == at(9, 16)
    assert ready_at(at(2, 16), on()) == at(9, 16)


def test_a_card_is_expected_a_working_day_after_an_introduction_that_is_still_to_come() -> None:
    assert card_from(None, OFFICE, at(6, 19)) == at(10, 8)


def test_nothing_is_expected_of_whoever_has_no_working_moment_in_sight() -> None:
    assert card_from(None, on(), at(2, 10)) is None


def test_people_are_counted_by_whether_they_may_get_a_card() -> None:
    moments = {UUID(int=1): at(2, 9), UUID(int=2): at(2, 11), UUID(int=3): None}
    assert count(moments, at(2, 10)) == Introduced(ready=1, waiting=2)


def planned(own_from: datetime | None) -> PlannedDelivery | LeftOut:
    plan = plan_wave(
        survey=PULSE,
        number=1,
        opens=at(2, 9),
        closes=at(6, 9),
        people={NOBODY: "Europe/Amsterdam"},
        preferences={NOBODY: Preferences()},
        shifts={},
        fraction=lambda _: 0.0,
        offset=lambda _: 0,
        now=at(2, 9),
        card_from={NOBODY: own_from} if own_from else {},
    )
    return plan.deliveries[0] if plan.deliveries else next(iter(plan.left_out))


def test_a_wave_plans_nobody_before_they_are_introduced() -> None:
    """Whoever is introduced only just gets their card later in the same wave."""
    one = planned(at(4, 10))
    assert isinstance(one, PlannedDelivery)
    assert one.due == at(4, 10)


def test_a_wave_leaves_out_whoever_is_introduced_too_late_for_it() -> None:
    assert planned(at(6, 10)) is LeftOut.INTRODUCTION


def test_a_wave_does_not_wait_for_whoever_was_introduced_before() -> None:
    one = planned(at(2, 8))
    assert isinstance(one, PlannedDelivery)
    assert one.due == at(2, 9)
