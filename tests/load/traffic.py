"""Requests at a rate that does not wait for answers, over kept-alive connections on loopback.

    python -m tests.load.traffic PORT PATH REQUESTS RATE SECONDS [SECRET]

REQUESTS is a file of (Cookie header, body) pairs; they are taken in turn. With a SECRET each is signed, when it leaves,
as Slack does it, and the first of the pair is its name and no cookie. A SECRET that begins with "Bearer" is the header
that Teams signs with: then bodies are JSON, and an answer counts only with a card in it. Arrivals are random
(exponential gaps) around the rate; a latency counts from the moment at which a request was to leave, so that a stall is
seen by all the requests that it delays. Prints (moment it was to leave in seconds since 1970, latency in seconds) of
each request, in the order in which they were to leave, and the number of failures as JSON.
"""

from __future__ import annotations

import asyncio
import gc
import json
import random
import sys
import time
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path

from tests.slack.delivery import sign

CARD = b"application/vnd.microsoft.card.adaptive"
HOST = "127.0.0.1"
CONNECTIONS = 64
SECONDS_AT_MOST, RATE_AT_MOST = 120.0, 1000.0
Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass
class Traffic:
    """One run against one path."""

    port: int
    path: str
    secret: str = ""
    latencies: dict[int, tuple[float, float]] = field(default_factory=dict)
    failed: int = 0
    idle: list[Connection] = field(default_factory=list)

    async def run(self, requests: list[tuple[str, str]], rate: float, seconds: float) -> None:
        """Send for so many seconds and wait for the last answer."""
        loop, chance = asyncio.get_running_loop(), random.Random(3)
        places = asyncio.Semaphore(CONNECTIONS)
        turns = enumerate(cycle(requests))
        began = loop.time() + 0.2
        due, running = began, set()
        while due < began + seconds:
            await asyncio.sleep(max(0.0, due - loop.time()))
            number, (name, body) = next(turns)
            task = loop.create_task(self._one(number, self._prepared(name, body), due, places))
            running.add(task)
            task.add_done_callback(running.discard)
            due += chance.expovariate(rate)
        if running and (late := (await asyncio.wait(running, timeout=30))[1]):
            raise SystemExit(f"{len(late)} requests had no answer after thirty seconds")

    def _prepared(self, name: str, body: str) -> bytes:
        own, kind = f"Cookie: {name}\r\nHX-Request: true\r\n", "x-www-form-urlencoded"
        if self.bearer:
            own, kind = f"Authorization: {self.secret}\r\n", "json"
        elif self.secret:
            own = self._signature(body)
        head = (
            f"POST {self.path} HTTP/1.1\r\nHost: {HOST}:{self.port}\r\n{own}"
            f"Content-Type: application/{kind}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return (head + body).encode("ascii")

    @property
    def bearer(self) -> bool:
        """Whether it is Teams that sends."""
        return self.secret.startswith("Bearer ")

    def _signature(self, body: str) -> str:
        stamp = str(int(time.time()))
        signature = sign(self.secret, stamp, body.encode("ascii"))
        return f"X-Slack-Request-Timestamp: {stamp}\r\nX-Slack-Signature: {signature}\r\n"

    async def _one(self, number: int, request: bytes, due: float, places: asyncio.Semaphore) -> None:
        async with places:
            fine = await self._answered(request)
        latency = asyncio.get_running_loop().time() - due
        self.latencies[number] = (time.time() - latency, latency)
        self.failed += not fine

    async def _answered(self, request: bytes) -> bool:
        """Send a request and read the answer: on a new connection where the server closed a kept one for idleness."""
        head = await self._over(self.idle.pop(), request) if self.idle else b""
        if not head:
            head = await self._over(await asyncio.open_connection(HOST, self.port), request)
        return head.startswith(b"HTTP/1.1 200") and (not self.bearer or CARD in head)

    async def _over(self, connection: Connection, request: bytes) -> bytes:
        """Return the answer; nothing when the connection was closed before all of it was there."""
        reader, writer = connection
        try:
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            length = head.lower().split(b"content-length:")[1].split(b"\r\n")[0]
            head += await reader.readexactly(int(length))
        except (EOFError, OSError):
            return b""
        self.idle.append(connection)
        return head


def main(port: str, path: str, requests: str, rate: str, seconds: str, secret: str = "") -> None:
    """Run and print."""
    if not 0 < float(rate) <= RATE_AT_MOST or not 0 < float(seconds) <= SECONDS_AT_MOST:
        raise SystemExit(f"at most {RATE_AT_MOST} requests a second for {SECONDS_AT_MOST} seconds")
    traffic = Traffic(int(port), path, secret)
    gc.freeze()
    asyncio.run(traffic.run(json.loads(Path(requests).read_text()), float(rate), float(seconds)))
    in_order = [traffic.latencies[number] for number in sorted(traffic.latencies)]
    json.dump({"requests": in_order, "failed": traffic.failed}, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
