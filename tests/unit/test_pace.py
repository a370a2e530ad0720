"""Places in time: how many calls there may be, for whoever asks and however late."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.traffic.pace import AHEAD, SKEW, SLOWED, Pace, heard, told

NOW = 1_772_438_400.0
PACE = Pace(240)
ROUNDING = 1e-6


def calls(pace: Pace, asked: list[float], refused_until: float = 0.0) -> list[float]:
    """When each of those who ask calls, with everybody at one board; nobody who finds no place."""
    taken: set[int] = set()
    made = []
    for now in asked:
        place = next((place for place in pace.places(now, refused_until) if place not in taken), None)
        if place is not None:
            taken.add(place)
            made.append(now + pace.wait(now, place))
    return made


def most_within(moments: list[float], seconds: float) -> int:
    """The most that fall into any span of so many seconds."""
    return max((sum(start <= other < start + seconds for other in moments) for start in moments), default=0)


asking = st.lists(st.floats(0, 90).map(lambda after: NOW + after), max_size=400)
paces = st.sampled_from([6.0, 60.0, 240.0, 250.0, 3000.0])


@given(asking, paces)
def test_in_no_minute_are_more_calls_than_the_pace_and_what_may_be_made_up_for(
    asked: list[float], per_minute: float
) -> None:
    made = calls(Pace(per_minute), sorted(asked))
    assert most_within(made, 60) <= per_minute + max(1, per_minute / 60) + 1


@given(asking, paces)
def test_nobody_waits_long_or_calls_before_they_asked(asked: list[float], per_minute: float) -> None:
    pace = Pace(per_minute)
    for now in asked:
        assert all(0 <= pace.wait(now, place) <= AHEAD + ROUNDING for place in pace.places(now, 0))


@given(st.floats(0, 90).map(lambda after: NOW + after), paces)
def test_somebody_who_asks_now_and_then_never_waits(now: float, per_minute: float) -> None:
    pace = Pace(per_minute)
    assert pace.wait(now, pace.places(now, 0)[0]) == 0


@given(asking, paces)
def test_nobody_calls_before_slack_wants_it(asked: list[float], per_minute: float) -> None:
    until = NOW + 30
    assert all(moment >= until for moment in calls(Pace(per_minute), sorted(asked), until))


def test_after_a_refusal_there_is_every_second_place_for_a_while() -> None:
    until = NOW + 30
    steady = [until + second / 10 for second in range(int(10 * (SLOWED + 60)))]
    made = calls(PACE, steady, until)
    assert sum(until <= moment < until + SLOWED for moment in made) == pytest.approx(SLOWED * 2, abs=4)
    full = sum(until + SLOWED <= moment < until + SLOWED + 60 for moment in made)
    assert full == pytest.approx(60 * 4, abs=4)


def test_there_is_no_place_before_slack_wants_a_call() -> None:
    assert not PACE.places(NOW, NOW + 30)


def test_a_place_is_kept_until_no_clock_has_it_before_it_any_more() -> None:
    slow_clock = NOW - SKEW
    assert PACE.over(NOW) <= PACE.places(slow_clock, 0)[0]


def test_a_moment_is_told_as_a_number_and_never_heard_as_an_earlier_one() -> None:
    assert heard(told(NOW + 0.25)) == NOW + 1
    assert heard(0) == 0
    assert 0 < told(NOW + 30 * 366 * 86400) < 2**31
