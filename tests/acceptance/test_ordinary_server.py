"""An installation on an ordinary PostgreSQL server, from the first `migrate` to a Release."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from surveys.store.database import DIRECT, PATIENCE, Database, postgres_url
from tests.acceptance.installation import PEOPLE, SURVEY, House
from tests.acceptance.ordinary_server import INSTALLED, OrdinaryServer, ordinary_server
from tests.ceremony import in_house

pytestmark = pytest.mark.skipif(not INSTALLED, reason="no PostgreSQL server: apt-get install postgresql")


@pytest.fixture(scope="module")
def server() -> Iterator[OrdinaryServer]:
    with ordinary_server() as running:
        yield running


@pytest.fixture(scope="module")
def house(server: OrdinaryServer, tmp_path_factory: pytest.TempPathFactory) -> House:
    made = House(tmp_path_factory.mktemp("house"))
    made.variables["ADEMPAUZE_DATABASE_URL"] = server.url()
    return made


def test_a_login_without_rights_gets_the_sql_and_goes_on_when_it_was_run(server: OrdinaryServer, house: House) -> None:
    first = house("migrate")
    assert first.returncode == 4
    statements = [line for line in first.stderr.splitlines() if line.startswith(("CREATE ROLE", "GRANT"))]
    assert len(statements) == 8
    server.administer(*statements)
    second = house("migrate")
    assert (second.returncode, second.stderr) == (0, "")


def test_an_application_that_may_not_create_schemas_gets_the_grant(server: OrdinaryServer, tmp_path: Path) -> None:
    server.administer("CREATE DATABASE second")
    other = House(tmp_path)
    other.variables["ADEMPAUZE_DATABASE_URL"] = server.url().removesuffix("/adempauze") + "/second"
    refused = other("migrate")
    assert refused.returncode == 4
    (grant,) = [line for line in refused.stderr.splitlines() if line.startswith("GRANT")]
    server.administer(grant, database="second")
    assert other("migrate").returncode == 0


def test_a_server_that_refuses_a_step_is_not_called_absent(server: OrdinaryServer, tmp_path: Path) -> None:
    server.administer("CREATE DATABASE frozen OWNER adempauze", "ALTER DATABASE frozen SET statement_timeout = '1ms'")
    other = House(tmp_path)
    other.variables["ADEMPAUZE_DATABASE_URL"] = server.url().removesuffix("/adempauze") + "/frozen"
    refused = other("migrate")
    assert refused.returncode == 4
    assert "no PostgreSQL answers" not in refused.stderr
    assert "SQLSTATE 57014" in refused.stderr


def test_a_wave_is_opened_closed_and_destroyed_there(house: House) -> None:
    before = (("roster", "import", house.write("people.csv", PEOPLE)), ("survey", "add", *SURVEY))
    for arguments in (*before, None, ("wave", "open", "pulse"), ("wave", "close", "pulse")):
        if arguments is None:
            in_house(house.variables)
            continue
        done = house(*arguments)
        assert done.returncode == 0, done.stderr
    assert "destroyed" in house("wave", "list").stdout


def test_two_logins_need_no_more_than_their_own_role(server: OrdinaryServer, house: House) -> None:
    own = {
        "ADEMPAUZE_DATABASE_URL": server.url("adempauze_app"),
        "ADEMPAUZE_READER_DATABASE_URL": server.url("adempauze_reader"),
    }
    assert house("release", "list", **own).returncode == 0
    told = house("doctor", **own)
    assert told.returncode == 0, told.stdout
    assert "adempauze_app for the application, adempauze_reader for pages" in told.stdout


async def test_an_outage_is_told_at_once_and_over_when_the_server_is_back(server: OrdinaryServer) -> None:
    """Requests don't queue up behind a database that is away, and nothing has to be waited for afterwards."""
    url = postgres_url(server.url())
    database = Database(url, app_role="adempauze_app", reader_role="adempauze_reader")
    try:
        await look(database)
        server.stop()
        for _ in range(5):
            began = time.monotonic()
            with pytest.raises(psycopg.OperationalError):
                await look(database)
            assert time.monotonic() - began < PATIENCE + 1
        server.start()
        began = time.monotonic()
        while time.monotonic() - began < 30:
            with suppress(psycopg.OperationalError):
                await look(database)
                break
        assert time.monotonic() - began < 2 * PATIENCE
    finally:
        await database.dispose()


async def test_who_waits_for_a_lock_does_not_keep_the_others_waiting(server: OrdinaryServer) -> None:
    database = Database(postgres_url(server.url()), app_role="adempauze_app", reader_role="adempauze_reader")
    try:
        async with await psycopg.AsyncConnection.connect(server.url()) as holder:
            await holder.execute("SELECT pg_advisory_xact_lock(42)")
            waiting = [asyncio.create_task(lock(database)) for _ in range(DIRECT)]
            await asyncio.sleep(0.5)
            await look(database)
            told = await asyncio.gather(*waiting, return_exceptions=True)
        assert {type(one) for one in told} == {psycopg.errors.LockNotAvailable}
    finally:
        await database.dispose()


async def look(database: Database) -> None:
    async with database.direct() as driver:
        await driver.execute("SELECT 1")


async def lock(database: Database) -> None:
    async with database.direct() as driver, driver.transaction():
        await driver.execute("SELECT pg_advisory_xact_lock(42)")


def test_a_server_that_archives_its_log_keeps_a_wave_until_its_epoch_is_destroyed(
    server: OrdinaryServer, house: House
) -> None:
    """The state of the wave, `wave show`, `doctor` and the audit say it; a rotation ends it. So it is after a crash."""
    server.administer("ALTER SYSTEM SET archive_mode = on", "ALTER SYSTEM SET archive_command = 'true'")
    server.stop()
    server.start()
    opened = house("wave", "open", "pulse").stdout.split()[1]
    server.stop()
    server.start()
    closed = house("wave", "close", "pulse")
    assert f"wave {opened} is limited" in closed.stdout, closed.stderr
    shown = house("wave", "show", opened).stdout
    assert "the server archives its log (archive_mode)" in shown
    assert "the server crashed in that time" in shown
    assert "kept with a limit" in house("doctor").stdout
    assert "archives its log" in house("audit", "storage").stdout
    assert house("keys", "rotate").returncode == 0
    assert "limited" not in house("wave", "list").stdout
    server.administer("ALTER SYSTEM RESET ALL")
    server.stop()
    server.start()
