"""A server on loopback that notes every call, answers late when told to, or says what a test wrote for it."""

from __future__ import annotations

import asyncio
import json
import ssl
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

Json = dict[str, Any]


@dataclass
class Call:
    """One request that came in; `moment` is on the clock of the server."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    connection: int
    """Which connection it came over; the same number is the same connection."""
    moment: float = 0.0
    done: int = 0
    """The status of what was done, also when something else was answered; 0 when nothing was."""
    answered: int = 0
    """The status that was answered; 0 when none was, or not yet."""

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Scripted:
    """What is answered instead of the usual. Status 0 drops the connection, with `after` when all was done.

    It waits for a call whose path ends in `only`, and what is scripted behind it waits too.
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    after: bool = False
    only: str = ""


class Served:
    """Answers on 127.0.0.1 with what `answer` returns."""

    def __init__(self, answer: Callable[[Call], tuple[int, Any]], now: Callable[[], float] = time.time) -> None:
        self._answer = answer
        self._now = now
        self.a_second: int | None = None
        """Calls a second, of which those above are told to come again after one."""
        self._let_in: deque[float] = deque()
        self.calls: list[Call] = []
        self.script: deque[Scripted] = deque()
        self.seconds = 0.0
        """How long every answer takes."""
        self.base = ""
        self._peers: dict[object, int] = {}

    @asynccontextmanager
    async def open(self, context: ssl.SSLContext | None = None) -> AsyncIterator[None]:
        """Listen for as long as the block lasts; with a context over TLS, as localhost."""
        runner = web.ServerRunner(web.Server(self._handle), access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
        port = runner.addresses[0][1]
        self.base = f"https://localhost:{port}" if context else f"http://127.0.0.1:{port}"
        try:
            yield
        finally:
            await runner.cleanup()

    @property
    def connections(self) -> int:
        """How many connections were made."""
        return len(self._peers)

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        peer = self._peers.setdefault(request.transport, len(self._peers))
        body = await request.read()
        call = Call(request.method, request.raw_path, dict(request.query), request.headers, body, peer, self._now())
        self.calls.append(call)
        await asyncio.sleep(self.seconds)
        scripted = self._too_soon(call.moment) or self._scripted(request.path)
        if scripted is None or scripted.after:
            call.done, said = self._answer(call)
        if scripted is not None:
            call.answered = scripted.status
            if scripted.status == 0 and request.transport is not None:
                request.transport.abort()
            return web.Response(
                status=scripted.status or 500,
                headers=scripted.headers,
                body=scripted.body.encode() or _error(scripted.status),
            )
        call.answered = call.done
        return web.json_response(said, status=call.done)

    def _scripted(self, path: str) -> Scripted | None:
        return self.script.popleft() if self.script and path.endswith(self.script[0].only) else None

    def _too_soon(self, now: float) -> Scripted | None:
        """Return the refusal of a call above the limit. A refused call does not count."""
        if self.a_second is None:
            return None
        while self._let_in and self._let_in[0] <= now - 1:
            self._let_in.popleft()
        if len(self._let_in) >= self.a_second:
            return Scripted(429, {"Retry-After": "1"})
        self._let_in.append(now)
        return None


def _error(status: int) -> bytes:
    return json.dumps({"error": {"code": f"Scripted{'' if status else 'Nothing'}", "message": "Noor said no"}}).encode()
