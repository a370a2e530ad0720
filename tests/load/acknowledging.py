"""Two hundred answers a second from Slack for a minute: how soon each is acknowledged, and how soon it is durable.

`serve` in one process, as it is by default, sends the cards and hears the taps on them; a fake Slack in a process of
its own takes what comes of each. A tap counts as durable when its card is replaced: that is done only after the write,
so the figure is the most that the write can have taken. The baseline gets the same taps and only acknowledges them.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psycopg
from sqlalchemy import text

from tests.load.centre import Ground, connected, enrol, ground, open_wave
from tests.load.processes import Served, latencies_of, serving, start_traffic
from tests.load.table import Finding, Latencies
from tests.load.town import Fake, town

PEOPLE = 600
RATE = 200.0
SECONDS = 60.0
WARM_UP = 3.0
STILL = 5.0
"""Seconds for which nobody can write, in the middle of three times as many."""
TARGET = 300.0
"""Milliseconds, of the 99th percentile of acknowledging."""
PER_MINUTE = 3000
"""The most that may be set: the cards are not what is measured here."""
EVENTS = "/slack/events"
DUE_NOW = text("UPDATE platform.delivery SET due = now()")


@dataclass(frozen=True, slots=True)
class Course:
    """What became of some taps, and how many of them were told to try again; `busy` is of one core."""

    acknowledged: Latencies
    durable: Latencies
    others: int
    busy: str


@dataclass(frozen=True, slots=True)
class Bench:
    """Everything that runs."""

    directory: Path
    slack: Fake
    served: Served

    def taps(self, path: str, seconds: float, meanwhile: Callable[[], None] = lambda: None) -> Course:
        """Tap for so many seconds, and wait for what comes of it."""
        file = self.directory / "taps.json"
        names = self.slack.taps(int(1.2 * RATE * seconds) + 100, file)
        began, busy = time.monotonic(), self.served.busy()
        secret = self.slack.where["slack_signing_secret"]
        traffic = start_traffic(self.served.port, path, file, rate=RATE, seconds=seconds, secret=secret)
        meanwhile()
        acknowledged = latencies_of(traffic)
        took = time.monotonic() - began
        answered = self.slack.answered(len(acknowledged.requests) if path == EVENTS else 0)
        due = {name: moment for name, (moment, _) in zip(names, acknowledged.requests, strict=False)}
        durable = tuple((due[name], answered.replaced[name] - due[name]) for name in due if name in answered.replaced)
        shares = f"serve {(self.served.busy() - busy) / took:.0%}, fake Slack {answered.busy / took:.0%} of a core"
        return Course(acknowledged, Latencies(durable), answered.others, shares)


def measure(directory: Path, seconds: float = SECONDS) -> list[Finding]:
    """Send the same taps to the baseline and to the product, and more of them while the database stands still."""
    with town(PEOPLE) as slack:
        settings = {**slack.where, "slack_per_minute": PER_MINUTE}
        with ground(directory, **settings) as on:
            asyncio.run(_prepare(on))
            with serving(directory, work=True, chat=settings, log=directory / "serve.log") as served:
                slack.await_cards()
                bench = Bench(directory, slack, served)
                bench.taps(EVENTS, WARM_UP)
                baseline = bench.taps("/acknowledge", seconds).acknowledged
                course = bench.taps(EVENTS, seconds)
                still = bench.taps(EVENTS, 3 * STILL, lambda: _stand_still(on))
    return [*_usual(course, baseline, seconds), _at_a_standstill(still, baseline)]


async def _prepare(on: Ground) -> None:
    async with connected(on) as app:
        await enrol(app, PEOPLE, platform="slack", prefix="U")
        await open_wave(app, "pulse")
        async with app.database.begin() as connection:
            await connection.execute(DUE_NOW)


def _stand_still(on: Ground) -> None:
    """Let nobody read or write an answer for a while."""
    time.sleep(STILL)
    url = on.server.login.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url) as connection:
        connection.execute("LOCK TABLE surveys.response IN ACCESS EXCLUSIVE MODE")
        time.sleep(STILL)


def _usual(course: Course, baseline: Latencies, seconds: float) -> list[Finding]:
    what = f"acknowledging: {RATE:.0f} answers/s from Slack, 1 process, {seconds:.0f} s"
    lost = len(course.acknowledged.requests) - len(course.durable.requests)
    durable = f"{course.durable}, {lost} never" if lost else str(course.durable)
    written = "  durable: until its card is replaced, which comes after the write and so is the most it can take"
    return [
        _acknowledged(what, course.acknowledged, baseline),
        Finding(written, durable, target="every one", met=not lost),
        Finding("  busy meanwhile", course.busy),
    ]


def _at_a_standstill(course: Course, baseline: Latencies) -> Finding:
    what = f"  acknowledging while no answer can be written for {STILL:.0f} s of {3 * STILL:.0f} s"
    return _acknowledged(f"{what}; {course.others} were told to try again", course.acknowledged, baseline)


def _acknowledged(what: str, found: Latencies, baseline: Latencies) -> Finding:
    met = found.quantile(0.99) < TARGET and not found.failed
    return Finding(
        what, str(found), f"only acknowledges: {baseline}", found.beside(baseline), f"p99 < {TARGET:.0f} ms", met
    )
