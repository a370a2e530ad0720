"""What every response carries and which requests are turned away: plain ASGI, no state."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.web.failures import failure
from bot.web.headers import add_headers

_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})


def cross_site(method: str, headers: Headers) -> bool:
    """Return whether a browser says that another site made this request.

    `Sec-Fetch-Site` decides where it is sent (every browser since 2023, over TLS or on loopback), because our
    `no-referrer` makes browsers send `Origin: null` with our own forms too. Without it the Origin must be this
    host; a null Origin is then refused. Servers (Slack, Teams) send neither and are let through to their own check.
    """
    if method in _SAFE:
        return False
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != headers.get("host")


class Guard:
    """Adds the headers to every response, `no-store` unless the route chose otherwise; refuses POSTs of other sites."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                add_headers(MutableHeaders(scope=message))
            await send(message)

        refused = cross_site(scope["method"], Headers(scope=scope))
        app: ASGIApp = failure(Request(scope), 403) if refused else self._app
        await app(scope, receive, send_guarded)
