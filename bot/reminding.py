"""The one reminder: a step that is the same for everybody, and calls of which nothing is ever written.

The step walks over everybody who got a card, in one commit, and is all that the job does. The calls go to whoever has
done nothing with their card. They follow as an errand, after the job is off the queue: made within it, its duration
and its lock would tell how many had not answered, and recorded one by one, who. So a kill costs the reminders that
were not yet sent; nobody gets two.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.port import DeliveryError, Message, NoPlace
from bot.attempts import attempt
from bot.errands import Errands
from bot.invitations import Batch, Invitations
from bot.lanes import Lane, Lanes, hands_for
from bot.reach import Reach, load_reach
from surveys.errors import WaveClosed
from surveys.held import Held
from surveys.model import Response
from surveys.pool import Pool
from surveys.sending import Send, TooLate, sendable
from surveys.store import claiming
from surveys.store import platform as store
from surveys.store.database import Database
from surveys.store.platform import Delivery, DueChunk

REMINDER_TRIES: Final = 3
TURNS: Final = 50
"""How often it asks whether it is its turn."""
LOOK_SECONDS: Final = 5.0
"""After how long it is looked again who stopped, paused or answered meanwhile."""
LONGEST_WAIT: Final = 600.0
"""Seconds until the last try at most, whatever the platform asks."""


@dataclass
class Walk:
    """The calls of one step: whom it is about, how they are reached and what their rows hold, as looked at last."""

    batch: Batch
    taken: list[Delivery]
    queue: Iterator[Delivery]
    reach: Mapping[UUID, Reach] = field(default_factory=dict)
    held: Held | None = None
    looked: float | None = None
    looking: asyncio.Lock = field(default_factory=asyncio.Lock)

    def untouched(self, delivery: Delivery) -> bool:
        """Return whether nothing was done with the card: not answered, skipped, commented on or withdrawn."""
        slot = self.batch.keys.slot(self.batch.keys.ticket(delivery.person))
        return self.held is not None and slot in self.held.rows and self.held.response(slot) == Response()


@dataclass(frozen=True)
class Reminding:
    """Takes the reminder step, and hands the calls over."""

    database: Database
    lanes: Lanes
    invitations: Invitations
    now: Callable[[], datetime]
    errands: Errands
    pool: Pool
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def remind(self, chunk: DueChunk) -> None:
        """Take the step of a chunk, for everybody at once."""
        async with self.database.begin() as connection:
            due = await store.reminders_of(connection, chunk, self.now())
            batch = await self.invitations.batch(connection, chunk.wave) if due else None
            if batch is None:
                return
            people = [delivery.person for delivery in due]
            reach = await load_reach(connection, batch.survey, people, batch.wave.opens, batch.wave.closes)
            taken = [d for d in due if await self._step(connection, batch, d, reach.get(d.person))]
        self.errands.hand_over(partial(self._call_all, batch, taken))

    async def _step(self, connection: AsyncConnection, batch: Batch, delivery: Delivery, reach: Reach | None) -> bool:
        """Record the step, or that it waits for the person's own hours; True when it is taken, now and by us."""
        if wait := self._wait(batch, reach, delivery):
            await claiming.step(connection, delivery, remind_due=wait)
            return False
        return await claiming.step(connection, delivery, reminder="done")

    def _wait(self, batch: Batch, reach: Reach | None, delivery: Delivery) -> datetime | None:
        if reach is None or delivery.remind_due is None:
            return None
        decision = sendable(delivery.remind_due, batch.wave.closes, reach.own, self.now())
        return None if isinstance(decision, Send | TooLate) else decision.until

    async def _call_all(self, batch: Batch, taken: list[Delivery]) -> None:
        """Nothing is written from here on; only the call itself depends on the own sealed row."""
        walk = Walk(batch, taken, iter(taken))
        async with asyncio.TaskGroup() as group:
            for _ in hands_for(self.lanes, taken[0].platform) if taken else ():
                group.create_task(self._call_each(walk))

    async def _call_each(self, walk: Walk) -> None:
        for delivery in walk.queue:
            await attempt("reminder", self._remind(walk, delivery))

    async def _remind(self, walk: Walk, delivery: Delivery) -> None:
        lane = self.lanes.get(delivery.platform)
        await self._look(walk)
        reach = walk.reach.get(delivery.person)
        if lane is None or lane.waits or reach is None or not delivery.sent or not walk.untouched(delivery):
            return
        if isinstance(sendable(self.now(), walk.batch.wave.closes, reach.own, self.now()), Send):
            message = await self.invitations.card(walk.batch, delivery, reach.language, reminder=True)
            await self._call(lane, delivery.address, message)

    async def _look(self, walk: Walk) -> None:
        """Look, every few seconds, at everybody at once: asked one by one between the calls, the statements would
        tell who got one."""
        async with walk.looking:
            now = asyncio.get_running_loop().time()
            if walk.looked is not None and now - walk.looked < LOOK_SECONDS:
                return
            wave, people = walk.batch.wave, [delivery.person for delivery in walk.taken]
            walk.held = None
            with suppress(WaveClosed):
                walk.held = await self.pool.wave(wave.id)
            async with self.database.begin() as connection:
                walk.reach = await load_reach(connection, walk.batch.survey, people, wave.opens, wave.closes)
            walk.looked = now

    async def _call(self, lane: Lane, address: str, message: Message) -> None:
        """Send the reminder, trying again for a moment only: an attempt left for later would be a trace.

        Waiting for our turn is no try, but has an end as well: what they do with the card meanwhile is not looked at.
        """
        tries, waited = 0, 0.0
        for _ in range(TURNS):
            if tries == REMINDER_TRIES or waited > LONGEST_WAIT:
                return
            outcome = await attempt("reminder", lane.send(address, message))
            if not isinstance(outcome, Exception):
                return
            if isinstance(outcome, DeliveryError) and outcome.permanent:
                return
            tries += not isinstance(outcome, NoPlace)
            asked = outcome.retry_after if isinstance(outcome, DeliveryError) else None
            waited += (pause := min(asked or 1.0, LONGEST_WAIT))
            await self.sleep(pause)
