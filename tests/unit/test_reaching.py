"""What a platform's list of members changes about the roster: where people are reached, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys import reaching
from surveys.cohorts import Tree
from surveys.errors import BadSync
from surveys.model import Node, Person
from surveys.reaching import Listed, Reached, check_reach, check_told

TREE = Tree.of([Node("top", None, "Lente"), Node("team", "top", "Ochtend")])


def person(number: int, *, email: str | None = None, slack: str = "") -> Person:
    addresses = {"web": f"w{number}"} | ({"slack": slack} if slack else {})
    mail = f"p{number}@lente.example" if email is None else email
    return Person(
        UUID(int=number),
        f"{number}",
        f"P {number}",
        mail,
        "team",
        frozenset(),
        frozenset(),
        "nl",
        "Europe/Amsterdam",
        {},
        addresses,
    )


def reach(people: Sequence[Person], listed: Sequence[Listed]) -> Reached:
    """What Slack's list changes; nobody is new here, and so is no team."""
    return reaching.reach(
        people, TREE, listed, "slack", organisation="Lente", new_person=lambda: UUID(int=0), new_node=lambda: "new"
    )


def _once(addresses: Iterable[str]) -> bool:
    """An address belongs to one person, as the database sees to."""
    given_ = [address for address in addresses if address]
    return len(given_) == len(set(given_))


def after(reached: Reached) -> dict[str, dict[str, str]]:
    changed = {change.after.external_id: dict(change.after.addresses) for change in reached.plan.changed}
    return changed | {person.external_id: dict(person.addresses) for person in reached.plan.unchanged}


def test_somebody_is_found_by_their_e_mail_address_whatever_its_capitals() -> None:
    reached = reach([person(1)], [Listed("U1", "P1@Lente.example")])
    assert after(reached) == {"1": {"web": "w1", "slack": "U1"}}
    assert (reached.gained, reached.lost, reached.unknown, reached.without) == (1, 0, 0, 0)


def test_an_address_that_somebody_has_goes_before_an_e_mail_address() -> None:
    people = [person(1, slack="U1"), person(2)]
    reached = reach(people, [Listed("U1", "p2@lente.example")])
    assert after(reached)["1"]["slack"] == "U1"
    assert "slack" not in after(reached)["2"]


@pytest.mark.parametrize("listed", [[], [Listed("U1", "p1@lente.example", active=False)]])
def test_whoever_is_not_there_any_more_is_reached_there_no_more(listed: list[Listed]) -> None:
    reached = reach([person(1, slack="U1")], listed)
    assert after(reached) == {"1": {"web": "w1"}}
    assert (reached.lost, reached.without) == (1, 1)


def test_nobody_is_new_because_a_platform_lists_them() -> None:
    reached = reach([person(1)], [Listed("U9", "stranger@else.example")])
    assert (reached.plan.new, reached.unknown, reached.without) == ((), 1, 1)


def test_without_an_e_mail_address_nobody_is_guessed() -> None:
    reached = reach([person(1, email="")], [Listed("U1", "")])
    assert after(reached) == {"1": {"web": "w1"}}


def test_too_great_a_loss_is_refused_and_names_the_way_on() -> None:
    people = [person(n, slack=f"U{n}") for n in range(10)]
    reached = reach(people, [Listed(f"U{n}", "") for n in range(7)])
    with pytest.raises(BadSync, match=r"3 of 10 .* --accept-large-change"):
        check_reach(reached)
    check_reach(reached, 0.3)


SLACK = st.sampled_from([f"U{n}" for n in range(6)])
MAIL = st.sampled_from(["", *(f"p{n}@lente.example" for n in range(6))])
MEMBERS = st.lists(st.builds(Listed, SLACK, MAIL), unique_by=lambda one: one.address)
KNOWN = st.dictionaries(st.integers(0, 5), SLACK | st.just("")).filter(lambda known: _once(known.values()))


@given(KNOWN, MEMBERS)
def test_an_address_belongs_to_one_person_and_a_second_import_changes_nothing(
    known: dict[int, str], listed: list[Listed]
) -> None:
    reached = reach([person(number, slack=slack) for number, slack in known.items()], listed)
    there = [addresses["slack"] for addresses in after(reached).values() if "slack" in addresses]
    assert len(there) == len(set(there))
    people = [*(change.after for change in reached.plan.changed), *reached.plan.unchanged]
    assert reach(people, listed).plan.changed == ()


UNTOLD = [Listed("U1", ""), Listed("U2", "")]


def test_a_list_without_e_mail_addresses_is_refused_with_the_scope_that_mends_it() -> None:
    for one in (person(1, slack="U1"), person(1)):
        with pytest.raises(BadSync, match=r"users:read\.email"):
            check_told([one], UNTOLD, "slack")


@pytest.mark.parametrize(
    ("people", "listed"),
    [
        ([person(1, email=""), person(2, email="", slack="U2")], UNTOLD),
        ([person(1, slack="U1")], [*UNTOLD, Listed("U3", "p3@lente.example")]),
        ([person(1, slack="U1")], []),
    ],
    ids=["nobody had one", "somebody has one", "nobody is listed"],
)
def test_a_list_is_not_refused_over_e_mail_addresses_that_are_not_missed(
    people: list[Person], listed: list[Listed]
) -> None:
    check_told(people, listed, "slack")
