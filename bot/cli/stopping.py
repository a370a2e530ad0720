"""A stop that is asked for, noticed from the first moment on.

Python's own Ctrl-C is an exception wherever the program happens to be. Where that is a callback of the collector it
is printed and forgotten, and the process works on: much is collected while everything is loaded.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Final

from bot.loop import run

SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)

End = Callable[[], object]


class Stop:
    """The signals that came, and what ends the work of this moment."""

    def __init__(self) -> None:
        self.signals: list[int] = []
        self._end: End | None = None

    def note(self, number: int, _: FrameType | None) -> None:
        """Take a signal."""
        self.signals.append(number)
        if self._end:
            self._end()

    @contextmanager
    def by(self, end: End) -> Iterator[None]:
        """Call `end` at each signal while the block lasts, and at once when one came before."""
        before, self._end = self._end, end
        try:
            if self.signals:
                end()
            yield
        finally:
            self._end = before


@contextmanager
def stoppable() -> Iterator[Stop]:
    """Notice SIGINT and SIGTERM as long as the block lasts. After it, Ctrl-C is passed on as KeyboardInterrupt."""
    stop = Stop()
    before = {number: signal.signal(number, stop.note) for number in SIGNALS}
    try:
        yield stop
    except asyncio.CancelledError:
        if not stop.signals:
            raise
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if signal.SIGINT in stop.signals:
        raise KeyboardInterrupt


def run_until(stop: Stop, work: Coroutine[Any, Any, None]) -> None:
    """Run asynchronous work, and cancel it at a signal where it has no gentler end (`Stop.by`)."""
    run(_cancelled_by(stop, work))


async def _cancelled_by(stop: Stop, work: Coroutine[Any, Any, None]) -> None:
    loop, task = asyncio.get_running_loop(), asyncio.ensure_future(work)
    with stop.by(lambda: loop.call_soon_threadsafe(task.cancel)):
        await task
