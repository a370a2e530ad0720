"""A stage for dialogues: the real application on an embedded PostgreSQL, with a clock that stands still until moved.

The cast works at the invented "Lente Klantcontact": two sites, a team of twelve called Ochtend and one of six
called Avond in department Service on site Noord, and a team of eleven called Post in department Schrift on site
Zuid. Noor leads Ochtend, Bram leads Service; Vera of Post must never see anything of Noord.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from itertools import count
from pathlib import Path
from uuid import UUID

import psycopg

from adapters.port import ChatPlatform, Message
from adapters.recording import Recording
from bot import keyfile
from bot.app import App
from bot.clock import next_fire
from bot.hands import Hands
from bot.server import Server, find_server
from bot.settings import Settings, load_settings
from bot.wiring import build
from bot.world import World
from surveys.model import NodeId, Person, QuietHours, Survey
from surveys.policy import PRESETS
from surveys.roster import parse_people, plan_sync
from surveys.store import people as people_store
from surveys.store import surveys as survey_store
from tests.ceremony import go_live, introduce
from tests.engines import Lent

MONDAY = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
"""09:00 in Amsterdam on a Monday; the survey opens now."""

PULSE = Survey(
    id="pulse",
    title={"nl": "Hoe gaat het", "en": "How are things"},
    cron="0 9 * * 1",
    timezone="Europe/Amsterdam",
    window=timedelta(days=4),
    remind_after=timedelta(hours=24),
    quiet=QuietHours(time(18), time(8)),
    holidays="NL",
)

EACH = timedelta(0)
"""A stride over nothing: everything is done at its own moment."""
TOGETHER = timedelta(hours=4)
"""What a test that looks at the end of a wave lets be done at once: cards and reminders have thirty moments a day."""

FILLED = """
    SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname IN ('surveys', 'kudos', 'people', 'platform') AND c.relkind IN ('r', 'p')
    AND c.relname <> 'alembic_version'
"""
"""Every table of ours and of the queue."""

OCHTEND, AVOND, POST = "Noord/Service/Ochtend", "Noord/Service/Avond", "Zuid/Schrift/Post"


def roster_csv(platform: str = "recording") -> str:
    """Return the cast as a roster file: ids o1..o12, a1..a6, p1..p11, and the leaders noor and bram."""
    lines = [f"id,name,email,team,manages,roles,language,timezone,address:{platform}"]
    for prefix, team, size in (("o", OCHTEND, 12), ("a", AVOND, 6), ("p", POST, 11)):
        for number in range(1, size + 1):
            who, language = f"{prefix}{number}", "nl" if number % 2 else "en"
            lines.append(f"{who},Agent {who},{who}@lente.example,{team},,agent,{language},Europe/Amsterdam,{who}")
    lines.append(f"noor,Noor,noor@lente.example,{OCHTEND},{OCHTEND},agent;manager,nl,Europe/Amsterdam,noor")
    lines.append("bram,Bram,bram@lente.example,Noord/Service,Noord/Service,manager,en,Europe/Amsterdam,bram")
    return "\n".join(lines) + "\n"


def large_teams() -> str:
    """Return the cast without Avond and the leaders, so that no reporting period outlives a wave."""
    small = ("noor,", "bram,")
    lines = roster_csv().splitlines(keepends=True)
    return "".join(line for line in lines if AVOND not in line and not line.startswith(small))


class Clock:
    """Time that moves only when told to; with a `step`, also whenever it is looked at: then no moment comes twice."""

    def __init__(self, start: datetime = MONDAY) -> None:
        self.time = start
        self.step = timedelta(0)

    def __call__(self) -> datetime:
        self.time += self.step
        return self.time

    def forward(self, **by: float) -> None:
        """Move on by days, hours, minutes ..."""
        self.time += timedelta(**by)


@dataclass
class Stage:
    """The application with what a test needs to play on it."""

    app: App
    clock: Clock
    server: Server
    people: dict[str, Person] = field(default_factory=dict)
    nodes: dict[str, NodeId] = field(default_factory=dict)
    introduced: bool = True

    @property
    def recording(self) -> Recording:
        """The platform in memory."""
        platform = self.app.platforms["recording"]
        assert isinstance(platform, Recording)
        return platform

    async def tick(self) -> None:
        """Let the clock tick once and do all the work that it found."""
        if await self.app.tick(self.clock()):
            await self.app.jobs.run_until_idle()

    async def until(self, moment: datetime, *, stride: timedelta = EACH) -> None:
        """Jump from due moment to due moment until then, ticking at each; with a stride, over what is due within it.

        What is skipped is done at the next tick, as after an outage of that length.
        """
        due = await self.app.tick.next_due()
        while due is not None and due <= moment:
            self.clock.time = min(max(due, self.clock.time + stride), max(moment, self.clock.time))
            await self.tick()
            before, due = due, await self.app.tick.next_due()
            if due == before:
                self.clock.forward(seconds=30)
        self.clock.time = max(moment, self.clock.time)
        await self.tick()

    async def deliver(self) -> None:
        """Play the first day of the wave: everybody who works in the daytime gets their card."""
        await self.until(self.clock() + timedelta(days=2, hours=8), stride=TOGETHER)

    async def close(self) -> None:
        """Play on until the open wave has been released and destroyed."""
        async with self.app.database.begin() as connection:
            closes = max(wave.closes for wave in await survey_store.waves(connection))
        await self.until(closes - timedelta(seconds=1), stride=TOGETHER)
        await self.until(closes + timedelta(minutes=1))

    def card(self, who: str) -> Message:
        """Return what somebody sees last."""
        return self.recording.shown(self.recording.last(who))

    async def answer(self, who: str, first: int = 3, second: int = 3) -> None:
        """Answer both items of the open check-in."""
        await self.recording.tap(who, "answer", (0, first))
        await self.recording.tap(who, "answer", (1, second))

    async def rows(self, query: str) -> list[tuple[object, ...]]:
        """Run a query as the superuser of the embedded server: what a thief of the database sees."""
        url = self.server.login.set(drivername="postgresql").render_as_string(hide_password=False)
        async with await psycopg.AsyncConnection.connect(url) as connection:
            return list(await (await connection.execute(query.encode())).fetchall())

    async def run(self, statement: str) -> None:
        """Change the database behind the product's back, as its superuser."""
        url = self.server.login.set(drivername="postgresql").render_as_string(hide_password=False)
        async with await psycopg.AsyncConnection.connect(url) as connection:
            await connection.execute(statement.encode())


def numbered(seed: str) -> Callable[[], UUID]:
    """Return ids that look random and are the same every time."""
    numbers = count()
    return lambda: UUID(bytes=hashlib.sha256(f"{seed}/{next(numbers)}".encode()).digest()[:16], version=4)


def seeded(seed: int) -> Callable[[int], bytes]:
    """Return chance that is the same every time."""
    return random.Random(seed).randbytes


def recording(hands: Callable[[str], Hands]) -> Mapping[str, ChatPlatform]:
    """Return the platform in memory as the only one."""
    mine = hands("recording")
    return {"recording": Recording(receive=mine.receive, belongs=mine.belongs)}


def settings_in(directory: Path, **more: object) -> Settings:
    """Return settings whose data and configuration lie in this directory."""
    return load_settings({}, data_dir=directory / "data", config_dir=directory / "config", organisation="Lente", **more)


@asynccontextmanager
async def staged(
    server: Server,
    settings: Settings,
    *,
    seed: str = "stage",
    roster: str | None = None,
    survey: Survey | None = PULSE,
    platforms: Callable[[Callable[[str], Hands]], Mapping[str, ChatPlatform]] | None = recording,
    live: bool = True,
    introduced: bool = True,
) -> AsyncIterator[Stage]:
    """Empty the database, put the cast on stage and open the application; with `live` both seats have signed.

    With `introduced`, everybody has been introduced as well, long ago; so has whoever is enrolled later.
    """
    empty(server)
    clock = Clock()
    world = World(clock, seeded(len(seed)), numbered(seed))
    keys = keyfile.load_or_create(settings.config_dir, settings.data_dir, now=MONDAY, entropy=seeded(0))
    engines = Lent()
    with engines.while_building():
        app = build(settings, server, keys, world=world, platforms=platforms)
    await app.open()
    stage = Stage(app, clock, server, introduced=live and introduced)
    try:
        await enrol(stage, roster_csv() if roster is None else roster)
        if survey:
            await add_survey(stage, survey)
        if live:
            await go_live(app, MONDAY, PRESETS[settings.preset], introduced=introduced)
        yield stage
    finally:
        await app.close()
    engines.give_back()


async def enrol(stage: Stage, roster: str) -> None:
    """Import a roster file the way the product does; where the stage says so, everybody in it has been introduced."""
    new_node = numbered("nodes")
    async with stage.app.database.begin() as connection:
        plan = plan_sync(
            await people_store.load_roster(connection),
            await people_store.load_tree(connection),
            parse_people(roster, platforms=("web", "slack", "teams", "recording")),
            organisation="Lente",
            new_person=stage.app.world.new_id,
            new_node=lambda: new_node().hex[:12],
        )
        await people_store.apply_plan(connection, plan)
        stage.people = {person.external_id: person for person in await people_store.load_roster(connection)}
    if stage.introduced:
        await introduce(stage.app, stage.clock())
    stage.nodes = {plan.tree.path(node): node for node in plan.tree.nodes}


async def add_survey(stage: Stage, survey: Survey) -> None:
    """Add a survey that opens its first wave at the present moment or after."""
    due = next_fire(survey.cron, survey.timezone, stage.clock() - timedelta(seconds=1))
    async with stage.app.database.begin() as connection:
        await survey_store.add_survey(connection, survey, due)


def empty(server: Server) -> None:
    """Remove everything that an earlier test left in the database; tables and roles stay."""
    url = server.login.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url) as connection:
        waves = connection.execute(
            "SELECT inhrelid::regclass FROM pg_inherits"
            " WHERE inhparent IN ('surveys.response'::regclass, 'surveys.wave_salt'::regclass,"
            " 'surveys.period_row'::regclass, 'surveys.period_salt'::regclass)"
        )
        for (wave,) in waves.fetchall():
            connection.execute(f"DROP TABLE {wave}".encode())
        tables = connection.execute(FILLED).fetchall()
        connection.execute("SET LOCAL session_replication_role = replica")  # the signed log refuses it otherwise
        connection.execute(f"TRUNCATE {', '.join(table for (table,) in tables)} RESTART IDENTITY CASCADE".encode())


def embedded_server(directory: Path) -> Iterator[tuple[Server, Settings]]:
    """Start one embedded server for many tests; yields it with the settings that reach it."""
    settings = settings_in(directory)
    server = find_server(settings)
    server.migrate()
    _hasten(server)
    yield server, settings
    server.stop()


def _hasten(server: Server) -> None:
    """Let no commit wait for the disk: all that it guards against is the end of the whole machine."""
    url = server.login.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET fsync = off")
        connection.execute("SELECT pg_reload_conf()")
