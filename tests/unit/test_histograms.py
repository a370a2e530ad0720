"""How answers are spread: told where it tells of nobody, and nobody is told by its absence either."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product

import pytest

from analytics.audit.certificate import against_groups, against_insiders, both
from analytics.audit.releases import attack
from analytics.audit.shapes import told_by_absence
from analytics.disclosure import protect
from analytics.histograms import shape_of
from bot.gate import participation, pass_gate
from surveys.model import STANDARD, STRICT, Policy, Release, Shape
from tests.unit.organisations import facts, responses

SHAPE = {"org": None, "dept": "org", "a": "dept", "b": "dept", "c": "dept", "d": "dept", "e": "dept"}
SMALL_TEAMS = dict.fromkeys("abcde", 9)
WANTED = both(against_groups(5), against_insiders(1))


def answers(total: int, seed: int = 1, mood: Sequence[int] = (1, 2, 3, 4, 5)) -> dict[str, list[int]]:
    chance = random.Random(seed)
    given: dict[str, list[int]] = {team: [] for team in SMALL_TEAMS}
    for place in range(total):
        given["abcde"[place % 5]].append(chance.choice(mood))
    return given


def released(given: dict[str, list[int]], policy: Policy = STANDARD) -> Release:
    return protect(facts(SHAPE, SMALL_TEAMS, policy=policy), responses(given))


def shape(release: Release, node: str) -> Shape | None:
    return next(cell.shape for cell in release.cells if cell.cohort == node)


def test_a_department_of_small_teams_has_a_histogram_from_thirty_answers() -> None:
    release = released(answers(35))
    found = shape(release, "dept")
    assert found is not None
    assert found.kind == "histogram"
    assert all(share % 5 == 0 for share in found.shares)
    assert shape(release, "a") is None


def test_from_fifteen_answers_there_are_three_bands() -> None:
    found = shape(released(answers(20)), "dept")
    assert found is not None
    assert (found.kind, len(found.shares)) == ("bands", 3)


def test_with_fewer_there_is_the_mean_alone() -> None:
    assert shape(released(answers(14)), "dept") is None


def test_a_group_of_which_a_part_is_told_has_the_mean_alone() -> None:
    wave = facts(SHAPE, SMALL_TEAMS | {"a": 14})
    release = protect(wave, responses(answers(35) | {"a": [1, 2, 3, 4, 5, 3, 2, 4, 3, 3, 2]}))
    told = {cell.cohort for cell in release.cells if cell.figure != "suppressed"}
    assert {"a", "dept"} <= told
    assert shape(release, "dept") is None


@pytest.mark.parametrize("mood", [(3, 3, 3, 3, 3, 3, 3, 3, 3, 4), (1, 2, 1, 2, 1, 2, 1, 2, 2, 3)])
def test_where_nearly_all_are_in_one_band_there_is_the_mean_alone(mood: Sequence[int]) -> None:
    given = {team: list(mood[:7]) for team in SMALL_TEAMS} | {"e": [*mood[:5], *mood[8:]]}
    assert shape(released(given), "dept") is None


@pytest.mark.parametrize("policy", [STANDARD, STRICT])
@pytest.mark.parametrize("total", [15, 22, 30, 41])
@pytest.mark.parametrize(
    "mood", [(1, 2, 3, 4, 5), (2, 3, 4), (3, 3, 3, 3, 3, 3, 1, 5), (4, 5, 4, 5, 4, 2), (1, 1, 1, 4)]
)
def test_what_is_told_passes_the_attack(policy: Policy, total: int, mood: Sequence[int]) -> None:
    wave = facts(SHAPE, SMALL_TEAMS, policy=policy)
    given = responses(answers(total, total, mood))
    through = pass_gate(wave, given)
    assert through.rounds == 0
    assert attack(through.release, participation(wave, given)) == []


# --- what the shares say, and what it says that there are none, by trying everything --------------------------------

World = tuple[int, int, int, int, int]


def every(n: int) -> Iterator[World]:
    """All histograms of n answers."""
    for one, two, three, four in product(range(n + 1), repeat=4):
        if one + two + three + four <= n:
            yield one, two, three, four, n - one - two - three - four


def gives_away(worlds: Sequence[World]) -> bool:
    """Whether somebody's answer, the mean of fewer than five, or another's answer to one who knows the own is known."""
    seen = {option for world in worlds for option in range(1, 6) if world[option - 1]}
    if len(seen) == 1 or max(seen) <= 2 or min(seen) >= 4:
        return True
    answers_of = [[option for option in range(1, 6) for _ in range(world[option - 1])] for world in worlds]
    for size in range(1, 5):
        most = max(sum(given[-size:]) for given in answers_of)
        least = min(sum(given[:size]) for given in answers_of)
        if most - least < size:
            return True
    return any(len(_others(worlds, own)) < 2 for own in seen)


def _others(worlds: Sequence[World], own: int) -> set[int]:
    """What another can have answered when somebody knows to have answered this."""
    able = [world for world in worlds if world[own - 1]]
    return {one for world in able for one in range(1, 6) if world[one - 1] > (one == own)}


@pytest.mark.parametrize("n", [15, 16])
def test_neither_shares_nor_their_absence_give_anybody_away(n: int) -> None:
    """By every sum that is told as a mean: the histograms that are told alike, and all that are told by the mean."""
    alike: dict[tuple[int, Shape | None], list[World]] = {}
    for world in every(n):
        total = sum(option * count for option, count in enumerate(world, 1))
        if n + 5 < total < 5 * n - 5:
            alike.setdefault((total, shape_of(world, n + 1, STANDARD)), []).append(world)
    assert sum(key[1] is None for key in alike) > 20
    for (total, told), worlds in alike.items():
        assert not gives_away(worlds), (total, told)


@pytest.mark.parametrize("n", [15, 16])
def test_the_audit_judges_absence_as_trying_everything_does(n: int) -> None:
    policy = replace(STANDARD, guard=5)
    missing: dict[int, list[World]] = {}
    for world in every(n):
        if max(world[0] + world[1], world[2], world[3] + world[4]) > n - policy.guard:
            missing.setdefault(sum(option * count for option, count in enumerate(world, 1)), []).append(world)
    for total in range(n + 1, 5 * n, 3):
        found = told_by_absence(n, total, total, policy, WANTED)
        assert found or not (worlds := missing.get(total, [])) or not gives_away(worlds)
        assert not found or not n + 5 < total < 5 * n - 5


def test_the_attack_finds_a_histogram_told_where_one_band_holds_all() -> None:
    """A publisher that tells bars beside every mean: all of these answered 1 or 2."""
    given = {team: [1, 2, 2, 2, 2, 2, 1] for team in SMALL_TEAMS}
    wave = facts(SHAPE, SMALL_TEAMS)
    release = protect(wave, responses(given))
    bars = Shape("histogram", (30, 70, 0, 0, 0))
    planted = replace(
        release, cells=tuple(replace(cell, shape=bars) if cell.cohort == "dept" else cell for cell in release.cells)
    )
    leaks = attack(planted, participation(wave, responses(given)))
    assert any("dept/C1:spread" in leak.cells for leak in leaks)
