"""An ordinary PostgreSQL server on this machine, as production has: Debian's, on loopback, with a login of our own."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psycopg
from psycopg import sql

from tests.acceptance.installation import PATIENCE, free_port

INSTALLED: Final = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
"""Where Debian and Ubuntu put it, one folder for each major version."""
LOGIN: Final = "adempauze"


@dataclass(frozen=True, slots=True)
class OrdinaryServer:
    """One running server; `run` starts one of its programs on its directory."""

    port: int
    run: Callable[..., None]

    def url(self, login: str = LOGIN) -> str:
        return f"postgresql://{login}@127.0.0.1:{self.port}/{LOGIN}"

    def stop(self) -> None:
        """Stop it the way a crash does."""
        self.run("pg_ctl", "stop", "-w", "-m", "immediate")

    def start(self) -> None:
        """Start it again, or for the first time."""
        options = f"-c port={self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c wal_recycle=off"
        self.run("pg_ctl", "start", "-w", "-o", options)

    def administer(self, *statements: str, database: str = LOGIN) -> None:
        """Run statements as the database administrator."""
        url = f"postgresql://postgres@127.0.0.1:{self.port}/{database}"
        with psycopg.connect(url, autocommit=True) as connection:
            for statement in statements:
                connection.execute(sql.SQL(statement))


@contextmanager
def ordinary_server() -> Iterator[OrdinaryServer]:
    """Start the newest installed server in a directory of its own, with an empty database that belongs to our login."""
    programs, place, user = INSTALLED[-1].parent, Path(tempfile.mkdtemp(prefix="adempauze-pg-")), _user()
    if user:
        shutil.chown(place, user)

    def run(program: str, *arguments: str) -> None:
        command = [str(programs / program), "-D", str(place / "data"), *arguments]
        subprocess.run(
            command,
            user=user,
            cwd=place,
            check=True,
            timeout=PATIENCE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    run("initdb", "--auth=trust", "--username=postgres", "--no-sync")
    server = OrdinaryServer(free_port(), run)
    server.start()
    try:
        server.administer(f"CREATE ROLE {LOGIN} LOGIN", f"CREATE DATABASE {LOGIN} OWNER {LOGIN}", database="postgres")
        yield server
    finally:
        server.stop()
        shutil.rmtree(place, ignore_errors=True)


def _user() -> str | None:
    """PostgreSQL refuses to run as root: then as the user that its package made."""
    if os.geteuid() != 0:
        return None
    return next(entry.pw_name for entry in pwd.getpwall() if entry.pw_name in ("postgres", "nobody"))
