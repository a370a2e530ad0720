"""Whose an address or a session is, from memory: a look-up for each tap would tell when somebody tapped.

Where a rhythm is kept (`bot/rhythm.py`), everybody's address, language and link to the chat are in memory, and where
kudos may be shown, read as a whole and looked after every few seconds. Only who is not in there yet is asked of the
database. Elsewhere the database is asked each time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import psycopg

from bot.reading import person_of
from bot.web.auth import Behind
from surveys.kudos.model import Place
from surveys.links import Link
from surveys.model import Language
from surveys.store import addresses as store
from surveys.store import kudos_places as place_store
from surveys.store import links as link_store
from surveys.store import people as people_store
from surveys.store.database import Database


@dataclass
class AddressBook:
    """Everybody, as one process knows them."""

    database: Database
    now: Callable[[], datetime]
    kept: bool = False
    _at: dict[tuple[str, str], UUID] = field(default_factory=dict)
    _addresses: dict[tuple[UUID, str], str] = field(default_factory=dict)
    _languages: dict[UUID, Language | None] = field(default_factory=dict)
    _links: dict[bytes, Link] = field(default_factory=dict)
    _places: Sequence[Place] = ()
    _mark: tuple[str, ...] | None = None

    async def refresh(self) -> None:
        """Read everything anew if anything of it has changed. Raises psycopg.Error."""
        async with self.database.direct() as driver, driver.transaction():
            await driver.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            mark = await store.mark(driver)
            if mark == self._mark:
                return
            found, links = await store.everybody(driver), await link_store.links_for(driver, "chat", self.now())
            places = await place_store.open_places(driver)
        self._at, self._languages = found.at, found.languages
        self._addresses = {(person, platform): address for (platform, address), person in found.at.items()}
        self._links = {link.id: link for link in links}
        self._places = places
        self._mark = mark

    async def renew(self) -> None:
        """Take over at once what somebody changed about themselves here; what can't be read now comes with time."""
        if self.kept:
            with suppress(psycopg.Error):
                await self.refresh()

    async def person_at(self, platform: str, address: str) -> UUID | None:
        """Return who is reached there."""
        known = self._at.get((platform, address)) if self.kept else None
        if known is not None:
            return known
        async with self.database.direct() as driver:
            return await people_store.person_id_at(driver, platform, address)

    async def spoken_to(self, person: UUID, platform: str) -> tuple[Language | None, str | None] | None:
        """Return the language of somebody and their address on a platform; None when nobody has this id."""
        if self.kept and person in self._languages:
            return self._languages[person], self._addresses.get((person, platform))
        async with self.database.direct() as driver:
            return await people_store.spoken_to(driver, person, platform)

    async def places(self) -> Sequence[Place]:
        """Return the places in which a kudos may be shown: whoever only opens the form to thank asks for nothing."""
        if self.kept:
            return self._places
        async with self.database.direct() as driver:
            return await place_store.open_places(driver)

    async def behind(self, subject: str) -> Behind | None:
        """Return how the person behind a link or session is spoken to now; a seat has no ways of its own."""
        person = person_of(subject)
        found = await self.spoken_to(person, "web") if person else None
        return Behind(*found) if found else None

    def link(self, link_id: bytes) -> Link | None:
        """Return a link to the chat whose session may go on, if it is in memory."""
        known = self._links.get(link_id) if self.kept else None
        return known if known is not None and known.carries(self.now()) else None
