"""Means by facet: whatever is told, somebody who tries everything learns nothing; and a great deal is told."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from analytics.audit.crossed import Crossed, Said, crossed_leaks
from analytics.audit.releases import attack
from analytics.crossing import Crossing, Demand, pieces, too_narrow
from analytics.disclosure import protect
from analytics.facets import turn_of
from analytics.facts import WaveFacts
from bot.gate import participation, pass_gate
from surveys.model import SUPPRESSED, FacetFigure, NodeId, Release, Response
from tests.simulated import play
from tests.unit.everything_about_sums import Table, learned
from tests.unit.organisations import facts

STANDARD = Demand(5, 5, 1)


def narrow(table: Table) -> bool:
    """Whether the maker would call it too much to tell these rows and columns."""
    crossing = Crossing(table.rows)
    for (row, column), answers in table.answers.items():
        known = row + 1 if row in table.known_rows else 0, table.rows + column + 1 if column in table.told else 0
        crossing.add(*known, len(answers), sum(answers) - len(answers))
    return any(too_narrow(crossing, piece, STANDARD) for piece in pieces(crossing))


def attacked(table: Table) -> bool:
    """Whether the attack finds a leak where the sums of these rows and columns are known exactly."""
    counts: dict[object, int] = {at: len(answers) for at, answers in table.answers.items()}

    def said(side: int, one: int) -> Said:
        people = frozenset(at for at in table.answers if at[side] == one)
        total = sum(sum(table.answers[at]) for at in table.answers if at in people)
        return Said(frozenset[object](people), total, total, f"{side}/{one}")

    tree = [said(0, row) for row in sorted(table.known_rows)]
    return bool(crossed_leaks(Crossed.of(counts, tree, [said(1, one) for one in sorted(table.told)]), 5, 1))


@st.composite
def tables(draw: st.DrawFn) -> Table:
    rows, columns = draw(st.sampled_from([(1, 2), (2, 2), (1, 3)]))
    mood = draw(st.sampled_from([(1, 5), (1, 5), (2, 4), (1, 3), (3, 5), (1, 2), (4, 5)]))
    answers = {
        (row, column): draw(st.lists(st.integers(*mood), max_size=5))
        for row in range(rows)
        for column in range(columns)
    }
    known = draw(st.sets(st.integers(0, rows - 1)))
    told = draw(st.sets(st.integers(0, columns - 1), min_size=1))
    table = Table(rows, answers, frozenset(known), frozenset(told))
    assume(table.people <= 16 and all(table.is_guarded(row) for row in known))
    return table


@settings(max_examples=150, deadline=None)
@given(tables())
def test_what_the_maker_calls_safe_tells_nothing_to_somebody_who_tries_everything(table: Table) -> None:
    """People, small groups, and one who knows the own answer; rows that the tree would tell by themselves."""
    if not narrow(table):
        assert learned(table) == []


@settings(max_examples=150, deadline=None)
@given(tables())
def test_where_the_attack_finds_nothing_somebody_who_tries_everything_learns_nothing(table: Table) -> None:
    if not attacked(table):
        assert learned(table) == []


def test_a_small_rest_between_two_cuts_is_seen() -> None:
    """Twelve of a department, ten of them by day: the two of the night follow from both figures."""
    table = Table(1, {(0, 0): [3] * 10, (0, 1): [1, 5]}, frozenset({0}), frozenset({0}))
    assert learned(table)
    assert narrow(table)
    assert attacked(table)


# --- whole waves ---------------------------------------------------------------------------------------------------

SHAPE = {"org": None, "dept": "org", "a": "dept", "b": "dept", "c": "dept"}


def wave(answers: Mapping[tuple[str, str], list[int]], asked: int = 2) -> tuple[WaveFacts, list[Response]]:
    """Answers by node and value; `asked` more got a card and did not answer."""
    parts = {at: len(given) + asked for at, given in answers.items()}
    people: Counter[NodeId] = Counter()
    for (node, _), count in parts.items():
        people[node] += count
    made = replace(facts(SHAPE, people), facet="shift_type", parts=parts)
    return made, [Response(at, {"C1": option}, facet=value) for (at, value), some in answers.items() for option in some]


def mixed(seed: int, values: tuple[str, ...] = ("early", "late")) -> dict[tuple[str, str], list[int]]:
    """Three teams, four to eight people of each value in each."""
    chance = random.Random(seed)
    return {
        (at, value): [chance.randint(1, 5) for _ in range(chance.randint(4, 8))] for at in "abc" for value in values
    }


def told(release: Release, node: str) -> dict[str, object]:
    cell = next(cell for cell in release.cells if cell.cohort == node)
    return {one.value: one.mean for one in cell.facets}


def test_a_department_is_told_by_facet_and_a_team_never() -> None:
    release = protect(*wave(mixed(1)))
    assert all(isinstance(mean, float) for mean in told(release, "dept").values())
    assert told(release, "a") == {}
    assert release.facet == "shift_type"


def test_a_value_of_few_people_is_suppressed_with_the_one_value() -> None:
    answers = mixed(1) | {("a", "night"): [2, 4, 3]}
    assert told(protect(*wave(answers)), "dept")["night"] is SUPPRESSED


def test_a_value_where_nearly_everybody_agrees_is_suppressed() -> None:
    answers = mixed(1) | {("a", "night"): [5] * 6, ("b", "night"): [5] * 6}
    assert told(protect(*wave(answers)), "dept")["night"] is SUPPRESSED


def test_people_without_a_value_count_in_no_figure_by_facet() -> None:
    answers = mixed(1) | {("a", ""): [1, 2, 3, 4, 5, 3]}
    assert set(told(protect(*wave(answers)), "dept")) == {"early", "late"}


def test_the_order_in_which_answers_arrive_changes_nothing() -> None:
    made, given = wave(mixed(3, values=("early", "late", "night")))
    assert protect(made, given) == protect(made, given[::-1])


def test_the_tree_tells_as_much_as_without_a_facet() -> None:
    for one in play(7, 2, size=(240, 16), facets=("shift_type", "channel")):
        bare = protect(replace(one.facts, facet="", parts={}), one.responses)
        assert [cell.figure for cell in bare.cells] == [cell.figure for cell in one.release.cells]


@pytest.mark.parametrize("seed", [2, 7, 11])
def test_companies_told_by_facet_pass_the_attack(seed: int) -> None:
    """The gate takes nothing away, or little; departments and above have most of their figures by facet."""
    for one in play(seed, 2, facets=("shift_type", "channel")):
        through = pass_gate(one.facts, one.responses)
        assert attack(through.release, one.known) == []
        before, after = by_facet(one.release), by_facet(through.release)
        assert after >= 0.9 * before > 0


def by_facet(release: Release) -> int:
    return sum(isinstance(one.mean, float) for cell in release.cells for one in cell.facets)


def test_facets_take_turns() -> None:
    assert [turn_of(["tenure", "channel"], number) for number in (1, 2, 3)] == ["tenure", "channel", "tenure"]
    assert turn_of([], 4) == ""


# --- planted -------------------------------------------------------------------------------------------------------


def test_the_attack_finds_a_value_of_too_few_people_beside_its_department() -> None:
    """A publisher that tells each value with ten answers: the two of the night are what is left of the team."""
    answers = {("a", "early"): [1, 2, 3, 4, 5, 3, 2, 4, 3, 3, 2, 4], ("a", "night"): [1, 5]}
    made, given = wave(answers)
    release = protect(made, given)
    assert told(release, "dept")["early"] is SUPPRESSED
    planted = _telling(release, "dept", FacetFigure("early", 3.0))
    assert any(":early" in cell for leak in attack(planted, participation(made, given)) for cell in leak.cells)


def test_the_attack_finds_the_remainder_of_one_filter() -> None:
    """Every value and its remainder in the department have five, but not what is left beside a team that is told."""
    answers = {
        ("a", "early"): [2, 3, 4, 3, 2, 4, 3, 3, 2, 4],
        ("b", "late"): [3, 2, 4, 3, 3, 2, 4, 1, 5, 3],
        ("b", "early"): [1, 5],
    }
    made, given = wave(answers)
    release = protect(made, given)
    means = {"early": 3.0, "late": 3.0}
    for value, mean in means.items():
        release = _telling(release, "dept", FacetFigure(value, mean))
    assert attack(release, participation(made, given))


def _telling(release: Release, node: str, figure: FacetFigure) -> Release:
    cells = tuple(
        replace(cell, facets=(*(one for one in cell.facets if one.value != figure.value), figure))
        if cell.cohort == node
        else cell
        for cell in release.cells
    )
    return replace(release, cells=cells)
