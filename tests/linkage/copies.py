"""Takes copies as a thief would: files of the data directory, write-ahead log, deliveries, jobs, and the server's log
with every statement and its values."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import psycopg

from bot.server import Server
from tests.linkage.pages import stored, varying

LOGGED = {
    "log_statement": "all",
    "log_parameter_max_length": "-1",
    "log_error_verbosity": "default",
    "log_line_prefix": "%n ",
}
FILES = """
    SELECT pg_relation_filepath(c.oid), c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'surveys' AND (c.relname = 'pool' OR c.relname ~ '^response_[0-9a-f]{32}$')
"""
DELIVERIES = "SELECT person_id, d::text FROM platform.delivery d"
JOBS = "SELECT coalesce(string_agg(j::text, '; '), '') FROM platform.procrastinate_jobs j"


@dataclass(frozen=True, slots=True)
class Row:
    """A sealed row as it lies in a file."""

    slot: bytes
    place: tuple[int, int]
    xmin: int
    sealed: bytes


@dataclass(frozen=True, slots=True)
class Copy:
    """What one copy shows; `at` in seconds since 1970. `log` is the write-ahead log since the copy before."""

    at: float
    rows: tuple[Row, ...]
    pool: tuple[tuple[int, int, int], ...]
    """(id, transaction, size) of every blob."""
    deliveries: dict[UUID, str]
    jobs: str
    log: bytes = field(repr=False)


@contextmanager
def statements_logged(server: Server) -> Iterator[None]:
    """Let the server write down every statement with its values, as an operator could."""
    with psycopg.connect(_url(server), autocommit=True) as connection:
        for name, value in LOGGED.items():
            connection.execute(f"ALTER SYSTEM SET {name} = '{value}'".encode())
        connection.execute("SELECT pg_reload_conf()")
        yield
        for name in LOGGED:
            connection.execute(f"ALTER SYSTEM RESET {name}".encode())
        connection.execute("SELECT pg_reload_conf()")


@dataclass
class Thief:
    """Copies one installation again and again."""

    server: Server
    data: Path
    """The data directory of the server."""
    room: Path
    """Where to put a copy."""
    _before: dict[str, bytes] = field(default_factory=dict)

    def copy(self) -> Copy:
        """Copy everything now. The server is asked to write down what it holds: a thief could wait for it."""
        with psycopg.connect(_url(self.server), autocommit=True) as connection:
            connection.execute("CHECKPOINT")
            at = time.time()
            files = connection.execute(FILES.encode()).fetchall()
            deliveries: dict[UUID, str] = dict(connection.execute(DELIVERIES).fetchall())
            (jobs,) = connection.execute(JOBS).fetchone() or ("",)
        place = self.room / "copy"
        shutil.rmtree(place, ignore_errors=True)
        (first, _), *_ = files
        for part in (Path(first).parent, "pg_wal"):
            _copy(self.data / part, place / part)
        rows = [row for path, name in files if name != "pool" for row in _rows(place / path)]
        pool = [blob for path, name in files if name == "pool" for blob in _blobs(place / path)]
        return Copy(at, tuple(rows), tuple(pool), deliveries, jobs, self._new_log(place / "pg_wal"))

    def statements(self) -> str:
        """Return the server's own log."""
        return (self.data / "log").read_text(errors="replace")

    def _new_log(self, place: Path) -> bytes:
        """Return what was written into the write-ahead log since the copy before."""
        now = {path.name: path.read_bytes() for path in sorted(place.iterdir()) if path.is_file()}
        new = [_beyond(self._before.get(name, b""), content) for name, content in now.items()]
        self._before = now
        return b"".join(new)


def _beyond(before: bytes, after: bytes) -> bytes:
    step, first = 8192, 0
    while first < len(before) and before[first : first + step] == after[first : first + step]:
        first += step
    return after[first:].rstrip(b"\0")


def _rows(path: Path) -> Iterator[Row]:
    for one in stored(path):
        slot, following = varying(one.data, 16)
        sealed, _ = varying(one.data, following)
        yield Row(slot, one.place, one.xmin, sealed)


def _blobs(path: Path) -> Iterator[tuple[int, int, int]]:
    for one in stored(path):
        _, following = varying(one.data, 8)
        sealed, _ = varying(one.data, following)
        yield int.from_bytes(one.data[:8], "little"), one.xmin, len(sealed)


def _copy(source: Path, target: Path) -> None:
    """Copy a directory that lives: what goes away meanwhile is left out."""
    for path in source.rglob("*"):
        if path.is_file() and "archive_status" not in path.parts and "summaries" not in path.parts:
            there = target / path.relative_to(source)
            there.parent.mkdir(parents=True, exist_ok=True)
            try:
                shutil.copyfile(path, there)
            except FileNotFoundError:
                continue


def _url(server: Server) -> str:
    return server.login.set(drivername="postgresql").render_as_string(hide_password=False)
