"""Socket Mode: tickets, connections, envelopes and their acknowledgements."""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections.abc import Callable

from aiohttp import WSMsgType, web

from tests.slack.delivery import PATIENCE
from tests.slack.model import Ack, Json

MOST = 10
"""Slack takes no more connections of one app than this."""
ANSWERABLE = {"interactive", "slash_commands"}


class Sockets:
    """The WebSocket connections of the app. Each envelope goes over one of them, in turn."""

    def __init__(self, app: str, address: Callable[[], str]) -> None:
        self._app, self._address = app, address
        self.patience = PATIENCE
        self._tickets: set[str] = set()
        self._open: list[web.WebSocketResponse] = []
        self._waiting: dict[str, asyncio.Future[Json]] = {}
        self._numbers = itertools.count(1)
        self._changed = asyncio.Event()

    @property
    def connected(self) -> int:
        """How many connections are open."""
        return len(self._open)

    async def wait(self, connections: int = 1, *, seconds: float = 5.0) -> None:
        """Wait until the app has this many connections."""
        async with asyncio.timeout(seconds):
            while self.connected != connections:
                self._changed.clear()
                await self._changed.wait()

    def ticket(self) -> str:
        """Return an address that is good for one connection."""
        ticket = f"ticket-{next(self._numbers)}"
        self._tickets.add(ticket)
        return f"{self._address()}/link/?ticket={ticket}&app_id={self._app}"

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Keep one connection until either side ends it."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=408, text="expired ticket")
        self._tickets.remove(ticket)
        socket = web.WebSocketResponse(timeout=1.0)
        await socket.prepare(request)
        if self.connected >= MOST:
            await socket.send_json({"type": "disconnect", "reason": "too_many_websockets"})
            await socket.close()
            return socket
        await self._keep(socket)
        return socket

    async def __call__(self, kind: str, payload: Json, *, retry: int = 0, reason: str = "") -> Ack:
        started = time.perf_counter()
        answer = await self._ask(self._envelope(kind, payload, retry, reason))
        seconds = time.perf_counter() - started
        if answer is None:
            return Ack(0, "", seconds, "operation_timeout" if self._open else "not_connected")
        body = answer.get("payload")
        return Ack(200, json.dumps(body) if body else "", seconds)

    async def refresh(self, reason: str = "refresh_requested") -> None:
        """Ask the app to connect anew, as Slack does every few hours; then hang up."""
        for socket in list(self._open):
            await socket.send_json({"type": "disconnect", "reason": reason, "debug_info": {"host": "applink"}})
            self._forget(socket)

    async def drop(self) -> None:
        """Lose every connection without a word."""
        for socket in list(self._open):
            self._forget(socket)
            await socket.close()

    async def _keep(self, socket: web.WebSocketResponse) -> None:
        self._open.append(socket)
        debug = {"host": "applink", "build_number": 1, "approximate_connection_time": 18060}
        hello = {"type": "hello", "num_connections": self.connected, "connection_info": {"app_id": self._app}}
        try:
            await socket.send_json({**hello, "debug_info": debug})
            self._changed.set()
            async for message in socket:
                if message.type == WSMsgType.TEXT:
                    self._hear(json.loads(message.data))
        except ConnectionError:
            pass
        finally:
            self._forget(socket)

    def _hear(self, answer: Json) -> None:
        waiting = self._waiting.get(str(answer.get("envelope_id")))
        if waiting is not None and not waiting.done():
            waiting.set_result(answer)

    async def _ask(self, envelope: Json) -> Json | None:
        if not self._open:
            return None
        waiting = asyncio.get_running_loop().create_future()
        self._waiting[envelope["envelope_id"]] = waiting
        socket = self._open.pop(0)
        self._open.append(socket)
        try:
            await socket.send_json(envelope)
            async with asyncio.timeout(self.patience):
                answer: Json = await waiting
                return answer
        except (TimeoutError, ConnectionError):
            return None
        finally:
            del self._waiting[envelope["envelope_id"]]

    def _envelope(self, kind: str, payload: Json, retry: int, reason: str) -> Json:
        envelope: Json = {"envelope_id": f"envelope-{next(self._numbers)}", "type": kind, "payload": payload}
        envelope["accepts_response_payload"] = kind in ANSWERABLE
        if kind == "events_api":
            envelope |= {"retry_attempt": retry, "retry_reason": reason}
        return envelope

    def _forget(self, socket: web.WebSocketResponse) -> None:
        if socket in self._open:
            self._open.remove(socket)
        self._changed.set()
