"""The running processes: the web application with its worker and clock, and a worker by itself."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, nullcontext
from datetime import datetime
from typing import Any, Final

import structlog
import uvicorn
from fastapi import APIRouter, FastAPI
from sqlalchemy.exc import OperationalError

from adapters.port import Connected
from adapters.slack.platform import Slack
from bot import protecting
from bot.app import App
from bot.cli.process import Ground
from bot.cli.stopping import Stop
from bot.clock import Metronome
from bot.loop import answers_first
from bot.metrics import Metrics, Ticks
from bot.rhythm import rhythm
from bot.settings import Settings
from bot.web.about import About
from bot.web.app import create_app
from bot.web.bounded import Bounded
from bot.web.council import Council
from bot.web.dashboard import Dashboard
from bot.web.keys import KeyPages
from bot.web.own_data import OwnData
from bot.web.quietlog import NoTraces
from bot.web.seat import Ceremony
from bot.web.wall import Wall
from bot.web.workspaces import WorkspacePages
from bot.wiring import build
from bot.working import working
from surveys.errors import DatabaseError, SettingsError
from surveys.seats import Seat

log = structlog.get_logger(__name__)

TIDYING_SECONDS: Final = 24 * 60 * 60.0
"""Between two times that what has served is forgotten; once more whenever a process starts."""
GRACE_SECONDS: Final = 10
"""How long a request may still take after a stop was asked for."""
KEPT_SECONDS: Final = 95
"""How long a connection without requests stays open: longer than the proxies before it keep one, or a request that
they send at that moment is lost."""


@contextmanager
def listen(host: str, port: int) -> Iterator[socket.socket]:
    """Take the port before anything else is started. Raises SettingsError naming the settings."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        door = socket.create_server((host, port), family=family)
    except OSError as error:
        why = os.strerror(error.errno or 0)
        raise SettingsError(
            f"ADEMPAUZE_HOST and ADEMPAUZE_PORT: cannot listen on {host}, port {port} ({why}): stop what listens "
            "there, or choose another port"
        ) from None
    with door:
        yield door


async def serve_web(on: Ground, door: socket.socket, stop: Stop) -> None:
    """Answer requests, tick and work until a signal comes."""
    async with opened(build(on.settings, on.server, on.keys)) as app:
        await serve(app, door, stop)


async def work(on: Ground, stop: Stop) -> None:
    """Tick and work until a signal comes."""
    stopped, loop = asyncio.Event(), asyncio.get_running_loop()
    async with opened(build(on.settings, on.server, on.keys)) as app, at_work(app, Ticks()):
        with stop.by(lambda: loop.call_soon_threadsafe(stopped.set)):
            await stopped.wait()


async def serve(app: App, door: socket.socket, stop: Stop) -> None:
    """Answer requests, tick and work until a signal comes; the application is open and stays so."""
    ticks = Ticks()
    async with at_work(app, ticks), rhythm(app.pool, app.book), hearing(app):
        server = Quiet(server_config(app.settings, web_app(app, ticks)))
        with stop.by(lambda: setattr(server, "should_exit", True)):
            await server.serve(sockets=[door])


@asynccontextmanager
async def hearing(app: App) -> AsyncIterator[None]:
    """Let platforms hear people, over connections of their own where they need them, as long as the block lasts."""
    async with AsyncExitStack() as stack:
        for platform in app.platforms.values():
            if isinstance(platform, Connected):
                await stack.enter_async_context(platform.listening())
        app.following.begin(app.platforms)
        yield


@asynccontextmanager
async def opened(app: App) -> AsyncIterator[App]:
    """Open the application, and close it afterwards, also when it was stopped before it was wholly open.

    Raises DatabaseError when the queue cannot be reached.
    """
    try:
        try:
            await app.open()
        except OperationalError as error:
            raise DatabaseError("the database stopped answering: `adempauze doctor` says what it needs") from error
        protecting.load()
        answers_first()
        yield app
    finally:
        await app.close()


@asynccontextmanager
async def at_work(app: App, ticks: Ticks) -> AsyncIterator[None]:
    """Let the application tick, work and mix as long as the block lasts."""

    async def tick(now: datetime) -> None:
        await app.tick(now)
        ticks.count += 1

    async def tend(_: datetime) -> None:
        await app.tend()

    async def tidy(_: datetime) -> None:
        await app.tidy()

    await app.tend()
    often, now = app.settings.tick_seconds, app.world.now
    beside = [Metronome(step, seconds=often, now=now) for step in (tend, app.mixing)]
    beside.append(Metronome(tidy, seconds=TIDYING_SECONDS, now=now))
    for metronome in beside:
        metronome.start()
    try:
        async with working(tick, app.jobs.run, seconds=often, now=now):
            yield
    finally:
        for metronome in beside:
            await metronome.stop()


def web_app(app: App, ticks: Ticks) -> FastAPI:
    """Return the pages of all platforms, the doors, and what settings add."""
    offered = [getattr(platform, "router", None) for platform in app.platforms.values()]
    routers = [router for router in offered if isinstance(router, APIRouter)]
    now, bands = app.world.now, app.digest.bands
    routers += [app.doors.router(), Dashboard(app.doors, app.database, now, bands).router()]
    routers.append(OwnData(app.doors, app.database, app.keys, app.world.now).router())
    routers.append(Wall(app.doors, app.database, app.recognition.terms, app.world.now).router())
    routers += [
        Council(app.doors, app.database, app.world.now, app.digest.bands).router(),
        Ceremony(app.doors, app.seats).router(),
    ]
    public = app.settings.public_url
    routers += [KeyPages(app.doors, app.seats, app.agreeing, seat, public, app.heads).router() for seat in Seat]
    slack = app.platforms.get("slack")
    if isinstance(slack, Slack) and slack.workspaces:
        routers.append(WorkspacePages(app.doors, slack.workspaces, app.settings.public_url).router())
    routers.append(About(app.doors.chrome, tuple(app.platforms)).router())
    if app.settings.metrics:
        routers.append(Metrics(app.database, ticks).router())
    return create_app(routers, log=log, ticks=asyncio.get_running_loop().time)


class Quiet(uvicorn.Server):
    """A server that leaves signals to us."""

    def capture_signals(self) -> Any:
        return nullcontext()


def server_config(settings: Settings, app: FastAPI) -> uvicorn.Config:
    """No access log: it would hold the addresses of personal pages. No forwarded header is believed unasked."""
    logging.getLogger("uvicorn.error").addFilter(NoTraces())
    return uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        http=Bounded,
        ws="none",
        server_header=False,
        date_header=True,
        proxy_headers=bool(settings.trusted_proxy),
        forwarded_allow_ips=settings.trusted_proxy or None,
        lifespan="off",
        timeout_keep_alive=KEPT_SECONDS,
        timeout_graceful_shutdown=GRACE_SECONDS,
        log_level="warning",
    )
