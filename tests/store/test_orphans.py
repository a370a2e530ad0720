"""Files of no table: what a crashed server leaves is removed, and nothing that a transaction may still need."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.audit import Audit, Places
from bot.storage.verdict import Verdict
from surveys.store.orphans import DIRECTORY, orphans, removed
from tests.architecture.tree import ROOT
from tests.privacy.wave import House
from tests.stage import Stage, staged
from tests.store.verifying import blocks_of, queried

LEFT = b"rows that were being written when the server died"


@asynccontextmanager
async def outside(stage: Stage) -> AsyncIterator[tuple[AsyncConnection, Path]]:
    """A connection of the application role, and the directory of its database's files."""
    async with stage.app.database.outside_transaction() as connection:
        data = stage.server.files
        assert data is not None
        yield connection, data / "base" / str(await connection.scalar(DIRECTORY))


async def at_once(_: float) -> None:
    """Wait for nobody."""


@pytest.fixture
async def stage(house: House) -> AsyncIterator[Stage]:
    async with staged(*house) as playing:
        yield playing


@pytest.mark.parametrize("name", ["999999", "999999.1", "999999_fsm"])
async def test_what_a_crash_left_is_removed(stage: Stage, name: str) -> None:
    async with outside(stage) as (connection, directory):
        (directory / name).write_bytes(LEFT)
        assert await orphans(connection, directory.parents[1]) == [directory / name]
        assert await removed(connection, directory.parents[1])
        assert not (directory / name).exists()


async def test_a_sound_database_has_no_such_file(stage: Stage) -> None:
    async with outside(stage) as (connection, directory):
        before = {path.name for path in directory.iterdir()}
        assert await orphans(connection, directory.parents[1]) == []
        assert await removed(connection, directory.parents[1])
        assert {path.name for path in directory.iterdir()} == before


async def test_a_file_of_a_running_transaction_stays(stage: Stage) -> None:
    """Its table is not to be seen yet; erasing waits, and is tried again later."""
    url = stage.server.login.set(drivername="postgresql").render_as_string(hide_password=False)
    async with await psycopg.AsyncConnection.connect(url) as other, outside(stage) as (connection, directory):
        await other.execute("CREATE TABLE surveys.coming AS SELECT * FROM generate_series(1, 1000) AS number")
        (coming,) = await orphans(connection, directory.parents[1])
        assert not await removed(connection, directory.parents[1], at_once)
        assert coming.exists()
        await other.commit()
        assert await removed(connection, directory.parents[1])
        assert await (await other.execute("SELECT count(*) FROM surveys.coming")).fetchone() == (1000,)
        await other.execute("DROP TABLE surveys.coming")


async def test_what_was_never_a_file_of_a_table_stays(stage: Stage) -> None:
    async with outside(stage) as (connection, directory):
        (directory / "t3_999999").write_bytes(LEFT)
        assert await orphans(connection, directory.parents[1]) == []
        (directory / "t3_999999").unlink()


async def test_the_audit_of_storage_tells_of_them(stage: Stage) -> None:
    app = stage.app
    places = Places(data=stage.server.files)
    async with outside(stage) as (_, directory):
        (directory / "999998").write_bytes(LEFT)
        found = await Audit(app.database, app.settings, stage.server.roles, app.keys, places)(stage.clock())
        (directory / "999998").unlink()
    (told,) = [one for one in found if one.subject == "files of a crash"]
    assert told.verdict is Verdict.LIMITED
    assert told.what.startswith("1 file(s) of no table")


async def test_the_administrator_of_another_server_finds_them_as_the_page_says(stage: Stage) -> None:
    page = (ROOT / "docs/verify.md").read_text(encoding="utf-8")
    (block,) = [block for block in blocks_of(page) if block.section == 3 and "pg_ls_dir" in block.code]
    async with outside(stage) as (_, directory):
        assert queried(stage.server.login, block.code) == block.printed
        (directory / "999997").write_bytes(LEFT)
        assert queried(stage.server.login, block.code) == "1\n"
        (directory / "999997").unlink()


async def test_a_server_of_somebody_else_is_not_looked_at(stage: Stage) -> None:
    app = stage.app
    found = await Audit(app.database, app.settings, stage.server.roles, app.keys)(stage.clock())
    (told,) = [one for one in found if one.subject == "files of a crash"]
    assert told.verdict is Verdict.LIMITED
    assert "docs/verify.md" in told.what
