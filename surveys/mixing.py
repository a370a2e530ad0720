"""Mixing: every so often the rows of all open waves are written anew with what waited in the pool.

Every row gets a fresh nonce, all of them come from one transaction and lie in the order of their slots, in a file of
their own; so rows that changed can't be told from rows that did not. A kill before the commit has changed nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import structlog

from surveys.errors import KeyFileError, NotFound, TokenError
from surveys.held import Held, Opener, keys_of
from surveys.model import WaveState
from surveys.store import pool as store
from surveys.store.database import Database, Driver
from surveys.tickets import Entropy, KeyRing

log = structlog.get_logger(__name__)

EVERY: Final = timedelta(minutes=10)
LIVING: Final = (WaveState.OPEN, WaveState.CLOSING)
BATCH: Final = 2000
TRIES: Final = 20
"""Each waits a tenth of a second for the pool, and half a second passes between two."""


@dataclass(frozen=True)
class Mixing:
    """Mixes when it is due, in whatever process; only one does at a time."""

    database: Database
    keys: KeyRing
    now: Callable[[], datetime]
    entropy: Entropy
    every: timedelta = EVERY
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def __call__(self, now: datetime) -> bool:
        """Mix if it is due and nobody else does; return whether it was done."""
        async with self.database.direct() as driver, driver.transaction():
            if not await store.begin_mixing(driver, wait=False):
                return False
            due = await store.due(driver)
            if due is not None and now < due <= now + self.every:  # a clock that was put back holds up nothing
                return False
            return await self._mix(driver)

    async def at_once(self) -> None:
        """Mix now: so that nothing of a wave that was released is left in the pool."""
        async with self.database.direct() as driver, driver.transaction():
            await store.begin_mixing(driver, wait=True)
            await self._mix(driver)

    async def _mix(self, driver: Driver) -> bool:
        """Return whether there was anything to mix."""
        waves, blobs = await store.alive(driver, *LIVING), await store.blobs(driver)
        if not waves and not blobs:
            return False
        await store.keep_from_mixing(driver, [one.wave.id for one in waves])
        helds = {
            one.wave.id: Held(one, keys_of(one, self.keys), await store.rows(driver, one.wave.id))
            for one in waves
            if self.keys.holds(one.wave.key_id)
        }
        unread = self._taken_in(blobs, helds)
        for wave, held in helds.items():
            await store.write_anew(driver, wave, self._sealed_anew(held))
        needed = {one.wave.key_id for one in waves}
        applied = {blob.id for blob in blobs if blob.id not in unread or blob.key_id not in needed}
        await store.take_out(driver, applied, self.now() + self.every, TRIES, self.sleep)
        return True

    def _taken_in(self, blobs: Iterable[store.Blob], waves: dict[UUID, Held]) -> set[int]:
        """Take every blob into the waves and return those that can't be read: they stay as long as a wave may need
        them, and keep it from being published."""
        opener, unread = Opener(self.keys), set[int]()
        for blob in blobs:
            try:
                opener.take_in(blob, waves)
            except (KeyFileError, TokenError):
                unread.add(blob.id)
        if unread:
            log.error("blobs of the pool can't be read", many=len(unread))
        return unread

    async def _sealed_anew(self, held: Held) -> AsyncIterator[list[tuple[bytes, bytes]]]:
        """Seal every row anew, in a thread and in batches, in the order of the slots: answers go on meanwhile."""
        slots = sorted(held.rows)
        for first in range(0, len(slots), BATCH):
            yield await asyncio.to_thread(self._all_anew, held, slots[first : first + BATCH])

    def _all_anew(self, held: Held, slots: Iterable[bytes]) -> list[tuple[bytes, bytes]]:
        return [self._anew(held, slot, held.rows[slot]) for slot in slots]

    def _anew(self, held: Held, slot: bytes, sealed: bytes) -> tuple[bytes, bytes]:
        """Return a row under a fresh nonce, with what was done since; a damaged one stays as it is."""
        try:
            if slot in held.deltas:
                return slot, held.keys.seal(slot, held.response(slot), self.entropy)
            return slot, held.keys.seal_anew(slot, sealed, self.entropy)
        except TokenError:
            return slot, sealed


async def as_it_stands(driver: Driver, wave_id: UUID, keys: KeyRing) -> Held:
    """Return a wave with everything that waits in the pool, whether it is open or closing; nobody mixes meanwhile.

    Needs a transaction. Raises NotFound when it has been released, KeyFileError and TokenError when a key is missing
    or a blob is damaged: then there may be answers that can't be read.
    """
    found = [one for one in await store.alive(driver, *LIVING) if one.wave.id == wave_id]
    if not found:
        raise NotFound(f"wave {wave_id} has been released: its salt is gone")
    await store.keep_from_mixing(driver, [wave_id])
    held = Held(found[0], keys_of(found[0], keys), await store.rows(driver, wave_id))
    opener = Opener(keys)
    for blob in await store.blobs(driver):
        opener.take_in(blob, {wave_id: held})
    return held
