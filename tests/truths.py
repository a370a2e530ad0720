"""What the operator with the master key can see while a wave is open (a limit that PRIVACY states), for tests alone."""

from __future__ import annotations

from surveys.model import Response, Wave, WaveState
from surveys.store import answering, responses
from surveys.store import surveys as store
from surveys.tickets import WaveKeys
from tests.stage import Stage


async def open_wave(stage: Stage) -> Wave:
    """Return the wave whose rows are still there."""
    async with stage.app.database.begin() as connection:
        waves = await store.waves(connection)
    (wave,) = [wave for wave in waves if wave.state in (WaveState.OPEN, WaveState.CLOSING)]
    return wave


async def wave_keys(stage: Stage) -> WaveKeys:
    wave = await open_wave(stage)
    async with stage.app.database.begin() as connection:
        salt = await store.salt_of(connection, wave.id)
    return WaveKeys(wave.id, stage.app.keys.epoch(wave.key_id), salt)


async def slot_of(stage: Stage, who: str) -> bytes:
    keys = await wave_keys(stage)
    return keys.slot(keys.ticket(stage.people[who].id))


async def held_by(stage: Stage, who: str) -> Response:
    """Return what is sealed in somebody's row."""
    wave, keys, slot = await open_wave(stage), await wave_keys(stage), await slot_of(stage, who)
    async with stage.app.database.direct() as driver:
        sealed = await answering.sealed_row(driver, wave.id, slot)
    assert sealed is not None
    return keys.unseal(slot, sealed)


async def all_held(stage: Stage) -> list[Response]:
    """Return what is sealed in every row, empty ones too."""
    wave, keys = await open_wave(stage), await wave_keys(stage)
    async with stage.app.database.begin() as connection:
        return [
            keys.unseal(row.slot, row.sealed)
            async for batch in responses.sealed_rows(connection, wave.id)
            for row in batch
        ]
