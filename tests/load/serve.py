"""The real web application in a process of its own, on a socket that it inherits.

    python -m tests.load.serve DIRECTORY SOCKET work|answer [CHAT]

With `work` it ticks and works off the queue as `serve` does; else it answers only. Beside the product's pages there is
`/verify`: it asks everything that an answer asks (session, form, whose token it is) and stores nothing. CHAT are the
settings that connect Slack or Teams, as JSON; then there is `/acknowledge` instead: it verifies their signature, and
that is all.
"""

from __future__ import annotations

import json
import socket
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from pydantic import SecretStr
from slack_sdk.signature import SignatureVerifier

from adapters.port import Belongs, ChatPlatform
from adapters.teams.activity import claimed
from adapters.teams.cards import CARD
from adapters.web.body import read_form
from adapters.web.parse import BadForm, submission_of
from bot import logs
from bot.app import App
from bot.cli.stopping import Stop, run_until, stoppable
from bot.cli.web import Quiet, at_work, opened, server_config, web_app
from bot.hands import Hands
from bot.metrics import Ticks
from bot.rhythm import rhythm
from bot.web.auth import Doors
from tests.load.centre import ground


def verifying(doors: Doors, belongs: Belongs) -> APIRouter:
    """Return the route that only verifies."""
    router = APIRouter()

    async def verify(request: Request) -> Response:
        visitor = await doors.visitor(request)
        pairs = await read_form(request)
        if visitor is None or isinstance(pairs, BadForm):
            return PlainTextResponse("no", 403)
        asked = submission_of(pairs, visitor)
        ours = not isinstance(asked, BadForm) and await belongs(asked.token, visitor.address)
        return PlainTextResponse("yes" if ours else "no", 200 if ours else 403)

    router.add_api_route("/verify", verify, methods=["POST"])
    return router


def acknowledging(secret: SecretStr) -> APIRouter:
    """Return the route that only acknowledges what Slack signed."""
    router, verifier = APIRouter(), SignatureVerifier(secret.get_secret_value())

    async def acknowledge(request: Request) -> Response:
        stamp, signature = (request.headers[f"x-slack-{name}"] for name in ("request-timestamp", "signature"))
        return Response(status_code=200 if verifier.is_valid(await request.body(), stamp, signature) else 401)

    router.add_route("/acknowledge", acknowledge, methods=["POST"])
    return router


def vouching(platform: ChatPlatform) -> APIRouter:
    """Return the route that only checks that the Bot Framework signed."""
    router, framework = APIRouter(), vars(vars(platform)["_connection"])["_framework"]

    async def acknowledge(request: Request) -> Response:
        said = claimed(await request.body())
        await framework.vouched_for(request.headers["authorization"], said.channel, said.service_url)
        return JSONResponse({"type": CARD})

    router.add_route("/acknowledge", acknowledge, methods=["POST"])
    return router


def baseline(app: App, hands: list[Hands]) -> APIRouter:
    """Return the route of the baseline, for what is connected."""
    if secret := app.settings.slack_signing_secret:
        return acknowledging(secret)
    if "teams" in app.platforms:
        return vouching(app.platforms["teams"])
    return verifying(app.doors, hands[0].belongs)


async def serve(directory: Path, door: socket.socket, chat: dict[str, Any], stop: Stop, *, work: bool) -> None:
    """Answer until a signal comes."""
    with ground(directory, **chat) as on:
        handed: list[Hands] = []
        async with opened(on.build(handed.append)) as app:
            ticks = Ticks()
            pages: FastAPI = web_app(app, ticks)
            pages.include_router(baseline(app, handed))
            server = Quiet(server_config(on.settings, pages))
            async with at_work(app, ticks) if work else nullcontext(), rhythm(app.pool, app.book):
                with stop.by(lambda: setattr(server, "should_exit", True)):
                    await server.serve(sockets=[door])


if __name__ == "__main__":
    logs.configure("WARNING")
    _, directory, door, what, *chat = sys.argv
    settings = json.loads(chat[0]) if chat else {}
    with stoppable() as stop:
        run_until(stop, serve(Path(directory), socket.socket(fileno=int(door)), settings, stop, work=what == "work"))
