"""PRIVACY 1, *Who we defend against*: keys lie outside the database, and without them an old copy is worth nothing."""

from __future__ import annotations

import base64
from pathlib import Path
from uuid import UUID

import pytest

from surveys.errors import KeyFileError, TokenError
from surveys.store import surveys as store
from surveys.tickets import WaveKeys
from tests.everything import everything
from tests.privacy.files import found_in_files
from tests.privacy.wave import House
from tests.stage import large_teams, staged


async def test_no_file_of_the_database_holds_a_key(house: House, tmp_path: Path) -> None:
    """Neither an epoch key nor the platform key stands in any file of the data directory, before or after a rotation:
    raw, in hexadecimal, or as the key file writes it."""
    server, settings = house
    mine = settings.model_copy(update={"config_dir": tmp_path / "config"})
    async with staged(server, mine, seed=str(tmp_path)) as stage:
        known = [*stage.app.keys.epochs.values(), stage.app.keys.platform]
        await stage.deliver()
        await stage.answer("o1", 5, 1)
        await stage.app.epochs.rotate(stage.clock())
        known += stage.app.keys.epochs.values()
        await stage.close()
        needles = [form for key in known for form in (key, base64.b64encode(key), key.hex().encode())]
        assert found_in_files(settings.data_dir, needles) == []


async def test_a_copy_from_an_open_wave_is_worth_nothing_once_its_epoch_is_destroyed(
    house: House, tmp_path: Path
) -> None:
    """Whoever kept salt and rows of an open wave, and later gets the key file, opens none of them."""
    server, settings = house
    mine = settings.model_copy(update={"config_dir": tmp_path / "config"})
    async with staged(server, mine, seed=str(tmp_path), roster=large_teams()) as stage:
        await stage.deliver()
        await stage.answer("o1", 5, 1)
        await stage.app.mixing.at_once()
        stolen, (there,) = everything(server), await stage.rows("SELECT id, key_id FROM surveys.wave")
        wave, epoch = UUID(str(there[0])), str(there[1])
        (salt,) = [bytes.fromhex(row["salt"]) for row in stolen[f"surveys.wave_salt_{wave.hex}"]]
        rows = [(bytes.fromhex(r["slot"]), bytes.fromhex(r["sealed"])) for r in stolen[f"surveys.response_{wave.hex}"]]
        held = WaveKeys(wave, stage.app.keys.epoch(epoch), salt)
        assert sum(held.unseal(slot, sealed).cohort is not None for slot, sealed in rows) == 1
        await stage.close()
        await stage.app.epochs.rotate(stage.clock())
        with pytest.raises(KeyFileError):
            stage.app.keys.epoch(epoch)
        for key in (*stage.app.keys.epochs.values(), stage.app.keys.platform):
            for slot, sealed in rows:
                with pytest.raises(TokenError):
                    WaveKeys(wave, key, salt).unseal(slot, sealed)


async def test_the_key_of_an_open_wave_is_never_destroyed_by_time(house: House, tmp_path: Path) -> None:
    """However long a wave stays open, its answers can be read when it closes."""
    server, settings = house
    mine = settings.model_copy(update={"config_dir": tmp_path / "config", "key_epoch_days": 1})
    async with staged(server, mine, seed=str(tmp_path), roster=large_teams()) as stage:
        await stage.deliver()
        async with stage.app.database.begin() as connection:
            (wave,) = await store.waves(connection)
        assert stage.app.keys.current != wave.key_id
        assert stage.app.keys.holds(wave.key_id)
        await stage.close()
        stage.clock.forward(minutes=2)
        await stage.app.epochs(stage.clock())
        assert not stage.app.keys.holds(wave.key_id)
