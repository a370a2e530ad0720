"""The event loop that everything of ours runs on."""

from __future__ import annotations

import asyncio
import gc
import sys
from collections.abc import Coroutine
from typing import Any, Final, TypeVar

T = TypeVar("T")

TURN: Final = 0.001
"""Seconds that a thread may go on while the loop waits for its turn; Python's own 0.005 adds up over one answer."""


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run asynchronous work to its end: on uvloop, on Windows on the loop that the database driver needs."""
    with asyncio.Runner(loop_factory=new_loop) as runner:
        return runner.run(work)


def new_loop() -> asyncio.AbstractEventLoop:
    """Return the loop that this platform does best."""
    if sys.platform == "win32":
        return asyncio.SelectorEventLoop()
    import uvloop  # noqa: PLC0415 — not made for Windows

    return uvloop.new_event_loop()


def answers_first() -> None:
    """Let work in threads hold up answers as little as can be: a wave closes in the process that answers.

    Call it when everything is loaded: the collector then never looks through all of that again.
    """
    sys.setswitchinterval(TURN)
    gc.collect()
    gc.freeze()
