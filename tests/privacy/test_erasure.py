"""PRIVACY 4, last sentences: when a wave shows as *destroyed*, nothing of it is left on the disk."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import psycopg

from surveys.model import WaveState
from surveys.store import surveys as store
from tests.dialogues.talk import ONCE
from tests.everything import everything
from tests.privacy.files import found_in_files
from tests.privacy.wave import House, wave
from tests.stage import Stage, add_survey

OTHER = replace(ONCE, id="other", cron="0 9 * * 1", window=ONCE.window * 1.5)
"""A second survey, whose wave stays open when the first one closes."""


def secrets_of(stage: Stage, wave_id: UUID) -> list[bytes]:
    """Return the salt, of every row the slot and a part of the ciphertext, and a part of every blob, as they are."""
    rows = everything(stage.server)
    salts = [row["salt"] for row in rows[f"surveys.wave_salt_{wave_id.hex}"]]
    sealed = rows[f"surveys.response_{wave_id.hex}"]
    changed = [text for row in sealed for text in (row["slot"], row["sealed"][200:328])]
    pooled = [row["sealed"][200:328] for row in rows["surveys.pool"]]
    return [bytes.fromhex(text) for text in (*salts, *changed, *pooled)]


async def test_a_destroyed_wave_is_in_no_file_of_the_server(house: House) -> None:
    """After *destroyed* no salt, slot or sealed row stands in any file, write-ahead log and statistics included, while
    the server runs on and other waves are open."""
    async with wave(house, seed="a seed for erasure alone") as stage:
        await add_survey(stage, replace(OTHER, cron="5 10 * * 1"))
        stage.clock.forward(minutes=10)
        await stage.tick()
        async with stage.app.database.begin() as connection:
            waves = await store.waves(connection, state=WaveState.OPEN)
        mine, other = sorted(waves, key=lambda one: one.survey != "pulse")
        needles = secrets_of(stage, mine.id)
        await stage.answer("o1", 5, 1)
        await stage.answer("o2", 1, 1)
        needles += secrets_of(stage, mine.id)
        await stage.app.mixing.at_once()
        await stage.answer("o3", 2, 1)
        needles += secrets_of(stage, mine.id)
        analyse(stage)
        data = house[1].data_dir
        assert found_in_files(data, needles) != []
        stage.clock.time = mine.closes
        await stage.tick()
        async with stage.app.database.begin() as connection:
            assert (await store.wave(connection, mine.id)).state is WaveState.DESTROYED
            assert (await store.wave(connection, other.id)).state is WaveState.OPEN
        assert found_in_files(data, needles) == []
        assert found_in_files(data, secrets_of(stage, other.id)) != []


async def test_an_old_snapshot_keeps_nothing_of_a_destroyed_wave(house: House) -> None:
    """A backup or a forgotten session that began before the close doesn't keep a salt or a row on the disk."""
    async with wave(house, seed="a seed for old snapshots alone") as stage:
        (there,) = await stage.rows("SELECT id, closes FROM surveys.wave")
        mine = UUID(str(there[0]))
        await stage.answer("o1", 5, 1)
        needles = secrets_of(stage, mine)
        url = stage.server.login.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(url) as old:
            old.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            old.execute("SELECT count(*) FROM people.person")
            await stage.app.closing.close(mine)
            assert await stage.app.closing.erase()
            assert state_of(stage) == "destroyed"
            assert found_in_files(house[1].data_dir, needles) == []


def analyse(stage: Stage) -> None:
    """Let the planner look at every table, as it does by itself once enough has changed."""
    url = stage.server.login.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("ANALYZE")
        connection.execute("ANALYZE surveys.response")


async def test_the_planner_keeps_no_salt_and_no_slot(house: House) -> None:
    """Statistics outlive rows, so none are kept of salts, slots and seals."""
    async with wave(house) as stage:
        analyse(stage)
        kept = "SELECT tablename, attname FROM pg_stats WHERE schemaname = 'surveys' AND attname IN {}"
        assert await stage.rows(kept.format("('salt', 'slot', 'sealed')")) == []
        assert await stage.rows(kept.format("('node')")) != []


async def test_a_wave_is_not_called_destroyed_before_it_is(house: House) -> None:
    """Erasure that can't be finished is tried again; until then the wave shows as *released*."""
    async with wave(house) as stage:
        (there,) = await stage.rows("SELECT id FROM surveys.wave")
        await stage.app.closing.close(there[0])  # type: ignore[arg-type]
        async with stage.app.database.begin() as reading:
            await reading.exec_driver_sql("LOCK TABLE platform.delivery IN ACCESS SHARE MODE")
            assert not await stage.app.closing.erase()
            assert state_of(stage) == "released"
        assert await stage.app.closing.erase()
        assert state_of(stage) == "destroyed"
        assert await stage.app.closing.erase()


def state_of(stage: Stage) -> str:
    (wave_row,) = everything(stage.server)["surveys.wave"]
    return wave_row["state"]


async def test_erasure_rewrites_and_does_not_recycle(house: House) -> None:
    """The embedded server removes old write-ahead log instead of renaming it."""
    async with wave(house) as stage:
        assert await stage.rows("SHOW wal_recycle") == [("off",)]
