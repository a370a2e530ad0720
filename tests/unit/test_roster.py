"""The people file and what an import of it would change."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from itertools import count
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.cohorts import Tree
from surveys.errors import BadSync, InputError
from surveys.model import Person, Role
from surveys.people_file import FACETS
from surveys.roster import (
    BadRows,
    RosterRow,
    SyncPlan,
    check_sync,
    decode,
    parse_people,
    plan_sync,
    summarise,
)

HEADER = "id,name,email,team,manages,roles,language,timezone,shift_type,channel,contract,location,address:web\n"
SANNE = "1,Sanne,Sanne@Lente.example,Noord/Service/Een,,,nl,Europe/Brussels,early,Inbound,fixed,home,sanne\n"
OMAR = "2,Omar,omar@lente.example,Noord/Service/Een,Noord/Service;Zuid/Service,manager;hr,en,,,,,,\n"
NOOR = "3,Noor,,Zuid/Service/Twee,,,,,,,,,\n"


def numbered() -> tuple[Callable[[], UUID], Callable[[], str]]:
    people, nodes = count(1), count(1)
    return (lambda: UUID(int=next(people))), (lambda: f"n{next(nodes)}")


class House:
    """A roster in memory that imports land in."""

    def __init__(self) -> None:
        self.people: tuple[Person, ...] = ()
        self.tree: Tree | None = None
        self.new_person, self.new_node = numbered()

    def plan(self, rows: Iterable[RosterRow], organisation: str = "Lente") -> SyncPlan:
        new_person, new_node = self.new_person, self.new_node
        return plan_sync(
            self.people, self.tree, list(rows), organisation=organisation, new_person=new_person, new_node=new_node
        )

    def take(self, rows: Iterable[RosterRow]) -> SyncPlan:
        plan = self.plan(rows)
        kept = (change.after for change in (*plan.moved, *plan.changed))
        self.people, self.tree = (*plan.new, *kept, *plan.unchanged), plan.tree
        return plan

    def ids(self) -> dict[str, UUID]:
        return {person.external_id: person.id for person in self.people}


def rows(text: str) -> list[RosterRow]:
    return parse_people(HEADER + text)


def complaints(text: str) -> list[tuple[int, str]]:
    with pytest.raises(BadRows) as caught:
        parse_people(text)
    return [(error.line, error.column) for error in caught.value.errors]


# ── the file ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_row_says_everything_about_a_person() -> None:
    sanne, omar, _ = rows(SANNE + OMAR + NOOR)
    assert sanne == RosterRow(
        line=2,
        external_id="1",
        name="Sanne",
        email="sanne@lente.example",
        team="Noord/Service/Een",
        manages=frozenset(),
        roles=frozenset({Role.AGENT}),
        language="nl",
        timezone="Europe/Brussels",
        facets={"shift_type": "early", "channel": "inbound", "contract": "fixed", "location": "home"},
        addresses={"web": "sanne"},
    )
    assert omar.roles == {Role.MANAGER, Role.HR}
    assert omar.manages == {"Noord/Service", "Zuid/Service"}


def test_a_spreadsheets_semicolons_mark_quotes_and_line_ends_are_read() -> None:
    text = '\ufeffid;name;email;team\r\n7;"Vries; de, Sanne";;"Noord / Een"\r\n;;;\r\n\r\n'
    (row,) = parse_people(text)
    assert (row.name, row.team) == ("Vries; de, Sanne", "Noord/Een")


def test_a_name_in_any_script_is_read() -> None:
    (row,) = parse_people("id,name,email,team\n1,ليلى 🌱,,Noord\n")
    assert row.name == "ليلى 🌱"


def test_a_leader_without_roles_leads_and_answers() -> None:
    assert rows("1,Omar,,Noord,Noord,,,,,,,,\n")[0].roles == {Role.AGENT, Role.MANAGER}


def test_the_whole_organisation_can_be_led() -> None:
    assert rows("1,Ada,,/,/,manager,,,,,,,\n")[0].manages == {"/"}


def test_every_bad_cell_is_named_at_once() -> None:
    bad = (
        ",Nobody,,Noord,,,,,,,,,\n"
        "2,Wrong,not an address,Noord//Een,,chef,fr,Mars/Olympus,,telepathy,,moon,\n"
        "4,No role,,Noord,Noord,agent,,,,,,,\n"
    )
    cells = ("email", "team", "roles", "language", "timezone", "channel", "location")
    assert complaints(HEADER + bad) == [(2, "id"), *((3, cell) for cell in cells), (4, "roles")]


def test_leading_where_nobody_is_is_refused() -> None:
    assert complaints(HEADER + OMAR) == [(2, "manages")]


def test_a_message_names_line_column_value_and_mend() -> None:
    with pytest.raises(BadRows, match=r"(?s)1 place needs.*line 2, timezone: 'Mars/Olympus': .*Europe/Amsterdam"):
        rows("1,Sanne,,Noord,,,,Mars/Olympus,,,,,\n")


@pytest.mark.parametrize(
    ("second", "column"),
    [
        ("1,Other,,Noord,,,,,,,,,\n", "id"),
        ("9,Other,SANNE@lente.example,Noord,,,,,,,,,\n", "email"),
        ("9,Other,,Noord,,,,,,,,,sanne\n", "address:web"),
    ],
)
def test_what_belongs_to_one_person_appears_once(second: str, column: str) -> None:
    assert complaints(HEADER + SANNE + second) == [(3, column)]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("id,name,email,team,shoe size\n1,S,,N,42\n", (1, "shoe size")),
        ("id,name,email\n1,S,\n", (1, "team")),
        ("id,name,email,team,team\n1,S,,N,N\n", (1, "team")),
        ("id,name,email,team,address:pigeon\n1,S,,N,x\n", (1, "address:pigeon")),
        ("id,name,email,team\n1,S,N\n", (2, "row")),
        ("id,name,email,team\n1,S,,N,extra\n", (2, "row")),
        ('id,name,email,team\n1,"S,,N\n', (2, "row")),
        ("id,name,email,team\n1,S\0,,N\n", (2, "name")),
        ('id,name,email,team\n1,"S\nx",,N\n', (2, "name")),
        ("id,name,email,team\n1,S\ud800,,N\n", (2, "name")),
        ("id,name,email,team\n1," + "S" * 201 + ",,N\n", (2, "name")),
        ("id,name,email,team\n1,S,,N" + "/N" * 8 + "\n", (2, "team")),
    ],
)
def test_a_malformed_file_is_refused_with_its_place(text: str, place: tuple[int, str]) -> None:
    assert complaints(text) == [place]


def test_a_cell_beyond_all_bounds_is_refused() -> None:
    assert (2, "name") in complaints("id,name,email,team\n1," + "S" * 5000 + ",,N\n")
    assert complaints("id,name,email,team\n1," + "S" * 200_000 + ",,N\n") == [(2, "row")]


def test_lines_are_counted_as_an_editor_counts_them() -> None:
    assert complaints('id,name,email,team\n\n1,"A\n\nB",,N\n2,,,N\n') == [(3, "name"), (6, "name")]


def test_a_misspelt_column_is_guessed() -> None:
    with pytest.raises(BadRows, match="did you mean 'timezone'"):
        parse_people("id,name,email,team,time zone\n1,S,,N,UTC\n")


@pytest.mark.parametrize("text", ["", "\n\n", "id,name,email,team\n", ",,,\n"])
def test_an_empty_file_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        parse_people(text)


def test_a_file_of_more_than_ten_megabytes_is_refused() -> None:
    with pytest.raises(InputError, match="10 MB"):
        parse_people("x" * (10 * 1024 * 1024 + 1))


@given(st.text(max_size=300))
def test_no_text_makes_anything_but_rows_or_an_input_error(text: str) -> None:
    with suppress(InputError):
        assert parse_people(HEADER + text)


def test_a_file_is_decoded_as_spreadsheets_save_it() -> None:
    assert decode("é".encode("utf-8-sig")) == decode("é".encode("utf-16")) == "é"
    with pytest.raises(InputError, match=r"Line 2.*CSV UTF-8"):
        decode("a\né".encode("cp1252"))


def test_the_example_in_the_manual_is_a_good_file() -> None:
    manual = (Path(__file__).parents[2] / "docs" / "roster.md").read_text(encoding="utf-8")
    example = manual.split("```csv\n")[1].split("```")[0]
    plan = House().take(parse_people(example))
    assert [person.name.split()[0] for person in plan.new] == ["Sanne", "Omar", "Noor", "Ada"]


# ── the plan ──────────────────────────────────────────────────────────────────────────────────────────────────────

IDS = st.integers(1, 12)
TEAMS = st.sampled_from(["Noord/Service/Een", "Noord/Service/Twee", "Zuid/Service/Een", "Zuid", "/"])


@st.composite
def files(draw: st.DrawFn) -> list[RosterRow]:
    numbers = draw(st.lists(IDS, unique=True, min_size=1, max_size=8))
    mails = draw(st.permutations(range(1, 13)))
    languages = st.sampled_from(["nl", "en", ""])
    lines = [f"{i},Name {i},p{mails[i - 1]}@x.example,{draw(TEAMS)},{draw(languages)}\n" for i in numbers]
    return parse_people("id,name,email,team,language\n" + "".join(lines))


@given(st.lists(files(), min_size=1, max_size=4))
def test_planning_again_after_an_import_gives_nothing_to_do(history: list[list[RosterRow]]) -> None:
    house = House()
    for file in history:
        plan = house.take(file)
        assert plan.current + len(plan.new) - len(plan.left) == len(house.people) == len(file)
    again = house.plan(history[-1])
    assert again.nothing_to_do
    assert len(again.unchanged) == len(history[-1])


@given(st.lists(files(), min_size=2, max_size=4))
def test_a_person_keeps_their_id_while_the_roster_id_stays(history: list[list[RosterRow]]) -> None:
    house = House()
    for file in history:
        before = house.ids()
        house.take(file)
        after = house.ids()
        assert all(after[key] == before[key] for key in before.keys() & after.keys())
        assert len(set(after.values())) == len(after)


@given(files(), TEAMS)
def test_a_new_numbering_and_a_move_keep_everybody(file: list[RosterRow], team: str) -> None:
    house = House()
    house.take(file)
    before = {person.email: person.id for person in house.people}
    lines = [f"new-{row.external_id},Renamed,{row.email},{team}\n" for row in file]
    plan = house.take(parse_people("id,name,email,team\n" + "".join(lines)))
    assert not plan.new
    assert not plan.left
    assert {person.email: person.id for person in house.people} == before


def test_two_records_of_one_person_merge_into_the_one_with_the_roster_id() -> None:
    house = House()
    house.take(rows("1,Sanne,a@x.example,Noord,,,,,,,,,\n2,S. Wit,b@x.example,Noord,,,,,,,,,\n"))
    kept = house.ids()["1"]
    plan = house.take(rows("1,Sanne Wit,b@x.example,Noord,,,,,,,,,\n"))
    assert house.ids() == {"1": kept}
    assert [person.external_id for person in plan.left] == ["2"]


def test_a_plan_sorts_people_into_new_moved_left_changed_and_unchanged() -> None:
    house = House()
    house.take(rows("1,A,,Noord,,,,,,,,,\n2,B,,Noord,,,,,,,,,\n3,C,,Noord,,,,,,,,,\n4,D,,Noord,,,,,,,,,\n"))
    plan = house.plan(rows("1,A,,Noord,,,,,,,,,\n2,Bo,,Noord,,,en,,,,,,\n3,C,,Zuid,,,,,,,,,\n5,E,,Zuid,,,,,,,,,\n"))
    assert [person.name for person in plan.unchanged] == ["A"]
    assert [(change.after.name, change.what) for change in plan.changed] == [("Bo", ("name", "language"))]
    assert [(change.after.name, change.what) for change in plan.moved] == [("C", ("team",))]
    assert [person.name for person in plan.left] == ["D"]
    assert [person.name for person in plan.new] == ["E"]
    assert [node.name for node in plan.new_nodes] == ["Zuid"]
    summary = summarise(plan)
    assert summary.counts == {"new": 1, "moved": 1, "left": 1, "changed": 1, "unchanged": 1, "new_nodes": 1}
    assert summary.lines == (
        "new cohort: Zuid",
        "new: E (5) in Zuid",
        "moved: C (3) from Noord to Zuid",
        "left: D (4) from Noord",
        "changed: Bo (2) (name, language)",
    )


def test_a_cohort_that_empties_stays() -> None:
    house = House()
    house.take(rows("1,A,,Noord,,,,,,,,,\n"))
    house.take(rows("1,A,,Zuid,,,,,,,,,\n"))
    assert house.tree
    assert house.tree.find("Noord")


def test_the_organisation_can_be_renamed_without_losing_its_node() -> None:
    house = House()
    house.take(rows("1,A,,Noord,,,,,,,,,\n"))
    assert house.tree
    plan = house.plan(rows("1,A,,Noord,,,,,,,,,\n"), "Zomer")
    assert [(node.id, node.name) for node in plan.renamed_nodes] == [(house.tree.root.id, "Zomer")]
    assert not plan.new_nodes


def test_what_the_file_has_no_column_for_stays_and_an_empty_cell_takes_away() -> None:
    house = House()
    house.take(rows(SANNE))
    house.take(parse_people("id,name,email,team,channel\n1,Sanne,,Noord,\n"))
    (sanne,) = house.people
    assert (sanne.language, sanne.timezone, sanne.addresses) == ("nl", "Europe/Brussels", {"web": "sanne"})
    assert sanne.facets == {"shift_type": "early", "contract": "fixed", "location": "home"}


# ── the refusal ───────────────────────────────────────────────────────────────────────────────────────────────────


def many(numbers: Iterable[int], team: str = "Noord") -> list[RosterRow]:
    return parse_people("id,name,email,team\n" + "".join(f"{n},Name,,{team}\n" for n in numbers))


def test_a_sync_in_which_more_than_a_fifth_leaves_or_moves_is_refused() -> None:
    house = House()
    house.take(many(range(10)))
    check_sync(house.plan(many(range(2, 10))))
    with pytest.raises(BadSync, match=r"3 of 10 people would leave and 0 would move: 30%.*--accept-large-change"):
        check_sync(house.plan(many(range(3, 10))))
    with pytest.raises(BadSync, match="10 would move"):
        check_sync(house.plan(many(range(10), "Zuid")))
    check_sync(house.plan(many(range(10), "Zuid")), limit=1.0)


def test_a_first_import_is_never_refused() -> None:
    check_sync(House().plan(many(range(10))))


def test_any_number_of_new_people_is_welcome() -> None:
    house = House()
    house.take(many([1]))
    check_sync(house.plan(many(range(100))))


@pytest.mark.parametrize("address", ["person:1", "seat:works-council", "Seat:x", "PERSON:"])
def test_an_address_that_looks_like_the_subject_of_a_link_is_refused(address: str) -> None:
    with pytest.raises(BadRows, match="does not begin with person: or seat:"):
        parse_people(f"id,name,email,team,address:web\n1,Sanne,,Noord,{address}\n")


@pytest.mark.parametrize(("facet", "values"), FACETS.items())
def test_a_value_that_is_not_in_the_list_of_a_facet_is_named_with_the_list(facet: str, values: tuple[str, ...]) -> None:
    with pytest.raises(BadRows, match=rf"line 2, {facet}: 'since march'.*use {', '.join(values)}"):
        parse_people(f"id,name,email,team,{facet}\n1,Sanne,,Noord,Since March\n")


def test_an_object_id_of_teams_is_the_same_in_capital_letters() -> None:
    header = "id,name,email,team,address:teams,address:slack\n"
    (row,) = parse_people(f"{header}1,Sanne,,Noord,0D1B5E0A-ABCD,U1AB\n")
    assert row.addresses == {"teams": "0d1b5e0a-abcd", "slack": "U1AB"}
