"""Time for several processes that runs faster than the clock on the wall, and stands still while a worker works.

So what is judged is what the product waits for, however fast or busy the machine is: its own work takes no time here
(`make bench` measures that). Every process looks at one small file; the process of the test lets it run.
"""

from __future__ import annotations

import asyncio
import ctypes
import mmap
import time as wall
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

ORIGIN = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
PROCESSES = 64
FLAGS = ctypes.sizeof(ctypes.c_double)
"""Where the file says of each process, in one byte, whether it works."""
SIZE = FLAGS + PROCESSES
STEP, LONGEST_STEP = 0.001, 0.005
"""Seconds on the wall between two looks, and the most that one of them counts: a busy machine makes no jump."""


class Rapid:
    """The time, as the process with this number sees it. Number 0 is the test itself."""

    def __init__(self, path: Path, speed: float, number: int = 0) -> None:
        if not path.exists():
            path.write_bytes(bytes(ctypes.c_double(ORIGIN.timestamp())) + bytes(PROCESSES))
        with path.open("r+b") as file:
            self._shared = mmap.mmap(file.fileno(), SIZE)
        self._moment = ctypes.c_double.from_buffer(self._shared)  # read and written in one piece
        self.speed = speed
        self.in_flight = 1
        """How many calls are made at once, of all the hands that work."""
        self._number = number
        self._at_work = self._asleep = self._hands = 0

    def seconds(self) -> float:
        """Seconds since 1970."""
        return self._moment.value

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.seconds(), UTC)

    async def sleep(self, seconds: float) -> None:
        """Sleep. A process in which all hands sleep does not work: others there wait for the same places."""
        until = self.seconds() + seconds
        self._count(asleep=1)
        try:
            while (left := until - self.seconds()) > 0:  # noqa: ASYNC110 — another process lets the time run
                await asyncio.sleep(max(left / self.speed, STEP))
        finally:
            self._count(asleep=-1)

    @asynccontextmanager
    async def working(self, longer: float = 0.0) -> AsyncIterator[None]:
        """Let time stand still for everybody as long as the block lasts, but for its sleeps, and `longer` (wall)."""
        self._count(at_work=1)
        try:
            yield
        finally:
            asyncio.get_running_loop().call_later(longer, partial(self._count, at_work=-1))

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Let time run as long as the block lasts, whenever nobody works."""
        conducting = asyncio.create_task(self._conduct())
        try:
            yield
        finally:
            conducting.cancel()
            await asyncio.wait({conducting})

    @contextmanager
    def hand(self) -> Iterator[None]:
        """Work with one hand more as long as the block lasts."""
        self._count(hands=1)
        try:
            yield
        finally:
            self._count(hands=-1)

    def forget(self, number: int) -> None:
        """A process that was killed does not work any more."""
        self._shared[FLAGS + number] = 0

    async def _conduct(self) -> None:
        before = wall.monotonic()
        while True:
            await asyncio.sleep(STEP)
            passed, before = wall.monotonic() - before, wall.monotonic()
            if not any(self._shared[FLAGS:]):
                self._moment.value += min(passed, LONGEST_STEP) * self.speed

    def _count(self, *, at_work: int = 0, asleep: int = 0, hands: int = 0) -> None:
        self._at_work += at_work
        self._asleep += asleep
        self._hands += hands
        awake = self._asleep < max(1, min(self._hands, self.in_flight))
        self._shared[FLAGS + self._number] = self._at_work > 0 and awake
