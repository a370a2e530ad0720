"""Seats: how one is filled, handed over, and signs. The only place where a secret opens a key, for one signature."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import guesses
from bot.web.links import Links
from surveys.errors import InputError, LogBroken
from surveys.seats import COST, Seat, SigningKey, new_key, recovery_code, unseal
from surveys.signed_log import Kind, next_entry
from surveys.standing import OPEN_FOR, Standing
from surveys.store import seats as store
from surveys.store.database import Database
from surveys.tickets import Entropy

T = TypeVar("T")

CEREMONY: Final = "seat"
"""Purpose of the link with which a seat is taken."""
PAGES: Final[Mapping[Seat, str]] = {Seat.WORKS_COUNCIL: "council", Seat.ADMINISTRATOR: "keys"}
"""Purpose of the links to the page of each seat."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What somebody who took a seat is shown once: the recovery code; and what they keep: key and head of the log."""

    recovery: str
    key: str
    head: str


def subject_of(seat: Seat) -> str:
    """Return for whom the links of a seat are."""
    return f"seat:{seat}"


def seat_of(subject: str) -> Seat | None:
    """Return the seat that a link is for; None when it is for a person."""
    return next((seat for seat in Seat if subject_of(seat) == subject), None)


@dataclass(frozen=True)
class Seats:
    """The use cases of seats. One secret at a time is tried in a process, because each try takes much memory."""

    database: Database
    links: Links
    now: Callable[[], datetime]
    entropy: Entropy
    cost: int = COST
    _one_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def standing(self) -> Standing:
        """Return what the log adds up to now. Raises LogBroken."""
        async with self.database.begin() as connection:
            return await store.standing(connection)

    async def invite(self, seat: Seat) -> str:
        """Return the text of a link with which a seat that nobody has had yet is taken. Raises InputError."""
        if seat in (await self.standing()).holders:
            raise InputError(f"the seat {seat} is taken: it is handed over on the page of a seat, not here")
        return await self.links.one_time(subject_of(seat), CEREMONY)

    async def take(self, seat: Seat, secret: str) -> Taken:
        """Let whoever knows this secret hold a seat from now on; all earlier links of that seat end.

        Raises InputError when it is taken, or the secret can be guessed.
        """
        code = recovery_code(self.entropy)
        sealed, key = await self._stretched(lambda: new_key(seat, secret, code, cost=self.cost, entropy=self.entropy))
        async with self.database.begin() as connection:
            standing = await store.held(connection)
            standing = await self._add(connection, standing, Kind.SEAT, {}, key)
            await store.keep_key(connection, sealed)
        await self.links.revoke_all_of(subject_of(seat))
        return Taken(code, key.public, standing.head[1])

    async def hand_over(self, seat: Seat, by: Seat, secret: str) -> str:
        """Open a seat to whoever gets the link whose text is returned. Ends all other links of that seat.

        Raises WrongSecret, and InputError when `by` may not.
        """
        until = (self.now() + OPEN_FOR).replace(microsecond=0)
        await self.sign(by, secret, Kind.HANDOVER, {"seat": str(seat), "until": until.isoformat()})
        await self.links.revoke_all_of(subject_of(seat))
        return await self.links.one_time(subject_of(seat), CEREMONY, OPEN_FOR)

    async def page(self, seat: Seat) -> str:
        """Return the text of a link that opens the page of a seat once."""
        return await self.links.one_time(subject_of(seat), PAGES[seat])

    async def sign(self, seat: Seat, secret: str, kind: Kind, content: Mapping[str, Any]) -> Standing:
        """Add an entry that a seat signs. Raises WrongSecret, and InputError when rules or many guesses forbid it."""
        key = await self._unsealed(seat, secret)
        async with self.database.begin() as connection:
            return await self._add(connection, await store.held(connection), kind, content, key)

    async def check(self, seat: Seat, secret: str) -> None:
        """Let only whoever knows the secret of a seat go on. Raises WrongSecret, InputError."""
        await self._unsealed(seat, secret)

    async def _unsealed(self, seat: Seat, secret: str) -> SigningKey:
        async with self.database.begin() as connection:
            kept = await store.sealed_key(connection, seat)
        if kept is None:
            raise InputError(f"nobody holds the seat {seat} yet: fill it with `adempauze seat fill {seat}`")
        sealed = kept
        await guesses.take(self.database, seat, self.now())
        key = await self._stretched(lambda: unseal(sealed, secret))
        await guesses.give_back(self.database, seat, self.now())
        return key

    async def _stretched(self, work: Callable[[], T]) -> T:
        async with self._one_at_a_time:
            return await asyncio.to_thread(work)

    async def _add(
        self, connection: AsyncConnection, standing: Standing, kind: Kind, content: Mapping[str, Any], key: SigningKey
    ) -> Standing:
        entry = next_entry(standing.head, kind, self.now(), content, key)
        try:
            return await store.add(connection, standing, entry)
        except LogBroken as error:
            raise InputError(str(error)) from None
