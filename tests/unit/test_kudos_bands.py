"""The bands of recognition: of teams alone, of eight people or more, and nobody in two of them."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from itertools import combinations
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from surveys.cohorts import Tree
from surveys.kudos.recognition import LEAST, Band, band, bands, last_month
from surveys.localtime import zone
from surveys.model import Node, NodeId

TREE = Tree.of(
    [
        Node("all", None, "Lente"),
        Node("service", "all", "Service"),
        Node("early", "service", "Early"),
        Node("late", "service", "Late"),
        Node("post", "all", "Post"),
    ]
)
teams_of = st.dictionaries(st.uuids(version=4), st.sampled_from(sorted(TREE.nodes)), max_size=60)


def staff(**sizes: int) -> dict[UUID, NodeId]:
    people = (UUID(int=number) for number in range(1, 1000))
    return {next(people): node for node, size in sizes.items() for _ in range(size)}


def test_a_team_of_eight_has_a_band_and_one_of_seven_has_none() -> None:
    people = staff(early=8, late=7)
    assert bands(TREE, people, list(people)[:4]) == {"early": Band.MANY}
    assert bands(TREE, people, list(people)[:3]) == {"early": Band.FEW}


def test_teams_that_are_too_small_are_told_together_above() -> None:
    people = staff(early=4, late=4)
    assert bands(TREE, people, people) == {"service": Band.MANY}


def test_a_group_above_a_team_with_a_band_has_none() -> None:
    assert bands(TREE, staff(early=8, service=1, post=3), ()) == {"early": Band.FEW}


@given(teams_of, st.data())
def test_nobody_counts_in_two_bands(people: dict[UUID, NodeId], data: st.DataObject) -> None:
    thanked = data.draw(st.sets(st.sampled_from(sorted(people)))) if people else set()
    found = bands(TREE, people, thanked)
    inside = {node: {below.id for below in TREE.descendants(node)} for node in found}
    assert all(not one & other for one, other in combinations(inside.values(), 2))
    for node, told in found.items():
        members = [person for person, team in people.items() if team in inside[node]]
        assert len(members) >= LEAST
        assert band(members, thanked) is told


@given(st.integers(LEAST, 40))
def test_no_band_says_that_everybody_or_nobody_of_a_team_was_thanked(size: int) -> None:
    team = [UUID(int=number) for number in range(1, size + 1)]
    fitting = Counter(band(team, team[:thanked]) for thanked in range(size + 1))
    assert min(fitting.values()) >= LEAST // 2


def test_the_last_month_has_fixed_edges_on_the_clock_of_the_organisation() -> None:
    start, end, first = last_month(datetime(2026, 11, 26, tzinfo=UTC), zone("Europe/Amsterdam"))
    assert first == date(2026, 10, 1)
    assert start == datetime(2026, 9, 30, 22, tzinfo=UTC)
    assert end == datetime(2026, 10, 31, 23, tzinfo=UTC)
    assert last_month(datetime(2026, 1, 31, 23, 30, tzinfo=UTC), zone("Europe/Amsterdam"))[2] == date(2026, 1, 1)
