"""Importing the roster into a running product: in one transaction, with everything that hangs on a person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.rostering import Read
from surveys.errors import BadSync, Outdated
from surveys.reaching import Listed, Reached
from surveys.roster import BadRows, SyncPlan, parse_people
from surveys.store import people as store
from tests.stage import MONDAY, Stage, roster_csv
from tests.truths import all_held

PLATFORMS = ("web", "recording")
WITHOUT_O1 = "\n".join(line for line in roster_csv().splitlines() if not line.startswith("o1,"))
SHIFTS = f"person,start,end\no1,{MONDAY.date()}T09:00,{MONDAY.date()}T17:00\n"


def reading(listed: Sequence[Listed]) -> Read:
    """A platform that lists these."""

    async def read() -> Sequence[Listed]:
        return listed

    return read


async def imported(
    stage: Stage, csv: str, *, limit: float = 0.2, dry_run: bool = False, platforms: Sequence[str] = PLATFORMS
) -> list[SyncPlan]:
    shown: list[SyncPlan] = []
    rows = parse_people(csv, platforms=platforms)
    await stage.app.rostering.import_people(rows, shown.append, limit=limit, dry_run=dry_run)
    return shown


async def people(stage: Stage) -> dict[str, dict[str, str]]:
    async with stage.app.database.begin() as connection:
        return {person.external_id: dict(person.addresses) for person in await store.load_roster(connection)}


async def test_everybody_is_reached_on_the_web_by_their_own_id(stage: Stage) -> None:
    await imported(stage, roster_csv())
    for who, addresses in (await people(stage)).items():
        assert addresses == {"recording": who, "web": str(stage.people[who].id)}


async def test_a_web_address_of_the_file_goes_before_the_own_id(stage: Stage) -> None:
    await imported(stage, roster_csv().replace("address:recording", "address:web"))
    assert (await people(stage))["o1"]["web"] == "o1"


async def test_the_members_of_a_platform_add_where_they_are_reached_there(stage: Stage) -> None:
    await imported(stage, roster_csv())
    shown: list[Reached] = []
    listed = [Listed("U1", "O1@lente.example"), Listed("U9", "stranger@else.example")]
    for dry_run in (True, False):
        await stage.app.rostering.import_members("slack", reading(listed), shown.append, limit=0.2, dry_run=dry_run)
        assert ("slack" in (await people(stage))["o1"]) is not dry_run
    assert {who for who, addresses in (await people(stage)).items() if "slack" in addresses} == {"o1"}
    assert [(one.gained, one.unknown) for one in shown] == [(1, 1), (1, 1)]


async def test_members_that_vanish_by_many_change_nothing(stage: Stage) -> None:
    await imported(stage, roster_csv())
    listed = [Listed("U1", "o1@lente.example"), Listed("U2", "o2@lente.example")]
    await stage.app.rostering.import_members("slack", reading(listed), lambda _: None, limit=0.2)
    with pytest.raises(BadSync, match="2 of 2"):
        await stage.app.rostering.import_members("slack", reading([]), lambda _: None, limit=0.2)
    assert (await people(stage))["o1"]["slack"] == "U1"


async def test_whom_a_list_that_may_leave_people_out_does_not_name_stays(stage: Stage) -> None:
    await imported(stage, roster_csv())
    listed = [Listed("U1", "o1@lente.example"), Listed("U2", "o2@lente.example")]
    await stage.app.rostering.import_members("slack", reading(listed), lambda _: None, limit=0.2)
    await stage.app.rostering.import_members("slack", reading(listed[:1]), lambda _: None, limit=0.2, whole=False)
    await stage.app.rostering.follow_members("slack", reading(listed[:1]), lambda _: None, whole=False)
    assert (await people(stage))["o2"]["slack"] == "U2"
    await stage.app.rostering.import_members("slack", reading(listed[:1]), lambda _: None, limit=0.2)
    assert "slack" not in (await people(stage))["o2"]


SANNE = Listed("U1", "sanne@lente.example", name="Sanne", locale="en-GB", timezone="Europe/Brussels", group="Chat")


async def follow(stage: Stage, *listed: Listed) -> None:
    await stage.app.rostering.follow_members("slack", reading(listed), lambda _: None)


async def take(stage: Stage, *listed: Listed) -> Reached:
    shown: list[Reached] = []
    await stage.app.rostering.import_members("slack", reading(listed), shown.append, limit=0.2)
    return shown[0]


async def test_whom_a_group_brings_is_kept_with_a_web_address_of_their_own(stage: Stage) -> None:
    await take(stage, SANNE)
    async with stage.app.database.begin() as connection:
        sanne = await store.person_by_external_id(connection, "slack:U1")
        tree = await store.load_tree(connection)
    assert sanne is not None
    assert tree is not None
    assert (sanne.language, sanne.timezone, tree.path(sanne.team)) == ("en", "Europe/Brussels", "Chat")
    assert sanne.addresses == {"slack": "U1", "web": str(sanne.id)}
    assert (await take(stage, SANNE)).plan.nothing_to_do


async def test_a_file_takes_over_whom_a_group_brought_and_leaves_the_others(stage: Stage) -> None:
    await take(stage, SANNE, Listed("U2", "", name="Bo", group="Chat"))
    before = await stage.rows("SELECT id FROM people.person WHERE external_id = 'slack:U1'")
    await imported(stage, f"{roster_csv()}7,Sanne,sanne@lente.example,Noord,,agent,nl,Europe/Amsterdam,s\n")
    assert await stage.rows("SELECT id FROM people.person WHERE external_id = '7'") == before
    assert (await people(stage))["7"]["slack"] == "U1"
    assert "slack:U2" in await people(stage)


async def test_two_whom_a_group_brought_may_swap_their_e_mail_addresses(stage: Stage) -> None:
    omar = Listed("U2", "omar@lente.example", name="Omar", group="Chat")
    await take(stage, SANNE, omar)
    await take(stage, replace(SANNE, email=omar.email), replace(omar, email=SANNE.email))
    found = await stage.rows("SELECT external_id, email FROM people.person WHERE external_id LIKE 'slack:%' ORDER BY 1")
    assert found == [("slack:U1", "omar@lente.example"), ("slack:U2", "sanne@lente.example")]


async def test_whoever_leaves_a_group_mid_wave_takes_everything_along(stage: Stage) -> None:
    await take(stage, SANNE)
    (gone,) = await stage.rows("SELECT id FROM people.person WHERE external_id = 'slack:U1'")
    await stage.app.links.personal(f"person:{gone[0]}", "chat", timedelta(days=90))
    assert [person.external_id for person in (await take(stage, replace(SANNE, group=""))).plan.left] == ["slack:U1"]
    assert await stage.rows(f"SELECT 1 FROM platform.link WHERE subject = 'person:{gone[0]}'") == []
    assert await stage.rows(f"SELECT 1 FROM people.person WHERE id = '{gone[0]}'") == []


async def test_when_one_of_two_workspaces_removes_the_app_its_people_keep_answer_and_card(stage: Stage) -> None:
    """Whoever is of a workspace that is not listed neither leaves nor moves, whether a file or a group brought them."""
    await imported(stage, roster_csv())
    there = [Listed(f"T2/{who}", f"{who}@lente.example") for who in ("o1", "o2")]
    brought = [replace(SANNE, address="T2/U1"), replace(SANNE, address="T1/U1", email="omar@lente.example")]
    await take(stage, *brought, *there)
    await stage.deliver()
    await stage.answer("o1")
    before, cards = await people(stage), await stage.rows("SELECT count(*) FROM platform.delivery")
    assert (await take(stage, brought[1], Listed("T1/U7", "sanne@lente.example"))).plan.left == ()
    assert await people(stage) == before
    assert (await answers(stage), await stage.rows("SELECT count(*) FROM platform.delivery")) == (1, cards)


async def test_groups_that_empty_change_nothing(stage: Stage) -> None:
    three = group(range(3))
    await take(stage, *three)
    with pytest.raises(BadSync, match="3 of 3"):
        await take(stage, *(replace(one, active=False) for one in three))
    assert "slack:U2" in await people(stage)


def group(numbers: Iterable[int]) -> list[Listed]:
    return [replace(SANNE, address=f"U{n}", email=f"slack{n}@lente.example") for n in numbers]


async def test_bit_by_bit_no_more_is_taken_away_unasked_than_at_once_until_the_next_command(stage: Stage) -> None:
    await take(stage, *group(range(10)))
    await follow(stage, *group(range(1, 10)))
    await follow(stage, *group(range(2, 10)))
    with pytest.raises(BadSync, match=r"3 of 10 .* by command"):
        await follow(stage, *group(range(3, 10)))
    assert "slack:U2" in await people(stage)
    await take(stage, *group(range(3, 10)))
    await follow(stage, *group(range(4, 10)))
    assert {who for who in await people(stage) if who.startswith("slack:")} == {f"slack:U{n}" for n in range(4, 10)}


async def test_who_joins_in_between_makes_room_for_nobody_to_be_taken_away(stage: Stage) -> None:
    await take(stage, *group(range(10)))
    await follow(stage, *group(range(30)))
    await follow(stage, *group(range(2, 30)))
    with pytest.raises(BadSync, match="3 of 10"):
        await follow(stage, *group(range(3, 30)))


async def test_of_two_readings_the_one_that_began_first_never_undoes_the_other(stage: Stage) -> None:
    await take(stage, *group(range(2)))

    async def slowly() -> list[Listed]:
        await take(stage, *group(range(3)))
        return group(range(2))

    with pytest.raises(Outdated):
        await stage.app.rostering.follow_members("slack", slowly, lambda _: None)
    with pytest.raises(Outdated):
        await stage.app.rostering.import_members("slack", slowly, lambda _: None, limit=0.2)
    assert "slack:U2" in await people(stage)


async def test_what_is_kept_of_following_names_nobody(stage: Stage) -> None:
    await take(stage, *group(range(10)))
    await follow(stage, *group(range(1, 10)))
    assert await stage.rows("SELECT name, value FROM platform.mark WHERE name LIKE '%slack' ORDER BY name") == [
        ("readings of slack", "2"),
        ("taken over from slack", '{"reading": 2, "losses": {"brought": 10, "reached": 0, "gone": 1, "unreached": 0}}'),
    ]


async def test_importing_the_same_file_twice_changes_nothing(stage: Stage) -> None:
    await imported(stage, roster_csv())
    (plan,) = await imported(stage, roster_csv())
    assert plan.nothing_to_do


async def test_a_dry_run_shows_the_plan_and_changes_nothing(stage: Stage) -> None:
    before = await people(stage)
    (plan,) = await imported(stage, WITHOUT_O1, dry_run=True)
    assert [person.external_id for person in plan.left] == ["o1"]
    assert await people(stage) == before


async def test_too_large_a_change_is_shown_and_refused(stage: Stage) -> None:
    before = await people(stage)
    with pytest.raises(BadSync, match="Nothing was changed"):
        await imported(stage, "\n".join(roster_csv().splitlines()[:5]))
    assert await people(stage) == before


async def test_whoever_left_mid_wave_takes_answer_card_and_links_along(stage: Stage) -> None:
    """Leaving mid-wave withdraws the sealed row, and nothing that names the person stays."""
    await imported(stage, roster_csv())
    await stage.deliver()
    await stage.answer("o1")
    await stage.answer("o2")
    gone = stage.people["o1"].id
    await stage.app.links.personal(f"person:{gone}", "chat", timedelta(days=90))
    await imported(stage, WITHOUT_O1)
    for query in (
        f"SELECT 1 FROM platform.delivery WHERE person_id = '{gone}'",
        f"SELECT 1 FROM platform.link WHERE subject = 'person:{gone}'",
        f"SELECT 1 FROM people.person WHERE id = '{gone}'",
    ):
        assert await stage.rows(query) == []
    assert await answers(stage) == 1


async def test_an_import_that_fails_half_way_changes_nothing(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    await stage.deliver()
    await stage.answer("o1")
    before = await people(stage)

    async def torn(*_: object) -> None:
        raise ConnectionError

    monkeypatch.setattr(store, "apply_plan", torn)
    with pytest.raises(ConnectionError):
        await imported(stage, WITHOUT_O1)
    assert await people(stage) == before
    assert await answers(stage) == 1


async def test_a_planning_is_taken_over(stage: Stage) -> None:
    shifts = await stage.app.rostering.import_shifts(SHIFTS, calendar=False)
    assert [(person, shift.end - shift.start) for person, shift in shifts] == [
        (stage.people["o1"].id, timedelta(hours=8))
    ]
    assert await stage.rows("SELECT count(*) FROM people.shift") == [(1,)]


async def test_a_planning_with_a_bad_row_changes_nothing(stage: Stage) -> None:
    with pytest.raises(BadRows, match="nothing was changed"):
        await stage.app.rostering.import_shifts(SHIFTS + "nobody,1,2\n", calendar=False)
    assert await stage.rows("SELECT count(*) FROM people.shift") == [(0,)]


async def answers(stage: Stage) -> int:
    """How many of the open wave's rows hold an answer by now."""
    return sum(response.cohort is not None for response in await all_held(stage))
