"""What is to be sent where, when something happens with a kudos: written in the same transaction."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.port import ChatPlatform
from bot.kudos.hours import reached
from bot.kudos.terms import Terms
from surveys.kudos.model import Kind, Kudos, Place, Posting
from surveys.kudos.rules import APART, WITHDRAWABLE, Shown
from surveys.store import postings as store


@dataclass(frozen=True)
class Outgoing:
    """Writes postings for the people and places of this organisation."""

    platforms: Mapping[str, ChatPlatform]
    terms: Terms

    async def sent(self, connection: AsyncConnection, kudos: Kudos, place: Place | None) -> None:
        """A kudos was given: a card for each who got it, and a message in the place where it is shown."""
        await self.tell(connection, Kind.CARD, kudos.people, kudos.id, after=_apart(kudos))
        if place is not None and place.platform in self.platforms:
            now, new = self.terms.now(), self.terms.new_id()
            shown = Posting(new, Kind.POST, place.platform, place.address, now, kudos=kudos.id, place=place.id)
            await store.add(connection, [shown])

    async def tell(
        self,
        connection: AsyncConnection,
        kind: Kind,
        people: Collection[UUID],
        kudos: UUID | None = None,
        *,
        after: timedelta = timedelta(0),
    ) -> None:
        """Tell these people something, each where and when they may be reached; whoever is nowhere hears nothing."""
        now = self.terms.now() + after
        postings = []
        for one in (await reached(connection, people, now)).values():
            platform = one.platform(self.platforms)
            if platform is None:
                continue
            due, address = one.due(self.platforms[platform], now), one.person.addresses[platform]
            new = self.terms.new_id()
            postings.append(Posting(new, kind, platform, address, due, kudos=kudos, person=one.person.id))
        await store.add(connection, postings)


def _apart(kudos: Kudos) -> timedelta:
    """Return how much later than it was given a card comes: without a name, its moment should not name somebody.

    Its id is random, and never told to who gets it before.
    """
    if kudos.shown is not Shown.ANONYMOUS:
        return timedelta(0)
    return WITHDRAWABLE + timedelta(seconds=kudos.id.int % APART.seconds)
