"""The audit against a reader who tries everything: on small cases they agree, both ways."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from analytics.audit.attack import outsider
from analytics.audit.claims import COUNT, SUM, Claim, System, Weights, bar
from analytics.audit.insider import insider
from analytics.audit.nested import some_point, sums
from analytics.audit.pooled import pooled
from tests.unit.everything_that_fits import Said, insider_learns, left_of_a_third, outsider_leaks, worlds


@dataclass(frozen=True)
class Case:
    """Groups of people by size, the answers they really gave, and what was said about them."""

    sizes: list[int]
    said: list[Said]
    least: list[int]
    """How many of each group are known to have answered: all of them, or fewer."""

    def told_apart(self) -> bool:
        """Whether something was said of each group, and not the same of two."""
        signatures = {tuple(at in one.groups for one in self.said) for at in range(len(self.sizes))}
        return len(signatures) == len(self.sizes) and not any(not any(signature) for signature in signatures)

    def system(self) -> System:
        people: dict[Hashable, tuple[int, int]] = dict(enumerate(zip(self.least, self.sizes, strict=True)))
        claims = [
            Claim(frozenset(one.groups), _weights(one), one.low, one.high, f"cell {at}")
            for at, one in enumerate(self.said)
        ]
        return System.of(people, claims)


def _weights(said: Said) -> Weights:
    one, two, three, four, five = said.weights
    return one, two, three, four, five


@st.composite
def cases(draw: st.DrawFn, known: bool = True) -> Case:
    most = 8 if known else 5
    return _case(
        draw, draw(st.lists(st.integers(1, 6), min_size=1, max_size=3).filter(lambda some: sum(some) <= most)), known
    )


@st.composite
def uneven(draw: st.DrawFn, known: bool = True) -> Case:
    """One or two people beside groups large enough to move for them."""
    few = draw(st.lists(st.integers(1, 2), min_size=1, max_size=2))
    many = draw(st.lists(st.integers(5, 7), min_size=1, max_size=2 if known and len(few) == 1 else 1))
    return _case(draw, [*few, *many], known)


def _case(draw: st.DrawFn, sizes: list[int], known: bool) -> Case:
    least = sizes if known else [draw(st.integers(0, size)) for size in sizes]
    mood = draw(st.sampled_from([(1, 5), (4, 5), (1, 2), (5, 5), (3, 4)]))
    came = sizes if known else [draw(st.integers(*ends)) for ends in zip(least, sizes, strict=True)]
    answers = [[draw(st.integers(*mood)) for _ in range(size)] for size in came]
    said = []
    for _ in range(draw(st.integers(1, len(sizes) if len(sizes) > 3 else 3))):
        groups = draw(st.sets(st.integers(0, len(sizes) - 1), min_size=1))
        weights = draw(st.sampled_from([SUM, SUM, SUM, COUNT, bar(draw(st.integers(1, 5))), (1, 1, 0, 0, 0)]))
        true = sum(weights[answer - 1] for at in groups for answer in answers[at])
        said.append(Said(sorted(groups), weights, true - draw(SLACK), true + draw(SLACK)))
    return Case(sizes, said, least)


SLACK = st.sampled_from([0, 0, 0, 1, 2, 4, 6])


@settings(max_examples=150, deadline=None)
@given(cases() | cases(known=False) | uneven() | uneven(known=False), st.sampled_from([5, 5, 8]))
def test_the_audit_finds_a_leak_exactly_where_trying_everything_does(case: Case, k: int) -> None:
    assume(case.told_apart())
    fitting = worlds(case.least, case.sizes, case.said)
    kinds = {str(finding.kind) for finding in outsider(case.system(), k)}
    wanted = outsider_leaks(fitting, case.sizes, k)
    assert bool(kinds) == bool(wanted)
    assert kinds <= wanted


@settings(max_examples=40, deadline=None)
@given(cases() | cases(known=False) | uneven() | uneven(known=False), st.sampled_from([1, 2]))
def test_the_audit_finds_what_insiders_learn_exactly_where_trying_everything_does(case: Case, coalition: int) -> None:
    assume(case.told_apart())
    fitting = worlds(case.least, case.sizes, case.said)
    assert bool(insider(case.system(), coalition)) == insider_learns(fitting, case.sizes, coalition)


@settings(max_examples=50, deadline=None)
@given(cases() | cases(known=False))
def test_what_two_learn_is_counted_as_trying_everything_counts_it(case: Case) -> None:
    assume(case.told_apart() and case.system().plain)
    fitting = worlds(case.least, case.sizes, case.said)
    counted = pooled(case.system())
    judged = [at for at, size in enumerate(case.sizes) if size > 2]
    assert counted.groups == (len(judged) if fitting else 0)
    told = [left for at in judged if 1 in (left := left_of_a_third(fitting, at))]
    assert (counted.told, counted.pairs, counted.telling, counted.left_to_two) == (
        len(told),
        sum(map(len, told)),
        sum(left.count(1) for left in told),
        sum(map(sum, told)),
    )


@settings(max_examples=50, deadline=None)
@given(cases() | uneven())
def test_what_nested_groups_can_add_up_to_is_what_trying_everything_finds(case: Case) -> None:
    assume(case.told_apart())
    ends, fitting = sums(case.system()), worlds(case.least, case.sizes, case.said)
    assume(ends is not None)
    atoms = case.system().atoms
    place = {number: int(str(atom.members[0])) for number, atom in atoms.items()}
    tried = {number: [sum(world[at]) for world in fitting] for number, at in place.items()}
    assert ends == {number: (min(some), max(some)) for number, some in tried.items()}


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(cases() | cases(known=False) | uneven() | uneven(known=False))
def test_a_point_built_from_the_smallest_groups_up_is_one_of_those_that_fit(case: Case) -> None:
    assume(case.told_apart())
    system = case.system()
    point = some_point(system, 5, 5) or {}
    assume(point)
    for row in system.rows:
        value = sum(row.value(point[one]) for one in row.atoms)
        assert row.low is None or row.low <= value
        assert row.high is None or value <= row.high
    assert all(atom.least <= sum(point[number]) <= atom.most for number, atom in system.atoms.items())


def test_answers_that_contradict_each_other_are_no_proof_of_safety() -> None:
    people: dict[Hashable, tuple[int, int]] = {"a": (9, 9)}
    said = [Claim(frozenset("a"), SUM, low, low, "cell") for low in (20, 21)]
    assert [finding.kind for finding in outsider(System.of(people, said), 5)] == ["contradiction"]


def test_a_count_alone_says_nothing_about_answers() -> None:
    people: dict[Hashable, tuple[int, int]] = {"a": (9, 9)}
    assert outsider(System.of(people, [Claim(frozenset("a"), COUNT, 9, 9, "cell")]), 5) == []
