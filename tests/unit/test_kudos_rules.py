"""Who may thank whom: every refusal with its mend, and what the giver alone is told."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.kudos.nudge import DRAWN, draw, even
from surveys.kudos.recognition import LEAST, Band, band
from surveys.kudos.rules import (
    ENOUGH,
    Around,
    Draft,
    Given,
    Hint,
    Refusal,
    Rules,
    Shown,
    hints,
    may_withdraw,
    refusals,
)

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
PEOPLE = [UUID(int=number) for number in range(1, 41)]
NOOR, SANNE, BILAL = PEOPLE[:3]
AROUND = Around(PEOPLE, {"calm", "thanks"}, {"#noord"}, locked={PEOPLE[39]})
GOOD = Draft(NOOR, (SANNE,), "Dank voor het overnemen van dat gesprek", "calm")


def refused(draft: Draft, given: Collection[Given] = (), rules: Rules | None = None) -> list[Refusal]:
    return refusals(draft, AROUND, list(given), rules or Rules(), NOW)


def thanks(*receivers: UUID, days: float = 1) -> Given:
    return Given(NOW - timedelta(days=days), receivers)


@pytest.mark.parametrize("shown", [Shown.PRIVATE, Shown.PUBLIC])
def test_thanks_to_colleagues_go_out(shown: Shown) -> None:
    assert refused(replace(GOOD, receivers=(SANNE, BILAL), shown=shown, place="#noord")) == []


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"receivers": ()}, Refusal.NOBODY),
        ({"receivers": (SANNE, NOOR)}, Refusal.YOURSELF),
        ({"receivers": tuple(PEOPLE[1:12])}, Refusal.TOO_MANY),
        ({"receivers": (UUID(int=999),)}, Refusal.LEFT),
        ({"text": "🌿👏🏽"}, Refusal.NO_WORDS),
        ({"text": ""}, Refusal.NO_WORDS),
        ({"text": "dank " * 600}, Refusal.TOO_LONG),
        ({"text": "dank @channel"}, Refusal.EVERYONE),
        ({"text": "dank <!subteam^S1|agents>"}, Refusal.EVERYONE),
        ({"text": "dank @iedereen!"}, Refusal.EVERYONE),
        ({"text": "kijk op https://example.org"}, Refusal.LINK),
        ({"tag": "elsewhere"}, Refusal.NO_TAG),
        ({"shown": Shown.PUBLIC, "place": "#weg"}, Refusal.NO_PLACE),
        ({"shown": Shown.ANONYMOUS}, Refusal.NOT_ANONYMOUS),
        ({"giver": PEOPLE[39]}, Refusal.LOCKED),
    ],
)
def test_what_cannot_go_out_is_refused_with_its_reason(change: dict[str, Any], why: Refusal) -> None:
    assert refused(replace(GOOD, **change)) == [why]


def test_all_that_is_wrong_is_told_at_once() -> None:
    assert refused(replace(GOOD, receivers=(), text="")) == [Refusal.NOBODY, Refusal.NO_WORDS]


def test_thanks_without_a_name_go_out_where_the_organisation_allows_them() -> None:
    assert refused(replace(GOOD, shown=Shown.ANONYMOUS), rules=Rules(anonymous=True)) == []


def test_thanks_in_any_script_and_direction_go_out() -> None:
    assert refused(replace(GOOD, text="شكرا لك على المساعدة")) == []


def test_a_colleague_named_twice_is_thanked_once() -> None:
    assert hints(replace(GOOD, receivers=(SANNE,) * 20), [], Rules(), NOW) == []


def test_a_flood_is_stopped_and_counts_every_receiver() -> None:
    given = [thanks(*PEOPLE[1:11], days=0.01)] * 3
    assert refused(GOOD, given) == [Refusal.TOO_FAST]
    assert refused(GOOD, [thanks(*PEOPLE[1:11], days=1)] * 3) == []


def test_what_was_taken_back_counts_for_a_flood_and_for_nothing_else() -> None:
    given = [replace(thanks(*PEOPLE[1:11], days=0.01), taken_back=True)] * 3
    assert (refused(GOOD, given), hints(GOOD, given, Rules(), NOW)) == ([Refusal.TOO_FAST], [])


def test_above_the_soft_ceiling_it_goes_out_and_only_the_giver_is_told() -> None:
    given = [thanks(*PEOPLE[1:11], days=3)]
    assert (refused(GOOD, given), hints(GOOD, given, Rules(), NOW)) == ([], [Hint.MANY])


def test_most_of_ones_thanks_to_one_person_is_mentioned_to_the_giver() -> None:
    given = [thanks(SANNE, days=7 * week) for week in (1, 3)] + [thanks(BILAL, days=50)]
    assert hints(GOOD, given, Rules(), NOW) == [Hint.ONE_PERSON]


def test_half_is_not_most_and_older_thanks_do_not_count() -> None:
    assert hints(GOOD, [thanks(SANNE), thanks(BILAL), thanks(BILAL)], Rules(), NOW) == []
    assert hints(GOOD, [thanks(SANNE, days=57)] * 10, Rules(), NOW) == []


@given(st.lists(st.sampled_from(PEOPLE[1:4]), max_size=ENOUGH - 2))
def test_of_a_few_thanks_nothing_is_said(receivers: list[UUID]) -> None:
    assert Hint.ONE_PERSON not in hints(GOOD, [thanks(one) for one in receivers], Rules(), NOW)


@pytest.mark.parametrize(("minutes", "may"), [(0, True), (14.9, True), (15, False), (60, False)])
def test_it_can_be_taken_back_for_a_quarter_of_an_hour(minutes: float, may: bool) -> None:
    assert may_withdraw(NOW - timedelta(minutes=minutes), NOW) is may


@given(st.lists(st.sampled_from(PEOPLE), max_size=30), st.integers(0, 1000))
def test_three_others_of_the_shift_are_drawn(shift: list[UUID], seed: int) -> None:
    drawn = draw(shift, NOOR, lambda below: seed % below)
    assert len(set(drawn)) == len(drawn) == min(DRAWN, len(set(shift) - {NOOR}))
    assert set(drawn) <= set(shift) - {NOOR}


def test_everybody_of_a_shift_is_drawn_as_often_as_everybody_else() -> None:
    shift, drawn = PEOPLE[:5], list[UUID]()
    for first in range(4):
        for second in range(3):
            for third in range(2):
                chances = iter((first, second, third))
                drawn += draw(shift, NOOR, lambda _, chances=chances: next(chances))  # type: ignore[misc]
    assert {drawn.count(one) for one in shift[1:]} == {18}


def test_of_a_small_team_a_manager_learns_nothing() -> None:
    assert band(PEOPLE[: LEAST - 1], PEOPLE) is None


@given(st.integers(LEAST, 40), st.integers(0, 40))
def test_a_manager_learns_only_on_which_side_of_the_half_a_team_is(size: int, thanked: int) -> None:
    found = band(PEOPLE[:size], PEOPLE[:thanked])
    assert found is (Band.MANY if 2 * min(size, thanked) >= size else Band.FEW)


@given(st.integers(1, 1000), st.integers(0, 2**32))
def test_each_colleague_is_as_likely_to_be_drawn(n: int, seed: int) -> None:
    """What is left over when n does not divide all the numbers is drawn anew."""
    left_over = 2**64 // n * n
    drawn = iter([number for number in (left_over, seed) if number < 2**64])
    chance = even(lambda size: next(drawn).to_bytes(size))
    assert chance(n) == (seed % n)
