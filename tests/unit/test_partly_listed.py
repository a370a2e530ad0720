"""A list that may leave people out takes nobody away whom it does not name: the file knows where they are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.reaching import Listed, Reached
from tests.unit.test_grouped import House

SANNE = "1,Sanne,sanne@lente.example,Noord,a-1\n"
OMAR = "2,Omar,omar@lente.example,Noord,a-2\n"


@pytest.fixture
def house() -> House:
    house = House("teams")
    house.imports(SANNE + OMAR)
    return house


def hears(house: House, *listed: Listed) -> Reached:
    reached = house.plan(listed, whole=False)
    house.take(reached.plan)
    return reached


def address(house: House, external_id: str) -> str:
    return house.person(external_id).addresses.get("teams", "")


def test_whoever_is_not_listed_stays_where_the_file_says(house: House) -> None:
    reached = hears(house, Listed("a-1", "sanne@lente.example"), Listed("a-9", "gast@else.example"))
    assert (reached.plan.nothing_to_do, reached.lost, reached.unknown) == (True, 0, 1)


def test_whoever_is_listed_as_gone_is_reached_there_no_more(house: House) -> None:
    hears(house, Listed("a-1", "sanne@lente.example", active=False))
    assert (address(house, "1"), address(house, "2")) == ("", "a-2")


def test_whoever_is_listed_at_another_address_is_reached_at_that(house: House) -> None:
    hears(house, Listed("a-7", "Sanne@lente.example"))
    assert (address(house, "1"), address(house, "2")) == ("a-7", "a-2")


def test_of_whom_the_platform_brought_itself_it_knows_when_they_are_gone(house: House) -> None:
    house.hears(Listed("a-5", "bo@lente.example", name="Bo", group="Zuid"))
    assert [person.external_id for person in hears(house).plan.left] == ["teams:a-5"]


MAIL = st.sampled_from(["", "sanne@lente.example", "omar@lente.example", "bo@lente.example"])
MEMBERS = st.lists(st.builds(Listed, st.sampled_from(["a-1", "a-2", "a-3"]), MAIL, st.booleans()), max_size=4)


@given(MEMBERS)
def test_nobody_loses_an_address_that_is_not_listed_but_for_another_one(listed: list[Listed]) -> None:
    house = House("teams")
    house.imports(SANNE + OMAR)
    hears(house, *listed)
    for external_id, before in (("1", "a-1"), ("2", "a-2")):
        if before not in {one.address for one in listed}:
            assert address(house, external_id)


@given(MEMBERS)
def test_the_same_part_of_a_list_a_second_time_changes_nothing(listed: list[Listed]) -> None:
    house = House("teams")
    house.imports(SANNE + OMAR)
    hears(house, *listed)
    assert house.plan(listed, whole=False).plan.nothing_to_do
