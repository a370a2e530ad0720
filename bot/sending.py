"""Send what is due: each card is recorded before and after its platform call, at most N in flight per worker.

After a kill the only doubt is the calls that were in flight; those are made again. The reminder step walks
over everybody who got a card and leaves the same trace whether or not a message went out.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.port import ChatPlatform, DeliveryError, Message
from bot.reach import Reach, load_reach
from surveys.model import Language, Survey, Wave, WaveState
from surveys.sending import Send, TooLate, reminder_due, sendable
from surveys.store import platform as store
from surveys.store import responses
from surveys.store import surveys as surveys_store
from surveys.store.database import Database
from surveys.store.platform import Delivery, DueChunk
from surveys.tickets import Entropy, KeyRing, TokenBody, WaveKeys, mint

log = structlog.get_logger(__name__)

MAX_ATTEMPTS: Final = 6
BACKOFF: Final = timedelta(minutes=1)
REMINDER_TRIES: Final = 3

Invitation = Callable[[TokenBody, str, bool], Awaitable[Message]]
"""(what the token says, the token, is it the reminder) -> the card."""
Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Batch:
    """What a sending job needs to know about its wave."""

    wave: Wave
    survey: Survey
    keys: WaveKeys
    reach: Mapping[UUID, Reach]


@dataclass(frozen=True)
class Sending:
    """Sends cards and reminders."""

    database: Database
    keys: KeyRing
    platforms: Mapping[str, ChatPlatform]
    invitation: Invitation
    now: Callable[[], datetime]
    entropy: Entropy
    in_flight: int = 1
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def send(self, chunk: DueChunk) -> None:
        """Send the due cards of a chunk."""
        async with self.database.begin() as connection:
            due = await store.cards_of(connection, chunk, self.now())
            batch = await self._batch(connection, chunk, due)
        if batch:
            await self._in_parallel(iter(due), lambda queue: self._send_each(batch, queue))

    async def remind(self, chunk: DueChunk) -> None:
        """Take the one reminder step of a chunk: one commit that is the same for everybody, and only then the calls.

        Recorded after each call, the moments of the commits would tell who got a message. So a kill here costs the
        reminders that were not yet sent; nobody gets two.
        """
        async with self.database.begin() as connection:
            due = await store.reminders_of(connection, chunk, self.now())
            batch = await self._batch(connection, chunk, due)
            reminding = [delivery for delivery in due if batch and await self._step(connection, batch, delivery)]
        if batch:
            await self._in_parallel(iter(reminding), lambda queue: self._remind_each(batch, queue))

    async def _batch(self, connection: AsyncConnection, chunk: DueChunk, due: list[Delivery]) -> Batch | None:
        wave = await surveys_store.wave(connection, chunk.wave)
        if not due or wave.state is not WaveState.OPEN:
            return None
        survey = await surveys_store.survey(connection, wave.survey)
        salt = await surveys_store.salt_of(connection, wave.id)
        reach = await load_reach(connection, survey, [d.person for d in due], wave.opens, wave.closes)
        return Batch(wave, survey, WaveKeys(wave.id, self.keys.epoch(wave.key_id), salt), reach)

    async def _in_parallel(
        self, queue: Iterator[Delivery], work: Callable[[Iterator[Delivery]], Awaitable[None]]
    ) -> None:
        async with asyncio.TaskGroup() as group:
            for _ in range(self.in_flight):
                group.create_task(_run(work(queue)))

    async def _send_each(self, batch: Batch, queue: Iterator[Delivery]) -> None:
        """Call one after another; what came of one call is recorded together with the start of the next."""
        last: tuple[Delivery, Values] | None = None
        for delivery in queue:
            decision = self._decision(batch, delivery)
            async with self.database.begin() as connection:
                await _record(connection, last)
                last = None
                before = {"state": "calling"} if decision is None else decision
                ours = await store.set_delivery(connection, batch.wave.id, delivery.person, **before)
            if ours and decision is None:
                last = delivery, await self._call(batch, delivery)
                if wait := last[1].pop("pause", None):
                    await self._postpone(batch, last, queue, wait)
                    return
        async with self.database.begin() as connection:
            await _record(connection, last)

    def _decision(self, batch: Batch, delivery: Delivery) -> Values | None:
        """Return what to record instead of calling, or None: call now."""
        reach = batch.reach.get(delivery.person)
        if reach is None or delivery.platform not in self.platforms:
            return {"state": "failed"}
        decision = sendable(delivery.due, batch.wave.closes, reach.own, self.now())
        if isinstance(decision, Send):
            return None
        return {"state": "failed"} if isinstance(decision, TooLate) else {"due": decision.until}

    async def _call(self, batch: Batch, delivery: Delivery) -> Values:
        """Make the platform call and return what to record of it."""
        reach = batch.reach[delivery.person]
        message = await self._message(batch, delivery, reach.language, reminder=False)
        try:
            ref = await self.platforms[delivery.platform].send(delivery.address, message)
        except DeliveryError as error:
            return self._failed(delivery, error)
        now = self.now()
        remind = reminder_due(now, batch.survey.remind_after, batch.wave.closes, reach.own)
        return {"state": "done", "sent": True, "message": ref.id, "remind_due": remind}

    def _failed(self, delivery: Delivery, error: DeliveryError) -> Values:
        if error.permanent or delivery.attempts + 1 >= MAX_ATTEMPTS:
            return {"state": "failed"}
        if error.retry_after is not None:
            until = self.now() + timedelta(seconds=error.retry_after)
            return {"state": "waiting", "due": until, "pause": until}
        due = self.now() + BACKOFF * 2**delivery.attempts
        return {"state": "waiting", "due": due, "attempts": delivery.attempts + 1}

    async def _postpone(
        self, batch: Batch, last: tuple[Delivery, Values], queue: Iterator[Delivery], until: datetime
    ) -> None:
        """The platform asked us to wait: everything of this chunk waits, not only the message that met it."""
        async with self.database.begin() as connection:
            await _record(connection, last)
            for delivery in queue:
                await store.set_delivery(connection, batch.wave.id, delivery.person, due=until)

    async def _step(self, connection: AsyncConnection, batch: Batch, delivery: Delivery) -> bool:
        """Record the step, or that it waits for the person's own hours; True when it is taken now."""
        wait = self._wait(batch, delivery)
        step = {"remind_due": wait} if wait else {"reminder": "done"}
        return await store.set_delivery(connection, delivery.wave, delivery.person, **step) and not wait

    async def _remind_each(self, batch: Batch, queue: Iterator[Delivery]) -> None:
        """Nothing is written from here on; only the call itself depends on the own sealed row."""
        for delivery in queue:
            if not await self._answered(batch, delivery):
                await self._remind(batch, delivery)

    def _wait(self, batch: Batch, delivery: Delivery) -> datetime | None:
        reach = batch.reach.get(delivery.person)
        if reach is None or delivery.remind_due is None:
            return None
        decision = sendable(delivery.remind_due, batch.wave.closes, reach.own, self.now())
        return None if isinstance(decision, Send | TooLate) else decision.until

    async def _answered(self, batch: Batch, delivery: Delivery) -> bool:
        slot = batch.keys.slot(batch.keys.ticket(delivery.person))
        async with self.database.begin() as connection:
            sealed = await responses.sealed_row(connection, batch.wave.id, slot)
        return sealed is None or bool(batch.keys.unseal(slot, sealed).answers)

    async def _remind(self, batch: Batch, delivery: Delivery) -> None:
        """Send the reminder, trying again for a moment only: an attempt left for later would be a trace."""
        reach, platform = batch.reach.get(delivery.person), self.platforms.get(delivery.platform)
        if reach is None or platform is None or platform.waits or not delivery.sent:
            return
        if not isinstance(sendable(self.now(), batch.wave.closes, reach.own, self.now()), Send):
            return
        message = await self._message(batch, delivery, reach.language, reminder=True)
        for _ in range(REMINDER_TRIES):
            try:
                await platform.send(delivery.address, message)
            except DeliveryError as error:
                if error.permanent:
                    return
                await self.sleep(min(error.retry_after or 1.0, 30.0))
            else:
                return

    async def _message(self, batch: Batch, delivery: Delivery, language: Language, *, reminder: bool) -> Message:
        body = TokenBody(batch.wave.id, delivery.cohort, batch.keys.ticket(delivery.person), language)
        token = mint(batch.wave.key_id, self.keys.epoch(batch.wave.key_id), body, self.entropy)
        return await self.invitation(body, token, reminder)


async def _record(connection: AsyncConnection, last: tuple[Delivery, Values] | None) -> None:
    if last:
        delivery, values = last
        await store.set_delivery(connection, delivery.wave, delivery.person, **values)


async def _run(work: Awaitable[None]) -> None:
    await work
