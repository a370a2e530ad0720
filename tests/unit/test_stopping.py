"""A stop that is asked for at any moment ends what runs, and nothing else."""

from __future__ import annotations

import asyncio
import gc
import signal
import weakref
from collections.abc import Callable

import pytest

from bot.cli.stopping import Stop, run_until, stoppable


class Loop:
    """Something that only the collector finds."""

    def __init__(self) -> None:
        self.me = self


async def for_ever(done: list[str]) -> None:
    try:
        await asyncio.Event().wait()
    finally:
        done.append("closed")


async def gently(stop: Stop, done: list[str]) -> None:
    ended, loop = asyncio.Event(), asyncio.get_running_loop()
    with stop.by(lambda: loop.call_soon_threadsafe(ended.set)):
        signal.raise_signal(signal.SIGTERM)
        await ended.wait()
    done.append("closed")


def stopped_by(come: Callable[[], object]) -> None:
    """Run something without an end after a signal came."""
    with stoppable() as stop:
        come()
        run_until(stop, for_ever([]))


def collected() -> None:
    """Let Ctrl-C come in a callback of the collector, where Python prints an exception and goes on."""
    gone = Loop()
    watch = weakref.ref(gone, lambda _: signal.raise_signal(signal.SIGINT))
    del gone
    gc.collect()
    assert watch() is None


@pytest.mark.parametrize("come", [lambda: signal.raise_signal(signal.SIGINT), collected], ids=["", "collected"])
def test_ctrl_c_before_the_work_began_ends_it(come: Callable[[], object]) -> None:
    with pytest.raises(KeyboardInterrupt):
        stopped_by(come)


def test_a_stop_cancels_work_that_has_no_gentler_end() -> None:
    done: list[str] = []

    async def work() -> None:
        asyncio.get_running_loop().call_later(0.01, signal.raise_signal, signal.SIGTERM)
        await for_ever(done)

    with stoppable() as stop:
        run_until(stop, work())
    assert done == ["closed"]


def test_work_with_an_end_of_its_own_comes_to_that() -> None:
    done: list[str] = []
    with stoppable() as stop:
        run_until(stop, gently(stop, done))
    assert done == ["closed"]


def test_a_cancellation_that_nobody_asked_for_is_not_swallowed() -> None:
    async def work() -> None:
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError), stoppable() as stop:
        run_until(stop, work())


def test_afterwards_signals_are_what_they_were() -> None:
    before = signal.getsignal(signal.SIGINT)
    with stoppable():
        assert signal.getsignal(signal.SIGINT) is not before
    assert signal.getsignal(signal.SIGINT) is before
