"""What the operator with the master key can see while a wave is open (a limit that PRIVACY states), for tests alone."""

from __future__ import annotations

from surveys.held import Held
from surveys.mixing import as_it_stands
from surveys.model import Response, Wave, WaveState
from surveys.store import surveys as store
from surveys.store.database import driver_of
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
    """Return what somebody's row holds by now."""
    return (await held_now(stage)).response(await slot_of(stage, who))


async def all_held(stage: Stage) -> list[Response]:
    """Return what every row holds by now, empty ones too."""
    held = await held_now(stage)
    return [held.response(slot) for slot in held.rows]


async def held_now(stage: Stage) -> Held:
    """Return the wave with what waits in the pool."""
    async with stage.app.database.begin() as connection:
        return await as_it_stands(await driver_of(connection), (await open_wave(stage)).id, stage.app.keys)
