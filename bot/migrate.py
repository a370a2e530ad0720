"""Bring a database to this version: roles first, then the revisions, all before anything else starts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, create_engine, text
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError, SQLAlchemyError

import surveys.migrations
from surveys.errors import DatabaseError

SCHEMAS = ("surveys", "kudos", "people", "platform")
LOCK = text("SELECT pg_advisory_lock(7012002)")
UNLOCK = text("SELECT pg_advisory_unlock(7012002)")
CONNECTION_STATES = ("08", "28", "3D", "53", "57P")
"""Classes of SQLSTATE that tell of the connection: lost, refused, no such database, no room, shutting down."""


@dataclass(frozen=True, slots=True)
class Roles:
    """The names of the two database roles."""

    app: str
    reader: str


def role_statements(roles: Roles, login: str, database: str) -> list[str]:
    """Return the SQL that a database administrator runs once, when `migrate` may not run it itself."""
    traits = "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS"
    members = [f'GRANT "{role}" TO "{login}"' for role in (roles.app, roles.reader) if role != login]
    return [
        *(f'CREATE ROLE "{role}" {traits}' for role in (roles.app, roles.reader)),
        *members,
        f'GRANT CONNECT, CREATE ON DATABASE "{database}" TO "{roles.app}"',
        f'GRANT CONNECT ON DATABASE "{database}" TO "{roles.reader}"',
    ]


def erasure_statements(roles: Roles) -> list[str]:
    """Return the SQL that lets the application remove old write-ahead log after a wave was destroyed."""
    return [
        f'GRANT pg_checkpoint TO "{roles.app}"',
        f'GRANT EXECUTE ON FUNCTION pg_switch_wal() TO "{roles.app}"',
    ]


def migrate(url: URL, roles: Roles, target: str = "head") -> list[str]:
    """Create roles where needed and apply all revisions (up to `target`). Returns remarks for the person who ran it.

    Processes that start together wait for each other; the later ones find nothing left to do.
    Raises DatabaseError when the database is unreachable, newer than this version, or lacks roles that this
    login may not create (the message then holds the SQL for the administrator).
    """
    engine = create_engine(url, hide_parameters=True, connect_args={"connect_timeout": 10})
    try:
        with engine.connect() as connection, _one_at_a_time(connection):
            remarks = _ensure_roles(connection, roles)
            _refuse_newer(connection)
            with engine.connect() as upgrading:
                upgrading.execute(text(f'SET ROLE "{roles.app}"'))
                upgrading.commit()  # it stays; each revision has a transaction of its own
                _upgrade(upgrading, roles, target)
    except (OperationalError, ProgrammingError) as error:
        raise DatabaseError(_failed(url, error)) from error
    finally:
        engine.dispose()
    return remarks


def check_current(url: URL) -> None:
    """Refuse a database that is older or newer than this version. Raises DatabaseError."""
    engine = create_engine(url, hide_parameters=True, connect_args={"connect_timeout": 10})
    try:
        with engine.connect() as connection:
            _refuse_newer(connection)
            current = _revision(connection)
    except OperationalError as error:
        raise DatabaseError(_failed(url, error)) from error
    finally:
        engine.dispose()
    if current != _script().get_current_head():
        raise DatabaseError("the database is older than this version: run `adempauze migrate`")


@contextmanager
def _one_at_a_time(connection: Connection) -> Iterator[None]:
    """Hold a lock of the session, which outlives the transactions on it and ends with the connection at the latest."""
    connection.execute(LOCK)
    connection.commit()
    try:
        yield
    finally:
        connection.rollback()
        connection.execute(UNLOCK)
        connection.commit()


def _failed(url: URL, error: DBAPIError) -> str:
    """A server that refuses a statement says why in five letters (SQLSTATE); one that can't be reached says nothing."""
    state = getattr(error.orig, "sqlstate", None)
    if state is None or state.startswith(CONNECTION_STATES):
        return (
            f"no PostgreSQL answers at {url.host or 'the socket'}, or it takes no connection of this login: "
            "check ADEMPAUZE_DATABASE_URL, that the server runs, and how many connections it allows"
        )
    return (
        f"the database refused a step (SQLSTATE {state}) and kept nothing of it: look in the server's log, "
        "and see that it is PostgreSQL 15 or newer with no other migration under way"
    )


def _ensure_roles(connection: Connection, roles: Roles) -> list[str]:
    login, database = connection.execute(text("SELECT current_user, current_database()")).one()
    if not _usable(connection, roles):
        _create_roles(connection, roles, role_statements(roles, login, database))
    _refuse_powerful(connection, roles)
    try:
        _run(connection, [f'CREATE SCHEMA IF NOT EXISTS {name} AUTHORIZATION "{roles.app}"' for name in SCHEMAS])
    except ProgrammingError:
        connection.rollback()
        _create_schemas_as_application(connection, roles, database)
    return _grant_erasure(connection, roles)


def _create_schemas_as_application(connection: Connection, roles: Roles, database: str) -> None:
    try:
        _run(
            connection, [f'SET LOCAL ROLE "{roles.app}"', *(f"CREATE SCHEMA IF NOT EXISTS {name}" for name in SCHEMAS)]
        )
    except ProgrammingError as error:
        raise DatabaseError(
            "the application may not create its schemas: ask the database administrator to run\n\n"
            f'GRANT CONNECT, CREATE ON DATABASE "{database}" TO "{roles.app}";\n\nthen run `adempauze migrate` again'
        ) from error


def _usable(connection: Connection, roles: Roles) -> bool:
    query = text("SELECT count(*) FROM pg_roles WHERE rolname IN (:app, :reader) AND pg_has_role(rolname, 'MEMBER')")
    found = connection.scalar(query, {"app": roles.app, "reader": roles.reader})
    connection.rollback()
    return bool(found == 2)


def _create_roles(connection: Connection, roles: Roles, statements: Sequence[str]) -> None:
    existing = {name for (name,) in connection.execute(text("SELECT rolname FROM pg_roles"))}
    connection.rollback()
    needed = [s for s in statements if not any(s.startswith(f'CREATE ROLE "{name}"') for name in existing)]
    try:
        _run(connection, needed)
    except ProgrammingError as error:
        sql = ";\n".join([*needed, *erasure_statements(roles)]) + ";"
        raise DatabaseError(
            f"this login may not create database roles: ask the database administrator to run\n\n{sql}\n\n"
            "then run `adempauze migrate` again"
        ) from error


def _refuse_powerful(connection: Connection, roles: Roles) -> None:
    query = text("SELECT rolname FROM pg_roles WHERE rolname IN (:app, :reader) AND (rolsuper OR rolbypassrls)")
    powerful = connection.scalars(query, {"app": roles.app, "reader": roles.reader}).all()
    connection.rollback()
    if powerful:
        raise DatabaseError(
            f"database role {powerful[0]} is a superuser or may bypass row security: use another role, or run "
            f'ALTER ROLE "{powerful[0]}" NOSUPERUSER NOBYPASSRLS'
        )


def may_erase(connection: Connection, roles: Roles) -> bool:
    """Return whether the application may remove old write-ahead log."""
    query = text(
        "SELECT pg_has_role(CAST(:app AS name), 'pg_checkpoint', 'MEMBER')"
        " AND has_function_privilege(CAST(:app AS name), 'pg_switch_wal()', 'EXECUTE')"
    )
    allowed = connection.scalar(query, {"app": roles.app})
    connection.rollback()
    return bool(allowed)


def _grant_erasure(connection: Connection, roles: Roles) -> list[str]:
    if may_erase(connection, roles):
        return []
    try:
        _run(connection, erasure_statements(roles))
    except SQLAlchemyError:
        connection.rollback()
        return [
            "closed waves will show as released, not as destroyed, until the administrator has run\n"
            + ";\n".join(erasure_statements(roles))
            + ";"
        ]
    return []


def _run(connection: Connection, statements: Sequence[str]) -> None:
    with connection.begin():
        for statement in statements:
            connection.execute(text(statement))


def _upgrade(connection: Connection, roles: Roles, target: str) -> None:
    config = _config()
    config.attributes["connection"] = connection
    config.attributes["reader_role"] = roles.reader
    command.upgrade(config, target)
    connection.commit()


def _refuse_newer(connection: Connection) -> None:
    current = _revision(connection)
    if current is not None and current not in {script.revision for script in _script().walk_revisions()}:
        raise DatabaseError(f"the database was written by a newer version (revision {current}): install that version")


def _revision(connection: Connection) -> str | None:
    found = MigrationContext.configure(connection, opts={"version_table_schema": "platform"}).get_current_revision()
    connection.rollback()
    return found


def _script() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(surveys.migrations.__file__).parent))
    config.set_main_option("path_separator", "os")
    return config
