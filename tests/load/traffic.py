"""Requests at a rate that does not wait for answers, over kept-alive connections on loopback.

    python -m tests.load.traffic PORT PATH REQUESTS RATE SECONDS

REQUESTS is a file of (Cookie header, body) pairs; they are taken in turn. Arrivals are random (exponential gaps)
around the rate; a latency counts from the moment at which a request was to leave, so that a stall is seen by all
the requests that it delays. Prints (moment it was to leave in seconds since 1970, latency in seconds) of each request
and the number of failures as JSON.
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

HOST = "127.0.0.1"
CONNECTIONS = 64
SECONDS_AT_MOST, RATE_AT_MOST = 120.0, 1000.0
Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass
class Traffic:
    """One run against one path."""

    port: int
    path: str
    latencies: list[tuple[float, float]] = field(default_factory=list)
    failed: int = 0
    idle: list[Connection] = field(default_factory=list)

    async def run(self, requests: list[tuple[str, str]], rate: float, seconds: float) -> None:
        """Send for so many seconds and wait for the last answer."""
        loop, chance = asyncio.get_running_loop(), random.Random(3)
        places = asyncio.Semaphore(CONNECTIONS)
        prepared = cycle([self._prepared(cookie, body) for cookie, body in requests])
        began = loop.time() + 0.2
        due, running = began, set()
        while due < began + seconds:
            await asyncio.sleep(max(0.0, due - loop.time()))
            task = loop.create_task(self._one(next(prepared), due, places))
            running.add(task)
            task.add_done_callback(running.discard)
            due += chance.expovariate(rate)
        if running:
            await asyncio.wait(running, timeout=30)

    def _prepared(self, cookie: str, body: str) -> bytes:
        head = (
            f"POST {self.path} HTTP/1.1\r\nHost: {HOST}:{self.port}\r\nCookie: {cookie}\r\nHX-Request: true\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return (head + body).encode("ascii")

    async def _one(self, request: bytes, due: float, places: asyncio.Semaphore) -> None:
        async with places:
            fine = await self._answered(request)
        latency = asyncio.get_running_loop().time() - due
        self.latencies.append((time.time() - latency, latency))
        self.failed += not fine

    async def _answered(self, request: bytes) -> bool:
        """Send a request and read the answer, over a connection that the server has not closed for idleness."""
        reader, writer = self.idle.pop() if self.idle else await asyncio.open_connection(HOST, self.port)
        if reader.at_eof() or writer.is_closing():
            reader, writer = await asyncio.open_connection(HOST, self.port)
        try:
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            length = head.lower().split(b"content-length:")[1].split(b"\r\n")[0]
            await reader.readexactly(int(length))
        except (EOFError, OSError):
            return False
        self.idle.append((reader, writer))
        return head.startswith(b"HTTP/1.1 200")


def main(port: str, path: str, requests: str, rate: str, seconds: str) -> None:
    """Run and print."""
    if not 0 < float(rate) <= RATE_AT_MOST or not 0 < float(seconds) <= SECONDS_AT_MOST:
        raise SystemExit(f"at most {RATE_AT_MOST} requests a second for {SECONDS_AT_MOST} seconds")
    traffic = Traffic(int(port), path)
    gc.freeze()
    asyncio.run(traffic.run(json.loads(Path(requests).read_text()), float(rate), float(seconds)))
    json.dump({"requests": traffic.latencies, "failed": traffic.failed}, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
