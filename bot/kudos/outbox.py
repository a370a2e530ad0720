"""The outbox of kudos: each posting is claimed before its platform call and recorded after it.

After a kill the only doubt is the calls that were in flight; those are made again. A posting follows its kudos: what
is taken back while a call is under way is replaced as soon as that has ended, however late, and whatever it gave.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.port import DeliveryError, MessageRef, NoPlace
from bot.attempts import attempt
from bot.kudos.composing import Composing, Moved, Never, Now, Wait
from bot.kudos.outgoing import Outgoing
from bot.kudos.terms import Terms
from bot.lanes import Lanes, hands_for
from surveys.introduction import AGAIN
from surveys.kudos.model import LASTING, Kind, Kudos, Posting, State
from surveys.store import kudos as kudos_store
from surveys.store import kudos_places as place_store
from surveys.store import postings as store
from surveys.store.database import Database
from surveys.store.outlets import Outlet

CLAIMED: Final = timedelta(minutes=10)
"""How long a posting is nobody else's. A call takes a minute at most."""
BACKOFF: Final = timedelta(seconds=30)
MAX_ATTEMPTS: Final = 12
"""Two and a half days of tries."""
AT_ONCE: Final = 50
"""Postings of one job: what else is due at a platform goes in between."""

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Outbox:
    """Sends what is due."""

    database: Database
    lanes: Lanes
    composing: Composing
    outgoing: Outgoing
    terms: Terms

    async def send(self, outlet: Outlet) -> None:
        """Send what is due there, so much at most."""
        async with self.database.begin() as connection:
            due = await store.due_at(connection, outlet, self.terms.now(), most=AT_ONCE)
        queue = iter(due)
        async with asyncio.TaskGroup() as group:
            for _ in hands_for(self.lanes, outlet.platform):
                group.create_task(self._work_off(queue))

    async def _work_off(self, queue: Iterator[Posting]) -> None:
        """Send one after another, until the platform asks us to wait: the others stay due, and come at a later tick."""
        for read in queue:
            async with self.database.begin() as connection:
                claimed = await store.claim(connection, read, self.terms.now() + CLAIMED)
            if claimed is None:
                continue
            outcome = await attempt("kudos", self._stand(claimed))
            await self._end(claimed, outcome)
            if isinstance(outcome, DeliveryError) and outcome.retry_after is not None:
                return

    async def _stand(self, claimed: Posting) -> Values:
        """Let it become what it is to be. Raises DeliveryError and whatever else a platform may."""
        lane = self.lanes.get(claimed.platform)
        async with self.database.begin() as connection:
            decision = await self.composing.decide(connection, claimed)
        match decision:
            case Wait(until):
                return {"due": until}
            case Moved(platform, address):
                return {"due": self.terms.now(), "platform": platform, "address": address}
            case Never():
                return {"standing": claimed.wanted, "attempts": 0}
            case Now() if lane is None:
                return {"due": self.terms.now() + AGAIN}
            case Now(message, address):
                if claimed.message is not None:
                    await lane.update(MessageRef(claimed.platform, claimed.address, claimed.message), message)
                    return {"standing": claimed.wanted, "attempts": 0}
                sent = lane.post(address, message) if claimed.place else lane.send(address, message)
                ref = await sent
                return {"standing": claimed.wanted, "attempts": 0, "message": ref.id, "address": ref.address}

    async def _end(self, claimed: Posting, outcome: Values | Exception) -> None:
        values = self._failed(claimed, outcome) if isinstance(outcome, Exception) else outcome
        async with self.database.begin() as connection:
            await store.end(connection, claimed, self.terms.now(), **values)
            if values.get("failed") and claimed.kind is Kind.POST:
                await self._lost(connection, claimed)
            elif claimed.kind in LASTING and _may_still_stand(claimed, values):
                await self._tell_giver(connection, claimed, lambda kudos: kudos.state is State.WITHDRAWN)

    def _failed(self, claimed: Posting, failure: Exception) -> Values:
        """Once more when the platform says, else ever later, or never again."""
        now = self.terms.now()
        if isinstance(failure, DeliveryError) and failure.retry_after is not None:
            tried = claimed.attempts + (not isinstance(failure, NoPlace))
            return {"due": now + timedelta(seconds=failure.retry_after), "attempts": tried}
        permanent = isinstance(failure, DeliveryError) and failure.permanent
        if permanent or claimed.attempts + 1 >= MAX_ATTEMPTS:
            return {"failed": True}
        wait = min(BACKOFF * 2**claimed.attempts, AGAIN)
        doubts = claimed.doubts + (claimed.message is None)
        return {"due": now + wait, "attempts": claimed.attempts + 1, "doubts": doubts}

    async def _lost(self, connection: AsyncConnection, claimed: Posting) -> None:
        """It can't be shown in a place, which is offered no more, or not be taken from there: its giver hears it.

        A message that somebody removed by hand can't be replaced either: that says nothing of the place. Of what never
        stood there, and is not to any more, nobody hears.
        """
        if claimed.message is None and claimed.place is not None:
            await place_store.change(connection, claimed.place, gone=True)
        stood = bool(claimed.message or claimed.doubts)
        await self._tell_giver(connection, claimed, lambda kudos: kudos.public or stood)

    async def _tell_giver(self, connection: AsyncConnection, claimed: Posting, when: Callable[[Kudos], bool]) -> None:
        """Let the giver of a kudos hear that it is not, or may be, where it should not be, when that is so of it."""
        kudos = await kudos_store.one(connection, claimed.kudos) if claimed.kudos else None
        if kudos is not None and kudos.giver is not None and when(kudos):
            await self.outgoing.tell(connection, Kind.LOST, [kudos.giver], kudos.id)


def _may_still_stand(claimed: Posting, values: Values) -> bool:
    """Whether words may be read there although they were to go: what stands could not be replaced, or is unnamed.

    Unnamed is what a kill cut off, and what the platform may have done although its answer was lost.
    """
    return bool(claimed.message if values.get("failed") else values.get("standing") and claimed.doubts)
