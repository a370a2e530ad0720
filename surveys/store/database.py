"""Connections: the application role writes, the reader role renders and sees Releases within a scope only.

Most statements go through SQLAlchemy. The few on the path of an answer and of a card speak to the driver itself
(docs/adr/0005): there, building and adapting a statement costs more than the database needs to do it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, Final, cast

import psycopg
from psycopg_pool import AsyncConnectionPool
from sqlalchemy import URL, make_url, text
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from surveys.errors import SettingsError
from surveys.model import NodeId
from surveys.store.shown import Shown

WHOLE: Final = "*"
"""The scope of somebody who may read every node: exports, and the works council."""

CONNECT_SECONDS: Final = 10
DIRECT: Final = 7
"""Connections of the driver itself at most. With the others: at most thirty of one process (docs/production.md)."""
PATIENCE: Final = 3.0
"""Seconds to wait for one of them. A database that is away is an answer too: "try again"."""
HELD_UP: Final = "2s"
"""How long such a statement waits for a lock: whoever waits longer would keep the others from their connections."""

Driver = psycopg.AsyncConnection[tuple[Any, ...]]
"""A connection of psycopg itself; parameters are written %(name)s, rows are tuples."""


def postgres_url(url: str, setting: str = "ADEMPAUZE_DATABASE_URL") -> URL:
    """Return the URL with our driver. Raises SettingsError for anything but PostgreSQL; never repeats the URL."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise SettingsError(f"{setting} is not a database address: give postgresql://user:password@host/name") from None
    if parsed.get_backend_name() not in ("postgresql", "postgres"):
        raise SettingsError(f"{setting} must name a PostgreSQL server: give postgresql://user:password@host/name")
    return parsed.set(drivername="postgresql+psycopg")


def _connecting(role: str, *settings: str) -> dict[str, Any]:
    options = " ".join(f"-c {setting}" for setting in (f"role={role}", "timezone=UTC", *settings))
    return {"options": options, "connect_timeout": CONNECT_SECONDS}


def _engine(url: URL, role: str, pool_size: int, *, careful: bool = False) -> AsyncEngine:
    """A careful engine asks a connection whether it is alive before it is used: a page outlives a restart."""
    return create_async_engine(
        url,
        pool_size=pool_size,
        max_overflow=pool_size,
        connect_args=_connecting(role),
        hide_parameters=True,
        pool_pre_ping=careful,
    )


async def _lone(url: URL, role: str) -> Driver:
    conninfo = url.set(drivername="postgresql").render_as_string(hide_password=False)
    return await psycopg.AsyncConnection.connect(conninfo, autocommit=True, **_connecting(role))


def _direct_pool(url: URL, role: str) -> AsyncConnectionPool[Driver]:
    """Connections of the driver itself; the first use opens the pool.

    Their statements find rows by key: one plan serves every time, and making it anew costs more than to carry it out.
    """
    conninfo = url.set(drivername="postgresql").render_as_string(hide_password=False)
    options = {**_connecting(role, "plan_cache_mode=force_generic_plan", f"lock_timeout={HELD_UP}"), "autocommit": True}
    return AsyncConnectionPool(
        conninfo, kwargs=options, min_size=1, max_size=DIRECT, open=False, timeout=PATIENCE, reconnect_timeout=PATIENCE
    )


class Database:
    """Transactions on the two roles. Build it in wiring alone; close it with `dispose`."""

    def __init__(
        self, url: URL, *, reader_url: URL | None = None, app_role: str, reader_role: str, pool_size: int = 5
    ) -> None:
        self._app = _engine(url, app_role, pool_size)
        self._direct = _direct_pool(url, app_role)
        self.shown = Shown(partial(_lone, url, app_role))
        self._autocommit = self._app.execution_options(isolation_level="AUTOCOMMIT")
        self._reader = _engine(reader_url or url, reader_role, 4, careful=True)

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        """Open a transaction of the application role; commits on leaving, rolls back on an error."""
        async with self._app.begin() as connection:
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
    async def direct(self) -> AsyncIterator[Driver]:
        """Open a connection of the driver: each statement by itself, unless its `transaction()` holds them together.

        Raises psycopg.Error where the others raise SQLAlchemy's.
        """
        if self._direct.closed:
            await self._direct.open()
        async with self._direct.connection() as driver:
            try:
                yield driver
            except psycopg.OperationalError:
                if driver.closed:  # the server went away: so did what else was connected to it
                    await self._direct.check()
                raise

    @asynccontextmanager
    async def outside_transaction(self) -> AsyncIterator[AsyncConnection]:
        """Open a connection on which each statement commits by itself (VACUUM, CHECKPOINT)."""
        async with self._autocommit.connect() as connection:
            yield connection

    async def dispose(self) -> None:
        """Close all connections."""
        await self.shown.close()
        await self._direct.close()
        await self._app.dispose()
        await self._reader.dispose()


async def driver_of(connection: AsyncConnection) -> Driver:
    """Return the driver's own connection under one of SQLAlchemy's: the same transaction, if it is in one."""
    return cast(Driver, (await connection.get_raw_connection()).driver_connection)
