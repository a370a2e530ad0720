"""The signed log in the database: it only grows, it never forks, and a change behind our back is found."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.server import Server
from bot.settings import Settings
from surveys.errors import LogBroken
from surveys.seats import Seat
from surveys.signed_log import Kind, from_document, next_entry
from surveys.standing import stand
from surveys.store import seats as store
from surveys.store.database import WHOLE
from tests.keys import KEYS
from tests.stage import Stage, staged
from tests.unit.agreements import AGREEMENT, NOW, Log, later


@pytest.fixture
async def stage(house: tuple[Server, Settings]) -> AsyncIterator[Stage]:
    """The stage before anybody has signed."""
    async with staged(*house, live=False) as playing:
        yield playing


async def written(stage: Stage) -> Log:
    """Write the log of a go-live as the product would."""
    log = Log().go_live()
    async with stage.app.database.begin() as connection:
        standing = await store.held(connection)
        for document in log.documents:
            standing = await store.add(connection, standing, from_document(document))
    return log


def as_owner(stage: Stage, statement: str) -> None:
    """Run a statement as the application that gave itself every right again."""
    url = stage.server.login.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url) as connection:
        connection.execute("SET ROLE adempauze_app")
        connection.execute("GRANT ALL ON surveys.log TO adempauze_app")
        connection.execute(statement.encode())


async def test_what_was_written_is_read_back_on_both_roles(stage: Stage) -> None:
    log = await written(stage)
    async with stage.app.database.begin() as connection:
        assert (await store.standing(connection)).agreement == AGREEMENT
    async with stage.app.database.reading([WHOLE]) as connection:
        assert await store.documents(connection) == log.documents


async def test_within_a_narrower_scope_the_log_is_not_seen(stage: Stage) -> None:
    await written(stage)
    async with stage.app.database.reading([stage.nodes["/"]]) as connection:
        assert await store.documents(connection) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE surveys.log SET hash = 'x' WHERE seq = 1",
        "DELETE FROM surveys.log WHERE seq = 4",
        "TRUNCATE surveys.log",
    ],
)
async def test_the_application_role_changes_and_removes_nothing(stage: Stage, statement: str) -> None:
    """Rows are added to the log, never changed and never removed, by the role that the product runs on."""
    log = await written(stage)
    with pytest.raises(DBAPIError, match=r"permission denied|only grows"):
        async with stage.app.database.begin() as connection:
            await connection.execute(text(statement))
    with pytest.raises(psycopg.Error, match="only grows"):
        await asyncio.to_thread(as_owner, stage, statement)
    async with stage.app.database.begin() as connection:
        assert await store.documents(connection) == log.documents


@pytest.mark.parametrize(
    "tamper",
    [
        "UPDATE surveys.log SET document = convert_to(replace(convert_from(document, 'UTF8'), "
        """'"retention_days":6', '"retention_days":60'), 'UTF8')""",
        "UPDATE surveys.log SET document = document || ' '::bytea WHERE seq = 2",
        "UPDATE surveys.log SET hash = repeat('0', 64) WHERE seq = 4",
        "DELETE FROM surveys.log WHERE seq = 1",
    ],
)
async def test_a_change_behind_the_product_is_found(stage: Stage, tamper: str) -> None:
    await written(stage)
    await stage.run(f"SET session_replication_role = replica; {tamper}")
    with pytest.raises(LogBroken):
        async with stage.app.database.begin() as connection:
            await store.standing(connection)


async def test_two_who_sign_at_once_never_fork_the_chain(stage: Stage) -> None:
    await written(stage)

    async def hand_over(seat: Seat) -> None:
        async with stage.app.database.begin() as connection:
            standing = await store.held(connection)
            content = {"seat": str(seat), "until": later(1).isoformat()}
            await store.add(connection, standing, next_entry(standing.head, Kind.HANDOVER, NOW, content, KEYS[seat]))

    await asyncio.gather(*(hand_over(seat) for seat in [*Seat] * 4))
    async with stage.app.database.begin() as connection:
        found = await store.documents(connection)
    assert stand(found).head[0] == 4 + 8


async def test_an_entry_against_the_rules_is_not_written(stage: Stage) -> None:
    log = await written(stage)
    content = {"changes": {"retention_days": 60}, "reason": "Quietly."}
    async with stage.app.database.begin() as connection:
        standing = await store.held(connection)
        entry = next_entry(standing.head, Kind.STRENGTHENED, NOW, content, KEYS[Seat.ADMINISTRATOR])
        with pytest.raises(LogBroken):
            await store.add(connection, standing, entry)
    async with stage.app.database.begin() as connection:
        assert await store.documents(connection) == log.documents
