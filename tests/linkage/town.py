"""Two hundred people get a card, and most of them answer a while later, while a thief copies again and again."""

from __future__ import annotations

import asyncio
import math
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol
from uuid import UUID

from bot.rhythm import rhythm
from bot.server import Server
from bot.settings import Settings
from surveys.pool import BEAT_SECONDS
from tests.dialogues.talk import ONCE, at
from tests.linkage.attacker import Known
from tests.linkage.chance import Truth
from tests.linkage.copies import Copy, Thief, statements_logged
from tests.stage import Stage, staged
from tests.truths import slot_of

PEOPLE, GROUPS, TEAM = 200, 4, 20
ANSWERING = 0.75
"""The share of people who answer at all."""
HOUR_OF_FIRST = 10


@dataclass(frozen=True, slots=True)
class Pace:
    """How long it lasts, and how often is copied and mixed, in seconds. People answer after `typical` on average."""

    lasts: float
    copy: float
    mix: float
    beat: float = BEAT_SECONDS

    @property
    def typical(self) -> float:
        return self.lasts / 4


@dataclass(frozen=True, slots=True)
class Observed:
    """What was copied, what everybody may know, and what is true."""

    copies: tuple[Copy, ...]
    statements: str
    people: tuple[Known, ...]
    truth: dict[UUID, Truth]


def roster(people: int = PEOPLE) -> str:
    """Return the people in teams of twenty."""
    lines = ["id,name,email,team,manages,roles,language,timezone,address:recording"]
    for n in range(people):
        team = f"Noord/Team {n // TEAM}"
        lines.append(f"q{n},Agent q{n},q{n}@lente.example,{team},,agent,nl,Europe/Amsterdam,adres-{n}")
    return "\n".join(lines) + "\n"


@asynccontextmanager
async def town(server: Server, settings: Settings, people: int = PEOPLE) -> AsyncIterator[Stage]:
    """Put everybody on stage and open a wave; nobody has a card yet."""
    async with staged(server, settings, seed="linkage", roster=roster(people), survey=ONCE) as stage:
        await stage.app.opening.open_due(stage.clock())
        yield stage


@dataclass
class Answering:
    """What people do with their card: most answer when they feel like it. `answered` says when they first did."""

    stage: Stage
    pace: Pace
    chance: random.Random = field(default_factory=lambda: random.Random(5))
    answered: dict[str, float] = field(default_factory=dict)
    patience: float = 0.0

    def __call__(self, who: str) -> Coroutine[None, None, None] | None:
        """Return what somebody does from the moment on at which their card has come; None for nothing."""
        return self._answer(who) if self.chance.random() < ANSWERING else None

    async def _answer(self, who: str) -> None:
        chance, typical = self.chance, self.pace.typical
        address, wait = self.stage.people[who].addresses["recording"], chance.expovariate(1 / typical)
        first, second = chance.randint(1, 5), chance.randint(1, 5)
        await asyncio.sleep(wait)
        self.answered[who] = time.time()
        await self.stage.recording.tap(address, "answer", (0, first))
        await asyncio.sleep(chance.uniform(0.1, 0.5) * typical)
        await self.stage.recording.tap(address, "answer", (1, second))


class Living(Protocol):
    """What people do from the moment on at which their card has come."""

    patience: float
    """Seconds after the end in which whoever is still busy may finish."""

    @property
    def answered(self) -> Mapping[str, float]: ...

    def __call__(self, who: str) -> Coroutine[None, None, None] | None: ...


async def observed(stage: Stage, thief: Thief, pace: Pace, *, mixing: bool, living: Living | None = None) -> Observed:
    """Let people get their cards and answer, or do what `living` says, and copy meanwhile."""
    living, carded = living or Answering(stage, pace), dict[str, float]()
    with statements_logged(stage.server):
        async with AsyncExitStack() as stack:
            if mixing:
                await stack.enter_async_context(rhythm(stage.app.pool, stage.app.book, beat=pace.beat))
                await stack.enter_async_context(_every(pace.mix, stage.app.mixing.at_once))
            copies = [await asyncio.to_thread(thief.copy)]
            copying = asyncio.create_task(_copy(thief, pace, copies))
            await _live(stage, pace, carded, living)
            await copying
        statements = thief.statements()
    cast = stage.people
    people = tuple(Known(cast[who].id, cast[who].addresses["recording"], moment) for who, moment in carded.items())
    truth = {
        person.id: Truth(await slot_of(stage, who), living.answered.get(who, math.inf)) for who, person in cast.items()
    }
    return Observed(tuple(copies), statements, people, truth)


async def _copy(thief: Thief, pace: Pace, copies: list[Copy]) -> None:
    ends = time.time() + pace.lasts
    while time.time() < ends:
        await asyncio.sleep(pace.copy)
        copies.append(await asyncio.to_thread(thief.copy))


async def _live(stage: Stage, pace: Pace, carded: dict[str, float], living: Living) -> None:
    """Send the cards in groups; whoever has one lives on."""
    groups = [sorted(stage.people)[start::GROUPS] for start in range(GROUPS)]
    begins, tasks = time.time(), list[asyncio.Task[None]]()
    for number, group in enumerate(groups):
        await asyncio.sleep(max(0.0, begins + number * pace.lasts / GROUPS / 2 - time.time()))
        moment = await _send(stage, group, number)
        for who in group:
            carded[who] = moment
            if (doing := living(who)) is not None:
                tasks.append(asyncio.create_task(doing))
    await asyncio.sleep(max(0.0, begins + pace.lasts - time.time()))
    done, late = await asyncio.wait(tasks, timeout=living.patience)
    for task in late:
        task.cancel()
    await asyncio.gather(*late, return_exceptions=True)
    await asyncio.gather(*done)


async def _send(stage: Stage, group: Sequence[str], number: int) -> float:
    """Send everybody in a group their card, and return when they all had it."""
    due = at(stage, ONCE.quiet.end).replace(hour=HOUR_OF_FIRST + number)
    persons = ", ".join(f"'{stage.people[who].id}'" for who in group)
    others = f"UPDATE platform.delivery SET due = due + interval '2 days' WHERE due <= '{due}' AND NOT sent"
    await stage.run(others)
    await stage.run(f"UPDATE platform.delivery SET due = '{due}', chunk = {number} WHERE person_id IN ({persons})")
    stage.clock.time = due
    await stage.tick()
    return time.time()


@asynccontextmanager
async def _every(seconds: float, step: Callable[[], Awaitable[None]]) -> AsyncIterator[None]:
    async def again() -> None:
        while True:
            await asyncio.sleep(seconds)
            await step()

    task = asyncio.create_task(again())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait({task})


def thief_of(server: Server, settings: Settings, room: Path) -> Thief:
    """Return a thief of this installation."""
    return Thief(server, settings.data_dir / "postgres", room)
