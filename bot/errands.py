"""Work that follows a job without being part of it: nothing of the queue tells how long it takes.

A job's duration stands in the queue's tables for as long as it runs, and holds a lock. Where the duration would tell
something about people, the job hands the work over here and ends. It lives in this process alone: a kill loses it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

import structlog

log = structlog.get_logger(__name__)

PATIENCE: Final = 10.0
"""Seconds that a process which stops gives to what is under way."""


class Errands:
    """The errands of one process: handed over in a job, begun when that is off the queue."""

    def __init__(self) -> None:
        self._waiting: list[Callable[[], Awaitable[None]]] = []
        self._running: set[asyncio.Task[None]] = set()

    def hand_over(self, errand: Callable[[], Awaitable[None]]) -> None:
        """Keep an errand until `begin`."""
        self._waiting.append(errand)

    def begin(self) -> None:
        """Begin everything that was handed over."""
        while self._waiting:
            task = asyncio.create_task(_run(self._waiting.pop(0)))
            self._running.add(task)
            task.add_done_callback(self._ended)

    async def finish(self, patience: float | None = None) -> None:
        """Begin and await everything; what is left after `patience` seconds is cancelled. None waits for ever."""
        self.begin()
        if not self._running:
            return
        _, late = await asyncio.wait(set(self._running), timeout=patience)
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (failure := task.exception()):
            log.error("an errand failed", error=type(failure).__name__)


async def _run(errand: Callable[[], Awaitable[None]]) -> None:
    await errand()
