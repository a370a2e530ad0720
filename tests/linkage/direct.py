"""The store with mixing switched off, for tests alone: every answer is written into its own row when it comes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from surveys.errors import TokenError, WaveClosed
from surveys.instrument import Instrument
from surveys.pool import Pool
from surveys.service import Card
from surveys.store.database import Driver
from surveys.tickets import Entropy, KeyRing, WaveKeys, read_token

READ = "SELECT sealed FROM surveys.response WHERE wave_id = %(wave)s AND slot = %(slot)s FOR UPDATE"
WRITE = "UPDATE surveys.response SET sealed = %(sealed)s WHERE wave_id = %(wave)s AND slot = %(slot)s"

OPEN = """
    SELECT w.items, w.key_id, s.salt FROM surveys.wave w JOIN surveys.wave_salt s ON s.wave_id = w.id
    WHERE w.id = %(wave)s AND w.state = 'open'
"""


@dataclass(frozen=True)
class DirectService:
    """As `surveys.service.Service`, as far as people who only answer need it."""

    pool: Pool
    keys: KeyRing
    instrument: Instrument
    entropy: Entropy

    async def record(self, token: str, positions: tuple[tuple[int, int], ...], now: datetime) -> Card:
        """Open the own row, merge, and seal it anew."""
        body = read_token(token, self.keys)
        async with self.pool.database.direct() as driver, driver.transaction():
            items, keys = await self._wave(driver, body.wave)
            slot = keys.slot(body.ticket)
            where = {"wave": body.wave, "slot": slot}
            row = await (await driver.execute(READ, where)).fetchone()
            if row is None:
                raise TokenError
            response = keys.unseal(slot, row[0])
            answers = {**response.answers, **{items[position]: option for position, option in positions}}
            response = replace(response, cohort=body.cohort, answers=answers)
            sealed = keys.seal(slot, response, self.entropy)
            await driver.execute(WRITE, {**where, "sealed": sealed})
        return Card(body, tuple(self.instrument.item(item) for item in items), response)

    async def belongs(self, token: str, person: UUID) -> bool:
        """Ask the database at every tap."""
        body = read_token(token, self.keys)
        async with self.pool.database.direct() as driver, driver.transaction():
            _, keys = await self._wave(driver, body.wave)
        return keys.ticket(person) == body.ticket

    async def withdraw_people(self, connection: object, wave_id: UUID, persons: Collection[UUID]) -> bool:
        """Nobody leaves here."""
        return True

    async def _wave(self, driver: Driver, wave: UUID) -> tuple[tuple[str, ...], WaveKeys]:
        row = await (await driver.execute(OPEN, {"wave": wave})).fetchone()
        if row is None:
            raise WaveClosed
        return tuple(row[0]), WaveKeys(wave, self.keys.epoch(row[1]), row[2])
