"""Connections: the application role writes, the reader role renders and sees Releases within a scope only."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Final

from sqlalchemy import URL, make_url, text
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from surveys.errors import SettingsError
from surveys.model import NodeId

WHOLE: Final = "*"
"""The scope of somebody who may read every node: exports, and the works council."""

CONNECT_SECONDS: Final = 10


def postgres_url(url: str, setting: str = "ADEMPAUZE_DATABASE_URL") -> URL:
    """Return the URL with our driver. Raises SettingsError for anything but PostgreSQL; never repeats the URL."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise SettingsError(f"{setting} is not a database address: give postgresql://user:password@host/name") from None
    if parsed.get_backend_name() not in ("postgresql", "postgres"):
        raise SettingsError(f"{setting} must name a PostgreSQL server: give postgresql://user:password@host/name")
    return parsed.set(drivername="postgresql+psycopg")


def _engine(url: URL, role: str, pool_size: int, *, careful: bool = False) -> AsyncEngine:
    """A careful engine asks a connection whether it is alive before it is used: a page outlives a restart."""
    options = {"options": f"-c role={role} -c timezone=UTC", "connect_timeout": CONNECT_SECONDS}
    return create_async_engine(
        url,
        pool_size=pool_size,
        max_overflow=pool_size,
        connect_args=options,
        hide_parameters=True,
        pool_pre_ping=careful,
    )


class Database:
    """Transactions on the two roles. Build it in wiring alone; close it with `dispose`."""

    def __init__(
        self, url: URL, *, reader_url: URL | None = None, app_role: str, reader_role: str, pool_size: int = 8
    ) -> None:
        self._app = _engine(url, app_role, pool_size)
        self._looking = self._app.execution_options(isolation_level="AUTOCOMMIT")
        self._reader = _engine(reader_url or url, reader_role, 4, careful=True)

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        """Open a transaction of the application role; commits on leaving, rolls back on an error."""
        async with self._app.begin() as connection:
            yield connection

    @asynccontextmanager
    async def looking(self) -> AsyncIterator[AsyncConnection]:
        """Open a connection for looking something up: each statement by itself, without the cost of a transaction."""
        async with self._looking.connect() as connection:
            yield connection

    @asynccontextmanager
    async def reading(self, scope: Iterable[NodeId]) -> AsyncIterator[AsyncConnection]:
        """Open a read-only transaction of the reader role that sees only the nodes in `scope`."""
        async with self._reader.begin() as connection:
            await connection.execute(text("SET TRANSACTION READ ONLY"))
            await connection.execute(
                text("SELECT set_config('adempauze.scope', :scope, true)"), {"scope": ",".join(sorted(scope))}
            )
            yield connection

    @asynccontextmanager
    async def outside_transaction(self) -> AsyncIterator[AsyncConnection]:
        """Open a connection on which each statement commits by itself (VACUUM, CHECKPOINT)."""
        async with self._looking.connect() as connection:
            yield connection

    async def dispose(self) -> None:
        """Close all connections."""
        await self._app.dispose()
        await self._reader.dispose()
