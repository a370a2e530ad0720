"""A workspace that is not connected says nothing of its people: they neither leave nor lose their address."""

from __future__ import annotations

from uuid import uuid4

import pytest

from bot.rostering import spoken_of
from surveys.model import Person, Role
from surveys.reaching import Listed


def person(address: str, email: str = "", id_: str = "1") -> Person:
    addresses = {"slack": address} if address else {}
    known = (uuid4(), id_, "Noor", email, "team", frozenset[Role](), frozenset[str]())
    return Person(*known, "nl", "Europe/Amsterdam", {}, addresses)


HERE = [Listed("T1/U1", "noor@lente.example")]


@pytest.mark.parametrize(
    ("one", "spoken"),
    [
        (person("T1/U2"), True),
        (person("T2/U2"), False),
        (person("T2/U2", "Noor@Lente.example"), True),
        (person("T2/U2", "daan@lente.example"), False),
        (person(""), True),
        (person("U2"), True),
    ],
    ids=["same workspace", "silent workspace", "found elsewhere", "not found elsewhere", "nowhere", "before OAuth"],
)
def test_somebody_of_a_silent_workspace_stays_as_they_are_unless_found_in_another(one: Person, spoken: bool) -> None:
    assert spoken_of([one], "slack", HERE) == ([one] if spoken else [])


@pytest.mark.parametrize(
    ("listed", "spoken"),
    [
        (Listed("T1/U1", "noor@lente.example"), False),
        (Listed("T1/U1", "noor@lente.example", active=False, group="Chat"), False),
        (Listed("T1/U1", "noor@lente.example", group="Chat"), True),
    ],
    ids=["in no group there", "gone there", "in a group there"],
)
def test_whom_a_group_of_a_silent_workspace_brought_is_found_only_by_a_group_of_another(
    listed: Listed, spoken: bool
) -> None:
    one = person("T2/U2", "noor@lente.example", "slack:T2/U2")
    assert spoken_of([one], "slack", [listed]) == ([one] if spoken else [])


def test_who_is_gone_in_another_workspace_is_not_found_there() -> None:
    gone = Listed("T1/U1", "noor@lente.example", active=False)
    assert spoken_of([person("T2/U2", "noor@lente.example")], "slack", [gone]) == []


def test_with_one_workspace_an_empty_list_speaks_of_everybody_and_is_refused_as_a_large_change() -> None:
    people = [person("U1"), person("U2")]
    assert spoken_of(people, "slack", []) == people
