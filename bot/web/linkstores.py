"""Where links are kept: in the database, or in memory for tests."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.addressbook import AddressBook
from surveys.links import Link
from surveys.store.database import Driver
from surveys.store.links import add_link, find_link, revoke_link, revoke_links_of, spend_link

Begin = Callable[[], AbstractAsyncContextManager[AsyncConnection]]
Direct = Callable[[], AbstractAsyncContextManager[Driver]]


class StoredLinks:
    """LinkStore over PostgreSQL; `begin` and `direct` are those of `Database`.

    `book` is asked first for links of the chat, so that no statement tells that somebody tapped on their page.
    """

    def __init__(self, begin: Begin, direct: Direct, book: AddressBook) -> None:
        self._begin = begin
        self._direct = direct
        self._book = book

    async def add(self, link: Link) -> None:
        async with self._begin() as connection:
            await add_link(connection, link)

    async def find(self, link_id: bytes) -> Link | None:
        known = self._book.link(link_id)
        if known is not None:
            return known
        async with self._direct() as driver:
            return await find_link(driver, link_id)

    async def spend(self, link_id: bytes, now: datetime) -> bool:
        async with self._begin() as connection:
            return await spend_link(connection, link_id, now)

    async def revoke(self, link_id: bytes) -> None:
        async with self._begin() as connection:
            await revoke_link(connection, link_id)

    async def revoke_all_of(self, subject: str) -> int:
        async with self._begin() as connection:
            return await revoke_links_of(connection, subject)


class LinksInMemory:
    """LinkStore for tests."""

    def __init__(self) -> None:
        self.links: dict[bytes, Link] = {}

    async def add(self, link: Link) -> None:
        self.links[link.id] = link

    async def find(self, link_id: bytes) -> Link | None:
        return self.links.get(link_id)

    async def spend(self, link_id: bytes, now: datetime) -> bool:
        link = self.links.get(link_id)
        if link is None or not link.once or not link.opens(now):
            return False
        self.links[link_id] = replace(link, spent=True)
        return True

    async def revoke(self, link_id: bytes) -> None:
        if link_id in self.links:
            self.links[link_id] = replace(self.links[link_id], revoked=True)

    async def revoke_all_of(self, subject: str) -> int:
        mine = [link for link in self.links.values() if link.subject == subject and not link.revoked]
        for link in mine:
            await self.revoke(link.id)
        return len(mine)
