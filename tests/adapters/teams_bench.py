"""The real connection before a fake Bot Framework: activities come in over the wire, messages go out over it."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI

from adapters.teams.activity import Activity, Place
from adapters.teams.app import TeamsApp
from adapters.teams.connection import Connection
from adapters.teams.exchange import Answer
from adapters.teams.mount import PATH
from tests.slack.conftest import Watch
from tests.teams.fake import APP, BOT, CHAT, TENANT, FakeTeams, fake_teams
from tests.teams.served import Json


@dataclass
class Hearing:
    """Whoever deals with activities: notes them, and answers when the gate is open; or breaks down."""

    activities: list[Activity] = field(default_factory=list)
    answer: Answer | None = None
    error: Exception | None = None
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    async def hear(self, activity: Activity) -> Answer | None:
        self.activities.append(activity)
        await self.gate.wait()
        if self.error is not None:
            raise self.error
        return self.answer


@dataclass
class Bench:
    teams: FakeTeams
    connection: Connection
    hearing: Hearing
    watch: Watch
    client: httpx.AsyncClient
    waited: list[float]

    @property
    def place(self) -> Place:
        """Noor's chat."""
        return Place(self.teams.service_url, CHAT, TENANT, BOT)

    async def post(self, activity: Json | None = None, *, token: str | None = None, **headers: str) -> httpx.Response:
        """Post an activity, signed as Teams does unless a token is given; "" is none."""
        sent = json.dumps(self.teams.activity() if activity is None else activity).encode()
        return await self.raw(sent, token=token, **headers)

    async def raw(self, body: bytes, *, token: str | None = None, **headers: str) -> httpx.Response:
        """Post these bytes."""
        token = self.teams.token() if token is None else token
        signed = {"authorization": f"Bearer {token}"} if token else {}
        whole = {"content-type": "application/json", **signed, **headers}
        return await self.client.post(PATH, content=body, headers=whole)


@asynccontextmanager
async def teams_before(
    folder: Path, change: Callable[[FakeTeams], dict[str, Any]] | None = None
) -> AsyncIterator[Bench]:
    """Serve the real connection on 127.0.0.1; `change` returns other settings of the application."""
    async with fake_teams(folder) as teams:
        settings = {
            "id": APP,
            "secret": "secret-of-a-fake",
            "tenant": TENANT,
            "metadata": teams.metadata_url,
            "login": teams.entra.base,
            "ca": teams.certificate,
        } | (change(teams) if change else {})
        watch, hearing, waited = Watch(), Hearing(), list[float]()
        hearing.gate.set()

        async def sleep(seconds: float) -> None:
            waited.append(seconds)

        connection = Connection(TeamsApp(**settings), hear=hearing.hear, now=watch, chance=lambda: 0.5, sleep=sleep)
        async with serving(connection) as client:
            yield Bench(teams, connection, hearing, watch, client, waited)


@asynccontextmanager
async def serving(connection: Connection) -> AsyncIterator[httpx.AsyncClient]:
    """Listen on 127.0.0.1, and yield a client of the server."""
    app = FastAPI()
    app.include_router(connection.router)
    config = uvicorn.Config(app, log_config=None, lifespan="off")
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    with socket.create_server(("127.0.0.1", 0)) as door:
        await server.startup(sockets=[door])  # without its loop of ticks, for which every test would wait
        base = f"http://127.0.0.1:{door.getsockname()[1]}"
        try:
            async with httpx.AsyncClient(base_url=base, trust_env=False, timeout=20) as client:
                yield client
        finally:
            await connection.close()
            for listening in server.servers:
                listening.close()
