"""The way from a platform to several processes that serve: one after the other, and not always there and back."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from itertools import count
from typing import Final

import httpx

TIMEOUT = 15.0


LIMITS: Final = httpx.Limits(max_connections=200, max_keepalive_connections=50)


@dataclass
class Doors(httpx.AsyncBaseTransport):
    """Brings each request to the next of these ports on loopback.

    Of a hundred answers `lost` are not heard. With `again` a platform sends what was not answered, or with 5xx, once
    more; without, whoever pressed is told that it failed.
    """

    chance: random.Random
    lost: float = 0.0
    again: int = 0
    ports: tuple[int, ...] = ()
    brought: int = 0
    repeated: int = 0
    unheard: int = 0
    failed: int = 0
    _turn: count[int] = field(default_factory=count)
    _way: httpx.AsyncHTTPTransport = field(default_factory=lambda: httpx.AsyncHTTPTransport(limits=LIMITS))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Bring it. Raises TransportError when nobody answers, or the answer is lost."""
        for left in range(self.again, -1, -1):
            try:
                answer = await self._brought(request)
            except httpx.TransportError:
                self.failed += 1
                if not left:
                    raise
            else:
                if answer.status_code < 500 or not left:
                    return answer
            self.repeated += 1
        raise AssertionError("not reached")

    async def _brought(self, request: httpx.Request) -> httpx.Response:
        self.brought += 1
        port = self.ports[next(self._turn) % len(self.ports)]
        headers = {name: value for name, value in request.headers.items() if name != "host"}
        url = request.url.copy_with(host="127.0.0.1", port=port)
        extensions = {"timeout": httpx.Timeout(TIMEOUT).as_dict()}
        brought = httpx.Request(request.method, url, headers=headers, content=request.content, extensions=extensions)
        answer = await self._way.handle_async_request(brought)
        await answer.aread()
        if self.chance.random() < self.lost / 100:
            self.unheard += 1
            raise httpx.ReadTimeout("the answer is lost")
        return answer

    async def aclose(self) -> None:
        """Close all connections."""
        await self._way.aclose()


def carrier(doors: Doors) -> httpx.AsyncClient:
    """Return a client that knocks on these doors."""
    return httpx.AsyncClient(transport=doors, base_url="http://127.0.0.1")
