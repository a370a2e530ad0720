"""Check-ins sent per second: the jobs of a real wave against a bare loop over the same platform."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import median
from typing import Any

from adapters.port import ChatPlatform, Message, MessageRef
from adapters.recording import Recording
from bot.hands import Hands
from bot.loop import run
from bot.server import Server
from bot.settings import Settings
from tests.load.table import Finding
from tests.stage import Stage, embedded_server, staged

PEOPLE = 400
LATENCY = 0.010
"""Seconds that every call takes, as a call to a platform on the network would. Real ones take longer."""
TARGET = 0.8
RUNS = 3


class Counting(Recording):
    """A recording that says when everybody has their card."""

    def __init__(self, **handed: Any) -> None:
        super().__init__(**handed)
        self.everybody = asyncio.Event()

    async def send(self, address: str, message: Message) -> MessageRef:
        """Deliver, and see whether that was the last."""
        ref = await super().send(address, message)
        if len(self.sent) == PEOPLE:
            self.everybody.set()
        return ref


def measure(directory: Path) -> list[Finding]:
    """Send a wave of 400 cards three times, each time beside the bare loop."""
    house = embedded_server(directory)
    server, settings = next(house)
    try:
        pairs = [run(_once(server, settings, f"sending {turn}")) for turn in range(RUNS)]
    finally:
        next(house, None)
    ratio = median(product / bare for product, bare, _ in pairs)
    product, bare, opening = (median(column) for column in zip(*pairs, strict=True))
    what = f"sending: {PEOPLE} cards, {1000 * LATENCY:.0f} ms modelled per call, 1 in flight"
    return [
        Finding(
            what, f"{product:.0f} cards/s", f"bare loop {bare:.0f} calls/s", f"{ratio:.2f}", ">= 0.80", ratio >= TARGET
        ),
        Finding("  opening that wave (plan, seal, write), not in the above", f"{1000 * opening:.0f} ms"),
    ]


async def _once(server: Server, settings: Settings, seed: str) -> tuple[float, float, float]:
    async with staged(server, settings, seed=seed, roster=_roster(), platforms=_slow) as stage:
        began = time.perf_counter()
        await stage.app.tick(stage.clock())
        opening = time.perf_counter() - began
        stage.clock.forward(days=2, hours=8)
        product = await _product(stage)
        return product, await _bare(stage), opening


async def _product(stage: Stage) -> float:
    """Tick, and let a worker as in `serve` send everything."""
    worker = asyncio.create_task(stage.app.jobs.run())
    await asyncio.sleep(0.5)
    already, began = len(stage.recording.sent), time.perf_counter()
    await stage.app.tick(stage.clock())
    platform = stage.recording
    assert isinstance(platform, Counting)
    async with asyncio.timeout(120):
        await platform.everybody.wait()
    rate = (len(stage.recording.sent) - already) / (time.perf_counter() - began)
    worker.cancel()
    await asyncio.wait({worker})
    return rate


async def _bare(stage: Stage) -> float:
    sent = list(stage.recording.sent)
    began = time.perf_counter()
    for one in sent:
        await stage.recording.send(one.address, one.message)
    return len(sent) / (time.perf_counter() - began)


def _slow(hands: Callable[[str], Hands]) -> Mapping[str, ChatPlatform]:
    mine = hands("recording")
    return {"recording": Counting(receive=mine.receive, belongs=mine.belongs, latency=LATENCY)}


def _roster() -> str:
    head = "id,name,email,team,roles,language,timezone,address:recording"
    rows = (f"p{n},P {n},p{n}@lente.example,Noord/Team {n // 12},agent,nl,Europe/Amsterdam,p{n}" for n in range(PEOPLE))
    return "\n".join([head, *rows]) + "\n"
