"""What withdrawing within somebody's own transaction needs: the lock that closing takes alone, and an open wave.

Answers themselves go through the pool (`surveys/store/pool.py`); they share the same lock.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from surveys.store.database import Driver

SHARED_LOCK: Final = "SELECT pg_advisory_xact_lock_shared(%(key)s)"
OPEN_WAVE: Final = """
    SELECT w.key_id, s.salt FROM surveys.wave w
    JOIN surveys.wave_salt s ON s.wave_id = w.id WHERE w.id = %(wave)s AND w.state = 'open'
"""


@dataclass(frozen=True, slots=True)
class OpenWave:
    """What is needed to find and seal a row of an open wave."""

    id: UUID
    key_id: str
    salt: bytes


async def share(driver: Driver, wave_id: UUID) -> OpenWave | None:
    """Hold off closing until this transaction ends and return the wave when it is open.

    The lock is taken in a statement of its own: the next statement then sees what closing committed.
    """
    await driver.execute(SHARED_LOCK, {"key": lock_key(wave_id)})
    row = await (await driver.execute(OPEN_WAVE, {"wave": wave_id})).fetchone()
    return None if row is None else OpenWave(wave_id, *row)


def lock_key(wave_id: UUID) -> int:
    """Return the advisory lock that answers share and closing takes alone."""
    return int.from_bytes(wave_id.bytes[:8], signed=True)
