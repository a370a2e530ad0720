"""PRIVACY 4: where the server may keep copies of a closed wave, that is said, and ends with the key epoch."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from bot.limits import WHY, said
from surveys.store import traces
from surveys.store.database import WHOLE
from surveys.store.traces import Kept
from tests.privacy.wave import House
from tests.stage import Stage, large_teams, staged

SLOT = "SELECT pg_create_physical_replication_slot('follower', true)"
NO_SLOT = "SELECT pg_drop_replication_slot('follower')"


@asynccontextmanager
async def followed(house: House, directory: Path) -> AsyncIterator[Stage]:
    """A server whose log somebody else follows, with a wave that has been closed."""
    server, settings = house
    mine = settings.model_copy(update={"config_dir": directory / "config"})
    async with staged(server, mine, seed=str(directory), roster=large_teams()) as stage:
        await stage.rows(SLOT)
        try:
            await stage.deliver()
            await stage.close()
            yield stage
        finally:
            if await stage.rows("SELECT 1 FROM pg_replication_slots"):
                await stage.rows(NO_SLOT)


async def state(stage: Stage) -> str:
    ((found,),) = await stage.rows("SELECT state FROM surveys.wave")
    return str(found)


async def kept(stage: Stage) -> list[Kept]:
    """What the works council's page reads, on the role that reads Releases alone."""
    async with stage.app.database.reading([WHOLE]) as connection:
        return await traces.kept(connection)


async def test_a_wave_on_a_server_that_is_followed_is_not_called_destroyed(house: House, tmp_path: Path) -> None:
    """It is *limited*, and the reader role sees why and until when."""
    async with followed(house, tmp_path) as stage:
        assert await state(stage) == "limited"
        (one,) = await kept(stage)
        assert one.traces == ("replicas",)
        assert one.until == stage.app.epochs.ends(stage.app.keys.current)
        assert "until key epoch e1 is destroyed (on 2026-04-06" in said(one, "e1")


async def test_the_limit_ends_with_the_key_epoch(house: House, tmp_path: Path) -> None:
    """Once its key is destroyed no copy can be read, and the wave shows as *destroyed*."""
    async with followed(house, tmp_path) as stage:
        await stage.app.epochs.rotate(stage.clock())
        assert await state(stage) == "destroyed"
        assert await kept(stage) == []


async def test_the_limit_stays_while_the_key_lies_on_another_machine(house: House, tmp_path: Path) -> None:
    async with followed(house, tmp_path) as stage:
        epoch = stage.app.keys.current
        seen = (stage.clock() - timedelta(hours=1)).isoformat()
        await stage.run(f"INSERT INTO platform.mark VALUES ('key place 0123456789abcdef', '{seen} {epoch}')")
        await stage.app.epochs.rotate(stage.clock())
        assert await state(stage) == "limited"


async def test_a_server_that_keeps_nothing_has_nothing_to_say(house: House, tmp_path: Path) -> None:
    server, settings = house
    async with staged(server, settings, seed=str(tmp_path)) as stage:
        async with stage.app.database.begin() as connection:
            assert await traces.traces_now(connection) == []
        await stage.deliver()
        await stage.close()
        assert await state(stage) == "destroyed"
        assert await kept(stage) == []


def test_every_reason_has_its_words() -> None:
    assert set(WHY) == {*traces.TRACES, traces.CRASH}


@pytest.mark.parametrize("name", sorted(WHY))
def test_what_is_not_erased_yet_is_said_too(name: str) -> None:
    assert "still to be erased" in said(Kept("pulse", 1, 1, None, None), "e1")
    assert WHY[name] in said(Kept("pulse", 1, 1, (name,), None), "e1")
