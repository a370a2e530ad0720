"""A person and their own page: who asks, in which language, and what reaches them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.port import ChatPlatform, Command
from bot.reading import subject_for
from bot.texts import Texts
from bot.web.links import Links
from surveys.errors import NotKnown
from surveys.localtime import local_day, zone
from surveys.model import Person, Preferences
from surveys.service import Service
from surveys.store import own as own_store
from surveys.store import people as people_store
from surveys.store.database import Database

WEB: Final = "web"


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, within the transaction in which they are answered. `channels` reach them, the preferred first."""

    connection: AsyncConnection
    person: Person
    chosen: Preferences
    channels: tuple[str, ...]
    texts: Texts
    now: datetime

    @property
    def subjects(self) -> tuple[str, ...]:
        """The subjects of this person's links."""
        return (subject_for(self.person),)

    @property
    def place(self) -> ZoneInfo:
        """The person's time zone."""
        return zone(self.person.timezone)

    @property
    def today(self) -> date:
        """The person's own day."""
        return local_day(self.now, self.place)


@dataclass(frozen=True)
class Own:
    """What the commands about oneself share."""

    database: Database
    service: Service
    platforms: Mapping[str, ChatPlatform]
    links: Links
    now: Callable[[], datetime]
    public_url: str = ""

    async def page(self, me: Asker, purpose: str, *, on: str) -> str:
        """Return the address of the asker's own page: on the web a session opens it, elsewhere a link, once."""
        if on == WEB:
            return f"/{purpose}"
        return f"{self.public_url}/l/{await self.links.one_time(subject_for(me.person), purpose)}"

    @asynccontextmanager
    async def asker(self, command: Command, *, changing: bool = False, leaving: bool = False) -> AsyncIterator[Asker]:
        """Open a transaction for the sender of a command. Raises NotKnown; then nothing is stored.

        With `changing` nobody else changes this person's choices until it ends, with `leaving` nobody the roster.
        """
        async with self.database.begin() as connection:
            if leaving:  # before any person is held: an import takes them in this order
                await people_store.lock_roster(connection)
            person = await people_store.person_by_address(connection, command.platform, command.sender)
            if person is None:
                raise NotKnown
            if (changing or leaving) and not await own_store.hold_people(connection, [person.id]):
                raise NotKnown  # they left while we waited
            chosen = (await people_store.load_preferences(connection, [person.id]))[person.id]
            channels = tuple(name for name in self.platforms if name in person.addresses)
            texts = Texts(chosen.language or person.language)
            yield Asker(connection, person, chosen, channels, texts, self.now())
