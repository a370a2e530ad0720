"""What Teams' door lets in: what the Bot Framework signed for us, from a tenant that may, and nothing else."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from adapters.traffic.bounded import LIMIT
from tests.adapters.teams_bench import Bench, teams_before
from tests.everything import logged
from tests.teams.fake import APP, NOOR, NOOR_ENTRA, TENANT, FakeTeams
from tests.teams.signing import SigningKey, claims_for

SECRET = "what Noor wrote"


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    async with teams_before(tmp_path) as bench:
        yield bench


def signed(teams: FakeTeams, key: SigningKey, algorithm: str) -> str:
    return key.signed(claims_for(APP, teams.service_url), algorithm=algorithm)


def with_key(name: str, number: int) -> Callable[[FakeTeams], str]:
    return lambda teams: SigningKey(name, number).token(APP, teams.service_url)


BAD: dict[str, Callable[[FakeTeams], str]] = {
    "no token": lambda teams: "",
    "not a token": lambda teams: "garbage",
    "three parts of nothing": lambda teams: "a.b.c",
    "for somebody else": lambda teams: teams.token(aud="someone-else"),
    "for a list with us in it": lambda teams: teams.token(aud=[APP]),
    "for nobody": lambda teams: teams.token(without=["aud"]),
    "from somebody else": lambda teams: teams.token(iss="https://evil.example"),
    "from nobody": lambda teams: teams.token(without=["iss"]),
    "ended an hour ago": lambda teams: teams.token(exp=int(time.time()) - 3600),
    "without an end": lambda teams: teams.token(without=["exp"]),
    "not yet begun": lambda teams: teams.token(nbf=int(time.time()) + 3600),
    "forged with another key of the same name": with_key("first", 1),
    "with a key that nobody knows": with_key("nobody's", 1),
    "with a key without a name": with_key("", 0),
    "not signed at all": lambda teams: signed(teams, teams.keys[0], "none"),
    "signed with a word": lambda teams: signed(teams, teams.keys[0], "HS256"),
    "signed in a way that is not allowed": lambda teams: signed(teams, teams.keys[0], "RS384"),
    "for another service URL": lambda teams: teams.token(serviceurl="https://smba.trafficmanager.net/amer/"),
    "for no service URL": lambda teams: teams.token(without=["serviceurl"]),
}


async def test_what_the_bot_framework_signed_is_heard(bench: Bench) -> None:
    answer = await bench.post()
    assert (answer.status_code, [heard.text for heard in bench.hearing.activities]) == (200, ["hallo"])


@pytest.mark.parametrize("name", BAD)
async def test_a_bad_token_is_answered_401_and_nothing_happens(name: str, bench: Bench) -> None:
    with logged() as text:
        answer = await bench.post(bench.teams.activity(text=SECRET), token=BAD[name](bench.teams))
    assert (answer.status_code, answer.text) == (401, "not signed by the Bot Framework")
    assert (bench.hearing.activities, bench.teams.connector.calls, bench.teams.tokens) == ([], [], 0)
    assert not {part for part in (SECRET, NOOR, NOOR_ENTRA, "Noor", "Traceback") if part in text.getvalue()}


@pytest.mark.parametrize("header", ["Basic abc", "Bearer", "bearer {}", "Bearer {} {}", "{}"])
async def test_a_header_of_another_kind_is_answered_401(header: str, bench: Bench) -> None:
    token = bench.teams.token()
    assert (await bench.post(token="", authorization=header.replace("{}", token))).status_code == 401
    assert bench.hearing.activities == []


async def test_a_channel_for_which_the_key_does_not_count_is_answered_401(bench: Bench) -> None:
    assert (await bench.post(bench.teams.activity(channelId="slack"))).status_code == 401
    assert bench.hearing.activities == []


async def test_another_channel_is_not_teams_although_the_key_counts_for_it(bench: Bench) -> None:
    assert (await bench.post(bench.teams.activity(channelId="webchat"))).status_code == 400
    assert bench.hearing.activities == []


async def test_clocks_may_differ_by_five_minutes(bench: Bench) -> None:
    now = int(time.time())
    assert (await bench.post(token=bench.teams.token(exp=now - 200))).status_code == 200
    assert (await bench.post(token=bench.teams.token(nbf=now + 200))).status_code == 200


@pytest.mark.parametrize(
    "url",
    [
        "http://evil.example/",
        "ftp://127.0.0.1/",
        "https://a@evil.example/",
        "https://evil.example?q",
        "http://[::2]/",
        "x",
    ],
)
async def test_a_service_url_that_leads_elsewhere_is_refused_even_when_it_is_signed(url: str, bench: Bench) -> None:
    activity = bench.teams.activity(serviceUrl=url)
    assert (await bench.post(activity, token=bench.teams.token(serviceurl=url))).status_code == 401
    assert bench.hearing.activities == []


@pytest.mark.parametrize(
    "fields",
    [
        {"channelData": {"tenant": {"id": "another"}}, "conversation": {"id": "c", "tenantId": "another"}},
        {"channelData": {"tenant": {"id": "another"}}, "conversation": {"id": "c"}},
        {"channelData": None, "conversation": {"id": "c"}},
    ],
    ids=["another", "another, not said twice", "none"],
)
async def test_a_tenant_that_may_not_speak_to_us_is_not_heard(fields: dict[str, Any], bench: Bench) -> None:
    answer = await bench.post(bench.teams.activity(**fields))
    assert (answer.status_code, answer.text, bench.hearing.activities) == (403, "not for this tenant", [])


async def test_every_tenant_on_the_list_is_heard(tmp_path: Path) -> None:
    async with teams_before(tmp_path, lambda teams: {"tenants": frozenset({"another"})}) as bench:
        other = {"channelData": {"tenant": {"id": "another"}}, "conversation": {"id": "c", "tenantId": "another"}}
        assert (await bench.post(bench.teams.activity(**other))).status_code == 200
        assert (await bench.post()).status_code == 200
    assert [heard.place.tenant for heard in bench.hearing.activities] == ["another", TENANT]


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
async def test_what_is_not_json_is_answered_415(kind: str, bench: Bench) -> None:
    body = json.dumps(bench.teams.activity()).encode()
    assert (await bench.raw(body, **{"content-type": kind})).status_code == 415
    assert bench.hearing.activities == []


async def test_a_body_that_is_too_large_is_answered_413_and_nothing_happens(bench: Bench) -> None:
    assert (await bench.post(bench.teams.activity(text="x" * LIMIT))).status_code == 413
    assert bench.hearing.activities == []


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"5", b"null", b'"x"', b"\xff", b"{}", b'{"channelId": 5, "serviceUrl": []}', b"[" * 50_000],
)
async def test_a_body_that_says_nothing_is_answered_400(body: bytes, bench: Bench) -> None:
    assert (await bench.raw(body)).status_code == 400


async def test_half_a_character_is_answered_400(bench: Bench) -> None:
    body = json.dumps(bench.teams.activity(text="?")).replace('"?"', '"\\ud83d"').encode()
    assert (await bench.raw(body)).status_code == 400


async def test_a_breakdown_is_answered_500_and_leaves_no_trace_of_who_it_was(bench: Bench) -> None:
    bench.hearing.error = ConnectionError(f"{SECRET} of {NOOR}")
    with logged() as text:
        answer = await bench.post(bench.teams.activity(text=SECRET))
    assert (answer.status_code, answer.text) == (500, "come again")
    assert "an activity failed" in text.getvalue()
    assert not {part for part in (SECRET, NOOR, NOOR_ENTRA, "Noor", "Traceback") if part in text.getvalue()}


async def test_what_is_heard_leaves_no_trace_in_the_log(bench: Bench) -> None:
    with logged() as text:
        await bench.post(bench.teams.activity(text=SECRET, unknownToAnybody=SECRET))
    assert not {part for part in (SECRET, NOOR, NOOR_ENTRA, "Noor") if part in text.getvalue()}
