"""What a thief of the database gets, and what a reader of the logs gets: all of it, as text."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr

import psycopg
import structlog
from psycopg import sql

from bot import logs
from bot.server import Server

TABLES = """
    SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' ORDER BY 1, 2
"""
SEQUENCES = "SELECT schemaname || '.' || sequencename, last_value::text FROM pg_sequences ORDER BY 1"
SYSTEM = "t.xmin::text, t.xmax::text, t.cmin::text, t.cmax::text, t.ctid::text, t.tableoid::text, "
Rows = Mapping[str, list[Mapping[str, str]]]
"""Table name to its rows in order of their text; each row column name to text (bytes as hex, NULL as '')."""


def everything(server: Server, *, system: bool = False) -> Rows:
    """Return every row of every table of every schema, and what every sequence says; with `system`, each row with its
    system columns: which transactions wrote it, and where it lies."""
    url = server.login.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url) as connection:
        tables = connection.execute(TABLES).fetchall()
        found = {f"{schema}.{table}": _rows(connection, schema, table, system=system) for schema, table in tables}
        found["sequences"] = [{name: _text(last)} for name, last in connection.execute(SEQUENCES).fetchall()]
    return found


def _rows(connection: psycopg.Connection, schema: str, table: str, *, system: bool) -> list[Mapping[str, str]]:
    cursor, also = psycopg.ClientCursor(connection), sql.SQL(SYSTEM if system else "")
    cursor.execute(sql.SQL("SELECT {}t.* FROM {} t").format(also, sql.Identifier(schema, table)))
    names = [column.name for column in cursor.description or ()]
    rows = [dict(zip(names, map(_text, row), strict=True)) for row in cursor.fetchall()]
    return sorted(rows, key=lambda row: list(row.values()))


def _text(value: object) -> str:
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return "" if value is None else str(value)


def without(found: Rows, *columns: str) -> Rows:
    """Return the same without these `schema.table.column`; a `*` at the end of the table stands for its partitions."""
    return {
        table: sorted(
            ({name: text for name, text in row.items() if not _named(f"{table}.{name}", columns)} for row in rows),
            key=lambda row: list(row.values()),
        )
        for table, rows in found.items()
    }


def _named(column: str, columns: tuple[str, ...]) -> bool:
    def same(pattern: str) -> bool:
        table, _, name = pattern.rpartition(".")
        if not table.endswith("*"):
            return pattern == column
        return column.startswith(table[:-1]) and column.endswith(f".{name}")

    return any(same(pattern) for pattern in columns)


@contextmanager
def logging_restored() -> Iterator[None]:
    """Leave structlog and the root logger as they were, whatever a process that starts in the block sets up."""
    root = logging.getLogger()
    before, threshold, rules = list(root.handlers), root.level, structlog.get_config()
    try:
        yield
    finally:
        structlog.configure(**rules)
        root.handlers[:] = before
        root.setLevel(threshold)


@contextmanager
def logged(level: str = "DEBUG") -> Iterator[io.StringIO]:
    """Log the way the product does, into the text that is yielded."""
    with logging_restored(), redirect_stderr(io.StringIO()) as text:
        logs.configure(level)
        yield text
