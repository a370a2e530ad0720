"""What waits in memory for the next blob: bounded, in order, and as much at a time as a blob has room for."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field
from typing import Final, Self
from uuid import UUID

from surveys.blobs import ROOM, SECTION
from surveys.deltas import Delta, encode
from surveys.errors import Busy, TextTooLong

LONGEST_LINE: Final = 2000
"""Deltas that may wait at once: what one process writes in about four seconds."""
TRIES: Final = 60
"""How many blobs one may wait for while its wave can't be held (about three seconds)."""


@dataclass(slots=True)
class Waiting:
    """A delta on its way into the pool; `written` ends when it is there, or can't be."""

    wave: UUID
    content: bytes
    written: asyncio.Future[None]
    tries: int = 0

    def refuse(self, error: BaseException) -> None:
        """Say that it was not written."""
        if not self.written.done():
            self.written.set_exception(error)

    def confirm(self) -> None:
        """Say that it is durable."""
        if not self.written.done():
            self.written.set_result(None)


@dataclass
class Line:
    """First come, first written."""

    _waiting: deque[Waiting] = field(default_factory=deque)

    def __len__(self) -> int:
        return len(self._waiting)

    def join(self, wave: UUID, delta: Delta) -> Waiting:
        """Let a delta wait. Raises Busy when too many do, TextTooLong when no blob has room for it."""
        content = encode(delta)
        if SECTION + len(content) > ROOM:
            raise TextTooLong
        if len(self._waiting) >= LONGEST_LINE:
            raise Busy
        waiting = Waiting(wave, content, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        return waiting

    def next_blob(self) -> list[Waiting]:
        """Take off the line what one blob has room for; whoever has given up waiting goes with it."""
        taken, waves, left = list[Waiting](), set[UUID](), ROOM
        while self._waiting:
            first = self._waiting[0]
            needed = len(first.content) + 1 + (0 if first.wave in waves else SECTION)
            if not first.written.cancelled():
                if needed > left:
                    break
                taken.append(first)
                waves.add(first.wave)
                left -= needed
            self._waiting.popleft()
        return taken

    def again(self, held_up: list[Waiting]) -> None:
        """Put back at the front what could not be written this time; after many times it is refused."""
        for waiting in reversed(held_up):
            waiting.tries += 1
            if waiting.tries >= TRIES:
                waiting.refuse(Busy())
            else:
                self._waiting.appendleft(waiting)


@dataclass
class Taken:
    """What goes into one blob, taken off a line. When the block ends with an error, it is refused with all that waits:
    the database is away, and whoever tapped is better told so than kept waiting."""

    line: Line
    waiting: list[Waiting] = field(default_factory=list)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        while error is not None and (self.waiting or len(self.line)):
            for one in self.waiting:
                one.refuse(error if isinstance(error, Exception) else Busy())
            self.waiting = self.line.next_blob()
