"""Kudos in great numbers, before fake platforms that fail, by processes that are killed.

The processes are real and run on the wall clock. Only what the product waits for goes faster, `speed` times: how long
until it tries again. A claim of a killed process, which lasts ten minutes, ends when every call is surely over.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

import psycopg

from bot.server import Server
from tests.acceptance.doors import Doors
from tests.acceptance.observed import Break
from tests.acceptance.servers import Servers
from tests.acceptance.storm_claims import Kept, Meant, Storm, Told
from tests.acceptance.thanking import Crowd

HANDS: Final = 8
"""How many people thank at the same moment."""
DOWN: Final = 0.5
"""Seconds that a killed process is away."""
SETTLING: Final = 600.0
WAITING = "wanted <> standing AND NOT failed"
CALLING = "SELECT id, kudos_id, address, due FROM kudos.posting WHERE calling"
RELEASE = "UPDATE kudos.posting SET due = now() WHERE id = %(id)s AND due = %(due)s AND calling"
SOONER = (
    f"UPDATE kudos.posting SET due = due - %(by)s * interval '1 second' WHERE {WAITING} AND NOT calling AND due > now()"
)
LEFT = f"""
    SELECT count(*) FILTER (WHERE {WAITING}) AS waiting, count(*) FILTER (WHERE failed) AS failed,
           count(*) FILTER (WHERE calling) AS calling
    FROM kudos.posting
"""
KEPT = """
    SELECT kudos.id::text, giver.address, words, state,
           array_agg(receiver.address), array_agg(receiver.address) FILTER (WHERE thanked)
    FROM kudos.kudos
    JOIN people.address giver ON giver.person_id = giver_id AND giver.platform = ANY(%(platforms)s)
    JOIN kudos.receiver got ON got.kudos_id = kudos.id
    JOIN people.address receiver ON receiver.person_id = got.person_id AND receiver.platform = ANY(%(platforms)s)
    GROUP BY kudos.id, giver.address
"""


class Chat(Protocol):
    """A fake platform that can break down."""

    def break_down(self, one: Break) -> None:
        """Break down now."""


@dataclass(frozen=True, slots=True)
class Weather:
    """What goes wrong, each when so many kudos were sent: failures of each platform, and kills.

    A kill is of the next process in turn, or of `all` at once. `grace` is after how many seconds every call is over.
    """

    breaks: Mapping[str, Sequence[Break]]
    kills: Sequence[int]
    all: Sequence[int] = ()
    grace: float = 12.0


@dataclass
class Scene:
    """An installation with its processes, and everybody on every platform."""

    server: Server
    servers: Servers
    crowds: Mapping[str, Crowd]
    chats: Mapping[str, Chat]
    doors: Mapping[str, Doors]
    speed: float
    told: list[Told] = field(default_factory=list)
    sent: int = 0
    kills: int = 0
    ordered: int = 0
    """How many refusals as too soon the weather brought."""
    _cut_off: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Of which kudos, by its id, which call."""
    _screens: defaultdict[str, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))

    async def play(self, plan: Sequence[Meant], weather: Weather, *, a_minute: float) -> float:
        """Let everybody thank, and everything come to rest; return how many seconds it took until all were told."""
        async with asyncio.TaskGroup() as group, self._sooner():
            for name, breaks in weather.breaks.items():
                group.create_task(self._break_down(self.chats[name], breaks))
            group.create_task(self._kill_all_day(weather))
            began = time.monotonic()
            await self._thank(plan, a_minute)
            seconds = time.monotonic() - began
        async with self._sooner():
            await self._settled()
        return seconds

    async def seen(self, logs: str, secrets: frozenset[str]) -> Storm:
        """Return everything that is left to see."""
        names = ("id", "giver", "words", "state", "to", "backed")
        rows = [dict(zip(names, row, strict=True)) for row in await self._ask(KEPT, platforms=list(self.crowds))]
        kept = [Kept(**{**row, "to": frozenset(row["to"]), "backed": frozenset(row["backed"] or ())}) for row in rows]
        marks = {told.id: told.meant.mark for told in self.told}
        (left,) = await self._ask(LEFT)
        counted = [crowd.calls() for crowd in self.crowds.values()]
        return Storm(
            told=tuple(self.told),
            kept=tuple(kept),
            landed=tuple(one for crowd in self.crowds.values() for one in crowd.landed()),
            standing=Counter(where for crowd in self.crowds.values() for where in crowd.standing()),
            cut_off=Counter({(marks[kudos], where): count for (kudos, where), count in self._cut_off.items()}),
            left=dict(zip(("waiting", "failed", "calling"), left, strict=True)),
            logs=logs,
            secrets=secrets,
            kills=self.kills,
            calls=sum(calls for calls, _ in counted),
            refused=sum(refused for _, refused in counted) - self.ordered,
        )

    def presses(self) -> str:
        """Return the figures of what people pressed, in one line."""
        doors = self.doors.values()
        brought, failed = sum(door.brought for door in doors), sum(door.failed for door in doors)
        unheard, repeated = sum(door.unheard for door in doors), sum(door.repeated for door in doors)
        return f"{brought} presses: {failed} failed, {unheard} of them done and not answered; {repeated} brought again"

    async def _thank(self, plan: Sequence[Meant], a_minute: float) -> None:
        hands, began = asyncio.Semaphore(HANDS), time.monotonic()
        async with asyncio.TaskGroup() as group:
            for number, meant in enumerate(plan):
                await asyncio.sleep(max(0.0, began + number * 60 / a_minute - time.monotonic()))
                await hands.acquire()
                group.create_task(self._one(meant, hands))

    async def _one(self, meant: Meant, hands: asyncio.Semaphore) -> None:
        """Somebody thanks, and takes it back; who was thanked says thanks back."""
        crowd = self.crowds[meant.platform]
        try:
            async with self._screens[meant.giver]:
                kudos = await crowd.gives(meant)
        finally:
            hands.release()
        self.sent += 1
        if meant.taken_back is not None:
            await asyncio.sleep(meant.taken_back)
            async with self._screens[meant.giver]:
                await crowd.takes_back(meant, kudos)
        await asyncio.gather(*[crowd.thanks_back(meant, who) for who in meant.backs])
        self.told.append(Told(meant, kudos, True, meant.taken_back is not None, frozenset(meant.backs)))

    async def _break_down(self, chat: Chat, breaks: Sequence[Break]) -> None:
        for one in breaks:
            await self._reached(one.at)
            chat.break_down(one)
            self.ordered += (one.times or 1) * (one.status == 429)

    async def _kill_all_day(self, weather: Weather) -> None:
        for number, at in enumerate(sorted([*weather.kills, *weather.all])):
            await self._reached(at)
            ports = self.servers.ports
            await self._kill(ports if at in weather.all else [ports[number % len(ports)]], weather.grace)

    async def _reached(self, sent: int) -> None:
        while self.sent < sent:  # noqa: ASYNC110 — everybody counts it
            await asyncio.sleep(0.01)

    async def _kill(self, ports: Sequence[int], grace: float) -> None:
        """Kill in the middle of calls, begin anew, and see which calls nobody wrote down."""
        while not await self._ask(CALLING):  # noqa: ASYNC110 — processes of their own call
            await asyncio.sleep(0.005)
        for port in ports:
            await self.servers.kill(port)
        self.kills += len(ports)
        calling = await self._ask(CALLING)
        await asyncio.sleep(DOWN)
        for port in ports:
            self.servers.begin(port)
        for port in ports:
            await self.servers.answering(port)
        await asyncio.sleep(grace)
        for row in set(calling) & set(await self._ask(CALLING)):
            ident, kudos, address, due = row
            self._cut_off[str(kudos), address] += 1
            await self._ask(RELEASE, id=ident, due=due)

    async def _settled(self) -> None:
        """Wait until everything is as it is to be."""
        end = time.monotonic() + SETTLING
        while time.monotonic() < end:
            (left,) = await self._ask(LEFT)
            if not left[0] and not left[2]:
                return
            await asyncio.sleep(0.2)

    @asynccontextmanager
    async def _sooner(self) -> AsyncIterator[None]:
        """Let what waits to be tried again be due sooner, as long as the block lasts."""

        async def hurry() -> None:
            while True:
                await asyncio.sleep(1)
                await self._ask(SOONER, by=self.speed - 1)

        hurrying = asyncio.create_task(hurry())
        try:
            yield
        finally:
            hurrying.cancel()

    async def _ask(self, statement: str, **values: Any) -> list[tuple[Any, ...]]:
        url = self.server.login.set(drivername="postgresql").render_as_string(hide_password=False)
        async with await psycopg.AsyncConnection.connect(url) as connection:
            done = await connection.execute(statement.encode(), values)
            return list(await done.fetchall()) if done.description else []
