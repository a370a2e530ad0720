"""What `serve` and `worker` do besides answering: tick, and work off the queue, until told to stop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Final

import structlog

from bot.clock import Metronome

log = structlog.get_logger(__name__)

PAUSE_SECONDS: Final = 2.0
"""Between a worker that stopped by itself (a database that restarts) and the next."""


@asynccontextmanager
async def working(
    tick: Callable[[datetime], Awaitable[None]],
    work: Callable[[], Awaitable[None]],
    *,
    seconds: float,
    now: Callable[[], datetime],
) -> AsyncIterator[None]:
    """Tick and work for as long as the block lasts; a running tick and running jobs may end."""
    metronome = Metronome(tick, seconds=seconds, now=now)
    worker = asyncio.create_task(keep_working(work))
    metronome.start()
    try:
        yield
    finally:
        await metronome.stop()
        worker.cancel()
        await asyncio.wait({worker})


async def keep_working(work: Callable[[], Awaitable[None]], pause: float = PAUSE_SECONDS) -> None:
    """Run the worker until cancelled, and again when it stopped by itself: rows say what is still to be done."""
    while True:
        running = asyncio.ensure_future(work())
        try:
            await asyncio.wait({running})
        finally:
            running.cancel()
            await asyncio.wait({running})
        failure = None if running.cancelled() else running.exception()
        log.error("the worker stopped and is started again", error=type(failure).__name__ if failure else "no error")
        await asyncio.sleep(pause)
