"""Who leads a group that a platform brings: whom it names as the manager of more than half of the others in it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.grouped import led_by
from surveys.model import Role
from surveys.reaching import Listed
from surveys.roster import summarise
from tests.unit.test_grouped import House

LEAD = Listed("lead", "lead@lente.example", name="Lead", group="Leiding")
OTHER = Listed("other", "other@lente.example", name="Other", group="Leiding")


def agents(count: int, manager: str, first: int = 0, group: str = "Noord") -> list[Listed]:
    return [
        Listed(f"a{n}", f"a{n}@lente.example", name=f"A {n}", group=group, manager=manager)
        for n in range(first, first + count)
    ]


def leads(house: House, external_id: str) -> set[str]:
    """Return the paths of the teams that somebody leads, and check that they have the role for it, or not."""
    person, tree = house.person(external_id), house.tree
    assert tree is not None
    assert (Role.MANAGER in person.roles) is bool(person.manages)
    assert Role.AGENT in person.roles
    return {tree.path(team) for team in person.manages}


@pytest.fixture
def house() -> House:
    return House("teams")


def test_whoever_most_of_a_group_report_to_leads_it_without_being_in_it(house: House) -> None:
    house.hears(LEAD, OTHER, *agents(3, "lead"), *agents(2, "other", 3))
    assert (leads(house, "teams:lead"), leads(house, "teams:other")) == ({"Noord"}, set())


def test_half_of_a_group_is_not_more_than_half(house: House) -> None:
    house.hears(LEAD, OTHER, *agents(2, "lead"), *agents(2, "other", 2))
    assert (leads(house, "teams:lead"), leads(house, "teams:other")) == (set(), set())


def test_a_leader_who_is_in_the_group_does_not_count_among_the_others(house: House) -> None:
    house.hears(replace(LEAD, group="Noord", manager="director"), *agents(1, "lead"))
    assert leads(house, "teams:lead") == {"Noord"}


def test_somebody_may_lead_several_groups(house: House) -> None:
    house.hears(LEAD, *agents(2, "lead"), *agents(2, "lead", 2, "Zuid"))
    assert leads(house, "teams:lead") == {"Noord", "Zuid"}


def test_nobody_leads_by_being_their_own_manager(house: House) -> None:
    house.hears(replace(LEAD, manager="lead"))
    assert leads(house, "teams:lead") == set()


def test_a_manager_who_is_not_in_the_roster_leads_nothing(house: House) -> None:
    house.hears(replace(LEAD, group=""), *agents(3, "lead"))
    assert house.known == {"teams:a0", "teams:a1", "teams:a2"}


def test_whoever_left_is_neither_a_leader_nor_counted(house: House) -> None:
    house.hears(LEAD, OTHER, *agents(2, "lead"), *(replace(one, active=False) for one in agents(5, "other", 2)))
    assert leads(house, "teams:lead") == {"Noord"}
    house.hears(replace(LEAD, active=False), OTHER, *agents(2, "lead"))
    assert house.known == {"teams:other", "teams:a0", "teams:a1"}


def test_a_leader_of_whom_that_is_no_longer_said_leads_no_more(house: House) -> None:
    house.hears(LEAD, *agents(3, "lead"))
    assert (
        "changed: Lead (teams:lead) (roles, manages), leading nothing"
        in summarise(house.hears(LEAD, *agents(3, "")).plan).lines
    )
    assert leads(house, "teams:lead") == set()


def test_a_plan_says_what_somebody_leads(house: House) -> None:
    house.hears(LEAD, *agents(1, ""))
    assert (
        "changed: Lead (teams:lead) (roles, manages), leading Noord"
        in summarise(house.plan([LEAD, *agents(1, "lead")]).plan).lines
    )
    assert (
        "new: Lead (teams:lead) in Leiding, leading Noord"
        in summarise(House("teams").plan([LEAD, *agents(1, "lead")]).plan).lines
    )


def test_what_somebody_of_the_file_leads_the_file_alone_says(house: House) -> None:
    house.imports("1,Lead,lead@lente.example,Kantoor,\n")
    house.hears(LEAD, *agents(3, "lead"))
    assert (leads(house, "1"), house.person("1").addresses) == (set(), {"teams": "lead"})


@pytest.mark.parametrize("row", ["1,Ada,ada@lente.example,Noord,\n", "1,Ada,ada@lente.example,Noord,a9\n"])
def test_a_team_with_somebody_of_the_file_in_it_is_led_by_whom_the_file_says(row: str, house: House) -> None:
    house.imports(row)
    house.hears(LEAD, *agents(3, "lead"), Listed("a9", "ada@lente.example"))
    assert leads(house, "teams:lead") == set()


def test_of_members_whom_the_file_knows_only_the_others_are_in_the_team(house: House) -> None:
    house.imports("".join(f"{n},A,a{n}@lente.example,Kantoor,\n" for n in range(3)))
    house.hears(LEAD, OTHER, *agents(3, "other"), *agents(2, "lead", 3))
    assert leads(house, "teams:lead") == {"Noord"}


def test_unasked_nobody_comes_to_lead_a_team_but_whoever_does_goes_on(house: House) -> None:
    house.hears(LEAD, OTHER, *agents(3, "lead"))
    unasked = house.plan([LEAD, OTHER, *agents(3, "lead"), *agents(2, "other", 3, "Zuid")], new_leaders=False)
    house.take(unasked.plan)
    assert (leads(house, "teams:lead"), leads(house, "teams:other"), unasked.waiting) == ({"Noord"}, set(), 1)
    assert "teams:a4" in house.known


def test_unasked_whoever_is_no_leader_any_more_leads_no_more(house: House) -> None:
    house.hears(LEAD, OTHER, *agents(3, "lead"))
    unasked = house.plan([LEAD, OTHER, *agents(3, "other")], new_leaders=False)
    house.take(unasked.plan)
    assert (leads(house, "teams:lead"), leads(house, "teams:other"), unasked.waiting) == (set(), set(), 1)


def test_unasked_whoever_is_new_is_no_leader_from_the_start(house: House) -> None:
    house.hears(OTHER, *agents(3, "lead"))
    unasked = house.plan([LEAD, OTHER, *agents(3, "lead")], new_leaders=False)
    house.take(unasked.plan)
    assert (leads(house, "teams:lead"), unasked.waiting) == (set(), 1)


IDS = st.sampled_from("abcdefgh")
PEOPLE = st.dictionaries(IDS, st.tuples(st.sampled_from(["Noord", "Zuid"]), st.sampled_from(["", *"abcdefgh"])))


@given(PEOPLE)
def test_a_leader_is_named_by_more_than_half_of_the_others_and_everybody_so_named_leads(
    people: dict[str, tuple[str, str]],
) -> None:
    found = led_by(people)
    for manager in people:
        for team in ("Noord", "Zuid"):
            others = [named for who, (at, named) in people.items() if at == team and who != manager]
            assert (team in found.get(manager, ())) == (2 * others.count(manager) > len(others))
    assert found.keys() <= people.keys()
