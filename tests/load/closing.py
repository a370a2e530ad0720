"""Close a wave with a hundred thousand responses while people go on answering another one."""

from __future__ import annotations

import asyncio
import json
import subprocess
from pathlib import Path
from typing import Any
from uuid import UUID

from tests.load.centre import Ground, connected, enrol, fill_large_wave, ground, open_wave, requests_of
from tests.load.processes import latencies_of, python, serving, start_traffic, write_requests
from tests.load.table import Finding

RESPONSES, TEAMS = 100_000, 2_000
RATE = 50.0
QUIET_SECONDS, CLOSING_SECONDS = 8.0, 60.0
TARGET_SECONDS, TARGET_MB, TARGET_P99 = 60.0, 1024.0, 250.0


def measure(directory: Path) -> list[Finding]:
    """Answer another wave at fifty a second, first by itself and then while the large one closes."""
    requests = directory / "requests.json"
    with ground(directory) as on:
        large, prepared = asyncio.run(_prepare(on))
        write_requests(requests, prepared)
        with serving(directory) as port:
            latencies_of(start_traffic(port, "/chat/submit", requests, rate=RATE, seconds=3.0))
            alone = latencies_of(start_traffic(port, "/chat/submit", requests, rate=RATE, seconds=QUIET_SECONDS))
            traffic = start_traffic(port, "/chat/submit", requests, rate=RATE, seconds=CLOSING_SECONDS)
            closed = _close(directory, large)
            during = latencies_of(traffic)
    size = f"{RESPONSES:,} responses in {TEAMS:,} teams"
    p99 = during.quantile(0.99)
    return [
        Finding(
            f"closing: {size}", f"{closed['seconds']:.1f} s", target="< 60 s", met=closed["seconds"] < TARGET_SECONDS
        ),
        Finding("  and erased", f"{closed['all']:.1f} s", target="erased", met=bool(closed["erased"])),
        Finding(
            "  peak memory of that process",
            f"{closed['peak_mb']:.0f} MB",
            target="< 1024 MB",
            met=closed["peak_mb"] < TARGET_MB,
        ),
        Finding(
            f"  answers to another wave meanwhile, {RATE:.0f}/s for {CLOSING_SECONDS:.0f} s",
            str(during),
            f"before: {alone}",
            f"p50 x{during.quantile(0.5) / alone.quantile(0.5):.1f}",
            "p99 < 250 ms",
            p99 < TARGET_P99 and not during.failed,
        ),
    ]


async def _prepare(on: Ground) -> tuple[UUID, list[tuple[str, str]]]:
    async with connected(on) as app:
        await enrol(app, 300)
        requests = await requests_of(app, await open_wave(app, "other"))
        return await fill_large_wave(app, people=RESPONSES, teams=TEAMS), requests


def _close(directory: Path, wave: UUID) -> dict[str, Any]:
    process = python("tests.load.close", str(directory), str(wave), stdout=subprocess.PIPE)
    out, _ = process.communicate(timeout=600)
    found: dict[str, Any] = json.loads(out)
    return found
