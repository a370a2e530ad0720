"""Who is in a team: page after page, with patience, and what Teams does not tell is empty."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.port import DeliveryError
from adapters.teams.activity import Person, Place
from adapters.teams.exchange import Listed
from tests.adapters.teams_bench import Bench, teams_before

TEAM = "19:team@thread.tacv2"


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    async with teams_before(tmp_path) as bench:
        bench.teams.members[TEAM] = [{"id": f"29:{number}", "name": f"Person {number}"} for number in range(1_200)]
        yield bench


def team(bench: Bench) -> Place:
    return replace(bench.place, conversation=TEAM)


async def test_everybody_is_listed_over_all_pages(bench: Bench) -> None:
    listed = [one async for one in bench.connection.members(team(bench))]
    assert [one.person.teams for one in listed] == [f"29:{number}" for number in range(1_200)]
    assert [call.query.get("continuationToken") for call in bench.teams.connector.calls] == [None, "500", "1000"]


async def test_what_teams_tells_of_somebody_is_kept(bench: Bench) -> None:
    noor = {"id": "29:n", "aadObjectId": "a-1", "name": "Noor", "email": "noor@lente.example"}
    bench.teams.members[TEAM] = [
        {**noor, "userPrincipalName": "noor@lente.onmicrosoft.example", "userRole": "user", "objectId": "a-1"},
        {"id": "29:d"},
        {"id": "29:o", "objectId": "o-1", "tenantId": "t-2", "userRole": "guest"},
    ]
    assert [one async for one in bench.connection.members(team(bench))] == [
        Listed(Person("29:n", "a-1"), "Noor", "noor@lente.example", "noor@lente.onmicrosoft.example", "user"),
        Listed(Person("29:d")),
        Listed(Person("29:o", "o-1"), role="guest", tenant="t-2"),
    ]


async def test_a_team_without_anybody_is_empty(bench: Bench) -> None:
    bench.teams.members[TEAM] = []
    assert [one async for one in bench.connection.members(team(bench))] == []


async def test_a_page_that_fails_for_the_moment_is_asked_for_again(bench: Bench) -> None:
    bench.teams.script(429, 502, headers={"Retry-After": "7"})
    assert len([one async for one in bench.connection.members(team(bench))]) == 1_200
    assert bench.waited == [8, 9]


@pytest.mark.parametrize("status", [403, 404])
async def test_a_team_that_is_gone_is_a_failure_for_good(status: int, bench: Bench) -> None:
    bench.teams.script(status)
    with pytest.raises(DeliveryError) as caught:
        [one async for one in bench.connection.members(team(bench))]
    assert (caught.value.permanent, bench.waited) == (True, [])


@pytest.mark.parametrize("body", ['{"members": 5}', '{"members": ["x"]}', '{"members": {"id": "29:n"}}'])
async def test_members_of_another_shape_are_a_failure_that_may_pass(body: str, bench: Bench) -> None:
    bench.teams.script(*[200] * 5, body=body)
    with pytest.raises(DeliveryError) as caught:
        [one async for one in bench.connection.members(team(bench))]
    assert not caught.value.permanent


async def test_pages_that_go_round_in_a_circle_end(bench: Bench) -> None:
    bench.teams.script(*[200] * 3, body='{"members": [{"id": "29:n"}], "continuationToken": "again"}')
    assert len([one async for one in bench.connection.members(team(bench))]) == 2
