"""Microsoft Graph: plain calls over HTTPS, page after page, in each tenant with a token of its own.

learn.microsoft.com/graph/paging, learn.microsoft.com/graph/throttling, learn.microsoft.com/graph/errors
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlsplit

from adapters.port import DeliveryError
from adapters.teams.app import TeamsApp
from adapters.teams.tokens import Entra
from adapters.teams.wire import Wire
from adapters.traffic.patience import READING, Patience, evenly

NEXT: Final = "@odata.nextLink"
PAGES: Final = 2_000
"""Pages of one list: with the size that we ask for, more people than any tenant has."""
_LINK: Final = re.compile(r"[!-~]{1,8192}")

Json = Mapping[str, Any]


class Elsewhere(DeliveryError):
    """A link leads to another place than where Graph is."""

    def __init__(self) -> None:
        super().__init__("a link of Microsoft Graph leads elsewhere", permanent=False)


class Graph:
    """Reads what an application may read by itself. `now` is in seconds since 1970, `chance` from 0 to 1."""

    def __init__(
        self,
        app: TeamsApp,
        *,
        now: Callable[[], float],
        chance: Callable[[], float] = evenly,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        patience: Patience = READING,
    ) -> None:
        self.tenants: Sequence[str] = app.let_in
        self._patience = patience
        self._app = app
        self._now, self._chance, self._sleep = now, chance, sleep
        self._api = app.graph_api.rstrip("/")
        place = urlsplit(self._api)
        self._host = f"{place.scheme}://{place.netloc}"
        self._lines: dict[str, tuple[Wire, Entra]] = {}

    async def get(
        self, tenant: str, where: str, patience: Patience | None = None, headers: Mapping[str, str] | None = None
    ) -> Json:
        """Return what stands at a path, which begins with a slash, or at a link that Graph gave. Raises DeliveryError.

        A link leads to where Graph is, or it is not followed: our token goes along.
        """
        url = f"{self._api}{where}" if where.startswith("/") else self._link(where)
        wire = self._line(tenant)
        asked = {"Accept": "application/json", **(headers or {})}
        insist = (patience or self._patience).insist
        body = await insist(lambda: wire.call("GET", url, asked, None), self._sleep, self._chance)
        return dict(json.loads(body))

    async def pages(
        self, tenant: str, where: str, patience: Patience | None = None, headers: Mapping[str, str] | None = None
    ) -> AsyncIterator[Json]:
        """Every page of a list, from this one on. Raises DeliveryError, also for a list that does not end."""
        seen = set[str]()
        while where:
            if where in seen or len(seen) == PAGES:
                raise DeliveryError("a list of Microsoft Graph does not end", permanent=False)
            seen.add(where)
            page = await self.get(tenant, where, patience, headers)
            yield page
            where = link_in(page, NEXT)

    async def rows(self, tenant: str, where: str) -> AsyncIterator[Json]:
        """Everything in a list, over all its pages. Raises DeliveryError."""
        async for page in self.pages(tenant, where):
            for row in rows_in(page):
                yield row

    async def close(self) -> None:
        """Let go of connections and threads."""
        for wire, tokens in self._lines.values():
            await wire.close()
            tokens.close()
        self._lines.clear()

    def _line(self, tenant: str) -> Wire:
        if tenant not in self._lines:
            tokens = Entra(self._app, self._host, f"{self._app.login}/{tenant}")
            self._lines[tenant] = (Wire(self._app, tokens, self._now), tokens)
        return self._lines[tenant][0]

    def _link(self, link: str) -> str:
        link = link.replace(" ", "%20")
        if not link.startswith(f"{self._host}/") or not _LINK.fullmatch(link):
            raise Elsewhere
        return link


def rows_in(page: Json) -> list[Json]:
    """Return what a page of a list holds. Raises DeliveryError for what is no such page: nothing is not an empty list.

    Whoever took it for one would believe that everybody is gone.
    """
    rows = page.get("value")
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise DeliveryError("Microsoft Graph answered with no list", permanent=False)
    return rows


def link_in(page: Json, name: str) -> str:
    """Return a link that a page gives, "" without one. Raises DeliveryError for what is no link."""
    link = page.get(name) or ""
    if not isinstance(link, str):
        raise DeliveryError("Microsoft Graph gave a link that is none", permanent=False)
    return link
