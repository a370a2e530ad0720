"""A wave into the fake Slack by two workers, with outages of Slack and kills of workers at scripted moments."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import time as of_day
from datetime import timedelta
from itertools import count
from pathlib import Path
from uuid import uuid4

import psycopg

from bot.server import Server, find_server
from surveys.model import QuietHours, Survey
from surveys.roster import parse_people, plan_sync
from surveys.store import people as people_store
from surveys.store import surveys as store
from tests.acceptance.killing import kill_database
from tests.acceptance.ledger import Ledger
from tests.acceptance.observed import Break, Kill, Narrowed, Wave
from tests.acceptance.rapid import ORIGIN, Rapid
from tests.acceptance.rapid_worker import Given, build_in, time_in
from tests.ceremony import go_live
from tests.slack.fake import FakeSlack, fake_slack
from tests.slack.limits import Limits

PER_MINUTE = 240.0
LIMITS = Limits(messages_a_minute=300, messages_a_second=1)
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
STATES = "SELECT state, sent, count(*) FROM platform.delivery WHERE address = ANY(%(who)s) GROUP BY 1, 2"


@dataclass
class Town:
    """A workspace, an installation with an open wave of which no card is due, and workers."""

    directory: Path
    slack: FakeSlack
    given: Given
    rapid: Rapid
    server: Server
    ledger: Ledger
    workers: dict[int, subprocess.Popen[bytes]] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))
    _calling: dict[int, str] = field(default_factory=dict)
    _called: dict[int, str] = field(default_factory=dict)
    """Whom each worker called last: until that is written down, a kill cuts it off, also when the call is over."""

    async def wave(
        self,
        people: Sequence[str],
        *,
        others: Sequence[str] = (),
        narrowed: Narrowed | None = None,
        breaks: Sequence[Break] = (),
        kills: Sequence[int] = (),
    ) -> Wave:
        """Let the cards of these people be due, and return what came of them when all are through.

        The `others` are reminded at the same time, by a process of its own.
        """
        self.slack.limits = LIMITS
        reminding = self.start("remind") if others else None
        await self.started()
        first, began = len(self.slack.calls), self.rapid.seconds()
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
        calls = tuple(call for call in self.slack.calls[first:] if call.method == "chat.postMessage")
        return Wave(frozenset(people), frozenset(others), began, calls, tuple(breaks), tuple(killed), tuple(states))

    async def _through(self, people: Sequence[str]) -> list[tuple[str, bool, int]]:
        while True:
            states = await self._ask(STATES, who=list(people))
            if all(state in ("done", "failed") for state, _, _ in states):
                return states
            await asyncio.sleep(0.2)

    async def _break_down(self, first: int, breaks: Sequence[Break]) -> None:
        for one in breaks:
            await self._reached(first, one.at)
            self.slack.outage(status=one.status, after=one.after, seconds=one.seconds)

    async def _narrow(self, first: int, narrowed: Narrowed | None) -> None:
        if narrowed is not None:
            await self._reached(first, narrowed.at)
            self.slack.limits = replace(LIMITS, messages_a_minute=narrowed.messages_a_minute)

    async def _kill_at(self, first: int, kills: Sequence[int]) -> list[Kill]:
        killed = []
        for at in kills:
            await self._reached(first, at)
            killed.append(await self._kill())
        return killed

    async def _reached(self, first: int, people: int) -> None:
        """Wait until so many people have something."""
        calls = self.slack.calls

        def through() -> bool:
            return len(calls) - first >= people and sum(call.ok for call in calls[first:]) >= people

        await self.slack.until(through, seconds=86_400)  # the wave has a limit of its own

    async def _kill(self) -> Kill:
        """Kill a worker in the middle of a call, and start another."""
        number = await self._calling_now()
        worker = self.workers.pop(number)
        worker.kill()
        moment = self.rapid.seconds()
        await asyncio.to_thread(worker.wait)
        self.rapid.forget(number)
        self.start()
        self._look()
        return Kill(moment, self._called.get(worker.pid))

    async def _calling_now(self) -> int:
        while True:
            calling = self._look()
            for number, worker in self.workers.items():
                if worker.pid in calling:
                    return number
            await asyncio.sleep(0)

    def _look(self) -> dict[int, str]:
        """Return who is sending to whom at this moment."""
        for line in self.ledger.refresh():
            if line.kind == "begin":
                self._calling[line.values[1]] = self._called[line.values[1]] = line.values[0]
            elif line.kind == "end":
                self._calling.pop(line.values[1], None)
        return self._calling

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

    async def settle(self, people: Sequence[str]) -> None:
        """Import everybody, open a wave, and let nobody's card be due yet."""
        app = build_in(self.directory, self.given, self.server, self.rapid, self.ledger)
        try:
            async with app.database.begin() as connection:
                read = parse_people(roster_of(people), platforms=("slack",))
                plan = plan_sync(
                    [], None, read, organisation="Lente", new_person=uuid4, new_node=lambda: uuid4().hex[:12]
                )
                await people_store.apply_plan(connection, plan)
                await store.add_survey(connection, PULSE, ORIGIN + timedelta(days=300))
            await go_live(app, self.rapid.now())
            await app.opening.open_now(PULSE.id, None, self.rapid.now())
        finally:
            await app.disconnect()
        await self._ask(POSTPONE, due=ORIGIN + timedelta(days=3))


@asynccontextmanager
async def town(directory: Path, people: Sequence[str], *, speed: float, rescue_seconds: float) -> AsyncIterator[Town]:
    """Everything that is needed for waves of these people, with workers at work."""
    rapid = time_in(directory, speed)
    async with rapid.running(), fake_slack(now=rapid.seconds, sleep=rapid.sleep) as slack:
        team = slack.workspace("T1", name="Lente")
        for person in people:
            team.user(person, name=f"Agent {person}")
        given = Given(speed, slack.api_base, team.bot_token, PER_MINUTE, rescue_seconds)
        given.write(directory)
        server = find_server(given.settings(directory))
        server.migrate()
        built = Town(directory, slack, given, rapid, server, Ledger(directory / "ledger"))
        try:
            await built.settle(people)
            for _ in range(WORKERS):
                built.start()
            await built.started()
            yield built
        finally:
            for worker in built.workers.values():
                worker.kill()
                worker.wait()
            built.ledger.close()
            kill_database(directory)


def names(people: int) -> list[str]:
    """Return the ids of so many members."""
    return [f"U{number}" for number in range(people)]


def roster_of(people: Sequence[str]) -> str:
    head = "id,name,email,team,roles,language,timezone,address:slack"
    rows = (
        f"{who},Agent {who},{who}@lente.example,Noord/Team {number // TEAM},agent,nl,Europe/Amsterdam,{who}"
        for number, who in enumerate(people)
    )
    return "\n".join([head, *rows]) + "\n"
