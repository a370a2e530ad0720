"""Two hundred answers a second, durable, over HTTP, against a handler that only verifies and returns."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

from tests.load.centre import Ground, connected, enrol, ground, open_wave, requests_of
from tests.load.processes import latencies_of, serving, start_traffic, write_requests
from tests.load.table import Finding, Latencies, middle

PEOPLE = 1000
RATE = 200.0
SECONDS = 10.0
RUNS = 3
PROCESSES = min(2, os.cpu_count() or 1)
TARGET = 100.0
"""Milliseconds, of the 99th percentile."""


def measure(directory: Path) -> list[Finding]:
    """Send both kinds of request by turns, three times ten seconds each."""
    requests = directory / "requests.json"
    with ground(directory) as on:
        write_requests(requests, asyncio.run(_prepare(on)))
        with serving(directory, processes=PROCESSES) as served:
            port = served.port
            _run(port, "/chat/submit", requests, 3.0)
            answers, verified = [], []
            for _ in range(RUNS):
                verified.append(_run(port, "/verify", requests, SECONDS))
                answers.append(_run(port, "/chat/submit", requests, SECONDS))
    answer, verify = middle(answers), middle(verified)
    failed = sum(run.failed for run in answers + verified)
    what = f"answering: {RATE:.0f}/s over HTTP, durable, {PROCESSES} processes, {RUNS} x {SECONDS:.0f} s"
    ratio = f"p50 x{answer.quantile(0.5) / verify.quantile(0.5):.1f}"
    met = answer.quantile(0.99) < TARGET and not failed
    return [Finding(what, str(answer), f"only verifies: {verify}", ratio, f"p99 < {TARGET:.0f} ms", met)]


async def _prepare(on: Ground) -> list[tuple[str, str]]:
    async with connected(on) as app:
        await enrol(app, PEOPLE)
        return await requests_of(app, await open_wave(app, "pulse"))


def _run(port: int, path: str, requests: Path, seconds: float) -> Latencies:
    return latencies_of(start_traffic(port, path, requests, rate=RATE, seconds=seconds))
