"""Connections against a real server: what outlives its restart, and what does not."""

from __future__ import annotations

from contextlib import AsyncExitStack, suppress
from typing import Final

import psycopg
import pytest

from surveys.store.database import Driver, driver_of
from tests.stage import Stage

PLANT: Final = "INSERT INTO platform.mark (name, value) VALUES ('planted', 'x')"
PLANTED: Final = "SELECT count(*) FROM platform.mark WHERE name = 'planted'"


async def test_one_failure_tells_the_pool_of_a_restart(stage: Stage) -> None:
    await end(stage, await pooled(stage, 4))
    with pytest.raises(psycopg.OperationalError):
        await one_direct(stage)
    for _ in range(4):
        await one_direct(stage)


async def test_an_error_of_a_statement_keeps_the_connections(stage: Stage) -> None:
    kept = 0
    with suppress(psycopg.errors.DivisionByZero):
        async with stage.app.database.direct() as driver:
            kept = driver.info.backend_pid
            await driver.execute("SELECT 1 / 0")
    assert (kept,) in await stage.rows("SELECT pid FROM pg_stat_activity")


async def test_what_a_direct_transaction_did_before_an_error_is_undone(stage: Stage) -> None:
    with suppress(psycopg.errors.DivisionByZero):
        async with stage.app.database.direct() as driver, driver.pipeline(), driver.transaction():
            await driver.execute(PLANT)
            await driver.execute("SELECT 1 / 0")
    assert await stage.rows(PLANTED) == [(0,)]


async def test_the_driver_under_a_transaction_is_in_it(stage: Stage) -> None:
    async with stage.app.database.begin() as connection:
        await (await driver_of(connection)).execute(PLANT)
        await connection.rollback()
    assert await stage.rows(PLANTED) == [(0,)]


async def one_direct(stage: Stage) -> None:
    async with stage.app.database.direct() as driver:
        assert await backend(driver) > 0


async def backend(driver: Driver) -> int:
    row = await (await driver.execute("SELECT pg_backend_pid()")).fetchone()
    assert row is not None
    return int(row[0])


async def pooled(stage: Stage, many: int) -> set[int]:
    """Use so many connections at once, and return which they are; all of them are then back in the pool."""
    async with AsyncExitStack() as stack:
        drivers = [await stack.enter_async_context(stage.app.database.direct()) for _ in range(many)]
        return {await backend(driver) for driver in drivers}


async def end(stage: Stage, backends: set[int]) -> None:
    url = stage.server.login.set(drivername="postgresql").render_as_string(hide_password=False)
    async with await psycopg.AsyncConnection.connect(url) as connection:
        await connection.execute("SELECT pg_terminate_backend(pid) FROM unnest(%s::int[]) pid", [list(backends)])
