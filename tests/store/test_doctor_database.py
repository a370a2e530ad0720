"""What `doctor` sees in a database, and each fault that it must not miss."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from bot.doctor import Finding
from bot.doctor_database import (
    check_clock,
    check_erasure,
    check_reader,
    check_roles,
    check_ticking,
    check_version,
)
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
