from __future__ import annotations

from uuid import UUID

import pytest

from bot.reading import EVERYTHING, person_of, scope_for, subject_for
from surveys.cohorts import Tree
from surveys.model import Node, Person, Role

TREE = Tree.of(
    [
        Node("org", None, "Lente"),
        Node("north", "org", "Noord"),
        Node("morning", "north", "Ochtend"),
        Node("evening", "north", "Avond"),
        Node("south", "org", "Zuid"),
    ]
)


def person(*roles: Role, manages: frozenset[str] = frozenset(), addresses: dict[str, str] | None = None) -> Person:
    return Person(
        id=UUID(int=1),
        external_id="noor",
        name="Noor",
        email="",
        team="morning",
        roles=frozenset(roles),
        manages=manages,
        language="nl",
        timezone="Europe/Amsterdam",
        addresses=addresses or {},
    )


def test_somebody_in_the_queue_reads_the_own_team_and_the_organisation_at_once() -> None:
    scope = scope_for(TREE, person(Role.AGENT), held_back=7)
    assert scope is not None
    assert scope.nodes == {"org", "morning"}
    assert scope.own == ("morning",)
    assert scope.until is None


def test_a_leader_waits_for_what_is_held_back() -> None:
    """A manager reads a Release an hour after the people themselves."""
    leader = person(Role.MANAGER, Role.AGENT, manages=frozenset({"north"}))
    held, free = scope_for(TREE, leader, held_back=7), scope_for(TREE, leader, held_back=None)
    assert held is not None
    assert free is not None
    assert (held.until, free.until) == (6, None)
    assert held.nodes == {"org", "north", "morning", "evening"}


def test_a_leader_never_opens_the_group_above() -> None:
    leader = scope_for(TREE, person(Role.MANAGER, manages=frozenset({"morning"})), None)
    assert leader is not None
    assert leader.above is None


def test_a_leader_begins_at_the_top_of_what_they_lead() -> None:
    leader = scope_for(TREE, person(Role.MANAGER, manages=frozenset({"evening", "north", "south", "gone"})), None)
    assert leader is not None
    assert leader.own == ("north", "south")


def test_a_leader_of_nothing_that_is_left_begins_at_the_organisation() -> None:
    leader = scope_for(TREE, person(Role.MANAGER, manages=frozenset({"gone"})), None)
    assert leader is not None
    assert leader.nodes == {"org"}
    assert leader.own == ("org",)


@pytest.mark.parametrize("roles", [(), (Role.HR,), (Role.ADMIN,), (Role.HR, Role.ADMIN)])
def test_everybody_else_reads_nothing(roles: tuple[Role, ...]) -> None:
    assert scope_for(TREE, person(*roles), None) is None


def test_only_the_whole_scope_holds_every_node() -> None:
    leader = scope_for(TREE, person(Role.MANAGER, manages=frozenset({"north"})), None)
    assert leader is not None
    assert not leader.holds("south")
    assert not leader.holds("*")
    assert EVERYTHING.holds("south")


def test_a_link_is_for_a_person_and_never_for_an_address() -> None:
    noor = person(addresses={"web": "noor", "slack": "U1"})
    assert subject_for(noor) == "person:00000000-0000-0000-0000-000000000001"
    assert person_of(subject_for(noor)) == noor.id


@pytest.mark.parametrize("subject", ["seat:works-council", "noor", "person:noor", "person:", ""])
def test_nobody_is_behind_anything_else(subject: str) -> None:
    assert person_of(subject) is None
