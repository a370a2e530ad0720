"""Two hundred answers a second from Teams for a minute: how soon each is answered, which is after it is durable.

`serve` in one process, as it is by default, sends the cards and hears the invokes on them, each signed as the Bot
Framework signs. An answer counts only when it brings the card that takes the place of the old one; "try again" is a
failure. The baseline gets the same invokes and checks who signed, as the product does, and that is all.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from sqlalchemy import text

from adapters.teams.mount import PATH
from tests.load.centre import Ground, connected, enrol, ground, open_wave
from tests.load.processes import latencies_of, serving, start_traffic
from tests.load.table import Finding, Latencies
from tests.load.town import Fake, town

PEOPLE = 300
RATE = 200.0
SECONDS = 60.0
WARM_UP = 3.0
TARGET = 300.0
"""Milliseconds, of the 99th percentile; Teams waits for five seconds."""
PER_SECOND = 50
"""The most that may be set: the cards are not what is measured here."""
DUE_NOW = text("UPDATE platform.delivery SET due = now()")


def measure(directory: Path, seconds: float = SECONDS) -> list[Finding]:
    """Send the same invokes to the baseline and to the product."""
    with town(PEOPLE, "tests.load.teamshall") as teams:
        settings = {**teams.where, "teams_per_second": PER_SECOND}
        with ground(directory, **settings) as on:
            asyncio.run(_prepare(on))
            with serving(directory, work=True, chat=settings, log=directory / "serve.log") as served:
                teams.await_cards()
                _answered(directory, teams, served.port, PATH, WARM_UP)
                baseline = _answered(directory, teams, served.port, "/acknowledge", seconds)
                busy = served.busy()
                found = _answered(directory, teams, served.port, PATH, seconds)
                busy = (served.busy() - busy) / seconds
    return [_finding(found, baseline, seconds), Finding("  busy meanwhile", f"serve {busy:.0%} of a core")]


async def _prepare(on: Ground) -> None:
    async with connected(on) as app:
        await enrol(app, PEOPLE, platform="teams", prefix="entra-")
        await open_wave(app, "pulse")
        async with app.database.begin() as connection:
            await connection.execute(DUE_NOW)


def _answered(directory: Path, teams: Fake, port: int, path: str, seconds: float) -> Latencies:
    file = directory / "invokes.json"
    teams.taps(int(1.2 * RATE * seconds) + 100, file)
    return latencies_of(start_traffic(port, path, file, rate=RATE, seconds=seconds, secret=teams.bearer()))


def _finding(found: Latencies, baseline: Latencies, seconds: float) -> Finding:
    what = f"invoking: {RATE:.0f} answers/s from Teams, durable, 1 process, {seconds:.0f} s"
    met = found.quantile(0.99) < TARGET and not found.failed
    return Finding(
        what, str(found), f"only checks who signed: {baseline}", found.beside(baseline), f"p99 < {TARGET:.0f} ms", met
    )
