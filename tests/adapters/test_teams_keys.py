"""The keys of the Bot Framework: fetched beside everything else, kept for a day, and rotated without a gap."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.teams.keys import AGAIN, BEFORE, FRESH, SOON
from tests.adapters.teams_bench import Bench, teams_before
from tests.teams.fake import APP
from tests.teams.served import Scripted
from tests.teams.signing import SigningKey

ONE_FETCH = 2
"""Calls of one fetch: the metadata, and the keys that it names."""


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    async with teams_before(tmp_path) as bench:
        yield bench


async def knocks(bench: Bench, key: SigningKey | None = None) -> int:
    """Return how a message is answered that is signed with this key."""
    key = key or bench.teams.keys[0]
    return (await bench.post(token=key.token(APP, bench.teams.service_url))).status_code


def fetches(bench: Bench) -> float:
    return len(bench.teams.metadata.calls) / ONE_FETCH


async def test_many_requests_need_one_fetch(bench: Bench) -> None:
    assert [await knocks(bench) for _ in range(5)] == [200] * 5
    assert fetches(bench) == 1


async def test_many_requests_at_once_need_one_fetch(bench: Bench) -> None:
    assert await asyncio.gather(*(knocks(bench) for _ in range(10))) == [200] * 10
    assert fetches(bench) == 1


async def test_keys_are_asked_for_again_once_a_day(bench: Bench) -> None:
    await knocks(bench)
    bench.watch.seconds += FRESH - 1
    await knocks(bench)
    assert fetches(bench) == 1
    bench.watch.seconds += 1
    await knocks(bench)
    assert fetches(bench) == 2


async def test_a_rotated_key_counts_at_once(bench: Bench) -> None:
    await knocks(bench)
    bench.watch.seconds += 1
    bench.teams.keys = [SigningKey("second", 1)]
    assert await knocks(bench) == 200


async def test_a_key_that_was_rotated_away_counts_no_more(bench: Bench) -> None:
    old = bench.teams.keys[0]
    await knocks(bench)
    bench.teams.keys = [SigningKey("second", 1)]
    await knocks(bench)
    assert await knocks(bench, old) == 401


async def test_invented_keys_cost_one_fetch_in_a_few_minutes(bench: Bench) -> None:
    await knocks(bench)
    invented = [SigningKey(f"invented-{number}", 1) for number in range(8)]
    assert await asyncio.gather(*(knocks(bench, key) for key in invented)) == [401] * 8
    assert fetches(bench) == 2
    bench.watch.seconds += AGAIN
    assert await knocks(bench, invented[0]) == 401
    assert fetches(bench) == 3


async def test_what_names_another_issuer_costs_no_fetch(bench: Bench) -> None:
    token = bench.teams.token(iss="https://evil.example")
    assert (await bench.post(token=token)).status_code == 401
    assert fetches(bench) == 0


async def test_while_keys_cannot_be_fetched_teams_is_asked_to_come_again(bench: Bench) -> None:
    bench.teams.metadata.script.extend([Scripted(503)] * 2)
    assert await knocks(bench) == 503
    assert (await knocks(bench), len(bench.teams.metadata.calls)) == (503, 1)  # nobody hammers at a closed door
    bench.watch.seconds += SOON
    assert await knocks(bench) == 503
    bench.watch.seconds += SOON
    assert await knocks(bench) == 200
    assert len(bench.hearing.activities) == 1


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"jwks_uri": 5}', '{"jwks_uri": "x"}', "[" * 50_000])
async def test_metadata_that_say_nothing_are_as_good_as_none(body: str, bench: Bench) -> None:
    bench.teams.metadata.script.append(Scripted(200, body=body or " "))
    assert await knocks(bench) == 503


@pytest.mark.parametrize("keys", ["{}", '{"keys": []}', '{"keys": [5]}', '{"keys": [{"kty": "RSA", "kid": "first"}]}'])
async def test_keys_that_are_none_leave_the_old_ones_in_force(keys: str, bench: Bench) -> None:
    await knocks(bench)
    bench.watch.seconds += FRESH
    bench.teams.metadata.script.extend([_pointing(bench), Scripted(200, body=keys)])
    assert await knocks(bench) == 200
    bench.watch.seconds += AGAIN
    assert (await knocks(bench), fetches(bench)) == (200, 3)


async def test_a_slow_fetch_holds_up_nobody_else(bench: Bench) -> None:
    bench.teams.metadata.seconds = 0.5
    knocking = asyncio.create_task(knocks(bench))
    await asyncio.sleep(0.1)
    began = time.perf_counter()
    assert (await bench.raw(b"{}")).status_code == 400
    assert time.perf_counter() - began < 0.3
    assert not knocking.done()
    assert await knocking == 200


async def test_a_fetch_ends_when_its_time_is_over(tmp_path: Path) -> None:
    async with teams_before(tmp_path, lambda teams: {"timeout": 0.2}) as bench:
        bench.teams.metadata.seconds = 1.0
        began = time.perf_counter()
        assert await knocks(bench) == 503
        assert time.perf_counter() - began < 0.9


async def test_keys_and_token_are_there_before_anybody_needs_them(bench: Bench) -> None:
    await bench.connection.prepare()
    assert (fetches(bench), bench.teams.tokens) == (1, 1)
    await knocks(bench)
    assert fetches(bench) == 1


async def test_where_somebody_listens_newer_keys_are_there_before_the_day_is_over(bench: Bench) -> None:
    await bench.connection.prepare()
    bench.watch.seconds += FRESH - BEFORE
    await bench.connection.tend()
    bench.watch.seconds += BEFORE
    assert (await knocks(bench), fetches(bench)) == (200, 2)


async def test_while_newer_keys_cannot_be_had_those_of_the_day_serve_without_a_fetch(bench: Bench) -> None:
    await bench.connection.prepare()
    bench.watch.seconds += FRESH - BEFORE
    bench.teams.metadata.script.append(Scripted(503))
    for _ in range(3):
        await bench.connection.tend()
    made = len(bench.teams.metadata.calls)
    bench.watch.seconds += AGAIN - 1
    assert (await knocks(bench), made, len(bench.teams.metadata.calls)) == (200, 3, 3)


async def test_a_process_that_hears_nobody_asks_for_no_keys(bench: Bench) -> None:
    await bench.connection.tend()
    assert fetches(bench) == 0


def _pointing(bench: Bench) -> Scripted:
    return Scripted(200, body=f'{{"jwks_uri": "{bench.teams.metadata.base}/keys"}}')
