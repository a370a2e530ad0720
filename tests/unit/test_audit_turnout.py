"""Who took part, against a reader who walks through all numbers of people and all sums that fit a Release."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.audit.figures import Tree
from analytics.audit.releases import attack
from analytics.audit.turnout import turnout, turnout_system
from analytics.disclosure import protect
from bot.gate import participation, passed
from surveys.model import SUPPRESSED, Figure, NodeId, Release, Suppressed
from tests.unit.organisations import facts, responses

SHAPE = {"org": None, "a": "org", "b": "org"}
BAND = {"5-9": (5, 9), "10-19": (10, 19), "20+": (20, 999)}


def worlds(release: Release, asked: Mapping[NodeId, int]) -> Iterator[Mapping[NodeId, int]]:
    """How many of each node can have answered, so that every figure and band would be what it is."""
    figures = {cell.cohort: cell.figure for cell in release.cells}
    bands = {node.id: node.response for node in release.nodes}
    for counts in product(*(range(asked[node] + 1) for node in SHAPE)):
        n = dict(zip(SHAPE, counts, strict=True))
        whole = {**n, "org": sum(counts)}
        of = {**asked, "org": sum(asked.values())}
        if all(_band(bands[node], whole[node], of[node]) for node in SHAPE) and _sums(figures, n, whole, of):
            yield n


def _band(band: str, answered: int, asked: int) -> bool:
    if band == SUPPRESSED:
        return True
    told = "<50" if 2 * answered < asked else "50-75" if 4 * answered <= 3 * asked else ">75"
    return answered >= 5 and told == band


def _sums(
    figures: Mapping[NodeId, Figure | Suppressed],
    own: Mapping[NodeId, int],
    n: Mapping[NodeId, int],
    asked: Mapping[NodeId, int],
) -> bool:
    a, b, all_ = (_fitting(figures[node], n[node], asked[node]) for node in ("a", "b", "org"))
    leaders = range(own["org"], 5 * own["org"] + 1)
    return any(x + y + z in all_ for x in a for y in b for z in leaders)


def _fitting(figure: Figure | Suppressed, n: int, asked: int) -> set[int]:
    every = range(n, 5 * n + 1)
    if isinstance(figure, Suppressed):
        return set(every)
    low, high = BAND[figure.n_band]
    if n < 5 or not low <= min(n, asked - 1) <= high:
        return set()
    if figure.kind == "at_least":
        return {s for s in every if 5 * n - s <= 5}
    if figure.kind == "at_most":
        return {s for s in every if s - n <= 5}
    return {s for s in every if n + 5 < s < 5 * n - 5 and (20 * s + n) // (2 * n) == round(10 * figure.value)}


@st.composite
def organisations(draw: st.DrawFn) -> tuple[dict[str, int], dict[str, list[int]]]:
    asked = {"org": draw(st.integers(0, 2)), "a": draw(st.integers(5, 11)), "b": draw(st.integers(3, 10))}
    mood = draw(st.sampled_from([(1, 5), (2, 4), (3, 4), (4, 5)]))
    answered = {node: draw(st.integers(max(0, most - 3), most)) for node, most in asked.items()}
    return asked, {node: [draw(st.integers(*mood)) for _ in range(count)] for node, count in answered.items()}


@settings(max_examples=80, deadline=None)
@given(organisations())
def test_the_audit_finds_who_took_part_exactly_where_trying_everything_does(
    organisation: tuple[dict[str, int], dict[str, list[int]]],
) -> None:
    asked, answers = organisation
    wave = replace(facts(SHAPE, {"org": 2, "a": 12, "b": 12}), deliveries=asked)
    given_responses = responses(answers)
    release, known = protect(wave, given_responses), participation(wave, given_responses)
    tree = Tree.of(release)
    found = turnout(release, tree, turnout_system(release, tree, known), known)
    fitting = list(worlds(release, asked))
    mentioned = {str(node) for claim in _told(release) for node in tree.inside[claim]}
    forced = [
        node
        for node, most in asked.items()
        if most and node in mentioned and {world[node] for world in fitting} in ({0}, {most})
    ]
    assert bool(found) == bool(forced), (found, forced)
    assert attack(passed(release, known).release, known) == []


def _told(release: Release) -> Iterator[NodeId]:
    yield from (cell.cohort for cell in release.cells if cell.figure != SUPPRESSED)
    yield from (node.id for node in release.nodes if node.response != SUPPRESSED)
