"""Numbers that processes show each other: shared, gone with their process, and in no table."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.board import SharedBoard
from surveys.store.shown import Shown
from tests.everything import everything
from tests.stage import Stage

NAME = "T1/chat.postMessage"


@asynccontextmanager
async def two(stage: Stage) -> AsyncIterator[tuple[SharedBoard, SharedBoard]]:
    """The board as two processes see it."""
    shown = [Shown(stage.app.database.shown.connect) for _ in range(2)]
    one, other = (SharedBoard(each, "slack", stage.clock) for each in shown)
    try:
        yield one, other
    finally:
        for each in shown:
            await each.close()


async def test_a_number_is_claimed_once_by_whatever_process(stage: Stage) -> None:
    async with two(stage) as boards:
        found = await asyncio.gather(*(boards[n % 2].claim(NAME, range(5, 15), over=0) for n in range(12)))
    assert sorted(number for number in found if number is not None) == list(range(5, 15))
    assert found.count(None) == 2


async def test_claims_under_another_name_and_of_another_platform_are_others(stage: Stage) -> None:
    async with two(stage) as (one, other):
        teams = SharedBoard(other.shown, "teams", stage.clock)
        assert await one.claim(NAME, [7], over=0) == 7
        assert await other.claim("T2/chat.postMessage", [7], over=0) == 7
        assert await teams.claim(NAME, [7], over=0) == 7
        assert await other.claim(NAME, [7], over=0) is None


async def test_numbers_far_above_those_of_a_lock_can_be_claimed(stage: Stage) -> None:
    large = 1_772_438_400 * 50
    async with two(stage) as (one, other):
        assert await one.claim(NAME, range(large, large + 3), over=0) == large
        assert await other.claim(NAME, range(large, large + 3), over=0) == large + 1


async def test_what_is_over_is_let_go(stage: Stage) -> None:
    async with two(stage) as (one, other):
        for number in (1, 2, 3):
            await one.claim(NAME, [number], over=0)
        await one.claim(NAME, [9], over=3)
        assert [await other.claim(NAME, [number], over=0) for number in (1, 2, 3)] == [1, 2, None]


async def test_the_highest_number_that_anybody_tells_counts(stage: Stage) -> None:
    async with two(stage) as (one, other):
        assert await one.told(NAME) == 0
        await one.tell(NAME, 30)
        await other.tell(NAME, 20)
        await one.tell(NAME, 25)
        assert (await one.told(NAME), await other.told(NAME), await other.told("T2")) == (30, 30, 0)


async def test_what_a_process_showed_ends_with_it(stage: Stage) -> None:
    async with two(stage) as (one, other):
        await one.claim(NAME, [1], over=0)
        await one.tell(NAME, 30)
        await one.shown.close()
        for _ in range(200):  # the server hears of the end when it comes to it
            if not await other.told(NAME):
                break
            await asyncio.sleep(0.05)
        assert (await other.claim(NAME, [1], over=0), await other.told(NAME)) == (1, 0)


async def test_a_connection_that_the_server_closed_is_made_anew(stage: Stage) -> None:
    async with two(stage) as (one, other):
        await one.claim(NAME, [1], over=0)
        await stage.run("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2")
        await asyncio.sleep(0.1)
        assert await other.claim(NAME, [1], over=0) == 1
        assert await one.claim(NAME, [1, 2], over=0) == 2


async def test_no_table_tells_of_it(stage: Stage) -> None:
    """PRIVACY 3: whether a call was made leaves no trace, so a reminder to who did not answer leaves none."""
    before = everything(stage.server)
    async with two(stage) as (one, _):
        await one.claim(NAME, [1], over=0)
        await one.tell(NAME, 30)
        assert everything(stage.server) == before


async def test_its_clock_is_that_of_the_application(stage: Stage) -> None:
    async with two(stage) as (one, _):
        assert one.now() == stage.clock().timestamp()
