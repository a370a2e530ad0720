"""Calls over the network: connections kept and bounded, every call with an end in time, and what a failure means."""

from __future__ import annotations

import json
import ssl
from collections.abc import Callable, Mapping
from typing import Final

import aiohttp
from yarl import URL

from adapters.port import DeliveryError
from adapters.teams.app import TeamsApp
from adapters.teams.failures import Unauthorised, delivery_error
from adapters.teams.tokens import Tokens

CONNECTIONS: Final = 20
"""Connections at once; at the pace that Microsoft allows, fewer are busy."""
LARGEST: Final = 4 * 1024 * 1024
"""Bytes of one answer; a page of a team's members stays far below."""


class Wire:
    """Every call of this application. `now` is in seconds since 1970."""

    def __init__(self, app: TeamsApp, tokens: Tokens, now: Callable[[], float]) -> None:
        self._app = app
        self._tokens = tokens
        self._now = now
        self._session: aiohttp.ClientSession | None = None

    async def fetch(self, url: str) -> bytes:
        """Return a public document. Raises DeliveryError."""
        return await self._once("GET", url, {}, None)

    async def call(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> bytes:
        """Call as who we are, and return the JSON object that a success says, an empty one for anything else.

        Raises DeliveryError: a call whose connection was lost may have been carried out.
        """
        token = await self._tokens.get()
        try:
            found = await self._once(method, url, _signed(headers, token), body)
        except Unauthorised:  # nothing was done, so that it may be done with a newer token
            await self._tokens.doubt(token)
            found = await self._once(method, url, _signed(headers, await self._tokens.get()), body)
        return found if _is_object(found) else b"{}"

    async def close(self) -> None:
        """Let go of the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _once(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> bytes:
        where = URL(url, encoded=True)
        try:
            asked = self._connections().request(method, where, headers=headers, data=body, allow_redirects=False)
            async with asked as answer:
                found = await _read(answer)
                if answer.status // 100 != 2:
                    raise delivery_error(answer.status, found, answer.headers.get("Retry-After"), self._now())
                return found
        except (aiohttp.ClientError, TimeoutError) as error:
            raise DeliveryError(f"Microsoft did not answer ({type(error).__name__})", permanent=False) from error

    def _connections(self) -> aiohttp.ClientSession:
        """Return the kept-alive connections, made within the loop that uses them; theirs is the limit in time."""
        if self._session is None:
            context = ssl.create_default_context(cafile=self._app.ca or None)
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=CONNECTIONS, ssl=context),
                timeout=aiohttp.ClientTimeout(total=self._app.timeout),
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session


async def _read(answer: aiohttp.ClientResponse) -> bytes:
    """Return what was answered. Raises DeliveryError when that is too long, of which no more is read."""
    body = bytearray()
    async for part in answer.content.iter_chunked(64 * 1024):
        body += part
        if len(body) > LARGEST:
            raise DeliveryError("the answer is too large", permanent=False)
    return bytes(body)


def _signed(headers: Mapping[str, str], token: str) -> dict[str, str]:
    return {**headers, **({"Authorization": f"Bearer {token}"} if token else {})}


def _is_object(body: bytes) -> bool:
    try:
        return isinstance(json.loads(body), dict)
    except (RecursionError, ValueError):
        return False
