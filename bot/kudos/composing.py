"""What a posting of the outbox is to be at this moment: a message, nothing any more, or not yet."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.port import ChatPlatform, Message
from bot.kudos import cards
from bot.kudos.asking import names
from bot.kudos.cards import Told
from bot.kudos.hours import Reached, reached
from bot.kudos.terms import Terms
from bot.texts import Texts
from surveys.introduction import AGAIN
from surveys.kudos.model import Kind, Kudos, Place, Posting, State
from surveys.kudos.rules import Shown
from surveys.store import kudos as store
from surveys.store import kudos_places as place_store
from surveys.store import people as people_store


@dataclass(frozen=True, slots=True)
class Now:
    """It is to stand there now. `address` is where its reader is reached now."""

    message: Message
    address: str


@dataclass(frozen=True, slots=True)
class Moved:
    """Its reader is not on that platform any more, and is reached here now."""

    platform: str
    address: str


@dataclass(frozen=True, slots=True)
class Wait:
    """Not at this moment: it suits its reader then."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Never:
    """There is nothing to say any more, and nothing stands there."""


Decision = Now | Moved | Wait | Never
Compose = Callable[[AsyncConnection, Posting, Reached | None], Awaitable[Message | None]]
"""Makes the message of one kind of posting, for its reader; None for nothing."""


@dataclass(frozen=True)
class Composing:
    """Decides about postings. `others` make what is about no single kudos."""

    platforms: Mapping[str, ChatPlatform]
    terms: Terms
    others: Mapping[Kind, Compose]

    async def decide(self, connection: AsyncConnection, posting: Posting) -> Decision:
        """Return what a posting is to be now."""
        reader = None
        if posting.person is not None:
            reader = (await reached(connection, [posting.person], self.terms.now())).get(posting.person)
            if reader is None:
                return Never()
            if posting.message is None and (not_now := self._not_now(reader, posting)):
                return not_now
        message = await self._message(connection, posting, reader)
        if message is None:
            return Never()
        begins = reader if posting.message is None else None
        return Now(message, begins.person.addresses[posting.platform] if begins else posting.address)

    def _not_now(self, reader: Reached, posting: Posting) -> Decision | None:
        """Return why it can't begin where it was to, at this moment; None when it can."""
        now, there = self.terms.now(), self.platforms.get(posting.platform)
        if there is not None and posting.platform in reader.person.addresses:
            due = reader.due(there, now)
            return Wait(due) if due > now else None
        elsewhere = reader.platform(self.platforms)
        if elsewhere is not None:
            return Moved(elsewhere, reader.person.addresses[elsewhere])
        return Never() if there is not None else Wait(now + AGAIN)

    async def _message(self, connection: AsyncConnection, posting: Posting, reader: Reached | None) -> Message | None:
        if posting.kind in self.others:
            return await self.others[posting.kind](connection, posting, reader)
        kudos = await store.one(connection, posting.kudos) if posting.kudos else None
        if kudos is None:
            return None
        told = await tell(connection, kudos, self.terms)
        return self._for_reader(told, posting, reader) if reader else self._in_place(told, posting)

    def _for_reader(self, told: Told, posting: Posting, reader: Reached) -> Message | None:
        kudos, t = told.kudos, reader.texts
        match posting.kind:
            case Kind.CARD:
                return _card(told, posting, reader)
            case Kind.BACK:
                back = [told.names[one.person] for one in kudos.receivers if one.thanked and one.person in told.names]
                return cards.thanked_back(told, names(t, back), t) if back and kudos.words else None
            case Kind.REASON:
                return cards.removed(told, t)
            case Kind.LOST:
                return None if _off_the_wall(kudos) else cards.lost(told, t)
        return None

    def _in_place(self, told: Told, posting: Posting) -> Message | None:
        """What stands in a channel follows its kudos; in one that was closed meanwhile nothing begins."""
        t = Texts(told.place.language if told.place else told.kudos.language)
        if told.kudos.public and (told.place or posting.message):
            return cards.post(told, t)
        return cards.taken_off(t) if posting.message else None


def _off_the_wall(kudos: Kudos) -> bool:
    """Whether who got it took it off the wall, or reported it: its giver gets no message about that."""
    return kudos.shown is Shown.PUBLIC and kudos.state is State.STANDING and not kudos.public


def _card(told: Told, posting: Posting, reader: Reached) -> Message | None:
    """A card follows its kudos for as long as it stands; what was never sent is not begun with a goodbye."""
    receiver = told.kudos.of(reader.person.id)
    if told.kudos.state is not State.STANDING or receiver is None:
        return cards.taken_from(told.kudos.state, reader.texts) if posting.message else None
    return cards.card(told, receiver, reader.texts)


async def tell(connection: AsyncConnection, kudos: Kudos, terms: Terms) -> Told:
    """Return a kudos with the names that belong to it."""
    return (await tell_all(connection, [kudos], terms))[0]


async def tell_all(connection: AsyncConnection, several: list[Kudos], terms: Terms) -> list[Told]:
    """Return kudos with the names that belong to them."""
    if not several:
        return []
    ids = {person for kudos in several for person in (*kudos.people, *filter(None, [kudos.giver]))}
    called = {one.id: one.name for one in await people_store.people_by_id(connection, ids)}
    places: dict[UUID, Place] = {place.id: place for place in await place_store.places(connection)}
    return [Told(kudos, called, places.get(kudos.place) if kudos.place else None, terms) for kudos in several]
