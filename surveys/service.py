"""The use cases of an answer: record, skip, withdraw, look at the own card. Nobody here knows a person.

Everything that is done goes into the pool (`surveys/pool.py`): when a method returns, it is durable, and when it
raises, it counts nowhere. What is looked at comes from memory. So of nothing that is done here, a statement tells the
database that and when it was done.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from surveys.blobs import ROOM, SECTION, BlobKey
from surveys.deltas import Delta, apply, encode, join
from surveys.errors import AnswerOutsideScale, TextTooLong, TokenError, WaveClosed
from surveys.held import Held
from surveys.instrument import Instrument
from surveys.model import Item, Response
from surveys.pool import Pool
from surveys.store import answering as store
from surveys.store import pool as pool_store
from surveys.store.database import driver_of
from surveys.tickets import Entropy, KeyRing, TokenBody, WaveKeys, fits, read_token

SKIPPED = 0
"""The option number of an item that was skipped; it counts nowhere."""


@dataclass(frozen=True, slots=True)
class Card:
    """Where somebody is in their own check-in: what their token says, what is asked, and what they answered."""

    body: TokenBody
    items: tuple[Item, ...]
    response: Response

    @property
    def next_item(self) -> int | None:
        """The position of the first item not yet dealt with; None when there is none left."""
        return next((i for i, item in enumerate(self.items) if item.id not in self.response.answers), None)


@dataclass(frozen=True)
class Service:
    """Answers to open waves."""

    pool: Pool
    keys: KeyRing
    instrument: Instrument
    entropy: Entropy

    async def record(self, token: str, positions: tuple[tuple[int, int], ...], now: datetime) -> Card:
        """Merge answers into the own sealed row: (item position, option from 1; 0 skips).

        Raises TokenError, WaveClosed, AnswerOutsideScale, Busy; then nothing is stored.
        """
        body = read_token(token, self.keys)
        held = await self._open(body, now)
        _check(self._items(held), positions)
        return await self._change(body, held, Delta(_slot(held, body), body.cohort, positions, facet=body.facet))

    async def comment(self, token: str, text: str, now: datetime) -> Card:
        """Merge a comment, already passed by safety. Raises as `record`, and TextTooLong."""
        body = read_token(token, self.keys)
        held = await self._open(body, now)
        return await self._change(body, held, Delta(_slot(held, body), body.cohort, comment=text, facet=body.facet))

    async def withdraw(self, token: str, now: datetime) -> Card:
        """Leave nothing of what was answered but that it was withdrawn. Raises TokenError, WaveClosed, Busy."""
        body = read_token(token, self.keys)
        held = await self._open(body, now)
        return await self._change(body, held, Delta(_slot(held, body), withdrawn=True))

    async def look(self, token: str, now: datetime) -> Card:
        """Return the state of the own card; changes nothing. Raises TokenError, WaveClosed, Busy."""
        body = read_token(token, self.keys)
        held = await self._open(body, now)
        return Card(body, self._items(held), held.response(_slot(held, body)))

    async def withdraw_people(self, connection: AsyncConnection, wave_id: UUID, persons: Collection[UUID]) -> bool:
        """Empty the rows of people who stopped, left or asked for erasure, within the caller's transaction.

        That transaction adds blobs to the pool, as many as these people need: whatever the database remembers of it
        says no more than that they stopped or left, which stands there anyway. Rows whose key has been lost can be
        read and found by nobody and are left alone. Returns False when the wave is not open any more.
        """
        driver = await driver_of(connection)
        wave = await store.share(driver, wave_id)
        if wave is None:
            return False
        if self.keys.holds(wave.key_id):
            epoch = self.keys.epoch(wave.key_id)
            keys, blob_key = WaveKeys(wave.id, epoch, wave.salt), BlobKey(wave.key_id, epoch)
            for content in _in_blobs(encode(Delta(keys.slot(keys.ticket(person)))) for person in sorted(persons)):
                sealed = blob_key.seal([(wave.id, keys.seal_pooled(content, self.entropy))], self.entropy)
                await pool_store.add(driver, wave.key_id, sealed)
        return True

    async def belongs(self, token: str, person: UUID) -> bool:
        """Return whether nobody but this person can store something with a token.

        For a token of a closed wave, a forged one and one whose key has been destroyed: True, because nothing can be
        stored with it by anybody. The conversation then says so in its own words, and the help button on an old card
        goes on to work.
        """
        try:
            body = read_token(token, self.keys)
            held = await self.pool.wave(body.wave)
        except (TokenError, WaveClosed):
            return True
        return held.keys.ticket(person) == body.ticket

    async def _open(self, body: TokenBody, now: datetime) -> Held:
        held = await self.pool.wave(body.wave)
        if now >= held.alive.wave.closes:
            raise WaveClosed
        return held

    async def _change(self, body: TokenBody, held: Held, delta: Delta) -> Card:
        items = held.alive.wave.items
        if not fits(apply(held.response(delta.slot), delta, items)):
            raise TextTooLong
        await self.pool.write(body.wave, delta)
        return Card(body, self._items(held), self.pool.newest(held).response(delta.slot))

    def _items(self, held: Held) -> tuple[Item, ...]:
        return tuple(self.instrument.item(item) for item in held.alive.wave.items)


def _slot(held: Held, body: TokenBody) -> bytes:
    return held.keys.slot(body.ticket)


def _check(items: tuple[Item, ...], positions: Iterable[tuple[int, int]]) -> None:
    for position, option in positions:
        if not 0 <= position < len(items) or not SKIPPED <= option <= len(items[position].scale.labels):
            raise AnswerOutsideScale


def _in_blobs(encoded: Iterable[bytes]) -> Iterable[bytes]:
    """Yield contents that have room in a blob each."""
    taken, left = list[bytes](), ROOM - SECTION
    for one in encoded:
        if len(one) + 1 > left:
            yield join(taken)
            taken, left = [], ROOM - SECTION
        taken.append(one)
        left -= len(one) + 1
    if taken:
        yield join(taken)
