"""What `doctor` says of key epochs, and each fault that it must not miss."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.doctor import Finding
from bot.doctor_epochs import check_epochs
from bot.epochs import PLACE, SERVING
from tests.privacy.wave import House
from tests.stage import Stage, staged


@pytest.fixture
async def stage(house: House, tmp_path: Path) -> AsyncIterator[Stage]:
    server, settings = house
    mine = settings.model_copy(update={"config_dir": tmp_path / "config"})
    async with staged(server, mine, seed=str(tmp_path)) as playing:
        await playing.app.epochs(playing.clock())
        yield playing


async def found(stage: Stage, **later: float) -> Finding:
    now = stage.clock() + timedelta(**later)
    async with stage.app.database.begin() as connection:
        return await check_epochs(connection, stage.app.epochs.path, now, stage.app.epochs.life)


async def test_an_epoch_that_serves_is_well(stage: Stage) -> None:
    assert (await found(stage)).ok
    assert (await found(stage, days=35)).ok


async def test_an_epoch_that_should_have_ended_is_wrong(stage: Stage) -> None:
    assert "was not rotated" in (await found(stage, days=37)).what


async def test_a_copy_elsewhere_is_said_and_wrong_once_the_epoch_is_over(stage: Stage) -> None:
    seen = (stage.clock() + timedelta(days=37)).isoformat()
    await stage.run(f"INSERT INTO platform.mark VALUES ('{PLACE}0123456789abcdef', '{seen} e1')")
    early, late = await found(stage), await found(stage, days=37)
    assert early.ok
    assert "1 other place" in early.what
    assert "rotate by hand" in late.mend


async def test_an_older_copy_is_wrong(stage: Stage) -> None:
    newer = f"e20990101aaaa {(stage.clock() + timedelta(days=1)).isoformat()}"
    await stage.run(f"UPDATE platform.mark SET value = '{newer}' WHERE name = '{SERVING}'")
    assert "is an older copy" in (await found(stage)).what
