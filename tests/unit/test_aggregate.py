from __future__ import annotations

import time
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.aggregate import Sums, aggregate
from surveys.model import Response

COHORTS = st.sampled_from(["noord", "zuid", "kantoor"])
RESPONSES = st.builds(
    Response,
    cohort=COHORTS,
    answers=st.dictionaries(st.sampled_from(["C1", "roster_1"]), st.integers(0, 5)),
)


def test_answers_add_up_per_item_and_cohort() -> None:
    collected = aggregate(
        [Response("noord", {"C1": 2, "C4": 5}), Response("noord", {"C1": 4}), Response("zuid", {"C1": 1})]
    )
    assert collected.of("C1", "noord") == Sums(2, 6)
    assert collected.of("C4", "noord") == Sums(1, 5)
    assert collected.of("C4", "zuid") == Sums()


def test_a_skipped_item_counts_for_nobody() -> None:
    collected = aggregate([Response("noord", {"C1": 0, "C4": 3}), Response("noord", {"C1": 0})])
    assert collected.of("C1", "noord") == Sums(0, 0)
    assert collected.respondents == {"noord": 1}


def test_an_empty_response_is_no_respondent() -> None:
    assert aggregate([Response(), Response("noord")]).respondents == {}


@pytest.mark.parametrize("option", [-1, 6, 99])
def test_an_answer_outside_the_scale_is_refused(option: int) -> None:
    with pytest.raises(ValueError, match=f"Item 'C1' holds the answer {option}"):
        aggregate([Response("noord", {"C1": option})])


def test_answers_without_a_cohort_are_refused() -> None:
    with pytest.raises(ValueError, match="no cohort"):
        aggregate([Response(None, {"C1": 3})])


@given(st.lists(RESPONSES))
def test_the_order_of_responses_does_not_matter(given_responses: list[Response]) -> None:
    shuffled: Sequence[Response] = sorted(given_responses, key=lambda response: sorted(response.answers.items()))
    assert aggregate(shuffled) == aggregate(given_responses)


def test_a_hundred_thousand_responses_are_added_up_in_seconds() -> None:
    crowd = [Response(f"team {i % 2000}", {"C1": 1 + i % 5, "roster_1": 1 + i % 3}) for i in range(100_000)]
    started = time.perf_counter()
    collected = aggregate(crowd)
    assert time.perf_counter() - started < 3
    assert sum(sums.n for sums in collected.items["C1"].values()) == 100_000
