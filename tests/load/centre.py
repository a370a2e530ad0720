"""A contact centre to put load on: an open wave now, and for everybody in it a session and the token of their card."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

import psycopg
from sqlalchemy import text

from adapters.port import ChatPlatform
from bot import keyfile
from bot.app import App
from bot.clock import next_fire
from bot.hands import Hands
from bot.reading import subject_for
from bot.server import Server, find_server
from bot.settings import Settings, load_settings
from bot.web.linkstores import LinksInMemory
from bot.web.sessions import Sessions, cookie_name
from bot.wiring import build, real_world
from surveys.links import Link
from surveys.model import Node, QuietHours, Response, Survey, Wave, WaveState
from surveys.roster import parse_people, plan_sync
from surveys.store import links as link_store
from surveys.store import people as people_store
from surveys.store import platform as platform_store
from surveys.store import responses
from surveys.store import surveys as store
from surveys.store.platform import Delivery
from surveys.tickets import KEY_SIZE, TokenBody, WaveKeys, mint

TEAM = 12
SENT = text("UPDATE platform.delivery SET state = 'done', sent = true, reminder = 'done' WHERE wave_id = :wave")


def survey(name: str) -> Survey:
    """A survey without quiet hours: the benchmark must run at any hour."""
    return Survey(
        id=name,
        title={"nl": "Hoe gaat het", "en": "How are things"},
        cron="0 9 1 1 *",
        timezone="Europe/Amsterdam",
        window=timedelta(days=4),
        remind_after=None,
        quiet=QuietHours(time(0), time(0)),
        holidays=None,
        simulated=True,  # nobody has to sign for invented people
    )


@dataclass(frozen=True)
class Ground:
    """A database of its own in a directory, with its settings."""

    directory: Path
    settings: Settings
    server: Server

    def build(self, hold: Callable[[Hands], None] = lambda _: None) -> App:
        """Build the application with the clock of this machine; `hold` is shown what the web chat is handed.

        Where the settings connect a platform, it is built on the platforms that `serve` has.
        """
        keys = keyfile.load_or_create(
            self.settings.config_dir, self.settings.data_dir, now=datetime.now(UTC), entropy=real_world().entropy
        )
        if self.settings.slack_bot_token or self.settings.teams_app_id:
            return build(self.settings, self.server, keys)

        def others(hands: Callable[[str], Hands]) -> dict[str, ChatPlatform]:
            hold(hands("web"))
            return {}

        return build(self.settings, self.server, keys, platforms=others, web=True)


@contextmanager
def ground(directory: Path, **more: Any) -> Iterator[Ground]:
    """Start the embedded server of a directory and see that it writes answers through to the disk.

    `more` are settings that differ from the usual.
    """
    usual = {"data_dir": directory / "data", "config_dir": directory / "config", "organisation": "Lente"}
    settings = load_settings({}, **usual, tick_seconds=5, **more)
    server = find_server(settings)
    try:
        server.migrate()
        _require_durable(server)
        yield Ground(directory, settings, server)
    finally:
        server.stop()


def _require_durable(server: Server) -> None:
    url = server.login.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url) as connection:
        for name in ("fsync", "synchronous_commit"):
            row = connection.execute(f"SHOW {name}".encode()).fetchone()
            if row != ("on",):
                raise RuntimeError(f"{name} is {row}: the benchmark is of durable answers")


@asynccontextmanager
async def connected(on: Ground) -> AsyncIterator[App]:
    """Open the application for a moment."""
    app = on.build()
    await app.open()
    try:
        yield app
    finally:
        await app.close()


async def enrol(app: App, people: int, *, platform: str = "web", prefix: str = "p") -> None:
    """Import a roster of people in teams of twelve; their address is the `prefix` with a number."""
    head = f"id,name,email,team,roles,language,timezone,address:{platform}"
    rows = (
        f"p{n},P {n},p{n}@lente.example,Noord/Team {n // TEAM},agent,nl,Europe/Amsterdam,{prefix}{n}"
        for n in range(people)
    )
    async with app.database.begin() as connection:
        plan = plan_sync(
            [],
            None,
            parse_people("\n".join([head, *rows]) + "\n", platforms=(platform,)),
            organisation="Lente",
            new_person=uuid4,
            new_node=lambda: uuid4().hex[:12],
        )
        await people_store.apply_plan(connection, plan)


async def open_wave(app: App, name: str) -> UUID:
    """Add a survey and open a wave of it now, the way the product does."""
    now = datetime.now(UTC)
    async with app.database.begin() as connection:
        one = survey(name)
        await store.add_survey(connection, one, next_fire(one.cron, one.timezone, now))
    return await app.opening.open_now(name, now + timedelta(days=2), now)


async def requests_of(app: App, wave_id: UUID) -> list[tuple[str, str]]:
    """Return the requests of everybody in a wave: (Cookie header, body), one person after the other, two items each."""
    now, chance = datetime.now(UTC), random.Random(1)
    sessions = Sessions(app.keys.platform_key("sessions"), LinksInMemory(), now=lambda: now, entropy=app.world.entropy)
    async with app.database.begin() as connection:
        wave, salt = await store.wave(connection, wave_id), await store.salt_of(connection, wave_id)
        keys = WaveKeys(wave.id, app.keys.epoch(wave.key_id), salt)
        people = await people_store.load_roster(connection)
        requests = []
        for person in people:
            link = Link(app.world.entropy(16), subject_for(person), "chat", now + timedelta(days=30), once=False)
            await link_store.add_link(connection, link)
            cookie, _ = sessions.open(link, "nl")
            body = TokenBody(wave.id, person.team, keys.ticket(person.id), "nl")
            token = mint(wave.key_id, app.keys.epoch(wave.key_id), body, app.world.entropy)
            for item in (0, 1):
                form = {"token": token, "action": "answer", "position": f"{item}:{chance.randint(1, 5)}"}
                requests.append((f"{cookie_name('chat', secure=False)}={cookie}", urlencode(form)))
    return requests


async def fill_large_wave(app: App, *, people: int, teams: int, name: str = "large") -> UUID:
    """Add a wave with one sealed answer of everybody, open until tomorrow; straight into the store, for speed."""
    now, chance = datetime.now(UTC), random.Random(2)
    nodes = _organisation(teams)
    leaves = [node.id for node in nodes if node.id.startswith("team")]
    opens, closes, items = now - timedelta(days=3), now + timedelta(days=1), ("C1", "workload_1")
    wave = Wave(uuid4(), name, 1, items, opens, closes, WaveState.OPEN, app.keys.current)
    salt = app.world.entropy(KEY_SIZE)
    keys = WaveKeys(wave.id, app.keys.epoch(wave.key_id), salt)
    persons = [(uuid4(), leaves[number % teams]) for number in range(people)]

    def sealed() -> list[tuple[bytes, bytes]]:
        rows = []
        for person, team in persons:
            middle = 1 + int(team[4:]) % 4
            answers = {item: min(5, max(1, middle + chance.randint(-1, 2))) for item in wave.items}
            slot = keys.slot(keys.ticket(person))
            rows.append((slot, keys.seal(slot, Response(team, answers), app.world.entropy)))
        return rows

    rows = await asyncio.to_thread(sealed)
    async with app.database.begin() as connection:
        one = survey(name)
        await store.add_survey(connection, one, next_fire(one.cron, one.timezone, now))
        await store.add_wave(
            connection,
            wave,
            app.opening.terms(wave.items, app.opening.policy),
            salt,
            [(node, people // teams if node.id in leaves else 0) for node in nodes],
        )
        await responses.fill(connection, wave.id, rows)
        sent = (
            Delivery(wave.id, person, team, "web", f"w{n}", n // 50, now) for n, (person, team) in enumerate(persons)
        )
        await platform_store.add_deliveries(connection, sent)
        await connection.execute(SENT, {"wave": wave.id})
    return wave.id


def _organisation(teams: int) -> list[Node]:
    """Return twenty departments of as many teams, below one organisation."""
    departments = [Node(f"dep{n}", "org", f"Department {n}") for n in range(20)]
    below = [Node(f"team{n}", f"dep{n % 20}", f"Team {n}") for n in range(teams)]
    return [Node("org", None, "Lente"), *departments, *below]
