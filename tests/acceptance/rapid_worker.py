"""A worker of the real application on rapid time, made to be killed.

    python -m tests.acceptance.rapid_worker DIR NUMBER [remind]

It ticks and works as `adempauze worker` does, before a platform whose address DIR names. With `remind` it waits for
people to be named in the ledger, and does what a worker does that gets all jobs of their reminders.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial, wraps
from pathlib import Path
from typing import Any
from uuid import uuid4

from adapters.port import ChatPlatform
from bot import keyfile, logs, slack, teams
from bot.app import App
from bot.cli.stopping import Stop, run_until, stoppable
from bot.cli.web import at_work, opened
from bot.hands import Hands
from bot.jobs import Work
from bot.metrics import Ticks
from bot.reminding import Reminding
from bot.sending import Sending
from bot.server import Server, find_server
from bot.settings import Settings, load_settings
from bot.tick import Tick
from bot.wiring import build
from bot.world import World
from surveys.store import platform as store
from surveys.store.platform import DueChunk
from tests.acceptance.ledger import Ledger
from tests.acceptance.rapid import ORIGIN, Rapid

REMIND = "UPDATE platform.delivery SET remind_due = %(due)s WHERE address = ANY(%(who)s)"
TICK_SECONDS = 5.0
HAND_OVER = 0.1
"""Seconds on the wall for which a worker still counts as working after a job: the next one begins within them."""


@dataclass(frozen=True, slots=True)
class Given:
    """What every process is told; seconds are of rapid time."""

    platform: str
    speed: float
    rescue_seconds: float
    settings: dict[str, Any]
    latency: float = 0.0
    """How long a call is under way, beside what it takes on the wall."""
    in_flight: int = 1

    def write(self, directory: Path) -> None:
        (directory / "given.json").write_text(json.dumps(asdict(self)))

    @staticmethod
    def read(directory: Path) -> Given:
        return Given(**json.loads((directory / "given.json").read_text()))

    def loaded(self, directory: Path) -> Settings:
        return load_settings(
            {},
            data_dir=directory / "data",
            config_dir=directory / "config",
            organisation="Lente",
            tick_seconds=TICK_SECONDS / self.speed / 2,
            rescue_seconds=self.rescue_seconds / self.speed,
            **self.settings,
        )


def time_in(directory: Path, speed: float, number: int = 0) -> Rapid:
    """Return the time that all processes of a directory share."""
    return Rapid(directory / "time", speed, number)


def connected(given: Given, settings: Settings, hands: Hands, rapid: Rapid, ledger: Ledger) -> dict[str, ChatPlatform]:
    """Return the platform as settings connect it, with every call of it in the ledger."""
    note = partial(noted, given, rapid, ledger)
    found: dict[str, ChatPlatform] = {}
    if given.platform == "slack":
        found |= slack.connected(settings, hands, sleep=rapid.sleep)
        (api,) = [vars(platform)["_api"] for platform in found.values()]
        api.call = note(api.call)
    else:
        found |= teams.connected(settings, hands, os.urandom, sleep=rapid.sleep)
        (connection,) = [vars(platform)["_connection"] for platform in found.values()]
        connection.send, connection.begin = note(connection.send), note(connection.begin)
    return found


def build_in(directory: Path, given: Given, server: Server, rapid: Rapid, ledger: Ledger) -> App:
    """Build the application as settings connect it, on rapid time."""
    settings = given.loaded(directory)

    def platforms(hands: Callable[[str], Hands]) -> Mapping[str, ChatPlatform]:
        return connected(given, settings, hands(given.platform), rapid, ledger)

    world = World(rapid.now, os.urandom, uuid4)
    keys = keyfile.load_or_create(settings.config_dir, settings.data_dir, now=ORIGIN, entropy=os.urandom)
    return build(settings, server, keys, world=world, platforms=platforms)


def noted(given: Given, rapid: Rapid, ledger: Ledger, call: Callable[..., Any]) -> Callable[..., Any]:
    """Write down that a call is under way, so that the test sees when a kill cuts one off."""

    async def travel() -> None:
        if given.latency:
            await rapid.sleep(given.latency / 2)

    @wraps(call)
    async def calling(*arguments: Any, **named: Any) -> Any:
        ledger.add("begin", os.getpid())
        try:
            await travel()
            return await call(*arguments, **named)
        finally:
            await travel()
            ledger.add("end", os.getpid())

    return calling


def stand_still_at_work(rapid: Rapid) -> None:
    """Let no time pass while something is sent, but what that waits for, nor while the clock ticks.

    It ticks as often as it should on rapid time, also when that stands still.
    """
    send, call_all, tick, ticked = Sending.send, Reminding._call_all, Tick.__call__, [0.0]
    work_off, call_each = Sending._work_off, Reminding._call_each

    async def sending(self: Sending, chunk: DueChunk) -> None:
        async with rapid.working(HAND_OVER):
            await send(self, chunk)

    async def reminding(self: Reminding, *what: Any) -> None:
        object.__setattr__(self, "sleep", rapid.sleep)
        async with rapid.working():
            await call_all(self, *what)

    async def ticking(self: Tick, now: datetime) -> list[Work]:
        if rapid.seconds() < ticked[0] + TICK_SECONDS:
            return []
        ticked[0] = rapid.seconds()
        async with rapid.working():
            return await tick(self, now)

    async def working_off(self: Sending, *what: Any) -> None:
        with rapid.hand():
            await work_off(self, *what)

    async def calling_each(self: Reminding, *what: Any) -> None:
        with rapid.hand():
            await call_each(self, *what)

    for owner, name, method in (
        (Sending, "send", sending),
        (Sending, "_work_off", working_off),
        (Reminding, "_call_all", reminding),
        (Reminding, "_call_each", calling_each),
        (Tick, "__call__", ticking),
    ):
        setattr(owner, name, method)


def look_sooner(app: App, speed: float) -> None:
    """Let the worker look for work as often as it does, on rapid time."""
    run_worker = app.jobs._app.run_worker_async

    async def running(**options: Any) -> None:
        often = options["fetch_job_polling_interval"] / speed
        await run_worker(**{**options, "fetch_job_polling_interval": often})

    vars(app.jobs._app)["run_worker_async"] = running


async def remind(app: App, ledger: Ledger) -> None:
    """Take the reminder steps of those who are named, and make their calls."""
    while not (named := ledger.of("remind")):  # noqa: ASYNC110 — another process names them
        await asyncio.sleep(0.005)
    async with app.database.direct() as driver:
        await driver.execute(REMIND, {"due": app.world.now(), "who": list(named[0])})
    async with app.database.begin() as connection:
        chunks = await store.due_reminders(connection, app.world.now())
    for chunk in chunks:
        what = {"wave": str(chunk.wave), "chunk": chunk.chunk, "platform": chunk.platform}
        await app.jobs._tasks["remind"].func(**what, workspace=chunk.workspace)
    await app.jobs._errands.finish()


async def main(directory: Path, number: int, stop: Stop, *, reminding: bool) -> None:
    """Tick and work until a signal comes, or remind."""
    given, ledger, loop = Given.read(directory), Ledger(directory / "ledger"), asyncio.get_running_loop()
    rapid, stopped = time_in(directory, given.speed, number), asyncio.Event()
    rapid.in_flight = given.in_flight
    stand_still_at_work(rapid)
    app = build_in(directory, given, find_server(given.loaded(directory)), rapid, ledger)
    look_sooner(app, given.speed)
    if reminding:
        async with opened(app):
            ledger.add("started", os.getpid())
            await remind(app, ledger)
        return
    async with opened(app), at_work(app, Ticks()):
        with stop.by(lambda: loop.call_soon_threadsafe(stopped.set)):
            ledger.add("started", os.getpid())
            await stopped.wait()


if __name__ == "__main__":
    logs.configure("ERROR")
    with stoppable() as until:
        run_until(until, main(Path(sys.argv[1]), int(sys.argv[2]), until, reminding="remind" in sys.argv))
