"""Finding colleagues by what somebody types."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.kudos.naming import Found, Known, find, leading

SANNE, BAKKER, BILAL, ZOE, ANDRE = (UUID(int=n) for n in range(1, 6))
CAST = (
    Known(SANNE, "Sanne de Vries", "Ochtend", ("sanne@lente.example", "1001")),
    Known(BAKKER, "Sanne Bakker", "Avond", ("s.bakker@lente.example", "1002")),
    Known(BILAL, "Bilal Yılmaz", "Ochtend", ("bilal@lente.example", "1003")),
    Known(ZOE, "Zoë van den Berg", "Post", ("zoe@lente.example", "1004")),
    Known(ANDRE, "André en Zonen", "Post", ("1005",)),
)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Bilal", [BILAL]),
        ("bilal, zoe", [BILAL, ZOE]),
        ("zoe berg", [ZOE]),
        ("Sanne de Vries en Bilal", [SANNE, BILAL]),
        ("sanne b", [BAKKER]),
        ("Sanne Bakker (Avond)", [BAKKER]),
        ("SANNE@lente.example", [SANNE]),
        ("1002", [BAKKER]),
        ("@Bilal & @Zoë", [BILAL, ZOE]),
        ("André en Zonen", [ANDRE]),
        ("bilal, bilal", [BILAL]),
    ],
)
def test_somebody_is_found_by_any_beginning_of_their_name_that_means_one_person(typed: str, meant: list[UUID]) -> None:
    assert find(typed, CAST) == Found(tuple(meant))


def test_a_name_of_several_is_told_with_who_they_could_be() -> None:
    (unclear,) = find("sanne", CAST).unclear
    assert unclear == ("sanne", (CAST[0], CAST[1]))


def test_two_of_exactly_one_name_are_told_apart_by_their_team() -> None:
    twins = (Known(SANNE, "Sanne Vos", "Ochtend"), Known(BAKKER, "Sanne Vos", "Avond"))
    assert find("Sanne Vos", twins).people == ()
    assert find("sanne vos (avond)", twins) == Found((BAKKER,))


def test_a_name_of_nobody_is_told_back() -> None:
    assert find("Karel, Bilal", CAST) == Found((BILAL,), ("Karel",))


@pytest.mark.parametrize(
    ("text", "names", "rest"),
    [
        ("@Bilal dank je wel", ["Bilal"], "dank je wel"),
        ("@Sanne de Vries @Bilal: dank", ["Sanne de Vries", "Bilal"], "dank"),
        ("@zoe van den berg, @bilal en @sanne b dank voor de hulp", ["zoe van den berg", "bilal", "sanne b"], None),
        ("dank @Bilal", [], "dank @Bilal"),
        ("@karel dank", ["karel"], "dank"),
        ("@", [], "@"),
        ("@ Bilal", [], "@ Bilal"),
    ],
)
def test_who_is_mentioned_first_is_meant(text: str, names: list[str], rest: str | None) -> None:
    found, left = leading(text, CAST)
    assert found == names
    assert left == ("dank voor de hulp" if rest is None else rest)


@given(st.text())
def test_any_text_is_read_to_its_end(text: str) -> None:
    find(text, CAST)
    _, left = leading(text, CAST)
    assert text.strip().endswith(left)
