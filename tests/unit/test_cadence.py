"""Who gets a card, and when: examples. The properties are in test_cadence_properties."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.cadence import LeftOut, WavePlan, plan_wave, takes_part
from surveys.errors import InputError
from surveys.intervals import total
from surveys.model import Preferences, QuietHours, Shift, Survey
from surveys.own_hours import allowed, own_hours
from surveys.spread import fractions

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
NIGHT = QuietHours(time(20), time(8))
MONDAY = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)  # 9:00 in Amsterdam
THREE_DAYS = timedelta(days=3)
ANNA = UUID(int=1)


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


def survey(quiet: QuietHours = NIGHT, holidays: str | None = "NL") -> Survey:
    return Survey(
        id="pulse",
        title={"nl": "Polsslag", "en": "Pulse"},
        cron="0 9 * * mon",
        timezone="Europe/Amsterdam",
        window=THREE_DAYS,
        remind_after=hours(24),
        quiet=quiet,
        holidays=holidays,
    )


def plan(
    people: dict[UUID, str] | None = None,
    *,
    asked: Survey | None = None,
    opens: datetime = MONDAY,
    window: timedelta = THREE_DAYS,
    preferences: dict[UUID, Preferences] | None = None,
    shifts: dict[UUID, list[Shift]] | None = None,
    number: int = 4,
    share: float | None = None,
    now: datetime | None = None,
) -> WavePlan:
    return plan_wave(
        survey=asked or survey(),
        number=number,
        opens=opens,
        closes=opens + window,
        people=people or {ANNA: "Europe/Amsterdam"},
        preferences=preferences or {},
        shifts=shifts or {},
        fraction=fractions(b"wave") if share is None else lambda _: share,
        offset=lambda _: 0,
        now=now or opens,
    )


def due(planned: WavePlan, timezone: str = "Europe/Amsterdam") -> str:
    (delivery,) = planned.deliveries
    return f"{delivery.due.astimezone(ZoneInfo(timezone)):%a %H:%M}"


def shift(start: datetime, length: float = 8) -> Shift:
    return Shift(start, start + hours(length))


def test_the_first_card_goes_out_at_opening_and_the_last_halfway_the_own_time() -> None:
    assert due(plan(share=0.0)) == "Mon 09:00"
    assert due(plan(share=0.999)) == "Tue 14:58"


def test_a_person_elsewhere_gets_the_card_in_the_own_daytime() -> None:
    assert due(plan({ANNA: "America/New_York"}, share=0.0), "America/New_York") == "Mon 08:00"


def test_a_card_goes_out_in_the_own_shift_after_its_first_ten_minutes() -> None:
    known = {ANNA: [shift(MONDAY + hours(26))]}
    assert due(plan(shifts=known, share=0.0)) == "Tue 11:10"
    assert due(plan(shifts=known, share=0.999)) < "Tue 15:00"


def test_the_earlier_shift_of_two_is_used_first() -> None:
    known = {ANNA: [shift(MONDAY + hours(48)), shift(MONDAY + hours(2))]}
    assert due(plan(shifts=known, share=0.5)).startswith("Mon")


def test_a_person_whose_known_shifts_all_lie_outside_the_window_gets_no_card() -> None:
    off = {ANNA: [shift(MONDAY + timedelta(days=7))]}
    assert plan(shifts=off) == WavePlan((), {LeftOut.NO_SHIFT: 1})
    assert plan(shifts={ANNA: []}) == WavePlan((), {LeftOut.NO_SHIFT: 1})


def test_a_shift_that_is_all_edges_is_no_shift_to_send_in() -> None:
    assert plan(shifts={ANNA: [shift(MONDAY, 1 / 3)]}).left_out == {LeftOut.NO_SHIFT: 1}


def test_a_shift_wholly_in_quiet_hours_has_no_moment() -> None:
    assert plan(shifts={ANNA: [shift(MONDAY + hours(13))]}).left_out == {LeftOut.NO_MOMENT: 1}


def test_equal_start_and_end_of_quiet_hours_mean_none() -> None:
    none = survey(quiet=QuietHours(time(0), time(0)))
    assert due(plan(asked=none, opens=MONDAY + hours(15), share=0.0)) == "Tue 00:00"


def test_own_quiet_hours_count_beside_those_of_the_survey() -> None:
    mornings = {ANNA: Preferences(quiet=QuietHours(time(7), time(13)))}
    assert due(plan(preferences=mornings, share=0.0)) == "Mon 13:00"


def test_no_card_goes_out_on_a_public_holiday() -> None:
    easter_monday = datetime(2026, 4, 6, 7, tzinfo=UTC)
    assert due(plan(opens=easter_monday, share=0.0)) == "Tue 08:00"
    assert due(plan(asked=survey(holidays=None), opens=easter_monday, share=0.0)) == "Mon 09:00"
    assert plan(opens=easter_monday, window=hours(10)).left_out == {LeftOut.NO_MOMENT: 1}


@pytest.mark.parametrize(
    ("wish", "reason"),
    [
        (Preferences(stopped=True, every=2), LeftOut.STOPPED),
        (Preferences(paused_until=date(2026, 3, 6)), LeftOut.PAUSED),
        (Preferences(every=2), LeftOut.RHYTHM),
    ],
)
def test_nobody_is_planned_who_stopped_paused_or_sits_this_wave_out(wish: Preferences, reason: LeftOut) -> None:
    assert plan(preferences={ANNA: wish}, number=5) == WavePlan((), {reason: 1})


def test_a_pause_that_ends_in_the_window_gives_a_card_from_that_day_on() -> None:
    back = {ANNA: Preferences(paused_until=date(2026, 3, 4))}
    assert due(plan(preferences=back, share=0.0)) == "Wed 08:00"


@pytest.mark.parametrize("every", [1, 2, 4])
@given(start=st.integers(0, 1000), offset=st.integers(0, 2**64))
def test_an_own_rhythm_takes_part_in_one_of_every_so_many_waves(every: int, start: int, offset: int) -> None:
    waves = [number for number in range(start, start + 8) if takes_part(number, every, offset)]
    assert len(waves) == 8 // every
    assert {later - earlier for earlier, later in pairwise(waves)} == {every}


def test_an_impossible_rhythm_is_refused() -> None:
    with pytest.raises(InputError, match="Rhythm 3"):
        takes_part(1, 3, 0)


@pytest.mark.parametrize(
    ("moment", "window", "expected"),
    [
        (time(14, 30), THREE_DAYS, "Mon 14:30"),
        (time(8, 30), THREE_DAYS, "Tue 08:30"),  # passed when the wave opened, and tomorrow is early enough
        (time(8, 30), hours(24), "Mon 09:00"),  # tomorrow would be half an hour before the closing
        (time(19), hours(12), "Mon 19:00"),
        (time(23), THREE_DAYS, "Mon 09:00"),  # forbidden every day
    ],
)
def test_the_own_moment_is_honoured(moment: time, window: timedelta, expected: str) -> None:
    assert due(plan(preferences={ANNA: Preferences(moment=moment)}, window=window)) == expected


def test_an_own_moment_before_the_shift_waits_for_the_shift() -> None:
    known = {ANNA: [shift(MONDAY + hours(4))]}
    assert due(plan(preferences={ANNA: Preferences(moment=time(10))}, shifts=known)) == "Mon 13:10"


def test_an_own_moment_after_midnight_is_found_in_a_night_shift() -> None:
    awake = survey(quiet=QuietHours(time(12), time(13)))
    known = {ANNA: [shift(MONDAY + hours(13)), shift(MONDAY + hours(37))]}
    assert due(plan(asked=awake, preferences={ANNA: Preferences(moment=time(3))}, shifts=known)) == "Tue 03:00"


@pytest.mark.parametrize(
    ("opens", "timezone", "moment", "expected"),
    [
        (datetime(2026, 3, 28, 23, tzinfo=UTC), "Europe/Amsterdam", time(2, 30), "Sun 03:00 CEST"),
        (datetime(2026, 3, 28, 23, tzinfo=UTC), "Europe/Amsterdam", time(9), "Sun 09:00 CEST"),
        (datetime(2026, 10, 24, 22, tzinfo=UTC), "Europe/Amsterdam", time(2, 30), "Sun 02:30 CEST"),
        (datetime(2026, 10, 24, 22, tzinfo=UTC), "Europe/Amsterdam", time(9), "Sun 09:00 CET"),
        (datetime(2026, 3, 8, 5, tzinfo=UTC), "America/New_York", time(2, 30), "Sun 03:00 EDT"),
        (datetime(2026, 11, 1, 4, tzinfo=UTC), "America/New_York", time(9), "Sun 09:00 EST"),
    ],
)
def test_an_own_moment_is_right_on_days_of_23_and_25_hours(
    opens: datetime, timezone: str, moment: time, expected: str
) -> None:
    awake = survey(quiet=QuietHours(time(0), time(0)), holidays=None)
    planned = plan({ANNA: timezone}, asked=awake, opens=opens, preferences={ANNA: Preferences(moment=moment)})
    assert f"{planned.deliveries[0].due.astimezone(ZoneInfo(timezone)):%a %H:%M %Z}" == expected


@pytest.mark.parametrize(
    ("quiet", "day", "expected"),
    [
        (QuietHours(time(22), time(2, 30)), date(2026, 3, 29), 19),  # the end is skipped: quiet until the skip
        (QuietHours(time(2, 30), time(8)), date(2026, 3, 29), 18),  # the start is skipped: quiet from the skip
        (QuietHours(time(22), time(2, 30)), date(2026, 10, 25), 19.5),  # quiet until the second 2:30 is past
        (QuietHours(time(2, 30), time(8)), date(2026, 10, 25), 18.5),  # quiet from the first 2:30 on
        (QuietHours(time(20), time(8)), date(2026, 3, 29), 12),
        (QuietHours(time(20), time(8)), date(2026, 10, 25), 12),
    ],
)
def test_quiet_hours_are_right_on_days_of_23_and_25_hours(quiet: QuietHours, day: date, expected: float) -> None:
    own = own_hours(survey(quiet=quiet, holidays=None), "Europe/Amsterdam", Preferences(), None)
    start = datetime.combine(day, time(0), AMSTERDAM)
    end = datetime.combine(day + timedelta(days=1), time(0), AMSTERDAM)
    assert total(allowed(own, start, end)) == hours(expected)


def test_a_wave_opened_late_is_planned_from_now_on() -> None:
    late = MONDAY + hours(50)
    assert due(plan(now=late, share=0.0)) == "Wed 11:00"
    assert plan(now=MONDAY + THREE_DAYS).deliveries == ()


def test_an_unknown_country_is_refused_with_the_mend() -> None:
    with pytest.raises(InputError, match="'XX' is not known"):
        plan(asked=survey(holidays="XX"))


def test_cards_of_a_floor_are_spread_over_many_minutes() -> None:
    people = {UUID(int=number): "Europe/Amsterdam" for number in range(500)}
    early = {person: [shift(MONDAY)] for person in people}
    for planned in (plan(people), plan(people, shifts=early)):
        per_minute = Counter(card.due.replace(second=0, microsecond=0) for card in planned.deliveries)
        assert len(per_minute) > 150
        assert max(per_minute.values()) < 12


def test_another_wave_gives_another_order_and_the_same_wave_the_same() -> None:
    people = [UUID(int=number) for number in range(50)]
    first, again, other = fractions(b"a"), fractions(b"a"), fractions(b"b")
    assert [first(person) for person in people] == [again(person) for person in people]
    assert sorted(people, key=first) != sorted(people, key=other)
