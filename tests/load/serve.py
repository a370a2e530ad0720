"""The real web application in a process of its own, on a socket that it inherits.

    python -m tests.load.serve DIRECTORY SOCKET [work]

With `work` it ticks and works off the queue as `serve` does; without, it answers only. Beside the product's pages
there is `/verify`: it asks everything that an answer asks (session, form, whose token it is) and stores nothing.
"""

from __future__ import annotations

import socket
import sys
from contextlib import nullcontext
from pathlib import Path

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import PlainTextResponse, Response

from adapters.port import Belongs
from adapters.web.body import read_form
from adapters.web.parse import BadForm, submission_of
from bot import logs
from bot.cli.web import Quiet, at_work, opened, server_config, stopping, web_app
from bot.hands import Hands
from bot.loop import run
from bot.metrics import Ticks
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


async def serve(directory: Path, door: socket.socket, *, work: bool) -> None:
    """Answer until a signal comes."""
    with ground(directory) as on:
        handed: list[Hands] = []
        async with opened(on.build(handed.append)) as app:
            ticks = Ticks()
            pages: FastAPI = web_app(app, ticks)
            pages.include_router(verifying(app.doors, handed[0].belongs))
            server = Quiet(server_config(on.settings, pages))
            async with at_work(app, ticks) if work else nullcontext():
                with stopping(lambda: setattr(server, "should_exit", True)):
                    await server.serve(sockets=[door])


if __name__ == "__main__":
    logs.configure("WARNING")
    run(serve(Path(sys.argv[1]), socket.socket(fileno=int(sys.argv[2])), work="work" in sys.argv))
