"""The path of an answer, on the driver itself: an open wave, and one sealed row of it.

Answers share a lock per wave that closing takes alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from surveys.store.database import Driver

SHARED_LOCK: Final = "SELECT pg_advisory_xact_lock_shared(%(key)s)"
OPEN_WAVE: Final = """
    SELECT w.items, w.closes, w.key_id, s.salt FROM surveys.wave w
    JOIN surveys.wave_salt s ON s.wave_id = w.id WHERE w.id = %(wave)s AND w.state = 'open'
"""
READ_ROW: Final = "SELECT sealed FROM surveys.response WHERE wave_id = %(wave)s AND slot = %(slot)s"
LOCK_ROW: Final = f"{READ_ROW} FOR UPDATE"
WRITE_ROW: Final = "UPDATE surveys.response SET sealed = %(sealed)s WHERE wave_id = %(wave)s AND slot = %(slot)s"


@dataclass(frozen=True, slots=True)
class OpenWave:
    """What the path of an answer needs to know of an open wave."""

    id: UUID
    items: tuple[str, ...]
    closes: datetime
    key_id: str
    salt: bytes


async def share(driver: Driver, wave_id: UUID) -> OpenWave | None:
    """Hold off closing until this transaction ends and return the wave when it is open.

    The lock is taken in a statement of its own: the next statement then sees what closing committed.
    """
    await driver.execute(SHARED_LOCK, {"key": lock_key(wave_id)})
    return await open_wave(driver, wave_id)


async def open_wave(driver: Driver, wave_id: UUID) -> OpenWave | None:
    """Return the wave when it is open, without holding anything."""
    row = await (await driver.execute(OPEN_WAVE, {"wave": wave_id})).fetchone()
    if row is None:
        return None
    items, closes, key_id, salt = row
    return OpenWave(wave_id, tuple(items), closes, key_id, salt)


async def sealed_row(driver: Driver, wave_id: UUID, slot: bytes) -> bytes | None:
    """Return a sealed row."""
    return await _sealed(driver, READ_ROW, wave_id, slot)


async def locked_row(driver: Driver, wave_id: UUID, slot: bytes) -> bytes | None:
    """Return a sealed row and hold it, so that two taps at once lose neither."""
    return await _sealed(driver, LOCK_ROW, wave_id, slot)


async def write_row(driver: Driver, wave_id: UUID, slot: bytes, sealed: bytes) -> None:
    """Write a sealed row over the one that every delivered person has from the start."""
    await driver.execute(WRITE_ROW, {"wave": wave_id, "slot": slot, "sealed": sealed})


def lock_key(wave_id: UUID) -> int:
    """Return the advisory lock that answers share and closing takes alone."""
    return int.from_bytes(wave_id.bytes[:8], signed=True)


async def _sealed(driver: Driver, query: str, wave_id: UUID, slot: bytes) -> bytes | None:
    row = await (await driver.execute(query, {"wave": wave_id, "slot": slot})).fetchone()
    return None if row is None else row[0]
