"""People whom a platform brings beside the people file: who goes first, who may leave, and what is refused."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from itertools import count
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.cohorts import Tree
from surveys.errors import BadSync, NotFound
from surveys.model import Person, Role
from surveys.reaching import Listed, Reached, check_reach, reach
from surveys.roster import BadRows, SyncPlan, check_sync, parse_people, plan_sync, summarise
from surveys.sources import source_of

HEADER = "id,name,email,team,address:slack\n"
SANNE = Listed("U1", "Sanne@Lente.example", name="Sanne", locale="en-GB", timezone="Europe/Brussels", group="Ochtend")
OMAR = Listed("U2", "omar@lente.example", name="Omar", locale="nl-NL", timezone="Europe/Amsterdam", group="Ochtend")


class House:
    """A roster in memory, in which files and lists of a platform land as the store has them: everything once."""

    def __init__(self, platform: str = "slack") -> None:
        self.platform = platform
        self.people: tuple[Person, ...] = ()
        self.tree: Tree | None = None
        self.ids, self.nodes = count(1), count(1)

    def plan(self, listed: Iterable[Listed], *, whole: bool = True, new_leaders: bool = True) -> Reached:
        return reach(
            self.people,
            self.tree,
            list(listed),
            self.platform,
            organisation="Lente",
            new_person=lambda: UUID(int=next(self.ids)),
            new_node=lambda: f"n{next(self.nodes)}",
            whole=whole,
            new_leaders=new_leaders,
        )

    def file(self, rows: str) -> SyncPlan:
        return plan_sync(
            self.people,
            self.tree,
            parse_people(HEADER.replace("slack", self.platform) + rows),
            organisation="Lente",
            new_person=lambda: UUID(int=next(self.ids)),
            new_node=lambda: f"n{next(self.nodes)}",
        )

    def hears(self, *listed: Listed) -> Reached:
        reached = self.plan(listed)
        self.take(reached.plan)
        return reached

    def imports(self, rows: str) -> SyncPlan:
        plan = self.file(rows)
        self.take(plan)
        return plan

    def take(self, plan: SyncPlan) -> None:
        """Carry a plan out. What the database keeps unique is unique, and nobody is lost or there twice."""
        changes = (*plan.moved, *plan.changed)
        before = [person.id for person in (*plan.left, *plan.unchanged, *(change.before for change in changes))]
        assert sorted(before) == sorted(person.id for person in self.people)
        self.people = (*plan.new, *(change.after for change in changes), *plan.unchanged)
        self.tree = plan.tree
        for values in (
            [person.id for person in self.people],
            [person.external_id for person in self.people],
            [person.email for person in self.people if person.email],
            [at for person in self.people for at in person.addresses.items()],
        ):
            assert len(values) == len(set(values))

    def person(self, external_id: str) -> Person:
        return next(person for person in self.people if person.external_id == external_id)

    @property
    def known(self) -> set[str]:
        return {person.external_id for person in self.people}


@pytest.fixture
def house() -> House:
    return House()


# ── who is brought ────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_member_of_a_group_is_a_person_of_the_roster_with_what_slack_says(house: House) -> None:
    house.hears(SANNE)
    sanne = house.person("slack:U1")
    assert house.tree is not None
    assert (sanne.name, sanne.email, sanne.language, sanne.timezone) == (
        *("Sanne", "sanne@lente.example", "en", "Europe/Brussels"),
    )
    assert (sanne.roles, sanne.addresses, house.tree.path(sanne.team)) == (
        *(frozenset({Role.AGENT}), {"slack": "U1"}, "Ochtend"),
    )


@pytest.mark.parametrize(
    "one",
    [replace(SANNE, active=False), replace(SANNE, group="")],
    ids=["deactivated or a guest", "in no group"],
)
def test_nobody_else_is_brought(one: Listed, house: House) -> None:
    house.hears(one, OMAR)
    assert house.known == {"slack:U2"}


def test_without_a_roster_and_without_groups_there_is_nothing_to_do(house: House) -> None:
    with pytest.raises(NotFound, match=r"roster import people\.csv"):
        house.plan([replace(SANNE, group="")])


@pytest.mark.parametrize(
    ("locale", "language"),
    [("nl-NL", "nl"), ("nl", "nl"), ("EN_gb", "en"), ("de-DE", "nl"), ("nld-NL", "nl"), ("", "nl"), ("enormous", "nl")],
)
def test_the_language_is_that_of_the_locale_where_there_is_one_of_ours(
    locale: str, language: str, house: House
) -> None:
    house.hears(replace(SANNE, locale=locale))
    assert house.person("slack:U1").language == language


@pytest.mark.parametrize("zone", ["", "Atlantis/Deep", "../etc/passwd"])
def test_a_time_zone_that_nobody_knows_is_that_of_the_organisation(zone: str, house: House) -> None:
    house.hears(replace(SANNE, timezone=zone))
    assert house.person("slack:U1").timezone == "Europe/Amsterdam"


def test_what_slack_does_not_say_any_more_stays_as_it_was(house: House) -> None:
    house.hears(SANNE)
    house.hears(replace(SANNE, locale="", timezone=""))
    assert (house.person("slack:U1").language, house.person("slack:U1").timezone) == ("en", "Europe/Brussels")


def test_an_e_mail_address_that_slack_does_not_tell_stays_as_it_was(house: House) -> None:
    house.hears(SANNE, OMAR)
    assert house.plan([replace(SANNE, email=""), OMAR]).plan.nothing_to_do


def test_an_e_mail_address_that_became_somebody_elses_does_not_stay(house: House) -> None:
    house.hears(SANNE, OMAR)
    house.hears(replace(SANNE, email=""), replace(OMAR, email=SANNE.email))
    assert (house.person("slack:U1").email, house.person("slack:U2").email) == ("", "sanne@lente.example")


def test_whose_e_mail_address_was_not_told_for_a_while_is_found_by_the_file(house: House) -> None:
    house.hears(SANNE, OMAR)
    house.hears(replace(SANNE, email=""), OMAR)
    house.imports("7,Sanne,sanne@lente.example,Noord,\n")
    assert house.known == {"7", "slack:U2"}


def test_odd_names_become_names_that_a_file_could_hold(house: House) -> None:
    house.hears(replace(SANNE, name=" \x00 ", email="no address", group="Noord /\n Zuid"))
    sanne = house.person("slack:U1")
    assert house.tree is not None
    assert (sanne.name, sanne.email, house.tree.path(sanne.team)) == ("U1", "", "Noord - Zuid")


def test_a_group_called_like_a_team_of_the_file_is_that_team(house: House) -> None:
    house.imports("1,Ada,ada@lente.example,Ochtend,\n")
    assert house.hears(SANNE).plan.new_nodes == ()


def test_whoever_goes_to_another_group_moves(house: House) -> None:
    house.hears(SANNE, OMAR)
    plan = house.plan([replace(SANNE, group="Avond"), OMAR]).plan
    assert [(change.after.external_id, change.what) for change in plan.moved] == [("slack:U1", ("team",))]
    assert "moved: Sanne (slack:U1) from Ochtend to Avond" in summarise(plan).lines


@pytest.mark.parametrize(
    ("other", "group"),
    [
        (replace(SANNE, group=""), "Ochtend"),
        (replace(SANNE, active=False), "Ochtend"),
        (replace(SANNE, group="Avond"), "Ochtend"),
    ],
    ids=["in no group", "gone", "in another group"],
)
def test_somebody_who_is_listed_twice_is_in_their_group(other: Listed, group: str, house: House) -> None:
    house.hears(SANNE)
    for listed in ([SANNE, other], [other, SANNE] if other.group != "Avond" else [SANNE, other]):
        assert house.plan(listed).plan.nothing_to_do
    assert house.tree is not None
    assert house.tree.path(house.person("slack:U1").team) == group


def test_two_members_with_one_e_mail_address_are_one_person(house: House) -> None:
    house.hears(SANNE)
    house.hears(replace(OMAR, email=SANNE.email), SANNE)
    assert house.known == {"slack:U1"}


# ── who leaves ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "now", [[], [replace(SANNE, group="")], [replace(SANNE, active=False)]], ids=["gone", "no group", "deactivated"]
)
def test_whoever_is_in_no_group_any_more_leaves(now: list[Listed], house: House) -> None:
    house.hears(SANNE, OMAR)
    assert [person.external_id for person in house.hears(OMAR, *now).plan.left] == ["slack:U1"]


def test_nobody_of_the_file_leaves_because_of_slack(house: House) -> None:
    house.imports("1,Sanne,sanne@lente.example,Noord,U1\n")
    assert house.hears().plan.left == ()
    assert house.person("1").addresses == {}


def test_nobody_of_slack_leaves_because_the_file_does_not_name_them(house: House) -> None:
    house.hears(SANNE)
    house.imports("7,Ada,ada@lente.example,Noord,\n")
    assert house.known == {"slack:U1", "7"}


# ── the file goes first ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("slack", ["sanne@lente.example,Noord,\n", ",Noord,U1\n", "other@lente.example,Noord,U1\n"])
def test_a_row_of_the_file_takes_over_whom_slack_brought(slack: str, house: House) -> None:
    house.hears(SANNE, OMAR)
    before = house.person("slack:U1").id
    house.imports(f"7,Sanne,{slack}")
    assert (house.person("7").id, house.known) == (before, {"7", "slack:U2"})


def test_two_rows_never_take_over_one_person(house: House) -> None:
    house.hears(SANNE)
    before = house.person("slack:U1").id
    house.imports("7,Sanne,sanne@lente.example,Noord,\n8,Ada,ada@lente.example,Noord,U1\n")
    assert (house.person("7").id, house.person("8").id != before) == (before, True)


def test_an_address_of_the_file_hands_nobody_on_to_a_successor(house: House) -> None:
    house.imports("1,Sanne,sanne@lente.example,Noord,U1\n")
    before = house.person("1").id
    house.imports("2,Ada,ada@lente.example,Noord,U1\n")
    assert house.person("2").id != before


def test_of_whom_the_file_knows_slack_makes_no_second_person(house: House) -> None:
    house.imports("7,Sanne,sanne@lente.example,Noord,\n")
    assert house.hears(SANNE).plan.new == ()
    assert house.person("7").addresses == {"slack": "U1"}


def test_a_second_account_of_somebody_in_the_file_is_no_second_person(house: House) -> None:
    house.imports("7,Sanne,sanne@lente.example,Noord,U9\n")
    reached = house.hears(replace(SANNE, address="U9", email=""), SANNE)
    assert (reached.plan.new, reached.unknown, house.known) == ((), 1, {"7"})


def test_whoever_turns_out_to_be_somebody_of_the_file_is_there_once(house: House) -> None:
    house.hears(SANNE)
    house.imports("7,Ada,ada@lente.example,Noord,\n")
    house.hears(replace(SANNE, email="ada@lente.example"))
    assert (house.known, house.person("7").addresses) == ({"7"}, {"slack": "U1"})


def test_a_row_that_gives_somebody_known_the_address_of_whom_slack_brought_leaves_one_of_them(house: House) -> None:
    house.hears(SANNE)
    house.imports("7,Ada,ada@lente.example,Noord,\n")
    plan = house.imports("7,Ada,ada@lente.example,Noord,U1\n")
    assert ([person.external_id for person in plan.left], house.known) == (["slack:U1"], {"7"})


@pytest.mark.parametrize("id_", ["slack:U1", "Teams:1", "web:x"])
def test_an_id_of_the_file_that_looks_like_one_of_a_platform_is_refused(id_: str) -> None:
    with pytest.raises(BadRows, match="give the id of your own system"):
        parse_people(f"{HEADER}{id_},Sanne,,Noord,\n")


# ── what is refused ───────────────────────────────────────────────────────────────────────────────────────────────


def group(numbers: Iterable[int], name: str = "Ochtend") -> list[Listed]:
    return [Listed(f"U{n}", f"p{n}@lente.example", name=f"P {n}", group=name) for n in numbers]


def test_a_list_in_which_more_than_a_fifth_of_the_groups_leaves_or_moves_is_refused(house: House) -> None:
    house.imports("".join(f"{n},Ada,,Noord,\n" for n in range(100)))
    house.hears(*group(range(10)))
    check_sync(house.plan(group(range(2, 10))).plan, source="slack")
    with pytest.raises(BadSync, match=r"3 of 10 .* 30% of the people from slack.*groups.*--accept-large-change"):
        check_sync(house.plan(group(range(3, 10))).plan, source="slack")
    with pytest.raises(BadSync, match="10 would move"):
        check_sync(house.plan(group(range(10), "Avond")).plan, source="slack")
    check_sync(house.plan([]).plan, 1.0, "slack")


def test_groups_that_are_chosen_no_more_empty_the_roster_only_when_that_is_accepted(house: House) -> None:
    house.hears(*group(range(3)))
    without = [replace(one, group="") for one in group(range(3))]
    with pytest.raises(BadSync, match="3 of 3"):
        check_sync(house.plan(without).plan, source="slack")
    assert house.hears(*without).plan.left != ()
    assert house.known == set()


def test_one_colleague_who_leaves_is_never_too_many(house: House) -> None:
    house.imports("1,Ada,ada@lente.example,Noord,U8\n2,Bo,bo@lente.example,Noord,U9\n")
    house.hears(SANNE, OMAR, Listed("U8", ""), Listed("U9", ""))
    reached = house.plan([OMAR, Listed("U9", "")])
    check_sync(reached.plan, source="slack")
    check_reach(reached)


def test_people_of_groups_make_a_bad_file_no_better(house: House) -> None:
    house.imports("".join(f"{n},Ada,,Noord,\n" for n in range(10)))
    house.hears(*group(range(10, 90)))
    with pytest.raises(BadSync, match="3 of 10"):
        check_sync(house.file("".join(f"{n},Ada,,Noord,\n" for n in range(3, 10))))


def test_a_first_file_may_take_over_everybody_whom_slack_brought(house: House) -> None:
    house.hears(*group(range(10)))
    plan = house.file("".join(f"{n},Ada,p{n}@lente.example,Noord,\n" for n in range(10)))
    check_sync(plan)
    assert len(plan.moved) == 10


def test_a_file_that_gives_its_people_the_addresses_of_those_from_slack_is_refused(house: House) -> None:
    house.imports("".join(f"{n},Ada,a{n}@lente.example,Noord,\n" for n in range(90)))
    house.hears(*group(range(10)))
    swapped = "".join(f"{n},Ada,{'p' if n < 3 else 'a'}{n}@lente.example,Noord,\n" for n in range(90))
    plan = house.file(swapped)
    assert len(plan.left) == 3
    with pytest.raises(BadSync, match=r"3 of 10 .* 30% of the people from slack.*Check the file"):
        check_sync(plan)
    check_sync(plan, 1.0)


def test_one_person_who_turns_out_to_be_somebody_of_the_file_is_never_too_many(house: House) -> None:
    house.imports("1,Ada,ada@lente.example,Noord,\n")
    house.hears(SANNE, OMAR)
    plan = house.file("1,Ada,sanne@lente.example,Noord,\n")
    check_sync(plan)
    assert [person.external_id for person in plan.left] == ["slack:U1"]


def test_it_is_counted_who_is_reached_and_who_is_not(house: House) -> None:
    house.imports("1,Ada,ada@lente.example,Noord,\n2,Bo,,Noord,\n")
    reached = house.hears(SANNE, Listed("U8", "ada@lente.example"), Listed("U9", "stranger@else.example"))
    assert (reached.gained, reached.lost, reached.without, reached.unknown) == (2, 0, 1, 1)
    assert (reached.brings, house.hears().lost) == (True, 2)


# ── whatever comes ────────────────────────────────────────────────────────────────────────────────────────────────

MAIL = st.sampled_from(["", *(f"p{n}@lente.example" for n in range(5))])
MEMBERS = st.lists(
    st.builds(
        Listed,
        st.sampled_from([f"U{n}" for n in range(5)]),
        MAIL,
        st.booleans(),
        name=st.sampled_from(["Ada", "Bo"]),
        locale=st.sampled_from(["", "nl-NL", "en-US"]),
        group=st.sampled_from(["", "Ochtend", "Noord"]),
    ),
    max_size=6,
)
ROWS = st.lists(
    st.tuples(st.sampled_from("123456"), MAIL, st.sampled_from(["", *(f"U{n}" for n in range(5))])),
    min_size=1,
    max_size=6,
    unique_by=(lambda row: row[0], lambda row: row[1] or row[0], lambda row: row[2] or row[0]),
)
EVENTS = st.lists(MEMBERS | ROWS.map(lambda rows: "".join(f"{i},Ada,{m},Noord,{a}\n" for i, m, a in rows)), max_size=6)


def play(events: Iterable[list[Listed] | str]) -> House:
    """Let files and lists land one after another; a list without a group means nothing where there is no roster."""
    house = House()
    for event in events:
        if isinstance(event, str):
            house.imports(event)
        else:
            with suppress(NotFound):
                house.hears(*event)
    return house


@given(EVENTS, MEMBERS)
def test_nobody_of_the_file_ever_leaves_or_moves_by_a_list_of_slack(
    events: list[list[Listed] | str], listed: list[Listed]
) -> None:
    house = play([*events, "9,Ada,,Noord,\n"])
    plan = house.plan(listed).plan
    assert {source_of(person) for person in (*plan.left, *(change.before for change in plan.moved))} <= {"slack"}
    assert all(change.what == ("addresses",) for change in plan.changed if not source_of(change.before))


@given(EVENTS, MEMBERS)
def test_the_same_list_a_second_time_changes_nothing(events: list[list[Listed] | str], listed: list[Listed]) -> None:
    house = play([*events, "9,Ada,,Noord,\n"])
    house.hears(*listed)
    assert house.plan(listed).plan.nothing_to_do


@given(EVENTS, ROWS)
def test_whom_slack_brought_stays_the_same_person_whatever_the_file_says(
    events: list[list[Listed] | str], rows: list[tuple[str, str, str]]
) -> None:
    """Only whom a row names under the id of somebody else is there no more: they turned out to be that person."""
    house = play(events)
    brought = {person.id: person for person in house.people if source_of(person)}
    house.imports("".join(f"{i},Ada,{m},Noord,{a}\n" for i, m, a in rows))
    gone = [person for id_, person in brought.items() if id_ not in {one.id for one in house.people}]
    for person in gone:
        assert any(person.email == mail != "" or person.addresses["slack"] == at for _, mail, at in rows)
