from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.intervals import Interval, Intervals, after, contains, first_from, intersect, subtract, total, union

DAWN = datetime(2026, 3, 2, tzinfo=UTC)


def minute(number: int) -> datetime:
    return DAWN + timedelta(minutes=number)


minutes = st.integers(0, 60)
pieces = st.lists(st.builds(lambda a, b: Interval(minute(a), minute(b)), minutes, minutes), max_size=6)
stretches = pieces.map(union)


def inside(intervals: Intervals) -> set[int]:
    return {number for number in range(61) if contains(intervals, minute(number))}


def assert_normal(intervals: Intervals) -> None:
    assert all(piece.start < piece.end for piece in intervals)
    assert all(left.end < right.start for left, right in pairwise(intervals))


@given(pieces)
def test_a_union_holds_what_any_piece_holds_in_normal_form(parts: list[Interval]) -> None:
    assert_normal(union(parts))
    assert inside(union(parts)) == {n for n in range(61) if any(p.start <= minute(n) < p.end for p in parts)}


@given(stretches, stretches)
def test_an_intersection_holds_what_both_hold(left: Intervals, right: Intervals) -> None:
    assert_normal(intersect(left, right))
    assert inside(intersect(left, right)) == inside(left) & inside(right)


@given(stretches, stretches)
def test_a_difference_holds_what_only_the_left_holds(left: Intervals, right: Intervals) -> None:
    assert_normal(subtract(left, right))
    assert inside(subtract(left, right)) == inside(left) - inside(right)


@given(stretches, stretches)
def test_what_is_taken_and_what_is_left_add_up(left: Intervals, right: Intervals) -> None:
    assert total(intersect(left, right)) + total(subtract(left, right)) == total(left)


@given(stretches, minutes)
def test_the_first_moment_from_a_moment_is_inside_and_nothing_inside_is_nearer(within: Intervals, number: int) -> None:
    expected = min((n for n in inside(within) if n >= number), default=None)
    assert first_from(within, minute(number)) == (None if expected is None else minute(expected))


@given(stretches.filter(bool), st.floats(0, 1, exclude_max=True))
def test_an_amount_of_time_leads_to_the_moment_before_which_that_much_lies(within: Intervals, share: float) -> None:
    amount = int(total(within).total_seconds() * share) * timedelta(seconds=1)
    moment = after(within, amount)
    assert contains(within, moment)
    assert total(intersect(within, (Interval(DAWN, moment),) if moment > DAWN else ())) == amount


def test_more_time_than_there_is_is_refused() -> None:
    with pytest.raises(ValueError, match="Less time"):
        after(union([Interval(minute(0), minute(5))]), timedelta(minutes=5))
