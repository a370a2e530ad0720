"""Send what is due: each card is claimed before and recorded after its platform call, at most N in flight per worker.

After a kill the only doubt is the calls that were in flight; those are made again. A card is claimed as it was read:
a worker that comes late, or twice, finds it changed and leaves it. Whether a moment suits its person is decided in
the claim, on what they chose until then, and so is whether they have been introduced. Whatever goes wrong with one
card goes wrong with that card alone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from adapters.port import DeliveryError, NoPlace
from bot.attempts import attempt
from bot.introduced import card_due
from bot.invitations import Batch, Invitations
from bot.lanes import Lanes, hands_for
from bot.reach import reach_of
from surveys.sending import Send, TooLate, reminder_due, sendable
from surveys.store import claiming
from surveys.store import platform as store
from surveys.store.claiming import Claim, Ended
from surveys.store.database import Database, driver_of
from surveys.store.platform import Delivery, DueChunk

MAX_ATTEMPTS: Final = 6
BACKOFF: Final = timedelta(minutes=1)
SPREAD: Final = 20
"""Seconds over which cards that failed together are tried again, so that they do not come back together."""

FAILED: Final[Mapping[str, Any]] = {"state": "failed"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What to record of a card, and until when the platform asked everybody to wait whose address begins so."""

    values: Mapping[str, Any] = field(default_factory=lambda: FAILED)
    pause: datetime | None = None
    within: str = ""


@dataclass(frozen=True)
class Sending:
    """Sends cards."""

    database: Database
    lanes: Lanes
    invitations: Invitations
    now: Callable[[], datetime]

    async def send(self, chunk: DueChunk) -> None:
        """Send the due cards of a chunk."""
        async with self.database.begin() as connection:
            due = await store.cards_of(connection, chunk, self.now())
            batch = await self.invitations.batch(connection, chunk.wave) if due else None
        if batch:
            await self.send_each(batch, due)

    async def send_each(self, batch: Batch, due: list[Delivery]) -> None:
        """Send these cards of one platform, those among them that are still as they were read."""
        queue = iter(due)
        async with asyncio.TaskGroup() as group:
            for _ in hands_for(self.lanes, due[0].platform):
                group.create_task(self._work_off(batch, queue))

    async def _work_off(self, batch: Batch, queue: Iterator[Delivery]) -> None:
        """Call one after another; what came of one call is recorded together with the claim of the next."""
        last: Ended | None = None
        for delivery in queue:
            claim = await self._claim(batch, delivery, last)
            last = None
            if claim is not None:
                outcome = await self._outcome(batch, claim)
                last = Ended(claim.delivery, outcome.values)
                if outcome.pause is not None:
                    await self._pause(last, outcome.within, outcome.pause)
                    return
        if last is not None:
            async with self.database.direct() as driver:
                await claiming.end(driver, last)

    async def _claim(self, batch: Batch, delivery: Delivery, last: Ended | None) -> Claim | None:
        async with self.database.direct() as driver:
            return await claiming.claim(driver, batch.wave, delivery, last)

    async def _pause(self, last: Ended, within: str, until: datetime) -> None:
        """The platform asked us to wait: everything there waits, not only the message that met it."""
        async with self.database.begin() as connection:
            await claiming.end(await driver_of(connection), last)
            await claiming.pause(connection, last.delivery.platform, within, until)

    async def _outcome(self, batch: Batch, claim: Claim) -> Outcome:
        outcome = await attempt("card", self._send(batch, claim))
        return outcome if isinstance(outcome, Outcome) else self._failed(claim.delivery, outcome)

    async def _send(self, batch: Batch, claim: Claim) -> Outcome:
        """Send the card now, or say why not. Raises DeliveryError and whatever else a platform may."""
        delivery, lane = claim.delivery, self.lanes.get(claim.delivery.platform)
        if claim.known is None or lane is None or delivery.attempts >= MAX_ATTEMPTS:
            return Outcome()
        reach = reach_of(batch.survey, claim.known)
        due = card_due(batch.survey, delivery.due, claim.known.introduced, reach.own, self.now())
        decision = TooLate() if due is None else sendable(due, batch.wave.closes, reach.own, self.now())
        if isinstance(decision, TooLate):
            return Outcome()
        if not isinstance(decision, Send):
            return Outcome({"state": "waiting", "due": decision.until})
        message = await self.invitations.card(batch, delivery, reach.language, reminder=False)
        ref = await lane.send(delivery.address, message)
        remind = reminder_due(self.now(), batch.survey.remind_after, batch.wave.closes, reach.own)
        return Outcome({"state": "done", "sent": True, "message": ref.id, "remind_due": remind})

    def _failed(self, delivery: Delivery, error: Exception) -> Outcome:
        """One attempt of this card failed: once more later, twice as late each time, or never again."""
        if isinstance(error, DeliveryError):
            if error.permanent:
                return Outcome()
            if error.retry_after is not None:
                until = self.now() + timedelta(seconds=error.retry_after)
                pause = None if isinstance(error, NoPlace) else until
                return Outcome({"state": "waiting", "due": until}, pause, error.within)
        if delivery.attempts + 1 >= MAX_ATTEMPTS:
            return Outcome()
        due = self.now() + BACKOFF * 2**delivery.attempts + _spread(delivery)
        return Outcome({"state": "waiting", "due": due, "attempts": delivery.attempts + 1})


def _spread(delivery: Delivery) -> timedelta:
    """Return how much later this one is tried: ids of people are random, and say nothing else."""
    return timedelta(seconds=delivery.person.int % SPREAD)
