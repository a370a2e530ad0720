"""Bringing a database to this version: roles, schemas, revisions, and the refusals."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import URL, Connection, create_engine, text
from sqlmodel import SQLModel

import surveys.tables.cohorts
import surveys.tables.kudos
import surveys.tables.links
import surveys.tables.people
import surveys.tables.periods
import surveys.tables.platform
import surveys.tables.seats
import surveys.tables.surveys  # noqa: F401 — tables register themselves
from bot.migrate import Roles, check_current, erasure_statements, migrate, role_statements
from bot.server import Server
from bot.settings import Settings
from surveys.errors import DatabaseError

OURS = ("surveys", "kudos", "people")
NUMBERS = count()


@pytest.fixture
def fresh(house: tuple[Server, Settings]) -> Iterator[tuple[URL, Roles]]:
    """An empty database of its own, and role names that nobody used before."""
    number = next(NUMBERS)
    database, roles = f"fresh{number}", Roles(f"app{number}", f"reader{number}")
    admin(house[0].login, f"CREATE DATABASE {database}")
    yield house[0].login.set(database=database), roles
    admin(house[0].login, f"DROP DATABASE {database} WITH (FORCE)")


def admin(url: URL, *statements: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def ask(url: URL, query: str) -> list[tuple[object, ...]]:
    engine = create_engine(url)
    with engine.connect() as connection:
        rows = [tuple(row) for row in connection.execute(text(query))]
    engine.dispose()
    return rows


def differences(connection: Connection) -> list[object]:
    """What the tables in the code have and the migrated database has not, or the reverse."""

    def ours(thing: object, name: str | None, kind: str, reflected: bool, other: object) -> bool:
        return getattr(thing, "schema", None) in OURS if kind == "table" else True

    options = {"include_schemas": True, "include_object": ours}
    return list(compare_metadata(MigrationContext.configure(connection, opts=options), SQLModel.metadata))


def test_the_revisions_make_exactly_the_tables_of_the_code(fresh: tuple[URL, Roles]) -> None:
    url, roles = fresh
    migrate(url, roles)
    engine = create_engine(url)
    with engine.connect() as connection:
        found = differences(connection)
        connection.execute(text("ALTER TABLE surveys.survey ADD COLUMN planted text"))
        planted = differences(connection)
        connection.rollback()
    engine.dispose()
    assert found == []
    assert planted


def test_migrating_twice_changes_nothing(fresh: tuple[URL, Roles]) -> None:
    url, roles = fresh
    assert migrate(url, roles) == []
    assert migrate(url, roles) == []
    check_current(url)


@pytest.mark.parametrize("revision", ["0001", "0002", "0003", "0004"])
def test_a_database_of_each_earlier_version_is_brought_to_this_one(fresh: tuple[URL, Roles], revision: str) -> None:
    url, roles = fresh
    migrate(url, roles, target=revision)
    with pytest.raises(DatabaseError, match="older than this version"):
        check_current(url)
    migrate(url, roles)
    check_current(url)


def test_processes_that_start_together_all_find_a_database_of_this_version(fresh: tuple[URL, Roles]) -> None:
    url, roles = fresh
    with ThreadPoolExecutor(4) as processes:
        assert list(processes.map(lambda _: migrate(url, roles), range(4))) == [[]] * 4
    check_current(url)


def test_the_application_role_owns_everything_and_is_no_superuser(fresh: tuple[URL, Roles]) -> None:
    url, roles = fresh
    migrate(url, roles)
    owners = ask(url, "SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname IN ('surveys', 'people', 'platform')")
    traits = ask(url, f"SELECT rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname = '{roles.app}'")
    assert owners == [(roles.app,)]
    assert traits == [(False, False, False)]


def test_all_four_schemas_exist_from_the_first_migration(fresh: tuple[URL, Roles]) -> None:
    url, roles = fresh
    migrate(url, roles)
    found = ask(url, "SELECT nspname FROM pg_namespace WHERE nspname IN ('surveys', 'kudos', 'people', 'platform')")
    assert len(found) == 4


def test_the_queue_lives_in_a_schema_of_ours(fresh: tuple[URL, Roles]) -> None:
    url, roles = fresh
    migrate(url, roles)
    assert ask(url, "SELECT schemaname FROM pg_tables WHERE tablename = 'procrastinate_jobs'") == [("platform",)]


def test_a_login_without_rights_is_told_the_sql_and_then_it_works(fresh: tuple[URL, Roles]) -> None:
    url, roles = fresh
    login = f"it_{roles.app}"
    admin(url, f"CREATE ROLE {login} LOGIN")
    limited = url.set(username=login)
    with pytest.raises(DatabaseError) as refused:
        migrate(limited, roles)
    statements = [*role_statements(roles, login, str(url.database)), *erasure_statements(roles)]
    assert all(statement in str(refused.value) for statement in statements)
    assert ask(url, "SELECT 1 FROM pg_namespace WHERE nspname = 'surveys'") == []
    admin(url, *statements)
    assert migrate(limited, roles) == []
    check_current(limited)


def test_without_the_right_to_erase_the_remark_says_what_follows(fresh: tuple[URL, Roles]) -> None:
    url, roles = fresh
    login = f"it_{roles.app}"
    admin(url, f"CREATE ROLE {login} LOGIN", *role_statements(roles, login, str(url.database)))
    (remark,) = migrate(url.set(username=login), roles)
    assert "released, not as destroyed" in remark
    assert erasure_statements(roles)[0] in remark


def test_a_superuser_is_refused_as_application_role(fresh: tuple[URL, Roles]) -> None:
    url, roles = fresh
    admin(url, f"CREATE ROLE {roles.app} LOGIN SUPERUSER", f"CREATE ROLE {roles.reader} LOGIN")
    with pytest.raises(DatabaseError, match="is a superuser"):
        migrate(url, roles)


def test_a_database_of_a_newer_version_is_refused(fresh: tuple[URL, Roles]) -> None:
    url, roles = fresh
    migrate(url, roles)
    admin(url, "UPDATE platform.alembic_version SET version_num = '9999'")
    with pytest.raises(DatabaseError, match="newer version"):
        migrate(url, roles)
    with pytest.raises(DatabaseError, match="newer version"):
        check_current(url)


def test_a_database_that_was_never_migrated_is_refused_at_start(fresh: tuple[URL, Roles]) -> None:
    with pytest.raises(DatabaseError, match="adempauze migrate"):
        check_current(fresh[0])


def test_an_unreachable_server_is_named_without_its_password() -> None:
    url = URL.create("postgresql+psycopg", "me", "hush-hush", "127.0.0.1", 1, "none")
    with pytest.raises(DatabaseError) as refused:
        migrate(url, Roles("app", "reader"))
    assert "127.0.0.1" in str(refused.value)
    assert "hush" not in str(refused.value)
