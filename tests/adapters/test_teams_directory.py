"""Members from the teams in which the app stands: who is one, once each, and never half a list."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.port import DeliveryError, Member
from adapters.teams.activity import Place
from adapters.teams.addresses import Addresses
from adapters.teams.app import TeamsApp
from adapters.teams.directory import Directory, Rosters
from adapters.teams.failures import Refused
from adapters.teams.graph import Graph
from adapters.teams.organisation import Organisation
from tests.adapters.teams_bench import Bench, teams_before
from tests.everything import logged
from tests.teams.fake import APP, TENANT
from tests.teams.served import Json, Scripted

NOORD, ZUID = "19:noord@thread.tacv2", "19:zuid@thread.tacv2"
OTHER = "88888888-8888-7777-6666-555555555555"
NOOR = {"id": "29:n", "aadObjectId": "A-1", "name": "Noor", "email": "noor@lente.example", "tenantId": TENANT}
OMAR = {**NOOR, "id": "29:o", "aadObjectId": "a-2", "name": "Omar", "email": "omar@lente.example", "userRole": "user"}


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    async with teams_before(tmp_path) as bench:
        yield bench


def directory(bench: Bench, places: Sequence[Place], alone: str = TENANT) -> Directory:
    async def teams() -> Sequence[Place]:
        return places

    return Directory(Addresses(alone), Rosters(bench.connection.members, teams))


async def listed(bench: Bench, **teams: list[Json]) -> list[Member]:
    """Return who is listed when these are in these teams."""
    bench.teams.members |= {f"19:{name}@thread.tacv2": members for name, members in teams.items()}
    places = [replace(bench.place, conversation=f"19:{name}@thread.tacv2") for name in teams]
    return [member async for member in directory(bench, places).members()]


async def test_a_member_of_a_team_is_a_member_with_what_teams_tells(bench: Bench) -> None:
    assert await listed(bench, noord=[NOOR]) == [Member("a-1", "Noor", "noor@lente.example", "", "")]


async def test_somebody_in_several_teams_is_listed_once(bench: Bench) -> None:
    found = await listed(bench, noord=[NOOR, OMAR], zuid=[{**NOOR, "aadObjectId": "a-1"}, NOOR])
    assert [member.address for member in found] == ["a-1", "a-2"]


@pytest.mark.parametrize(
    "told",
    [{"userRole": "guest"}, {"userRole": "anonymous"}, {"tenantId": OTHER}, {"userPrincipalName": "n_e.x#EXT#@l.x"}],
)
async def test_guests_and_people_of_other_tenants_are_not_active(told: dict[str, str], bench: Bench) -> None:
    (noor,) = await listed(bench, noord=[{**NOOR, **told}])
    assert not noor.active


async def test_a_guest_in_one_team_who_is_an_employee_in_another_is_active(bench: Bench) -> None:
    found = await listed(bench, noord=[{**NOOR, "userRole": "guest"}], zuid=[NOOR])
    assert [member.active for member in found] == [True]


async def test_somebody_without_an_object_id_is_left_out(bench: Bench) -> None:
    found = await listed(bench, noord=[{"id": "28:another-bot", "name": "Bot"}, OMAR])
    assert [member.address for member in found] == ["a-2"]


async def test_somebody_without_a_tenant_is_of_that_of_the_team(bench: Bench) -> None:
    (noor,) = await listed(bench, noord=[{**NOOR, "tenantId": None}])
    assert noor.active


async def test_with_several_tenants_everybody_is_named_with_theirs(bench: Bench) -> None:
    places = [replace(bench.place, conversation=NOORD), replace(bench.place, conversation=ZUID, tenant=OTHER)]
    bench.teams.members |= {NOORD: [NOOR], ZUID: [{**OMAR, "tenantId": OTHER}, NOOR]}
    found = [member async for member in directory(bench, places, alone="").members()]
    assert [(one.address, one.active) for one in found] == [(f"{TENANT}/a-1", True), (f"{OTHER}/a-2", True)]


@pytest.mark.parametrize("status", [403, 404])
async def test_a_team_that_the_app_was_taken_out_of_is_left_out_with_a_warning(status: int, bench: Bench) -> None:
    bench.teams.connector.script.append(Scripted(status))
    with logged() as log:
        found = await listed(bench, noord=[NOOR], zuid=[OMAR])
    assert [member.address for member in found] == ["a-2"]
    assert "a team gave no list of members" in log.getvalue()
    assert NOORD not in log.getvalue()


async def test_when_the_app_was_taken_out_of_every_team_that_is_a_failure(bench: Bench) -> None:
    bench.teams.script(403, 404)
    with pytest.raises(Refused) as caught:
        await listed(bench, noord=[NOOR], zuid=[OMAR])
    assert caught.value.permanent


@pytest.mark.parametrize("status", [400, 500])
async def test_a_team_that_does_not_answer_stops_the_whole_reading(status: int, bench: Bench) -> None:
    good = Scripted(200, body='{"members": []}')
    bench.teams.connector.script.extend([good, *[Scripted(status)] * 5])
    with pytest.raises(Refused):
        await listed(bench, noord=[NOOR], zuid=[OMAR])


async def test_a_page_of_a_team_that_does_not_answer_stops_the_whole_reading(bench: Bench) -> None:
    first = Scripted(200, body='{"members": [{"id": "29:n", "aadObjectId": "a-1"}], "continuationToken": "500"}')
    bench.teams.connector.script.extend([first, *[Scripted(502)] * 5])
    with pytest.raises(Refused):
        await listed(bench, noord=[NOOR])


async def test_without_any_team_nobody_is_listed_as_gone(bench: Bench) -> None:
    with pytest.raises(DeliveryError, match="in no team yet") as caught:
        await listed(bench)
    assert caught.value.permanent


async def test_a_team_with_nobody_in_it_is_an_empty_list(bench: Bench) -> None:
    assert await listed(bench, noord=[]) == []


def test_teams_may_leave_people_out_and_graph_does_not(bench: Bench) -> None:
    teams = directory(bench, [])
    assert not teams.lists_everybody
    graph = Graph(TeamsApp(APP, "s", tenant=TENANT, graph=True), now=lambda: 0.0)
    assert replace(teams, organisation=Organisation(graph)).lists_everybody


async def test_in_development_a_team_may_be_of_no_tenant(bench: Bench) -> None:
    bench.teams.members[NOORD] = [NOOR]
    places = [replace(bench.place, conversation=NOORD, tenant="")]
    assert [(one.address, one.active) async for one in directory(bench, places, alone="").members()] == [("/a-1", True)]
