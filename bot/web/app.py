"""The web application: routers put together behind one guard.

Run it with `uvicorn.run(app, access_log=False, server_header=False)`: the access log would hold paths and
addresses of personal routes.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from importlib.resources import as_file, files

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import PlainTextResponse, RedirectResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from bot.web.failures import add_failures
from bot.web.guard import Guard
from bot.web.quietlog import LOGGED, Log, RouteLog

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


class Assets(StaticFiles):
    """Static files; an address with the content's digest may be kept for a year, any other for an hour."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        named = b"v=" in scope.get("query_string", b"")
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if named else "public, max-age=3600"
        return response


@asynccontextmanager
async def _nothing(_: FastAPI) -> AsyncIterator[None]:
    yield


def create_app(
    routers: Sequence[APIRouter],
    *,
    log: Log,
    ticks: Callable[[], float],
    logged: Collection[str] = LOGGED,
    lifespan: Lifespan = _nothing,
) -> FastAPI:
    """Return the application. `logged` are the route templates that may appear in the log; others never do."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    for router in routers:
        app.include_router(router)
    app.add_api_route("/healthz", _healthy, methods=["GET"], include_in_schema=False)
    app.add_api_route("/", _home, methods=["GET"], include_in_schema=False)
    with as_file(files("bot.web") / "static") as static:
        app.mount("/static", Assets(directory=static), name="static")
    add_failures(app)
    app.add_middleware(RouteLog, log=log, ticks=ticks, logged=logged)
    app.add_middleware(Guard)
    return app


async def _healthy(_: Request) -> Response:
    return PlainTextResponse("ok")


async def _home(_: Request) -> Response:
    return RedirectResponse("/chat", status_code=303)
