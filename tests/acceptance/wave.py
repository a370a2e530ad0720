"""A wave into a fake platform by two workers, with outages of it and kills of workers at scripted moments."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import time as of_day
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Protocol
from uuid import uuid4

import psycopg

from bot.app import App
from bot.server import Server, find_server
from surveys.model import QuietHours, Survey
from surveys.roster import parse_people, plan_sync
from surveys.store import people as people_store
from surveys.store import surveys as store
from tests.acceptance.killing import kill_database
from tests.acceptance.ledger import Ledger
from tests.acceptance.observed import Break, Kill, Narrowed, Seen, Wave
from tests.acceptance.rapid import ORIGIN, Rapid
from tests.acceptance.rapid_worker import Given, build_in
from tests.ceremony import go_live

WORKERS = 2
TEAM = 12
PATIENCE, FOR_EACH = 120.0, 0.4
"""Seconds on the wall after which a wave that does not end is given up: so many, and so many for each person."""
PULSE = Survey(
    id="pulse",
    title={"nl": "Hoe gaat het", "en": "How are things"},
    cron="0 9 1 1 *",
    timezone="Europe/Amsterdam",
    window=timedelta(days=4),
    remind_after=timedelta(days=1),
    quiet=QuietHours(of_day(0), of_day(0)),
    holidays=None,
)
POSTPONE = "UPDATE platform.delivery SET due = %(due)s"
DUE = "UPDATE platform.delivery SET due = %(due)s WHERE address = ANY(%(who)s)"
HAD = "UPDATE platform.delivery SET state = 'done', sent = true WHERE address = ANY(%(who)s) AND NOT sent"
CALLING = "SELECT address, sent, attempts FROM platform.delivery WHERE state = 'calling'"
STATES = "SELECT state, sent, count(*) FROM platform.delivery WHERE address = ANY(%(who)s) GROUP BY 1, 2"


class Chat(Protocol):
    """A fake platform, as a wave sees it."""

    def count(self) -> int:
        """Return how many calls there were."""

    def seen(self, first: int = 0) -> list[Seen]:
        """Return the calls of messages that are over, from this one on."""

    def break_down(self, one: Break) -> None:
        """Break down now."""

    def allow(self, messages_a_minute: int | None) -> None:
        """Allow so many messages from now on; None is the usual."""


@dataclass
class Town:
    """A fake platform, an installation with an open wave of which no card is due, and workers."""

    directory: Path
    chat: Chat
    given: Given
    rapid: Rapid
    server: Server
    ledger: Ledger
    workers: dict[int, subprocess.Popen[bytes]] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))
    _left_open: set[tuple[str, int]] = field(default_factory=set)
    """Cards that earlier kills left so, and that nobody came to since: who, and at which attempt."""
    _reminding: int | None = None
    """The process of the reminders. It is not killed: nothing of it is written, so nobody could tell what was lost."""
    _calling: Counter[int] = field(default_factory=Counter)
    """How many calls each process has under way."""

    async def wave(
        self,
        people: Sequence[str],
        *,
        others: Sequence[str] = (),
        narrowed: Narrowed | None = None,
        breaks: Sequence[Break] = (),
        kills: Sequence[int] = (),
        gone: Sequence[str] = (),
    ) -> Wave:
        """Let the cards of these people be due, and return what came of them when all are through.

        The `others` had their card before, and are reminded at the same time, by a process of its own.
        """
        self.chat.allow(None)
        await self._ask(HAD, who=list(others))
        reminding = self._reminding
        if others and reminding is None:
            reminding = self._reminding = self.start("remind")
        await self.started()
        first, began = self.chat.count(), self.rapid.seconds()
        await self._ask(DUE, due=self.rapid.now(), who=list(people))
        if others:
            self.ledger.add("remind", *others)
        breaking = asyncio.create_task(self._break_down(first, breaks))
        narrowing = asyncio.create_task(self._narrow(first, narrowed))
        killing = asyncio.create_task(self._kill_at(first, kills))
        async with asyncio.timeout(PATIENCE + FOR_EACH * len(people)):
            states = await self._through(people)
            await asyncio.gather(breaking, narrowing)
            killed = await killing
            if reminding is not None:
                await asyncio.to_thread(self.workers.pop(reminding).wait)
                self._reminding = None
        end = (tuple(self.chat.seen(first)), tuple(breaks), tuple(killed), tuple(states), frozenset(gone))
        return Wave(frozenset(people), frozenset(others), began, *end)

    async def _through(self, people: Sequence[str]) -> list[tuple[str, bool, int]]:
        while True:
            states = await self._ask(STATES, who=list(people))
            if all(state in ("done", "failed") for state, _, _ in states):
                return states
            await asyncio.sleep(0.2)

    async def _break_down(self, first: int, breaks: Sequence[Break]) -> None:
        for one in breaks:
            await self._reached(first, one.at)
            self.chat.break_down(one)

    async def _narrow(self, first: int, narrowed: Narrowed | None) -> None:
        if narrowed is not None:
            await self._reached(first, narrowed.at)
            self.chat.allow(narrowed.messages_a_minute)

    async def _kill_at(self, first: int, kills: Sequence[int]) -> list[Kill]:
        killed = []
        for at in kills:
            await self._reached(first, at)
            killed.append(await self._kill())
        return killed

    async def _reached(self, first: int, people: int) -> None:
        """Wait until so many people have something."""
        while True:
            if self.chat.count() - first >= people and sum(call.landed for call in self.chat.seen(first)) >= people:
                return
            await asyncio.sleep(0.002)

    async def _kill(self) -> Kill:
        """Kill a worker in the middle of its calls, and start another."""
        number = await self._calling_now()
        worker = self.workers.pop(number)
        worker.kill()
        moment = self.rapid.seconds()
        await asyncio.to_thread(worker.wait)
        self.rapid.forget(number)
        calling = {(who, attempts) for who, _, attempts in await self._ask(CALLING)}
        left_open, self._left_open = calling - self._left_open, calling
        self.start()
        return Kill(moment, tuple(sorted(who for who, _ in left_open)))

    async def _calling_now(self) -> int:
        while True:
            self._look()
            for number, worker in self.workers.items():
                if number != self._reminding and self._calling[worker.pid] > self.given.in_flight // 3:
                    return number
            await asyncio.sleep(0)

    def _look(self) -> None:
        """See how many calls each process makes at this moment."""
        for line in self.ledger.refresh():
            if line.kind in ("begin", "end"):
                self._calling[line.values[0]] += 1 if line.kind == "begin" else -1

    def start(self, *more: str) -> int:
        """Start one more worker and return its number."""
        number = next(self._numbers)
        command = [sys.executable, "-m", "tests.acceptance.rapid_worker", str(self.directory), str(number), *more]
        with (self.directory / "errors").open("ab") as errors:
            self.workers[number] = subprocess.Popen(command, stdout=errors, stderr=errors)
        return number

    async def started(self) -> None:
        """Wait until every worker works."""
        deadline = time.monotonic() + 60
        alive = {worker.pid for worker in self.workers.values()}
        while not alive <= {pid for (pid,) in self.ledger.of("started")}:
            if time.monotonic() > deadline or any(worker.poll() is not None for worker in self.workers.values()):
                raise RuntimeError((self.directory / "errors").read_text()[-4000:])
            await asyncio.sleep(0.05)

    async def _ask(self, statement: str, **values: object) -> list[tuple[str, bool, int]]:
        url = self.server.login.set(drivername="postgresql").render_as_string(hide_password=False)
        async with await psycopg.AsyncConnection.connect(url) as connection:
            done = await connection.execute(statement.encode(), values)
            return list(await done.fetchall()) if done.description else []

    async def settle(self, people: Sequence[str], prepare: Callable[[App], Awaitable[None]]) -> None:
        """Import everybody, open a wave, and let nobody's card be due yet."""
        app = build_in(self.directory, self.given, self.server, self.rapid, self.ledger)
        try:
            async with app.database.begin() as connection:
                read = parse_people(roster_of(people, self.given.platform), platforms=(self.given.platform,))
                plan = plan_sync(
                    [], None, read, organisation="Lente", new_person=uuid4, new_node=lambda: uuid4().hex[:12]
                )
                await people_store.apply_plan(connection, plan)
                await store.add_survey(connection, PULSE, ORIGIN + timedelta(days=300))
            await go_live(app, self.rapid.now())
            await app.opening.open_now(PULSE.id, None, self.rapid.now())
            await prepare(app)
        finally:
            await app.disconnect()
        await self._ask(POSTPONE, due=ORIGIN + timedelta(days=3))


async def nothing(_: App) -> None:
    """Prepare nothing."""


@asynccontextmanager
async def town(
    given: Given,
    chat: Chat,
    directory: Path,
    rapid: Rapid,
    people: Sequence[str],
    prepare: Callable[[App], Awaitable[None]] = nothing,
    *,
    reminding: bool = False,
) -> AsyncIterator[Town]:
    """Everything that is needed for waves of these people, with workers at work; `reminding` for the first wave too."""
    given.write(directory)
    server = find_server(given.loaded(directory))
    server.migrate()
    built = Town(directory, chat, given, rapid, server, Ledger(directory / "ledger"))
    try:
        await built.settle(people, prepare)
        for _ in range(WORKERS):
            built.start()
        built._reminding = built.start("remind") if reminding else None
        await built.started()
        yield built
    finally:
        for worker in built.workers.values():
            worker.kill()
            worker.wait()
        built.ledger.close()
        kill_database(directory)


def roster_of(people: Sequence[str], platform: str) -> str:
    head = f"id,name,email,team,roles,language,timezone,address:{platform}"
    rows = (
        f"{who},Agent {number},{number}@lente.example,Noord/Team {number // TEAM},agent,nl,Europe/Amsterdam,{who}"
        for number, who in enumerate(people)
    )
    return "\n".join([head, *rows]) + "\n"
