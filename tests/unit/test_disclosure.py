from __future__ import annotations

import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from analytics.cover import MOST_CODED, Choice, Group, cover
from analytics.disclosure import protect, withhold
from analytics.facts import WaveFacts, reporting_period
from analytics.guarded import guarded, kind_of
from surveys.model import STANDARD, STRICT, SUPPRESSED, Figure, Node, Policy, Release, Suppressed
from tests.unit.attacker import Attack
from tests.unit.organisations import facts, responses

TREE = {"org": None, "dept": "org", "a": "dept", "b": "dept"}
MIXED = [1, 2, 3, 4, 5, 2, 3, 4, 3, 3, 2, 4]


def figure_of(release: Release, node: str, name: str = "C1") -> Figure | Suppressed:
    return next(cell.figure for cell in release.cells if (cell.cohort, cell.item) == (node, name))


def band_of(release: Release, node: str) -> str:
    return next(found.response for found in release.nodes if found.id == node)


# --- the guarded mean ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("policy", [STANDARD, STRICT])
def test_a_coded_statement_is_true_for_every_group_it_can_be_said_of(policy: Policy) -> None:
    for n in range(policy.k, 200):
        for distance in range(policy.guard + 1):
            top = guarded(n, 5 * n - distance, counted=n, policy=policy)
            bottom = guarded(n, n + distance, counted=n, policy=policy)
            assert top.kind == "at_least"
            assert (5 * n - distance) / n >= top.value
            assert bottom.kind == "at_most"
            assert (n + distance) / n <= bottom.value


def test_standard_bounds_are_those_of_the_promise() -> None:
    """2.0 and 4.0 for 5 to 9 people, 1.5 and 4.5 from 10 on."""
    bounds = {n: guarded(n, 5 * n, counted=n, policy=STANDARD).value for n in (5, 9, 10, 19, 20, 90)}
    assert bounds == {5: 4.0, 9: 4.0, 10: 4.5, 19: 4.5, 20: 4.5, 90: 4.5}


def test_the_bound_is_the_same_for_every_n_of_a_band() -> None:
    for policy in (STANDARD, STRICT):
        told = {(f.n_band, f.value) for n in range(policy.k, 60) if (f := guarded(n, n, counted=n, policy=policy))}
        assert len(told) == 3


def test_a_mean_is_rounded_half_up() -> None:
    assert guarded(20, 65, counted=20, policy=STANDARD).value == 3.3  # 3.25


@pytest.mark.parametrize("n", [5, 6])
def test_no_answer_follows_from_the_statement_about_one_group(n: int) -> None:
    """Whoever knows the rule and reads the statement still thinks every answer of every person possible."""
    said: dict[object, list[set[int]]] = {}
    for answers in product(range(1, 6), repeat=n):
        kind = kind_of(n, sum(answers), STANDARD.guard)
        seen = said.setdefault((kind, sum(answers) if kind == "mean" else 0), [set() for _ in range(n)])
        for person, answer in zip(seen, answers, strict=True):
            person.add(answer)
    assert all(person == {1, 2, 3, 4, 5} for people in said.values() for person in people)


# --- the choice of nodes ------------------------------------------------------------------------------------------


@st.composite
def small_trees(draw: st.DrawFn) -> tuple[list[Group], int, int]:
    k, guard = draw(st.sampled_from([(2, 2), (3, 3), (3, 5), (5, 5)]))
    size = draw(st.integers(1, 8))
    parents = [None, *(draw(st.integers(0, node - 1)) for node in range(1, size))]
    n = [draw(st.integers(0, 9)) for _ in range(size)]
    low = [draw(st.integers(0, 4 * people) | st.just(4 * people)) for people in n]
    return _groups(parents, n, low, [draw(st.booleans()) or True for _ in n], k, guard), k, guard


def _groups(
    parents: Sequence[int | None], n: Sequence[int], low: Sequence[int], may: Sequence[bool], k: int, guard: int
) -> list[Group]:
    groups = []
    for node in range(len(parents)):
        inside = [other for other in range(len(parents)) if _under(parents, other, node)]
        people = sum(n[i] for i in inside)
        weight = people if people >= k and may[node] else None
        groups.append(Group(parents[node], n[node], low[node], 4 * n[node] - low[node], weight))
    return groups


def _under(parents: Sequence[int | None], node: int | None, above: int) -> bool:
    return node is not None and (node == above or _under(parents, parents[node], above))


def allowed(groups: Sequence[Group], shown: Sequence[bool], k: int, guard: int) -> bool:
    """The rule by itself, for one set of shown nodes: exact figures must leave the uncovered people guarded for
    all distances (0 to guard) that the coded nodes directly below may hide."""
    parents = [group.parent for group in groups]
    for node in range(len(groups)):
        if not shown[node] or _is_extreme(groups, node, guard):
            continue
        below = [o for o in range(len(groups)) if o != node and shown[o] and _under(parents, o, node)]
        top = [o for o in below if not any(o != p and _under(parents, o, p) for p in below)]
        uncovered = [o for o in _inside(groups, node) if not any(_under(parents, o, t) for t in top)]
        coded = [o for o in top if _is_extreme(groups, o, guard)]
        n, low = sum(groups[o].n for o in uncovered), sum(groups[o].low for o in uncovered)
        hidden = {low}
        for o in coded:
            distance, sign = min((_low(groups, o), -1), (_high(groups, o), 1))
            hidden = {x + sign * (other - distance) for x in hidden for other in range(guard + 1)}
        guarded_always = n >= k and all(guard < x < 4 * n - guard for x in hidden)
        if not guarded_always and (n or coded):
            return False
    return True


def _inside(groups: Sequence[Group], node: int) -> list[int]:
    parents = [group.parent for group in groups]
    return [other for other in range(len(groups)) if _under(parents, other, node)]


def _low(groups: Sequence[Group], node: int) -> int:
    return sum(groups[o].low for o in _inside(groups, node))


def _high(groups: Sequence[Group], node: int) -> int:
    return sum(groups[o].high for o in _inside(groups, node))


def _is_extreme(groups: Sequence[Group], node: int, guard: int) -> bool:
    return min(_low(groups, node), _high(groups, node)) <= guard


@settings(max_examples=300, deadline=None)
@given(small_trees())
def test_no_other_choice_of_nodes_tells_more(tree: tuple[list[Group], int, int]) -> None:
    """The tree programme is exact: it equals the best of all sets of nodes."""
    groups, k, guard = tree
    coded = [group.weight is not None and _is_extreme(groups, node, guard) for node, group in enumerate(groups)]
    assume(sum(coded) <= MOST_CODED)
    best = max(
        sum(group.weight or 0 for group, seen in zip(groups, shown, strict=True) if seen)
        for shown in product(*([False] if group.weight is None else [False, True] for group in groups))
        if allowed(groups, shown, k, guard)
    )
    choices = cover(groups, k=k, guard=guard)
    assert allowed(groups, [choice != Choice.HIDE for choice in choices], k, guard)
    assert sum(group.weight or 0 for group, choice in zip(groups, choices, strict=True) if choice) == best


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(5, 9), st.integers(0, 8)), min_size=5, max_size=12), st.randoms())
def test_many_coded_teams_under_one_department_stay_within_the_rule(
    teams: list[tuple[int, int]], chance: random.Random
) -> None:
    n, low = [2, *(people for people, _ in teams)], [4, *(4 * people - high for people, high in teams)]
    groups = _groups([None, *([0] * len(teams))], n, low, [True] * len(n), 5, 5)
    choices = cover(groups, k=5, guard=5)
    assert allowed(groups, [choice != Choice.HIDE for choice in choices], 5, 5)


# --- the attacker -------------------------------------------------------------------------------------------------


@st.composite
def tiny_organisations(draw: st.DrawFn) -> tuple[dict[str, str | None], dict[str, list[int]]]:
    shape: dict[str, str | None] = draw(
        st.sampled_from(
            [TREE, {"org": None, "a": "org", "b": "org", "c": "org"}, {"org": None, "a": "org", "b": "org"}]
        )
    )
    moods = st.sampled_from([1, 1, 1, 2]), st.sampled_from([5, 5, 5, 4]), st.integers(1, 5)
    answers = {}
    for node in shape:
        most = 9 if node in "abc" else 3
        answers[node] = draw(st.lists(draw(st.sampled_from(moods)), min_size=0, max_size=most))
    return shape, answers


def said_in(
    release: Release, shape: Mapping[str, str | None], answers: Mapping[str, Sequence[int]]
) -> dict[str, tuple[str, int]]:
    attack = Attack(shape, {node: len(given) for node, given in answers.items()}, {})
    said = {}
    for cell in release.cells:
        if isinstance(cell.figure, Figure):
            total = sum(sum(answers[node]) for node in attack.inside(cell.cohort))
            said[cell.cohort] = {
                "mean": ("sum", total),
                "at_least": ("high", release.policy.guard),
                "at_most": ("low", release.policy.guard),
            }[cell.figure.kind]
    return said


def wave_of(
    shape: Mapping[str, str | None], answers: Mapping[str, Sequence[int]], policy: Policy = STANDARD
) -> WaveFacts:
    """Every node had 12 people, so that teams may stand alone; not all of them answered."""
    return facts(shape, dict.fromkeys(shape, 12), policy=policy)


@settings(max_examples=120, deadline=None)
@given(tiny_organisations())
def test_nobody_learns_an_answer_from_a_release(
    organisation: tuple[dict[str, str | None], dict[str, list[int]]],
) -> None:
    """Every person may have given any answer, small groups stay open, an insider learns no other's answer."""
    shape, answers = organisation
    release = protect(wave_of(shape, answers), responses(answers))
    attack = Attack(shape, {node: len(given) for node, given in answers.items()}, said_in(release, shape, answers))
    assert attack.leaks(STANDARD.k, answers) == []


def test_the_attacker_finds_a_small_rest_and_a_coded_sum() -> None:
    """The attacker is no straw man: naive publications of the same kind are caught."""
    people = {"org": 1, "dept": 0, "a": 6, "b": 5}
    small_rest = Attack(TREE, people, {"org": ("sum", 38), "dept": ("sum", 33)})
    extreme_rest = Attack(TREE, people, {"dept": ("sum", 43), "a": ("sum", 19)})
    coded_sum = Attack(TREE, people, {"dept": ("sum", 54), "a": ("high", 5), "b": ("high", 5)})
    unguarded = Attack(TREE, people, {"a": ("sum", 30)})
    assert all(attack.leaks(5) for attack in (small_rest, extreme_rest, coded_sum, unguarded))


def test_the_attacker_finds_what_an_insider_can_subtract() -> None:
    people = {"org": 0, "dept": 0, "a": 5, "b": 5}
    insider = Attack(TREE, people, {"a": ("sum", 21)})
    assert insider.leaks(5, {"org": [], "dept": [], "a": [1, 5, 5, 5, 5], "b": []})


# --- the Release --------------------------------------------------------------------------------------------------


def test_everything_is_told_where_nothing_stands_against_it() -> None:
    release = protect(facts(TREE, {"a": 12, "b": 12}), responses({"a": MIXED, "b": MIXED[:10]}))
    assert figure_of(release, "a") == Figure("mean", 3.0, "10-19")
    assert figure_of(release, "org") == Figure("mean", 3.0, "20+")
    assert [cell.cohort for cell in release.cells] == ["org", "dept", "a", "b"]


def test_a_department_is_suppressed_when_its_leaders_would_be_left_over() -> None:
    answers = {"dept": [3, 4], "a": MIXED, "b": MIXED}
    release = protect(facts(TREE, {"dept": 2, "a": 13, "b": 13}), responses(answers))
    shown = {cell.cohort for cell in release.cells if cell.figure != SUPPRESSED}
    assert shown == {"org", "dept", "a"}  # one team gives way, so that the leaders are among enough people


def test_a_unanimous_team_is_told_as_a_bound() -> None:
    release = protect(facts({"org": None, "a": "org"}, {"a": 14}), responses({"a": [5] * 12}))
    assert figure_of(release, "a") == Figure("at_least", 4.5, "10-19")


def test_a_coded_team_is_not_given_away_by_its_department() -> None:
    release = protect(facts(TREE, {"a": 12, "b": 12}), responses({"a": [5] * 11, "b": MIXED[:11]}))
    assert figure_of(release, "a") == Figure("at_least", 4.5, "10-19")
    assert SUPPRESSED in {figure_of(release, "b"), figure_of(release, "dept")}


@pytest.mark.parametrize(("people", "period"), [(25, 1), (10, 1), (9, 2), (7, 2), (6, 4), (5, 4), (4, None), (0, None)])
def test_small_teams_are_shown_less_often(people: int, period: int | None) -> None:
    assert reporting_period(people) == period


def test_a_team_of_nine_is_shown_only_inside_its_department() -> None:
    release = protect(facts(TREE, {"a": 9, "b": 14}), responses({"a": MIXED[:8], "b": MIXED}))
    assert figure_of(release, "a") == SUPPRESSED
    assert figure_of(release, "dept") == Figure("mean", 3.0, "20+")


def test_a_small_team_is_told_in_the_release_of_its_period() -> None:
    wave = replace(facts(TREE, {"a": 6, "b": 6}), every=4, earlier=(1, 2, 3), number=4, told={"a": 4, "b": 4})
    release = protect(wave, responses({"a": [1, 2, 3, 4, 5], "b": [3, 3, 2, 4, 3]}))
    assert (release.kind, release.waves) == ("period", (1, 2, 3, 4))
    assert figure_of(release, "a") == Figure("mean", 3.0, "5-9")
    assert figure_of(release, "dept") == Figure("mean", 3.0, "10-19")


def test_a_team_that_is_told_elsewhere_has_no_cell_and_is_named_with_its_people() -> None:
    wave = replace(facts(TREE, {"a": 12}), elsewhere={"b": 8}, told={"a": 1, "b": 2})
    release = protect(wave, responses({"a": MIXED[:11]}))
    assert {cell.cohort for cell in release.cells} == {"org", "dept", "a"}
    assert [(node.head_count, node.elsewhere, node.every) for node in release.nodes] == [
        *((12, 8, 1), (12, 8, 1), (12, 0, 1)),
        (0, 8, 2),
    ]
    assert withhold(wave).nodes == protect(replace(wave, deliveries={}), []).nodes


def test_a_group_that_has_to_wait_publishes_nothing_and_counts_in_those_above() -> None:
    wave = replace(facts(TREE, {"a": 12, "b": 12}), withheld={"a"})
    release = protect(wave, responses({"a": MIXED[:10], "b": MIXED[:10]}))
    assert figure_of(release, "a") == SUPPRESSED
    assert isinstance(figure_of(release, "b"), Figure)
    assert isinstance(figure_of(release, "dept"), Figure)


def test_a_group_is_not_shown_beside_its_teams_while_a_few_others_said_nothing() -> None:
    """Who does not know that they were silent would take the difference for their answer."""
    wave = facts(TREE, {"dept": 1, "a": 12})
    told = protect(wave, responses({"a": MIXED[:10]}))
    assert {node: figure_of(told, node) for node in ("dept", "org")} == {"dept": SUPPRESSED, "org": SUPPRESSED}
    assert isinstance(figure_of(told, "a"), Figure)
    asked_nobody_else = protect(facts(TREE, {"a": 12}), responses({"a": MIXED[:10]}))
    assert isinstance(figure_of(asked_nobody_else, "dept"), Figure)


def test_items_are_protected_each_by_those_who_answered_it() -> None:
    both = facts({"org": None, "a": "org"}, {"a": 12}, items=("C1", "C4"))
    release = protect(both, [*responses({"a": MIXED[:10]}), *responses({"a": MIXED[:4]}, "C4")])
    assert isinstance(figure_of(release, "a"), Figure)
    assert figure_of(release, "a", "C4") == SUPPRESSED


def test_no_band_of_n_says_that_everybody_answered() -> None:
    release = protect(facts({"org": None, "a": "org"}, {"a": 10}), responses({"a": MIXED[:10]}))
    assert figure_of(release, "a") == Figure("mean", 3.0, "5-9")
    assert (
        figure_of(protect(facts({"o": None, "d": "o", "t": "d"}, {"d": 5}), responses({"d": [2, 3, 3, 3, 4]})), "d")
        == SUPPRESSED
    )


def test_no_mean_says_that_everybody_answered() -> None:
    """Of 7 who were asked, neither 5 nor 6 can have a mean of 3.1; 3.0 six can have too."""
    wave = replace(facts({"org": None, "a": "org"}, {"a": 12}), deliveries={"a": 7})
    assert figure_of(protect(wave, responses({"a": [3, 3, 3, 3, 3, 3, 4]})), "a") == SUPPRESSED
    assert figure_of(protect(wave, responses({"a": [3, 3, 3, 3, 3, 2, 4]})), "a") == Figure("mean", 3.0, "5-9")
    assert figure_of(protect(wave, responses({"a": [3, 3, 3, 3, 4, 4]})), "a") == Figure("mean", 3.3, "5-9")


def test_strict_asks_for_eight() -> None:
    answers = {"a": MIXED[:7]}
    assert figure_of(protect(facts({"org": None, "a": "org"}, {"a": 12}), responses(answers)), "a") != SUPPRESSED
    strict = protect(facts({"org": None, "a": "org"}, {"a": 12}, policy=STRICT), responses(answers))
    assert {cell.figure for cell in strict.cells} == {SUPPRESSED}


@given(st.permutations(range(24)))
@settings(max_examples=20)
def test_the_order_of_responses_and_nodes_does_not_matter(order: Sequence[int]) -> None:
    given_responses = responses({"a": MIXED, "b": MIXED})
    wave = facts(TREE, {"a": 12, "b": 13})
    shuffled = replace(wave, nodes=tuple(reversed(wave.nodes)))
    assert protect(shuffled, [given_responses[i] for i in order]) == protect(wave, given_responses)


def test_a_withheld_wave_is_suppressed_throughout() -> None:
    release = withhold(facts(TREE, {"a": 12, "b": 12}))
    assert {cell.figure for cell in release.cells} == {SUPPRESSED}
    assert {node.response for node in release.nodes} == {SUPPRESSED}
    assert [node.head_count for node in release.nodes] == [24, 24, 12, 12]


def test_a_withheld_wave_looks_like_one_that_nobody_got() -> None:
    known = facts(TREE, {"a": 12, "b": 12, "dept": 1}, items=("C1", "C2"))
    assert withhold(known) == protect(replace(known, deliveries={}), [])


@pytest.mark.parametrize(
    "nodes", [(), (Node("x", None, ""), Node("y", None, "")), (Node("y", "z", ""), Node("z", "y", ""))]
)
def test_a_wave_is_withheld_whatever_is_wrong_with_its_tree_and_policy(nodes: tuple[Node, ...]) -> None:
    release = withhold(replace(facts(TREE, {"a": 12, "gone": -1}, policy=Policy(k=1)), nodes=nodes))
    assert {node.id for node in release.nodes} == {node.id for node in nodes}
    assert {cell.figure for cell in release.cells} <= {SUPPRESSED}


@pytest.mark.parametrize("policy", [Policy(k=4), Policy(guard=4), Policy(k=5, guard=10)])
def test_a_policy_below_the_floor_is_refused(policy: Policy) -> None:
    with pytest.raises(ValueError, match=r"policy\.(k|guard)"):
        protect(facts(TREE, {}, policy=policy), [])


@pytest.mark.parametrize(
    ("nodes", "complaint"),
    [
        ((), "0 roots"),
        ((Node("x", None, ""), Node("y", None, "")), "2 roots"),
        ((Node("x", None, ""), Node("y", "gone", "")), "do not hang in the tree: y"),
        ((Node("x", None, ""), Node("y", "z", ""), Node("z", "y", "")), "do not hang in the tree: y, z"),
        ((Node("x", None, ""), Node("y", "x", ""), Node("y", "x", "")), "twice"),
    ],
)
def test_a_broken_tree_is_refused(nodes: tuple[Node, ...], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        protect(replace(facts(TREE, {}), nodes=nodes), [])


def test_a_response_from_outside_the_tree_is_refused() -> None:
    with pytest.raises(ValueError, match="'elsewhere'"):
        protect(facts(TREE, {"a": 12}), responses({"elsewhere": [3]}))


def test_two_thousand_teams_are_protected_in_seconds() -> None:
    chance = random.Random(7)
    shape: dict[str, str | None] = {"org": None}
    shape |= {f"d{i:03}": "org" for i in range(150)}
    shape |= {f"t{i:04}": f"d{i % 150:03}" for i in range(2000)}
    people = {node: chance.randint(4, 25) if node[0] == "t" else 2 for node in shape}
    mood = {node: chance.gauss(4.2, 0.5) for node in shape}
    given_responses = responses(
        {
            node: [max(1, min(5, round(chance.gauss(mood[node], 0.9)))) for _ in range(n * 3 // 4)]
            for node, n in people.items()
        }
    )
    started = time.perf_counter()
    release = protect(facts(shape, people), given_responses)
    assert time.perf_counter() - started < 5
    big = [node.id for node in release.nodes if node.id[0] == "t" and node.head_count >= 10]
    assert sum(figure_of_all(release)[node] != SUPPRESSED for node in big) > 0.8 * len(big)


def figure_of_all(release: Release) -> dict[str, Figure | Suppressed]:
    return {cell.cohort: cell.figure for cell in release.cells}


# --- response bands and baselines ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("answered", "band"), [(6, "<50"), (7, "50-75"), (10, "50-75"), (11, ">75"), (14, ">75")])
def test_response_is_told_in_bands(answered: int, band: str) -> None:
    answers = (MIXED * 2)[:answered]
    assert band_of(protect(facts({"org": None, "a": "org"}, {"a": 14}), responses({"a": answers})), "a") == band


def test_response_below_the_threshold_is_suppressed() -> None:
    assert band_of(protect(facts({"org": None, "a": "org"}, {"a": 14}), responses({"a": [3] * 4})), "a") == SUPPRESSED


def test_a_band_that_says_that_all_five_answered_is_suppressed() -> None:
    wave = facts({"org": None, "a": "org"}, {"a": 5, "org": 9})
    assert band_of(protect(wave, responses({"a": [3] * 5})), "a") == SUPPRESSED


def test_bands_cannot_be_subtracted_to_find_a_team_that_stayed_away() -> None:
    """Team a: 7 or 8 of 8. Department of 15: fewer than half, so at most 7. Then nobody of b answered."""
    wave = facts({"org": None, "a": "org", "b": "org"}, {"a": 8, "b": 7})
    release = protect(wave, responses({"a": [3] * 7}))
    assert SUPPRESSED in {band_of(release, "a"), band_of(release, "org")}


def turnouts() -> st.SearchStrategy[dict[str, tuple[int, int]]]:
    one = st.integers(0, 7).flatmap(lambda d: st.tuples(st.just(d), st.integers(0, d)))
    return st.fixed_dictionaries({"org": one, "dept": one, "a": one, "b": one})


@settings(max_examples=150, deadline=None)
@given(turnouts())
def test_nobody_is_known_to_have_answered_or_stayed_away(counts: dict[str, tuple[int, int]]) -> None:
    """Every combination of respondents that fits all bands is tried."""
    answers = {node: [3] * answered for node, (_, answered) in counts.items()}
    release = protect(facts(TREE, {node: asked for node, (asked, _) in counts.items()}), responses(answers))
    attack = Attack(TREE, dict.fromkeys(TREE, 0), {})
    sizes = [counts[node][0] for node in TREE]
    fitting = [
        worlds
        for worlds in product(*(range(size + 1) for size in sizes))
        if all(
            _fits(node.response, attack.inside(node.id), dict(zip(TREE, worlds, strict=True)), counts)
            for node in release.nodes
        )
    ]
    for at, size in enumerate(sizes):
        assert size == 0 or {world[at] for world in fitting} not in ({0}, {size})


def _fits(band: str, inside: Sequence[str], world: Mapping[str, int], counts: Mapping[str, tuple[int, int]]) -> bool:
    answered, asked = sum(world[node] for node in inside), sum(counts[node][0] for node in inside)
    share = answered / asked if asked else 0
    told = {"<50": share < 0.5, "50-75": 0.5 <= share <= 0.75, ">75": share > 0.75}
    return band == SUPPRESSED or (answered >= 5 and told[band])


def test_few_teams_give_the_usual_baseline() -> None:
    release = protect(facts(TREE, {"a": 12, "b": 12}), responses({"a": MIXED, "b": MIXED}))
    assert [(baseline.item, baseline.between) for baseline in release.baselines] == [("C1", 0.09)]


def test_the_baseline_grows_with_the_differences_between_teams() -> None:
    shape: dict[str, str | None] = {"org": None} | {f"t{i}": "org" for i in range(12)}
    alike = {f"t{i}": MIXED for i in range(12)}
    apart = {f"t{i}": [2, 3, 2, 2, 3, 2, 1, 2, 3, 2] if i % 2 else [4, 3, 4, 4, 3, 4, 5, 4, 3, 4] for i in range(12)}
    wave = facts(shape, {f"t{i}": 14 for i in range(12)})
    assert protect(wave, responses(alike)).baselines[0].between == 0.036  # 8 usual teams of 20 in all
    assert protect(wave, responses(apart)).baselines[0].between > 0.3
