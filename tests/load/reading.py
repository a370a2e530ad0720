"""The digest page after twelve waves and after 260: five years of weekly waves must not make it slower."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack, ExitStack, contextmanager
from pathlib import Path
from statistics import median

from httpx import AsyncClient

from bot.server import Server
from bot.settings import Settings
from tests.load.table import Finding
from tests.published import browsing, publish
from tests.stage import embedded_server, staged

SHORT, LONG = 12, 260
ROUNDS, PER_ROUND = 25, 4
READER = "noor"
"""Leads a team."""
TARGET = 1.10


def measure(directory: Path) -> list[Finding]:
    """Show the page by turns from the one history and from the other."""
    with ExitStack() as stack:
        houses = [stack.enter_context(_house(directory / str(waves))) for waves in (SHORT, LONG)]
        short, long, size = asyncio.run(_measured(houses))
    ratio = median(a / b for a, b in zip(long, short, strict=True))
    met = max(ratio, 1 / ratio) <= TARGET
    figure, baseline = f"{1000 * median(long):.1f} ms", f"{SHORT} waves: {1000 * median(short):.1f} ms"
    what = f"digest page ({size} bytes), {LONG} waves of history"
    return [Finding(what, figure, baseline, f"{ratio:.2f}", "0.91 to 1.10", met)]


@contextmanager
def _house(directory: Path) -> Iterator[tuple[Server, Settings]]:
    yield from embedded_server(directory)


async def _measured(houses: list[tuple[Server, Settings]]) -> tuple[list[float], list[float], int]:
    async with AsyncExitStack() as stack:
        browsers = []
        for (server, settings), waves in zip(houses, (SHORT, LONG), strict=True):
            stage = await stack.enter_async_context(staged(server, settings))
            await publish(stage, waves)
            browsers.append(await stack.enter_async_context(browsing(stage, READER)))
        for browser in browsers:
            await _shown(browser)
        short, long = [], []
        for _ in range(ROUNDS):
            short.append(await _shown(browsers[0]))
            long.append(await _shown(browsers[1]))
        return short, long, len((await browsers[1].get("/digest")).content)


async def _shown(browser: AsyncClient) -> float:
    """Return the seconds that one page takes, the best of a few: the rest is what else this machine does."""
    best = float("inf")
    for _ in range(PER_ROUND):
        began = time.perf_counter()
        response = await browser.get("/digest")
        best = min(best, time.perf_counter() - began)
        if response.status_code != 200:
            raise RuntimeError(f"the digest page answers {response.status_code}")
    return best
