"""What `doctor` looks at in the database, as the roles that the product itself uses."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.doctor import Finding
from bot.limits import WHY
from bot.migrate import SCHEMAS, Roles, erasure_statements
from surveys.store import surveys as store
from surveys.store.traces import traces_now

DRIFT: Final = timedelta(seconds=5)
OVERDUE: Final = timedelta(minutes=10)
OLDEST: Final = 150000
"""PostgreSQL 15, as the server counts its versions."""
READABLE: Final = frozenset(
    f"surveys.{table}" for table in ("release", "release_node", "release_cell", "release_document", "cohort", "log")
)
"""What the reader role may select, and nothing else."""

ROLES = text("SELECT rolname FROM pg_roles WHERE rolname IN (:app, :reader) AND (rolsuper OR rolbypassrls)")
VERSION = text("SELECT current_setting('server_version'), current_setting('server_version_num')::int")
GRANTED = text(
    "SELECT n.nspname || '.' || c.relname AS place,"
    " has_any_column_privilege(CAST(:reader AS name), c.oid, 'SELECT') AS reads,"
    " has_any_column_privilege(CAST(:reader AS name), c.oid, 'INSERT, UPDATE')"
    " OR has_table_privilege(CAST(:reader AS name), c.oid, 'DELETE, TRUNCATE') AS writes"
    " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
    " WHERE n.nspname = ANY(:schemas) AND c.relkind IN ('r', 'p', 'v', 'm') ORDER BY 1"
)
LOGIN = text(
    "SELECT rolname, rolsuper, pg_has_role(rolname, CAST(:app AS name), 'MEMBER') AS writes"
    " FROM pg_roles WHERE rolname = session_user"
)
ERASES = text(
    "SELECT pg_has_role(current_user, 'pg_checkpoint', 'MEMBER')"
    " AND has_function_privilege(current_user, 'pg_switch_wal()', 'EXECUTE')"
)


async def check_version(connection: AsyncConnection) -> Finding:
    """Look at the server's version."""
    version, number = (await connection.execute(VERSION)).one()
    if number < OLDEST:
        return Finding("server", f"PostgreSQL {version}", "upgrade to PostgreSQL 15 or newer")
    return Finding("server", f"PostgreSQL {version}")


async def check_roles(connection: AsyncConnection, roles: Roles) -> Finding:
    """Look whether row-level security binds both roles."""
    powerful = (await connection.scalars(ROLES, {"app": roles.app, "reader": roles.reader})).all()
    if powerful:
        mend = "; ".join(f'ALTER ROLE "{role}" NOSUPERUSER NOBYPASSRLS' for role in powerful)
        return Finding("roles", f"{', '.join(powerful)} may do everything", f"run {mend}")
    return Finding("roles", f"{roles.app} and {roles.reader} are ordinary roles")


async def check_reader(connection: AsyncConnection, roles: Roles) -> Finding:
    """Look whether the role that renders may read what is published and nothing else, and write nothing."""
    granted = (await connection.execute(GRANTED, {"reader": roles.reader, "schemas": list(SCHEMAS)})).all()
    missing = sorted(READABLE - {row.place for row in granted if row.reads})
    too_much = [row.place for row in granted if row.writes or (row.reads and row.place not in READABLE)]
    if too_much:
        mend = f'run REVOKE ALL ON {", ".join(too_much)} FROM "{roles.reader}", PUBLIC'
        return Finding("reader", f"{roles.reader} reaches more than what is published", mend)
    if missing:
        mend = f'run GRANT SELECT ON {", ".join(missing)} TO "{roles.reader}"'
        return Finding("reader", f"{roles.reader} cannot read what is published", mend)
    return Finding("reader", f"{roles.reader} reads what is published and is refused the other tables")


async def check_logins(connection: AsyncConnection, reading: AsyncConnection, roles: Roles) -> Finding:
    """Look at the logins behind the roles: what one may become is what protects it. `reading` is the reader's."""
    login = (await connection.execute(LOGIN, {"app": roles.app})).one()
    reader = (await reading.execute(LOGIN, {"app": roles.app})).one()
    powerful = sorted({row.rolname for row in (login, reader) if row.rolsuper})
    if powerful:
        mend = f"let the settings name ordinary logins, one a member of {roles.app}, the other of {roles.reader} alone"
        return Finding("logins", f"{', '.join(powerful)} is a superuser, whom no rule of the database binds", mend)
    if reader.writes:
        what = f"pages are rendered on the login {reader.rolname}, which is one SET ROLE away from every table"
        mend = f"set ADEMPAUZE_READER_DATABASE_URL to a login that is a member of {roles.reader} and of nothing else"
        return Finding("logins", what, mend)
    return Finding("logins", f"{login.rolname} for the application, {reader.rolname} for pages")


async def check_erasure(connection: AsyncConnection, roles: Roles) -> Finding:
    """Look whether the traces of closed waves can be removed, from tables and from the write-ahead log."""
    if not await connection.scalar(ERASES):
        return Finding("erasure", "old write-ahead log stays", f"run {'; '.join(erasure_statements(roles))}")
    if await connection.scalar(text("SELECT current_setting('wal_recycle', true)")) == "on":
        mend = "set wal_recycle = off in postgresql.conf, so that old log files are removed and not used again"
        return Finding("erasure", "old log files are kept under a new name", mend)
    if left := await traces_now(connection):
        why = "; ".join(WHY[name] for name in left)
        return Finding("erasure", f"closed waves are kept with a limit, until their key epoch is destroyed: {why}")
    return Finding("erasure", "closed waves leave nothing behind on this server")


async def check_clock(connection: AsyncConnection, now: datetime) -> Finding:
    """Compare the clock of the database with the one of this machine."""
    there: datetime = (await connection.execute(text("SELECT clock_timestamp()"))).scalar_one()
    seconds = abs(there - now).total_seconds()
    if abs(there - now) > DRIFT:
        return Finding("clocks", f"database and machine differ by {seconds:.0f} seconds", "let both use NTP")
    return Finding("clocks", f"database and machine differ by {seconds:.1f} seconds")


async def check_ticking(connection: AsyncConnection, now: datetime) -> Finding:
    """Look whether something that is due has been left lying."""
    due = [survey.id for survey, due in await store.surveys(connection) if not survey.paused and due < now - OVERDUE]
    waves = [f"{wave:.8}" for wave in map(str, await store.wave_to_close(connection, now - OVERDUE))]
    if due or waves:
        what = ", ".join(
            [*(f"survey {id_} has to open" for id_ in due), *(f"wave {id_} has to close" for id_ in waves)]
        )
        return Finding("ticking", what, "start `adempauze serve` or `adempauze worker`")
    return Finding("ticking", "nothing that is due has been left lying")
