"""Send digests: people may read theirs at once, their manager an hour later; made from Releases alone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import structlog

from adapters.port import DeliveryError, Message
from bot.attempts import attempt
from bot.heads import SEAT, Heads
from bot.lanes import Lanes
from surveys.model import Person
from surveys.store import people as people_store
from surveys.store import platform as store
from surveys.store.database import Database

log = structlog.get_logger(__name__)

RETRY_SECONDS: Final = 300.0
MAX_ATTEMPTS: Final = 288
"""A day of tries."""

Compose = Callable[[Person, int | None], Awaitable[Message | None]]
"""(reader, place of the Release in the chain or None for the newest) -> digest; None when there is nothing to read."""


@dataclass(frozen=True)
class Digests:
    """Sends the digest of a Release to everybody who leads a cohort."""

    database: Database
    lanes: Lanes
    compose: Compose
    now: Callable[[], datetime]
    heads: Heads

    async def expand_due(self, now: datetime) -> None:
        """Turn each digest that is due into one delivery per manager and one for the works council."""
        council = [SEAT] if await self.heads.chosen() else []
        async with self.database.begin() as connection:
            for seq in await store.claim_digests(connection, now):
                leaders = [person.id for person in await people_store.load_roster(connection) if person.manages]
                await store.add_digest_deliveries(connection, seq, [*council, *leaders], now)

    async def send(self, seq: int) -> None:
        """Send the digests of one Release that are due; the ones that fail for now come again later."""
        async with self.database.begin() as connection:
            due = await store.due_digests(connection, self.now())
        for release, person, attempts in due:
            if release == seq:
                again = _again(await attempt("digest", self._send(seq, person)))
                await self._settle(seq, person, again if attempts + 1 < MAX_ATTEMPTS else None)

    async def _settle(self, seq: int, person: UUID, again: timedelta | None) -> None:
        async with self.database.begin() as connection:
            if again is None:
                await store.digest_sent(connection, seq, person)
            else:
                await store.postpone_digest(connection, seq, person, self.now() + again)

    async def _send(self, seq: int, person_id: UUID) -> None:
        """Send one digest, or find that there is none. Raises DeliveryError and whatever else a platform may."""
        if person_id == SEAT:
            await self._tell_heads(seq)
            return
        async with self.database.begin() as connection:
            person = await people_store.person_by_id(connection, person_id)
        reachable = [name for name in self.lanes if person and name in person.addresses]
        message = await self.compose(person, seq) if person and reachable else None
        if person is not None and message is not None:
            await self.lanes[reachable[0]].send(person.addresses[reachable[0]], message)

    async def _tell_heads(self, seq: int) -> None:
        there = await self.heads.chosen()
        message = await self.heads.message_for(there, seq) if there else None
        if there and message and there[0] in self.lanes:
            await self.lanes[there[0]].send(there[1], message)


def _again(failure: Exception | None) -> timedelta | None:
    """Return after how long to try again; None when it is settled."""
    if failure is None:
        return None
    if not isinstance(failure, DeliveryError):
        return timedelta(seconds=RETRY_SECONDS)
    log.warning("a digest was not delivered", permanent=failure.permanent)
    return None if failure.permanent else timedelta(seconds=failure.retry_after or RETRY_SECONDS)
