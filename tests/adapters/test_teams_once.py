"""What comes twice is done once, and its repetition gets the same outcome."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from adapters.teams.activity import Activity, Person, Place
from adapters.teams.exchange import Answer
from adapters.teams.once import KEPT, LIFETIME, Once
from tests.adapters.teams_bench import Bench, teams_before
from tests.slack.conftest import Watch
from tests.teams.served import Json


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    async with teams_before(tmp_path) as bench:
        yield bench


@pytest.fixture
def tap(bench: Bench) -> Json:
    """Noor answers a card."""
    bench.hearing.answer = Answer({"statusCode": 200, "value": "a new card"})
    return bench.teams.activity(type="invoke", name="adaptiveCard/action", value={})


def activity(name: str, conversation: str = "c", kind: str = "message") -> Activity:
    return Activity(kind, Place("https://x/", conversation, "t", "28:b"), Person("29:n"), "personal", id=name)


async def test_a_repetition_is_not_done_again_and_gets_the_same_answer(tap: Json, bench: Bench) -> None:
    answers = [await bench.post(tap) for _ in range(3)]
    assert [answer.json()["value"] for answer in answers] == ["a new card"] * 3
    assert len(bench.hearing.activities) == 1


async def test_a_repetition_that_comes_meanwhile_waits_for_the_same_outcome(tap: Json, bench: Bench) -> None:
    bench.hearing.gate.clear()
    posting = [asyncio.create_task(bench.post(tap)) for _ in range(3)]
    await asyncio.sleep(0.1)
    bench.hearing.gate.set()
    assert [(await answer).json()["value"] for answer in posting] == ["a new card"] * 3
    assert len(bench.hearing.activities) == 1


async def test_after_a_minute_a_repetition_hears_only_that_all_is_well(tap: Json, bench: Bench) -> None:
    await bench.post(tap)
    bench.watch.seconds += KEPT
    answer = await bench.post(tap)
    assert (answer.status_code, answer.content, len(bench.hearing.activities)) == (200, b"", 1)


async def test_it_is_remembered_for_longer_than_a_token_lasts(tap: Json, bench: Bench) -> None:
    await bench.post(tap)
    bench.watch.seconds += LIFETIME - 1
    await bench.post(tap)
    assert len(bench.hearing.activities) == 1


async def test_what_broke_down_is_done_when_it_comes_again(tap: Json, bench: Bench) -> None:
    bench.hearing.error = ConnectionError("the database is away")
    assert (await bench.post(tap)).status_code == 500
    bench.hearing.error = None
    assert (await bench.post(tap)).status_code == 200
    assert len(bench.hearing.activities) == 2


async def test_whoever_hangs_up_leaves_the_work_to_its_end(tap: Json, bench: Bench) -> None:
    bench.hearing.gate.clear()
    with pytest.raises(httpx.ReadTimeout):
        await bench.client.post(
            "/teams/messages",
            json=tap,
            headers={"authorization": f"Bearer {bench.teams.token()}"},
            timeout=0.1,
        )
    bench.hearing.gate.set()
    assert (await bench.post(tap)).json()["value"] == "a new card"
    assert len(bench.hearing.activities) == 1


async def test_a_request_that_is_cancelled_leaves_the_work_to_its_end() -> None:
    once, gate, done = Once[str](Watch()), asyncio.Event(), list[str]()

    async def work() -> str:
        done.append("begun")
        await gate.wait()
        done.append("done")
        return "a new card"

    asking = asyncio.create_task(once.do(activity("1"), work, ""))
    await asyncio.sleep(0.01)
    asking.cancel()
    await asyncio.wait({asking})
    gate.set()
    assert (await once.do(activity("1"), work, ""), done) == ("a new card", ["begun", "done"])


async def test_what_has_no_id_is_done_each_time(bench: Bench) -> None:
    for _ in range(2):
        await bench.post(bench.teams.activity(id=None))
    assert len(bench.hearing.activities) == 2


async def test_the_same_id_elsewhere_is_something_else() -> None:
    once, done = Once[None](Watch()), list[int]()

    async def work() -> None:
        done.append(1)

    for one in (activity("1"), activity("1", "d"), activity("1", kind="invoke"), activity("2"), activity("1")):
        await once.do(one, work, None)
    assert len(done) == 4


async def test_the_oldest_are_forgotten_when_there_are_too_many() -> None:
    watch, done = Watch(), list[str]()
    once = Once[None](watch, many=3)

    async def work() -> None:
        done.append("")

    for name in ("1", "2", "3", "4", "5"):
        await once.do(activity(name), work, None)
    watch.seconds += KEPT
    await once.do(activity("5"), work, None)
    assert len(done) == 5
    await once.do(activity("1"), work, None)
    assert len(done) == 6
