"""Close a wave with a hundred thousand responses while people go on answering another one.

In the most modest installation: one process, as `serve` is by default, that answers and closes.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import psycopg

from tests.load.centre import Ground, connected, enrol, fill_large_wave, ground, open_wave, requests_of
from tests.load.processes import latencies_of, serving, start_traffic, write_requests
from tests.load.table import Finding

RESPONSES, TEAMS = 100_000, 2_000
RATE = 50.0
QUIET_SECONDS, CLOSING_SECONDS, PATIENCE = 8.0, 45.0, 300.0
TARGET_SECONDS, TARGET_MB, TARGET_P99 = 60.0, 1024.0, 250.0


@dataclass(frozen=True, slots=True)
class Course:
    """When a wave was first seen in each state, in seconds since 1970."""

    closing: float
    released: float
    destroyed: float


def measure(directory: Path) -> list[Finding]:
    """Answer another wave at fifty a second, first by itself and then while the large one closes."""
    requests = directory / "requests.json"
    with ground(directory) as on:
        large, prepared = asyncio.run(_prepare(on))
        write_requests(requests, prepared)
        with serving(directory, work=True) as served:
            latencies_of(start_traffic(served.port, "/chat/submit", requests, rate=RATE, seconds=3.0))
            alone = latencies_of(start_traffic(served.port, "/chat/submit", requests, rate=RATE, seconds=QUIET_SECONDS))
            traffic = start_traffic(served.port, "/chat/submit", requests, rate=RATE, seconds=CLOSING_SECONDS)
            course = _close(on, large)
            during = latencies_of(traffic).between(course.closing, course.destroyed)
            peak = served.peak_mb()
    took = course.released - course.closing
    p99 = during.quantile(0.99)
    return [
        Finding(
            f"closing: {RESPONSES:,} responses in {TEAMS:,} teams, in the process that answers",
            f"{took:.1f} s",
            target="< 60 s",
            met=took < TARGET_SECONDS,
        ),
        Finding("  and destroyed", f"{course.destroyed - course.closing:.1f} s"),
        Finding("  peak memory of that process", f"{peak:.0f} MB", target="< 1024 MB", met=peak < TARGET_MB),
        Finding(
            f"  answers to another wave until it is destroyed, {RATE:.0f}/s",
            str(during),
            f"before: {alone}",
            f"p99 x{p99 / alone.quantile(0.99):.1f}",
            "p99 < 250 ms",
            p99 < TARGET_P99 and not during.failed,
        ),
    ]


async def _prepare(on: Ground) -> tuple[UUID, list[tuple[str, str]]]:
    async with connected(on) as app:
        await enrol(app, 300)
        requests = await requests_of(app, await open_wave(app, "other"))
        return await fill_large_wave(app, people=RESPONSES, teams=TEAMS), requests


def _close(on: Ground, wave: UUID) -> Course:
    """Let the time of a wave end now, and watch it close."""
    url = on.server.login.set(drivername="postgresql").render_as_string(hide_password=False)
    seen: dict[str, float] = {}
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("UPDATE surveys.wave SET closes = now() WHERE id = %s", [wave])
        deadline = time.monotonic() + PATIENCE
        while "destroyed" not in seen:
            if time.monotonic() > deadline:
                raise RuntimeError(f"the wave did not close within {PATIENCE:.0f} seconds")
            row = connection.execute("SELECT state FROM surveys.wave WHERE id = %s", [wave]).fetchone()
            seen.setdefault(row[0] if row else "", time.time())
            time.sleep(0.02)
    return Course(seen["closing"], seen.get("released", seen["destroyed"]), seen["destroyed"])
