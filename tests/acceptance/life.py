"""The real application in a process of its own, through one wave in accelerated time, made to be killed: from the
opening until the wave and the reporting periods of its small teams are destroyed.

    python -m tests.acceptance.life settle DIR PEOPLE     build the database, import the roster, add the survey
    python -m tests.acceptance.life live DIR              go on from wherever the last process was killed
    python -m tests.acceptance.life join DIR              tick and work beside it, leaving clock and people to it

Everything is the product's own: embedded database, tick, queue with a worker in the background, conversation.
The clock is the newest moment in the ledger; it moves on when nothing is left to do. Each step of opening,
publishing and erasing takes a little longer than it would, so that a kill can fall between any two of them.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from uuid import uuid4

import psycopg
from procrastinate.exceptions import ConnectorException
from sqlalchemy.exc import DBAPIError

from adapters.port import ChatPlatform
from bot import keyfile, logs
from bot.app import App
from bot.clock import next_fire
from bot.hands import Hands
from bot.loop import run
from bot.server import Server, find_server
from bot.settings import Settings, load_settings
from bot.wiring import build
from bot.working import keep_working
from bot.world import World
from surveys.mixing import as_it_stands
from surveys.model import QuietHours, Survey, Wave, WaveState
from surveys.periods import Period
from surveys.roster import parse_people, plan_sync
from surveys.store import people as people_store
from surveys.store import periods as period_store
from surveys.store import releases as release_store
from surveys.store import surveys as store
from surveys.store.database import WHOLE, driver_of
from tests.acceptance.ledger import Ledger
from tests.acceptance.people import NAME, Post
from tests.acceptance.phases import mark_and_slow
from tests.ceremony import go_live

MONDAY = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
LATE = MONDAY + timedelta(days=2, hours=6)
"""When those who put the card aside come back to it."""
STEP = timedelta(minutes=90)
"""The clock jumps at least this far: what was due in between is sent late, in the order in which it was due."""
RESCUE_SECONDS = 1.5
TEAM = 12
LEFT: Mapping[str, str] = {
    "response rows": "SELECT count(*) FROM surveys.response",
    "salts": "SELECT count(*) FROM surveys.wave_salt",
    "rows of periods": "SELECT count(*) FROM surveys.period_row",
    "salts of periods": "SELECT count(*) FROM surveys.period_salt",
    "partitions": "SELECT count(*) FROM pg_class WHERE relkind = 'r'"
    " AND relname ~ '^(response|wave_salt|period_row|period_salt)_\\w{32}$'",
    "deliveries": "SELECT count(*) FROM platform.delivery",
    "sending jobs": "SELECT count(*) FROM platform.procrastinate_jobs WHERE task_name IN ('send', 'remind')",
    "waves not destroyed": "SELECT count(*) FROM surveys.wave WHERE state <> 'destroyed'",
    "periods not destroyed": "SELECT count(*) FROM surveys.period WHERE state <> 'destroyed'",
}

PULSE = Survey(
    id="pulse",
    title={"nl": "Hoe gaat het", "en": "How are things"},
    cron="0 9 * * 1",
    timezone="Europe/Amsterdam",
    window=timedelta(days=4),
    remind_after=timedelta(hours=24),
    quiet=QuietHours(time(18), time(8)),
    holidays=None,
)


def settings_in(directory: Path) -> Settings:
    """Return the settings of the application in this directory."""
    return load_settings(
        {},
        data_dir=directory / "data",
        config_dir=directory / "config",
        organisation="Lente",
        rescue_seconds=RESCUE_SECONDS,
    )


def roster_of(people: int) -> str:
    """Return a roster file: people p0, p1 ... in two departments of teams of twelve; the last team takes the rest."""
    head = f"id,name,email,team,roles,language,timezone,address:{NAME}"
    rows = (
        f"p{n},Agent {n},p{n}@lente.example,Afdeling {n // TEAM % 2}/Team {n // TEAM},agent,"
        f"{'nl' if n % 2 else 'en'},Europe/Amsterdam,p{n}"
        for n in range(people)
    )
    return "\n".join([head, *rows]) + "\n"


async def settle(app: App, people: int) -> None:
    """Import the roster and add the survey, the way the product does."""
    async with app.database.begin() as connection:
        plan = plan_sync(
            [],
            None,
            parse_people(roster_of(people), platforms=(NAME,)),
            organisation="Lente",
            new_person=uuid4,
            new_node=lambda: uuid4().hex[:12],
        )
        await people_store.apply_plan(connection, plan)
        due = next_fire(PULSE.cron, PULSE.timezone, MONDAY - timedelta(seconds=1))
        await store.add_survey(connection, PULSE, due)
    await go_live(app, MONDAY)


class Life:
    """One process's share of the life of one wave."""

    def __init__(self, app: App, post: Post, ledger: Ledger, server: Server) -> None:
        self.app, self.post, self.ledger, self.server = app, post, ledger, server

    async def live(self) -> None:
        """Tick, work and move the clock until wave and periods are destroyed."""
        self.post.resume()
        while not await self._over():
            try:
                if not await self.app.tick(self.app.world.now()) and self.post.quiet():
                    await self._move_on()
            except (DBAPIError, ConnectorException):
                self.ledger.add("database away")
            await asyncio.sleep(0.05)
        await self._report()

    async def join(self) -> None:
        """Tick and work beside another process until wave and periods are destroyed."""
        while not await self._over():
            await self.app.tick(self.app.world.now())
            await asyncio.sleep(0.05)

    async def _over(self) -> bool:
        try:
            waves, periods = await self._waves(), await self._periods()
        except DBAPIError:
            return False
        states = {*(wave.state for wave in waves), *(period.state for period in periods)}
        return states == {WaveState.DESTROYED}

    async def _waves(self) -> list[Wave]:
        async with self.app.database.begin() as connection:
            return await store.waves(connection)

    async def _periods(self) -> list[Period]:
        async with self.app.database.begin() as connection:
            return await period_store.periods(connection)

    async def _move_on(self) -> None:
        """Jump to what is due next; before the closing, note what the sealed rows hold and let no wave follow."""
        due, now, waves = await self.app.tick.next_due(), self.app.world.now(), await self._waves()
        open_ = [wave for wave in waves if wave.state is WaveState.OPEN]
        if due is None or not waves:
            return
        if open_:
            closes = min(wave.closes for wave in open_)
            moment = min(max(due, now + STEP), max(due, closes))
            if now < closes <= moment:
                await self._note_what_is_sealed(open_[0])
                await self._pause()
            self.ledger.add("time", max(moment, now).isoformat())
        elif all(wave.state is WaveState.DESTROYED for wave in waves):
            self.ledger.add("time", max(due, now).isoformat())

    async def _pause(self) -> None:
        """A paused survey ends its periods after four weeks, with the waves that they have."""
        async with self.app.database.begin() as connection:
            await store.set_paused(connection, PULSE.id, True)

    async def _note_what_is_sealed(self, wave: Wave) -> None:
        async with self.app.database.begin() as connection:
            there = await as_it_stands(await driver_of(connection), wave.id, self.app.keys)
        held = sorted(
            [response.cohort, sorted(response.answers.items())]
            for response in map(there.response, there.rows)
            if response.cohort is not None
        )
        digest = hashlib.sha256(json.dumps(held).encode()).hexdigest()
        self.ledger.add("sealed", len(there.rows), len(held), digest)
        self.ledger.add("secret", there.alive.salt.hex(), *(slot.hex() for slot in list(there.rows)[:3]))
        async with self.app.database.begin() as connection:
            for period in await period_store.periods(connection):
                slots = await period_store.slots_by_lot(connection, period.id)
                salt = await period_store.salt_of(connection, period.id)
                self.ledger.add("secret", salt.hex(), *(slot.hex() for slot in sorted(slots)[:3]))

    async def _report(self) -> None:
        url = self.server.login.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(url) as connection:
            left = {name: connection.execute(query.encode()).fetchone()[0] for name, query in LEFT.items()}  # type: ignore[index]
        async with self.app.database.reading([WHOLE]) as reading:
            documents = await release_store.documents(reading)
        self.ledger.add("left", left)
        self.ledger.add("done", *(document.decode() for document in documents))


def build_in(ledger: Ledger, settings: Settings, server: Server, *, people: bool) -> tuple[App, Post]:
    """Build the application with the clock of the ledger and its post."""
    posts: list[Post] = []

    def now() -> datetime:
        return max((datetime.fromisoformat(values[0]) for values in ledger.of("time")), default=MONDAY)

    def platforms(hands: Callable[[str], Hands]) -> Mapping[str, ChatPlatform]:
        posts.append(Post(ledger, hands(NAME), lambda: now() >= LATE, people=people))
        return {NAME: posts[0]}

    world = World(now, os.urandom, uuid4)
    keys = keyfile.load_or_create(settings.config_dir, settings.data_dir, now=MONDAY, entropy=world.entropy)
    return build(settings, server, keys, world=world, platforms=platforms), posts[0]


async def main(command: str, directory: Path, people: int = 0) -> None:
    """Play one command in a directory."""
    ledger, settings = Ledger(directory / "ledger"), settings_in(directory)
    server = find_server(settings)
    server.migrate()
    app, post = build_in(ledger, settings, server, people=command != "join")
    await app.open()
    try:
        if command == "settle":
            await settle(app, people)
        else:
            ledger.add("started", os.getpid())
            mark_and_slow(ledger)
            worker = asyncio.create_task(keep_working(app.jobs.run, 0.5))
            life = Life(app, post, ledger, server)
            await (life.join() if command == "join" else life.live())
            worker.cancel()
            await asyncio.wait({worker})
    finally:
        await app.close()
        server.stop()


if __name__ == "__main__":
    logs.configure("WARNING")
    run(main(sys.argv[1], Path(sys.argv[2]), *map(int, sys.argv[3:])))
