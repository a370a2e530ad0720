"""The application for a simulation or a demo: built on a clock and platforms of its own, on a database it may fill."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from typing import Protocol
from uuid import UUID

from sqlalchemy import create_engine, text

from adapters.port import ChatPlatform
from bot import logs
from bot.app import App
from bot.cli.stopping import stoppable
from bot.cli.web import opened, serve
from bot.digest import Draw
from bot.hands import Hands
from bot.keymark import settled_keys
from bot.server import Server, find_server
from bot.settings import Settings
from bot.wiring import build, real_world


class Scene(Protocol):
    """On what to build: settings, time, ids, the platform of the invented people, and the web chat beside it."""

    @property
    def settings(self) -> Settings: ...

    @property
    def now(self) -> Callable[[], datetime]: ...

    @property
    def new_id(self) -> Callable[[], UUID]: ...

    @property
    def web(self) -> bool: ...

    @property
    def draw(self) -> Draw: ...

    def recording(self, hands: Callable[[str], Hands], /) -> Mapping[str, ChatPlatform]: ...


@asynccontextmanager
async def start(scene: Scene) -> AsyncIterator[App]:
    """Start the database of the settings, bring it to this version, build and open. Raises what `serve` raises."""
    logs.configure("ERROR")
    settings, real = scene.settings, real_world()
    server = find_server(settings)
    try:
        server.migrate()
        _hasten(server)
        keys = settled_keys(settings, server, now=real.now(), entropy=real.entropy)
        world = replace(real, now=scene.now, new_id=scene.new_id)
        made = build(
            settings,
            server,
            keys,
            world=world,
            platforms=scene.recording,
            web=scene.web,
            draw=scene.draw,
            invented=True,
        )
        async with opened(made) as app:
            yield app
    finally:
        server.stop()


def _hasten(server: Server) -> None:
    """Let no commit wait for the disk: a power cut may take the last moment of an invented past."""
    engine = create_engine(server.login, hide_parameters=True, connect_args={"connect_timeout": 10})
    with engine.begin() as connection:
        database = connection.dialect.identifier_preparer.quote(engine.url.database or "")
        connection.execute(text(f"ALTER DATABASE {database} SET synchronous_commit = off"))
    engine.dispose()


def serving(door: socket.socket) -> Callable[[object], Awaitable[None]]:
    """Return what serves an opened application on a port that is taken already."""

    async def run(app: object) -> None:
        assert isinstance(app, App)
        with stoppable() as stop:
            await serve(app, door, stop)

    return run
