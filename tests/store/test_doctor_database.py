"""What `doctor` sees in a database, and each fault that it must not miss."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import URL, text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from bot.doctor import Finding
from bot.doctor_database import (
    check_clock,
    check_erasure,
    check_logins,
    check_reader,
    check_roles,
    check_ticking,
    check_version,
)
from surveys.store.database import Database
from tests.stage import MONDAY, Stage

Check = Callable[[AsyncConnection], Awaitable[Finding]]


async def found(stage: Stage, check: Check, *faults: str) -> Finding:
    """What the check says as the application role, after an administrator's faults; all of it is rolled back."""
    engine = create_async_engine(stage.server.login)
    async with engine.connect() as connection:
        for fault in faults:
            await connection.execute(text(fault))
        await connection.execute(text(f'SET LOCAL ROLE "{stage.server.roles.app}"'))
        finding = await check(connection)
        await connection.rollback()
    await engine.dispose()
    return finding


@pytest.fixture
def reader(stage: Stage) -> Check:
    return lambda connection: check_reader(connection, stage.server.roles)


async def test_a_sound_database_is_well(stage: Stage, reader: Check) -> None:
    roles = stage.server.roles
    for check in (
        check_version,
        lambda connection: check_roles(connection, roles),
        reader,
        lambda connection: check_erasure(connection, roles),
        lambda connection: check_ticking(connection, MONDAY),
    ):
        assert (await found(stage, check)).ok


@pytest.mark.parametrize(
    "fault",
    [
        "GRANT SELECT ON people.person TO adempauze_reader",
        "GRANT SELECT (sealed) ON surveys.response TO adempauze_reader",
        "GRANT UPDATE (head) ON surveys.release TO adempauze_reader",
        "GRANT DELETE ON surveys.release TO adempauze_reader",
        "GRANT SELECT ON platform.procrastinate_jobs TO PUBLIC",
    ],
)
async def test_a_reader_that_reaches_more_is_wrong(fault: str, stage: Stage, reader: Check) -> None:
    finding = await found(stage, reader, fault)
    assert "reaches more" in finding.what
    assert finding.mend.startswith("run REVOKE ALL ON")


async def test_a_reader_that_cannot_read_releases_is_wrong(stage: Stage, reader: Check) -> None:
    finding = await found(stage, reader, "REVOKE SELECT ON surveys.release FROM adempauze_reader")
    assert finding.mend.startswith("run GRANT SELECT ON surveys.release")


@pytest.mark.parametrize("trait", ["SUPERUSER", "BYPASSRLS"])
async def test_a_powerful_role_is_wrong(trait: str, stage: Stage) -> None:
    finding = await found(stage, lambda c: check_roles(c, stage.server.roles), f"ALTER ROLE adempauze_reader {trait}")
    assert "NOBYPASSRLS" in finding.mend


async def test_old_log_that_cannot_be_removed_is_wrong(stage: Stage) -> None:
    finding = await found(
        stage, lambda c: check_erasure(c, stage.server.roles), "REVOKE pg_checkpoint FROM adempauze_app"
    )
    assert "GRANT pg_checkpoint" in finding.mend


async def test_clocks_that_differ_are_wrong(stage: Stage) -> None:
    finding = await found(stage, lambda c: check_clock(c, MONDAY))
    assert finding.mend == "let both use NTP"


async def test_what_nobody_opened_or_closed_is_wrong(stage: Stage) -> None:
    finding = await found(stage, lambda c: check_ticking(c, MONDAY + timedelta(days=1)))
    assert "survey pulse has to open" in finding.what
    await stage.tick()
    finding = await found(stage, lambda c: check_ticking(c, MONDAY + timedelta(days=6)))
    assert "has to close" in finding.what


async def logins(stage: Stage, app: URL, reader: URL) -> Finding:
    """What is said of these two logins, each in the role that the product gives it."""
    roles = stage.server.roles
    database = Database(app, reader_url=reader, app_role=roles.app, reader_role=roles.reader)
    async with database.begin() as connection, database.reading(()) as reading:
        finding = await check_logins(connection, reading, roles)
    await database.dispose()
    return finding


@pytest.fixture
async def one_login(stage: Stage) -> AsyncIterator[URL]:
    """An ordinary login that may become both roles, as on an external server without a reader of its own."""
    await stage.run("CREATE ROLE one_login LOGIN; GRANT adempauze_app, adempauze_reader TO one_login")
    yield stage.server.login.set(username="one_login")
    await stage.run("DROP ROLE one_login")


async def test_a_login_for_each_role_is_well(stage: Stage, one_login: URL) -> None:
    assert (await logins(stage, one_login, stage.server.reader)).ok
    assert not stage.server.one_login


async def test_one_login_for_both_roles_is_wrong(stage: Stage, one_login: URL) -> None:
    finding = await logins(stage, one_login, one_login)
    assert "one SET ROLE away from every table" in finding.what
    assert finding.mend.startswith("set ADEMPAUZE_READER_DATABASE_URL")
    assert replace(stage.server, app=one_login, reader=one_login).one_login


@pytest.mark.parametrize("at", ["app", "reader"])
async def test_a_superuser_login_is_wrong(at: str, stage: Stage) -> None:
    server = stage.server
    app, reader = (server.login, server.reader) if at == "app" else (server.app, server.login)
    assert "is a superuser" in (await logins(stage, app, reader)).what
