"""From settings to an application that is ready: database, keys, wiring, and everything closed again afterwards."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from bot.cli.edge import Edge
from bot.cli.screen import remark
from bot.loop import run
from surveys.errors import DatabaseError

if TYPE_CHECKING:
    from bot.app import App
    from bot.server import Server
    from bot.settings import Settings
    from surveys.tickets import KeyRing

T = TypeVar("T")


@dataclass(frozen=True)
class Ground:
    """What the application is built on: settings, a database of this version, the keys."""

    settings: Settings
    server: Server
    keys: KeyRing


def has_database(settings: Settings) -> bool:
    """Return whether there is an embedded database already; looking makes none."""
    return (settings.data_dir / "postgres" / "PG_VERSION").exists()


def check_keys(settings: Settings) -> None:
    """Refuse a key file that can't be used, before anything starts. Raises KeyFileError."""
    from bot import keyfile

    keyfile.check(settings.config_dir, settings.data_dir)


def keys_of(settings: Settings, server: Server) -> KeyRing:
    """Return the keys of this installation, made when its database knows of none yet. Raises KeyFileError."""
    from bot.keymark import settled_keys
    from bot.wiring import real_world

    world = real_world()
    return settled_keys(settings, server, now=world.now(), entropy=world.entropy)


@contextmanager
def ground(edge: Edge, level: str = "WARNING") -> Iterator[Ground]:
    """Prepare a process: the embedded database is brought to this version, another one is only checked.

    Raises SettingsError, KeyFileError, DatabaseError before anything is built.
    """
    from bot import logs
    from bot.server import find_server

    settings = edge.settings()
    check_keys(settings)
    if settings.database_url is None and not has_database(settings):
        remark(f"remark: a new embedded database is made in {settings.data_dir} (ADEMPAUZE_DATA_DIR)")
    server = find_server(settings)
    logs.configure(level)
    try:
        if settings.database_url is None:
            for line in server.migrate():
                remark(line)
        else:
            server.check()
        yield Ground(settings, server, keys_of(settings, server))
    finally:
        server.stop()


def ask(edge: Edge, work: Callable[[App], Awaitable[T]]) -> T:
    """Do one piece of work with the application and return what it gives."""
    with ground(edge) as on:
        return run(_with_application(on, work))


async def _with_application(on: Ground, work: Callable[[App], Awaitable[T]]) -> T:
    async with application(on) as built:
        return await work(built)


@asynccontextmanager
async def application(on: Ground) -> AsyncIterator[App]:
    """Build the application for one command; the queue is not connected. Raises DatabaseError when it goes away."""
    from sqlalchemy.exc import OperationalError

    from bot.wiring import build

    app = build(on.settings, on.server, on.keys)
    try:
        yield app
    except OperationalError as error:
        raise DatabaseError("the database stopped answering: `adempauze doctor` says what it needs") from error
    finally:
        await app.disconnect()
