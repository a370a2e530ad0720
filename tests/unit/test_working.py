"""Ticking and working side by side."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import cast

import pytest

from bot.app import App
from bot.cli.web import opened
from bot.working import keep_working, working


async def test_a_worker_that_stopped_by_itself_is_started_again() -> None:
    begun, often = 0, asyncio.Event()

    async def work() -> None:
        nonlocal begun
        begun += 1
        if begun == 3:
            often.set()
        raise ConnectionError("the database restarts")

    task = asyncio.create_task(keep_working(work, pause=0.001))
    await asyncio.wait_for(often.wait(), 5)
    task.cancel()
    await asyncio.wait({task})
    assert task.cancelled()


async def test_a_running_job_is_told_to_stop_with_the_process() -> None:
    ended, ticks = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    async def tick(_: datetime) -> None:
        ticks.set()

    async with working(tick, work, seconds=60, now=lambda: datetime(2026, 3, 2, tzinfo=UTC)):
        await asyncio.wait_for(ticks.wait(), 5)
    assert ended.is_set()


async def test_an_application_that_is_stopped_while_it_opens_is_closed_all_the_same() -> None:
    done = []

    class Opening:
        async def open(self) -> None:
            done.append("begun")
            await asyncio.Event().wait()

        async def close(self) -> None:
            done.append("closed")

    async def run() -> None:
        async with opened(cast(App, Opening())):
            pytest.fail("it never opened")

    running = asyncio.create_task(run())
    await asyncio.sleep(0)
    running.cancel()
    await asyncio.wait({running})
    assert done == ["begun", "closed"]
