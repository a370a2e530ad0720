"""Reporting periods: who is told how often, where somebody counts, and what one person adds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.facts import reporting_period
from surveys.cohorts import Tree, counting_cohort
from surveys.errors import TokenError
from surveys.model import STANDARD, STRICT, Every, Node, Response
from surveys.period_keys import PeriodKeys
from surveys.periods import (
    PeriodRow,
    cohort_in_period,
    end_of,
    longest,
    strictest,
    told_every,
    withheld,
)

TREE = Tree.of(
    [
        *(Node("org", None, "Lente"), Node("north", "org", "Noord"), Node("south", "org", "Zuid")),
        *(Node("a", "north", "A"), Node("b", "north", "B"), Node("c", "south", "C")),
    ]
)
OPENS = datetime(2026, 3, 2, 8, tzinfo=UTC)
HERE = ZoneInfo("Europe/Amsterdam")
SLOT = bytes(range(16))
KEYS = PeriodKeys(UUID(int=7), b"e" * 32, b"s" * 32)
NODES = st.sampled_from(sorted(TREE.nodes))
answers = st.lists(st.dictionaries(st.sampled_from(["C1", "x", "y"]), st.integers(0, 5)), max_size=4)


def row_of(waves: Sequence[Mapping[str, int]], cohort: str = "a") -> PeriodRow:
    row = PeriodRow(cohort)
    for number, given_in_wave in enumerate(waves, 1):
        row = row.with_wave(number, cohort, Response(cohort, given_in_wave), asked=True)
    return row


# --- what one person adds ------------------------------------------------------------------------------------------


@given(answers, st.binary(min_size=16, max_size=16))
def test_a_person_adds_the_whole_answer_nearest_to_the_mean_of_the_own_ones(
    waves: list[dict[str, int]], slot: bytes
) -> None:
    added = row_of(waves).contribution(slot)
    own = {item: [wave[item] for wave in waves if wave.get(item)] for wave in waves for item in wave}
    assert added.answers.keys() == {item for item, given_answers in own.items() if given_answers}
    for item, option in added.answers.items():
        assert isinstance(option, int)
        assert abs(option - Fraction(sum(own[item]), len(own[item]))) <= Fraction(1, 2)
        assert min(own[item]) <= option <= max(own[item])


def test_halfway_between_two_answers_neither_gains() -> None:
    row = row_of([{"C1": 3}, {"C1": 4}])
    ups = sum(row.contribution(number.to_bytes(16)).answers["C1"] - 3 for number in range(4000))
    assert 1850 < ups < 2150


@given(answers)
def test_the_order_of_the_waves_changes_nothing(waves: list[dict[str, int]]) -> None:
    assert row_of(waves).contribution(SLOT) == row_of(waves[::-1]).contribution(SLOT)


def test_who_gave_no_answer_adds_nothing() -> None:
    assert row_of([{"C1": 0}, {}]).contribution(SLOT) == Response()


def test_withdrawing_a_check_in_withdraws_the_earlier_waves_of_the_period_too() -> None:
    row = row_of([{"C1": 5}]).with_wave(2, "a", Response(withdrawn=True), asked=True)
    assert row == PeriodRow("a", asked=True)


def test_what_was_answered_before_leaving_counts_no_more_however_late_the_wave_closes() -> None:
    row = row_of([{"C1": 5}]).emptied(gone=2).with_wave(2, "a", Response("a", {"C1": 4}), asked=True)
    assert (row.given, row.asked) == ({}, False)
    assert row.with_wave(3, "a", Response("a", {"C1": 2}), asked=True).given == {"C1": (2, 1)}


# --- how often a group is told -------------------------------------------------------------------------------------


def every(own: Mapping[str, int], held: Mapping[str, Every] | None = None, most: Every = 4) -> dict[str, Every]:
    return told_every(TREE, own, held or {}, reporting_period, most)


def test_teams_are_told_by_their_size_and_leaders_once_in_four_waves() -> None:
    found = every({"a": 12, "b": 8, "c": 5, "north": 2, "south": 1, "org": 3})
    assert found == {"a": 1, "b": 2, "c": 4, "north": 4, "south": 4, "org": 4}


def test_fewer_than_five_count_in_the_groups_above_once_in_four_waves() -> None:
    assert every({"a": 12, "b": 8, "c": 3})["c"] == 4


def test_a_team_keeps_the_period_that_it_is_in() -> None:
    assert every({"a": 10, "b": 12, "c": 12}, {"a": 2})["a"] == 2


def test_with_a_slow_rhythm_a_period_has_as_many_waves_as_end_within_four_weeks() -> None:
    closings = {weeks: [OPENS + timedelta(weeks=weeks * n, days=4) for n in range(4)] for weeks in (1, 2, 3, 4)}
    assert {weeks: longest(at, end_of(OPENS, HERE)) for weeks, at in closings.items()} == {1: 4, 2: 2, 3: 2, 4: 1}
    assert every({"a": 12, "b": 8, "c": 5}, most=1) == dict.fromkeys(TREE.nodes, 1)


def test_an_hour_of_summer_time_shortens_no_period() -> None:
    """The fourth wave closes four weeks after the first opened, by the clock on the wall: an hour more in autumn."""
    opens = datetime(2026, 10, 5, 7, tzinfo=UTC)
    assert end_of(opens, HERE) - opens == timedelta(weeks=4, hours=1)


# --- where somebody counts -----------------------------------------------------------------------------------------


def test_who_came_later_counts_in_the_group_above_until_the_next_period() -> None:
    assert cohort_in_period(TREE, TREE, None, "a") == "north"
    assert cohort_in_period(TREE, TREE, None, "north") == "north"


def test_who_moved_counts_in_the_lowest_group_that_holds_both_places() -> None:
    assert cohort_in_period(TREE, TREE, "a", "a") == "a"
    assert cohort_in_period(TREE, TREE, "a", "b") == "north"
    assert cohort_in_period(TREE, TREE, "a", "c") == "org"


def test_people_of_a_team_that_came_later_count_in_the_group_above_it() -> None:
    grown = Tree.of([*TREE.nodes.values(), Node("new", "south", "N"), Node("newer", "new", "M")])
    assert cohort_in_period(TREE, grown, None, "newer") == "south"
    assert cohort_in_period(TREE, grown, "c", "new") == "south"


@given(
    st.sampled_from(sorted(TREE.nodes)), st.sampled_from(["a", "b", "c"]), st.sets(st.sampled_from(sorted(TREE.nodes)))
)
def test_nobody_counts_in_a_group_they_may_read(before: str, team: str, manages: set[str]) -> None:
    """PRIVACY 9: a leader's answers count above what they lead, also when they came to lead it within the period."""
    now = counting_cohort(TREE, team, manages)
    if now is not None:
        counts_in = cohort_in_period(TREE, TREE, before, now)
        read = {node.id for top in manages for node in TREE.descendants(top)}
        assert counts_in not in read


# --- protection and waiting ----------------------------------------------------------------------------------------


def test_answers_given_under_several_policies_have_the_strictest() -> None:
    assert strictest([STANDARD, STRICT, STANDARD]) == STRICT
    assert strictest([STANDARD]) == STANDARD


def test_a_new_group_waits_for_its_second_period() -> None:
    since = {"a": OPENS}
    assert withheld(since, []) == {"a"}
    assert withheld(since, [OPENS - timedelta(days=7)]) == {"a"}
    assert withheld(since, [OPENS - timedelta(days=7), OPENS + timedelta(days=1)]) == frozenset()


# --- sealed --------------------------------------------------------------------------------------------------------


@given(st.sampled_from(["a", "é✓" * 30]), answers, st.booleans(), st.integers(0, 500))
def test_a_sealed_row_opens_to_what_was_sealed_and_all_have_one_size(
    cohort: str, waves: list[dict[str, int]], asked: bool, gone: int
) -> None:
    row = PeriodRow(cohort, asked, row_of(waves).given, gone)
    sealed = KEYS.seal(SLOT, row, bytes)
    assert KEYS.unseal(SLOT, sealed) == row
    assert len(sealed) == len(KEYS.seal(SLOT, PeriodRow("a"), bytes))


def test_a_row_opens_under_its_own_slot_period_and_key_alone() -> None:
    sealed = KEYS.seal(SLOT, PeriodRow("a"), bytes)
    others = [PeriodKeys(UUID(int=8), b"e" * 32, b"s" * 32), PeriodKeys(UUID(int=7), b"e" * 32, b"t" * 32)]
    for keys, slot in ((KEYS, bytes(16)), *((other, SLOT) for other in others)):
        with pytest.raises(TokenError):
            keys.unseal(slot, sealed)
