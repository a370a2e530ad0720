"""The only log of requests: route template, class of status, milliseconds rounded to ten; personal routes not at all.

The server's own access log must be off (`uvicorn.run(..., access_log=False)`): it would hold paths and addresses.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from typing import Any, Final, Protocol

from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOGGED: Final = frozenset({"/healthz"})
"""Route templates that may be logged. A route that nobody named is personal."""


class Log(Protocol):
    """A structlog logger."""

    def info(self, event: str, **values: Any) -> Any: ...


class RouteLog:
    """Logs requests to the routes that may be logged. `ticks` gives seconds that only go forward."""

    def __init__(self, app: ASGIApp, *, log: Log, ticks: Callable[[], float], logged: Collection[str]) -> None:
        self._app = app
        self._log = log
        self._ticks = ticks
        self._logged = frozenset(logged)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = self._ticks()

        async def send_noting(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._note(scope, message["status"], self._ticks() - began)
            await send(message)

        await self._app(scope, receive, send_noting)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        template = getattr(scope.get("route"), "path", None)
        if template in self._logged:
            self._log.info("request", route=template, status=f"{status // 100}xx", ms=round(seconds * 100) * 10)


class NoTraces(logging.Filter):
    """Reduces an error in a log to its kind and place; its message may hold what somebody wrote.

    Wiring adds it to the logger `uvicorn.error`.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info and record.exc_info[0]:
            record.msg = f"unhandled {record.exc_info[0].__name__} at {_place(record.exc_info[2])}"
            record.args = None
            record.exc_info = None
            record.exc_text = None
        return True


def _place(trace: Any) -> str:
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return "an unknown place"
    return f"{trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}"
