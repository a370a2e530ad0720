"""The attacker is no straw man: it gets through publishers like those on the market, and says where."""

from __future__ import annotations

import random
from collections.abc import Callable, Hashable, Iterator

import pytest

from analytics.audit.attack import Finding
from analytics.audit.claims import COUNT, Claim, System, bar
from analytics.audit.programme import Programme, Undecided
from analytics.audit.releases import answers_leak, settled
from tests.unit import planted_publishers as planted

Publisher = Callable[[planted.Answers], Iterator[Claim]]


@pytest.mark.parametrize(
    "publisher",
    [
        planted.threshold_only,
        planted.hide_the_smallest_sibling,
        planted.one_remainder_at_a_time,
        planted.latest_answers,
        planted.rolling_window,
        planted.live,
        planted.histograms,
    ],
)
def test_a_publisher_that_leaks_is_caught(publisher: Publisher) -> None:
    answers = planted.department(5, 0.4) if publisher is planted.latest_answers else planted.department()
    claims = list(publisher(answers))
    leaks = answers_leak(planted.system(answers, claims), k=5, coalition=1)
    assert leaks
    assert {cell for leak in leaks for cell in leak.cells} <= {claim.cell for claim in claims}
    assert all(leak.cells and leak.kind in ("answer", "narrow", "small group", "insider") for leak in leaks)


@pytest.mark.parametrize("seed", range(6))
def test_groups_with_nothing_to_subtract_pass(seed: int) -> None:
    answers = planted.department(seed)
    assert answers_leak(planted.system(answers, planted.fresh_and_disjoint(answers)), k=5, coalition=1) == []


def test_a_histogram_leaks_where_the_mean_beside_it_does_not() -> None:
    """Four agree and one does not: the mean leaves every answer open, and the bars say who is alone."""
    answers = {(f"a{number}", 1): answer for number, answer in enumerate([2, 2, 2, 2, 2, 5, 5, 5])}
    told = list(answers)
    mean = list(planted.mean(answers, told, "a/1"))
    assert answers_leak(planted.system(answers, mean), k=5, coalition=1) == []
    lopsided = {(f"a{number}", 1): answer for number, answer in enumerate([4, 4, 4, 4, 5, 5])}
    bars = list(planted.bars(lopsided, list(lopsided), "a/1"))
    assert [leak.kind for leak in answers_leak(planted.system(lopsided, bars), k=5, coalition=1)][:1] == ["narrow"]


def test_what_the_solver_cannot_settle_is_not_taken_for_safe() -> None:
    """A market-split puzzle, which takes far more branches than it is given."""
    chance = random.Random(1)
    made = Programme(nodes=1)
    columns = [made.column(0, 1) for _ in range(40)]
    for _ in range(4):
        weights = {column: chance.randrange(100) for column in columns}
        made.row(weights, sum(weights.values()) // 2, sum(weights.values()) // 2)
    with pytest.raises(Undecided):
        made.least({columns[0]: 1})


def test_what_could_not_be_settled_is_a_leak() -> None:
    answers = planted.department()
    system = planted.system(answers, planted.fresh_and_disjoint(answers))

    def look() -> list[Finding]:
        raise Undecided("too long")

    assert [(leak.kind, leak.cells) for leak in settled(system, look)] == [("undecided", ("ac/1", "bd/1"))]


def test_more_small_groups_than_can_be_looked_at_are_undecided() -> None:
    people: dict[Hashable, tuple[int, int]] = dict.fromkeys(range(20), (4, 4))
    own = [Claim(frozenset([one]), COUNT, 4, 4, f"{one}") for one in people]
    shape = [Claim(frozenset(people), bar(option), 16, 16, "all") for option in range(1, 6)]
    with pytest.raises(Undecided):
        answers_leak(System.of(people, [*own, *shape]), k=5, coalition=0)
