"""Releases under attack: what the product publishes passes, and one cell too many does not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from analytics.audit.figures import Participation, count_bounds, sum_bounds
from analytics.audit.releases import attack, audit
from analytics.disclosure import protect
from analytics.guarded import guarded
from analytics.harder import harder
from bot.gate import participation, pass_gate, passed
from bot.known import known_from
from surveys.errors import InputError
from surveys.model import STANDARD, STRICT, SUPPRESSED, Figure, FigureKind, NBand, Policy, Release
from tests.simulated import Simulated, play
from tests.unit.organisations import facts, responses

TREE = {"org": None, "dept": "org", "a": "dept", "b": "dept"}
MIXED = [1, 2, 3, 4, 5, 2, 3, 4, 3, 3, 2, 4]


def told(release: Release, node: str, kind: FigureKind, value: float, band: NBand) -> Release:
    """The same Release with one figure more, as somebody who is less careful would tell it."""
    cells = [replace(cell, figure=Figure(kind, value, band)) if cell.cohort == node else cell for cell in release.cells]
    return replace(release, cells=tuple(cells))


def kinds(release: Release, known: Participation | None) -> set[str]:
    return {str(leak.kind) for leak in attack(release, known)}


# --- what the product publishes ------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [7, 11])
@pytest.mark.parametrize("policy", [STANDARD, STRICT])
def test_a_company_passes_week_after_week(seed: int, policy: Policy) -> None:
    """Four levels, teams of 3 to 40, people who come and go; the gate takes little or nothing away."""
    for wave in play(seed, 4, policy):
        through = passed(wave.release, wave.known)
        assert attack(through.release, wave.known) == []
        assert attack(through.release, None) == []
        assert shown(through.release) >= 0.9 * shown(wave.release)


def shown(release: Release) -> int:
    return sum(cell.figure != SUPPRESSED for cell in release.cells)


@pytest.mark.parametrize("policy", [STANDARD, STRICT])
@pytest.mark.parametrize("mood", [[5] * 10 + [4], [1] * 11, [5] * 9 + [1, 1], [4, 5] * 6, [2, 1, 1] * 4])
def test_a_company_that_agrees_passes(policy: Policy, mood: Sequence[int]) -> None:
    answers = {"dept": [mood[0]], "a": mood, "b": mood[:10]}
    wave = facts(TREE, {"dept": 1, "a": 14, "b": 13}, policy=policy)
    given = responses(answers)
    assert attack(pass_gate(wave, given).release, participation(wave, given)) == []


# --- one cell too many ---------------------------------------------------------------------------------------------


def wave_of(answers: Mapping[str, Sequence[int]]) -> tuple[Release, Participation]:
    wave = facts(TREE, {"dept": 2, "a": 13, "b": 13})
    given = responses(answers)
    return protect(wave, given), participation(wave, given)


def careless() -> tuple[Release, Participation]:
    """Two teams of five and their department of twelve, all shown: two leaders are left over."""
    team = [2, 3, 3, 3, 4]
    release, known = wave_of({"dept": [3, 4], "a": team, "b": team})
    figures: list[tuple[str, float, NBand]] = [("dept", 3.1, "10-19"), ("a", 3.0, "5-9"), ("b", 3.0, "5-9")]
    for node, value, band in figures:
        release = told(release, node, "mean", value, band)
    return release, known


def test_a_rest_of_two_leaders_is_found_and_named() -> None:
    leaks = attack(*careless())
    assert {str(leak.kind) for leak in leaks} <= {"answer", "small group"}
    assert str(leaks[0]).startswith("pulse, wave 1, C1, name of dept, outside groups shown below it: ")
    assert {"a/C1", "b/C1"} <= set(leaks[0].cells)


def test_a_group_below_the_threshold_is_found() -> None:
    release, known = wave_of({"a": MIXED, "b": [3, 3, 3, 4]})
    assert "small group" in kinds(told(release, "b", "mean", 3.3, "5-9"), known)


def test_a_figure_that_no_answers_fit_is_a_leak() -> None:
    """Neither a mean of which no ten answers can be, nor one that contradicts the figure above."""
    release, known = wave_of({"a": MIXED, "b": MIXED[:10]})
    assert "contradiction" in kinds(told(release, "dept", "mean", 4.4, "20+"), known)


def test_a_band_of_n_that_is_not_true_is_a_leak() -> None:
    release, known = wave_of({"a": MIXED, "b": MIXED[:10]})
    assert "contradiction" in kinds(told(release, "a", "mean", 3.0, "20+"), known)


def test_a_mean_that_only_everybody_can_have_tells_who_answered() -> None:
    """Of 7 who were asked, neither 5 nor 6 can have a mean of 3.1: all seven answered."""
    wave = replace(facts({"org": None, "a": "org"}, {"a": 12}), deliveries={"a": 7})
    given = responses({"a": [3, 3, 3, 3, 3, 3, 4]})
    known, release = participation(wave, given), protect(wave, given)
    planted = told(release, "a", "mean", 3.1, "5-9")
    everybody = [leak for leak in attack(planted, known) if leak.kind == "participation"]
    assert "everybody of 7 people answered" in str(everybody[0])
    assert attack(release, known) == []


def test_two_who_both_answered_1_are_a_leak_under_strict_with_a_guard_of_eight() -> None:
    """Both know then that everybody else of a group with "at least" answered 5; a guard of nine leaves that open."""
    for guard, found in ((8, {"insider"}), (9, set())):
        wave = facts({"org": None, "a": "org"}, {"a": 14}, policy=Policy("strict", 8, guard))
        given = responses({"a": [5] * 12})
        assert kinds(protect(wave, given), participation(wave, given)) == found


def test_a_wave_that_is_published_twice_is_a_leak() -> None:
    release, known = wave_of({"a": MIXED, "b": MIXED})
    report = audit([release, release], {("pulse", "1"): known})
    assert [leak.kind for leak in report.leaks] == ["published twice"]


def over(nodes: Mapping[str, str | None], people: Mapping[str, int], **period: Any) -> Release:
    return protect(replace(facts(nodes, people, number=4), **period), responses({"a": MIXED} if "a" in people else {}))


FOUR: dict[str, Any] = {"every": 4, "earlier": (1, 2, 3)}
TWO: dict[str, Any] = {"every": 2, "earlier": (3,)}


def test_a_team_that_counts_in_a_wave_and_in_the_period_around_it_is_a_leak() -> None:
    wave, period = over(TREE, {"a": 12, "b": 12}), over(TREE, {"a": 12}, **FOUR, told={"a": 4})
    assert [(leak.kind, leak.where) for leak in audit([wave, period], None).leaks] == [
        ("published twice", "name of dept/name of a")
    ]


def test_newcomers_of_a_department_count_with_no_team_in_periods_side_by_side() -> None:
    """A Release of a period leaves out teams of which nobody counts in it: a department is no team for that."""
    above = {"org": None, "dept": "org"}
    wave = over(TREE, {"a": 12, "b": 12})
    assert audit([wave, over(above, {"dept": 9}, **TWO), over(above, {"dept": 4}, **FOUR)], None).clean


def test_a_broken_tree_is_refused() -> None:
    release, known = wave_of({"a": MIXED})
    with pytest.raises(ValueError, match="missing"):
        attack(replace(release, nodes=release.nodes[1:]), known)


# --- protecting harder ---------------------------------------------------------------------------------------------


def test_the_cheapest_cell_of_a_leak_is_given_up() -> None:
    through = passed(*careless())
    assert through.rounds == 1
    assert [cell.cohort for cell in through.release.cells if cell.figure == SUPPRESSED] == ["a"]


def _showing(release: Release, node: str, figure: Figure) -> Release:
    """As a publisher would have it that knows less well what silence tells."""
    cells = tuple(replace(cell, figure=figure) if cell.cohort == node else cell for cell in release.cells)
    return replace(release, cells=cells)


def test_what_would_be_known_of_somebody_if_they_had_answered_is_not_published() -> None:
    """Otherwise everybody would know that they did not: the gate would have hidden it (the leader of v, here)."""
    wave = facts({"org": None, "v": "org", "b": "v", "a": "org"}, {"v": 1, "b": 13, "a": 14})
    given = responses({"b": [2, 3, 4] * 2, "a": MIXED[:12]})
    release, known = _showing(protect(wave, given), "v", Figure("mean", 3.0, "5-9")), participation(wave, given)
    assert attack(release, known) == []
    assert [leak.kind for leak in attack(release, None)] == ["answer"]
    assert attack(passed(release, known).release, None) == []


def test_what_is_taken_away_leaves_the_baseline_of_what_is_shown() -> None:
    shape: dict[str, str | None] = {"org": None} | {f"t{i}": "org" for i in range(12)}
    wave = facts(shape, {f"t{i}": 14 for i in range(12)})
    release = protect(wave, responses({f"t{i}": [2, 3, 4, 3] * (3 + i % 2) for i in range(12)}))
    less = harder(release, [["t3/C1"]])
    assert shown(less) == shown(release) - 1
    assert less.baselines != release.baselines


def test_a_leak_that_no_cell_tells_cannot_be_protected() -> None:
    release, _ = wave_of({"a": MIXED})
    with pytest.raises(ValueError, match="cannot be protected"):
        harder(release, [["b/C1"]])


# --- reading figures -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("policy", [STANDARD, STRICT])
def test_a_figure_is_read_as_all_sums_that_are_told_in_the_same_way(policy: Policy) -> None:
    """The two sides were written apart: whatever the maker says, the attacker understands exactly."""
    for n in range(policy.k, 46):
        by_figure: dict[Figure, list[int]] = {}
        for total in range(n, 5 * n + 1):
            by_figure.setdefault(guarded(n, total, counted=n, policy=policy), []).append(total)
        for figure, sums in by_figure.items():
            assert sum_bounds(figure, policy.guard, n) == (sums[0], sums[-1])
            assert count_bounds(figure, policy.k, n + 1)[0] <= n


# --- the report ----------------------------------------------------------------------------------------------------


def report_of(waves: Sequence[Simulated]) -> list[str]:
    known = {(wave.release.survey, wave.release.place): wave.known for wave in waves}
    return list(audit([pass_gate(wave.facts, wave.responses).release for wave in waves], known).sentences())


def test_the_report_names_its_mode_and_what_two_can_learn() -> None:
    lines = report_of(list(play(7, 3)))
    assert lines[0].startswith("Mode strict")
    assert any(line.startswith("No leak was found") for line in lines)
    assert any(line.startswith("Two who pool their answers: in ") for line in lines)


def test_under_strict_nothing_is_left_to_say_about_two() -> None:
    lines = report_of(list(play(7, 2, STRICT)))
    assert "know 2 of the answers" in lines[2]
    assert not any(line.startswith("Two who pool") for line in lines)


def test_a_truth_file_tells_who_took_part_and_nothing_of_answers() -> None:
    person = {"person": "s1", "team": "a", "cohort": "a", "facets": {}, "delivered": True, "answers": {"C1": 4}}
    silent = {**person, "person": "s2", "answers": {}}
    wave = {"survey": "pulse", "number": 3, "items": ["C1"], "people": [person, silent]}
    release = protect(facts({"a": None}, {"a": 2}, number=3), [])
    known = known_from({"format": 1, "simulated": True, "waves": [wave]}, [release])["pulse", "3"]
    assert (dict(known.asked), dict(known.answered), dict(known.by_item["C1"])) == ({"a": 2}, {"a": 1}, {"a": 1})


@pytest.mark.parametrize("document", [{}, {"format": 1, "simulated": False}, {"format": 1, "simulated": True}])
def test_another_file_is_no_truth(document: Mapping[str, object]) -> None:
    with pytest.raises(InputError):
        known_from(document, [])
