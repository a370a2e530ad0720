"""All that PostgreSQL tells who may read everything: each table with its system columns, and the catalogues."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import psycopg

from bot.server import Server
from tests.everything import Rows, everything
from tests.linkage.copies import Copy, Thief

OURS = "schemaname IN ('surveys', 'kudos', 'people', 'platform')"
CATALOGUES = {
    "files": """
        SELECT c.oid::regclass::text AS name, c.relfilenode::text, c.relpages::text, c.reltuples::text,
        c.relfrozenxid::text, pg_relation_size(c.oid)::text AS size FROM pg_class c
        JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'i', 'S', 't') AND n.nspname IN ('surveys', 'kudos', 'people', 'platform')
    """,
    "tables": f"SELECT s.relname AS name, s.* FROM pg_stat_all_tables s WHERE {OURS}",
    "indexes": f"SELECT s.indexrelname AS name, s.* FROM pg_stat_all_indexes s WHERE {OURS}",
    "reads": f"SELECT s.relname AS name, s.* FROM pg_statio_all_tables s WHERE {OURS}",
    "samples": f"SELECT s.tablename || '.' || s.attname AS name, s.* FROM pg_stats s WHERE {OURS}",
    "database": "SELECT datname AS name, s.* FROM pg_stat_database s WHERE datname = current_database()",
    "log": """
        SELECT 'log' AS name, (pg_current_wal_lsn() - '0/0')::text AS place,
        pg_snapshot_xmax(pg_current_snapshot())::text AS transaction
    """,
    "sequences": "SELECT schemaname || '.' || sequencename AS name, last_value::text FROM pg_sequences",
}


@dataclass(frozen=True, slots=True)
class Whole:
    """Everything at one moment (seconds since 1970): `tables` by name, `catalogues` by theirs, each row by its name."""

    at: float
    tables: Rows
    catalogues: Mapping[str, Mapping[str, Mapping[str, str]]]


@dataclass
class Reader(Thief):
    """A thief who also reads everything that can be asked for, at every copy."""

    wholes: list[Whole] = field(default_factory=list)

    def copy(self) -> Copy:
        """Copy, and read."""
        found = super().copy()
        self.read()
        return found

    def read(self, *, sampled: bool = False) -> Whole:
        """Read everything; `sampled` once PostgreSQL has drawn up its statistics of what is in the columns."""
        if sampled:
            _sample(self.server)
        at, tables = time.time(), everything(self.server, system=True)
        tables = {name: rows for name, rows in tables.items() if name != "sequences"}
        self.wholes.append(Whole(at, tables, _catalogues(self.server)))
        return self.wholes[-1]


def _catalogues(server: Server) -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    with psycopg.connect(_url(server)) as connection:
        return {name: _named(connection, query) for name, query in CATALOGUES.items()}


def _named(connection: psycopg.Connection, query: str) -> Mapping[str, Mapping[str, str]]:
    cursor = connection.execute(query.encode())
    columns = [column.name for column in cursor.description or ()]
    return {str(row[0]): _texts(columns, row) for row in cursor.fetchall()}


def _texts(columns: Sequence[str], row: Sequence[object]) -> Mapping[str, str]:
    return {column: "" if value is None else str(value) for column, value in zip(columns, row, strict=True)}


def _sample(server: Server) -> None:
    with psycopg.connect(_url(server), autocommit=True) as connection:
        connection.execute("ANALYZE")


def _url(server: Server) -> str:
    return server.login.set(drivername="postgresql").render_as_string(hide_password=False)
