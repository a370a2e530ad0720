"""What is new in the directory: now and then one process asks Microsoft Graph what changed since last time.

It changes nothing by itself: whoever is told looks anew. So nothing of the answer is kept but the link that asks for
what comes after it. learn.microsoft.com/graph/delta-query-overview
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from typing import Final

import structlog

from adapters.port import Changed, DeliveryError, Keep
from adapters.teams.failures import Refused
from adapters.teams.graph import Elsewhere, link_in, rows_in
from adapters.teams.organisation import TOLD, Organisation
from adapters.traffic.patience import ONCE

log = structlog.get_logger(__name__)

EVERY: Final = 5 * 60.0
"""Seconds between two askings in one tenant, by whichever process."""
ANYWAY: Final = 24 * 3600.0
"""Seconds after which it is told that something may have changed: of a group in a chosen group we hear nothing."""
LATER: Final = "@odata.deltaLink"
USERS, GROUPS = "users", "groups"
OVER: Final = frozenset({400, 404, 410})
"""What is answered when a link is too old, or the directory was moved: begin anew."""
MINIMAL: Final = {"Prefer": "return=minimal"}
"""Only what changed, not all that we could know of whoever it changed for."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is kept of a tenant: when it was asked, when it was last told of, and the links for the groups chosen then.

    Moments are in seconds since 1970.
    """

    at: float = 0.0
    told: float = 0.0
    groups: tuple[str, ...] = ()
    links: Mapping[str, str] = field(default_factory=dict)


class Changes:
    """Asks in every tenant that is let in. `now` is in seconds since 1970."""

    def __init__(self, organisation: Organisation, keep: Keep, changed: Changed, now: Callable[[], float]) -> None:
        self._organisation = organisation
        self._keep = keep
        self._changed = changed
        self._now = now
        self._due: float | None = None

    def begin(self) -> None:
        """Ask from now on. Only a process that follows members may: what is told to another is lost.

        It looks at all members when it begins, so there is nothing to ask before a while has passed.
        """
        self._due = self._now() + EVERY

    async def tend(self) -> None:
        """Ask when it is time to, and tell when anything is new. Called every few seconds, by several processes."""
        if self._due is None or self._now() < self._due:
            return
        self._due = self._now() + EVERY
        for tenant in self._organisation.graph.tenants:
            if (before := await self._claimed(tenant)) is not None:
                await self._ask(tenant, before)

    async def _claimed(self, tenant: str) -> Asked | None:
        """Say that we ask, so that no other process does, and return what is known; None when another just did."""
        mine: Asked | None = None
        now = self._now()

        def take(record: bytes | None) -> bytes:
            nonlocal mine
            found = _read(record)
            if abs(now - found.at) < EVERY:
                raise _Left
            mine = found
            return _written(replace(found, at=now))

        with suppress(_Left):
            await self._keep.change(_key(tenant), take)
        return mine

    async def _ask(self, tenant: str, before: Asked) -> None:
        groups = tuple(self._organisation.groups)
        links = before.links if before.groups == groups else {}
        kinds = (USERS, GROUPS) if groups else (USERS,)
        try:
            found = {kind: await self._since(tenant, kind, links.get(kind, "")) for kind in kinds}
        except DeliveryError as error:
            log.warning("Microsoft Graph did not say what changed", error=type(error).__name__)
            return
        told, now = before.told, self._now()
        if any(news for _, news in found.values()) or abs(now - told) >= ANYWAY:
            await self._changed(None)
            told = now
        after = Asked(told=told, groups=groups, links={kind: link for kind, (link, _) in found.items()})
        await self._keep.change(_key(tenant), lambda record: _written(replace(after, at=_read(record).at)))

    async def _since(self, tenant: str, kind: str, link: str) -> tuple[str, bool]:
        """Return the link for what comes later, and whether anything is new. Raises DeliveryError.

        Without a link nobody knows what changed until now: it is begun anew, and that is news.
        """
        if link:
            try:
                return await self._followed(tenant, kind, link)
            except Elsewhere:
                pass  # it is of a time when Graph was asked in another cloud
            except Refused as refused:
                if refused.status not in OVER:
                    raise
        first = await self._first(tenant, kind)
        return ((await self._followed(tenant, kind, first))[0], True) if first else ("", False)

    async def _followed(self, tenant: str, kind: str, where: str) -> tuple[str, bool]:
        news = removed = False
        async for page in self._organisation.graph.pages(tenant, where, ONCE, MINIMAL):
            rows = rows_in(page)
            news = news or bool(rows)
            removed = removed or any("@removed" in row for row in rows)
            if link := link_in(page, LATER):
                # Another group may bear the name of one that is gone: of that one the link would tell nothing.
                return ("" if removed and kind == GROUPS else link), news
        raise DeliveryError("Microsoft Graph gave no link for later", permanent=False)

    async def _first(self, tenant: str, kind: str) -> str:
        """Return where to ask for what changes from now on, "" where there is nothing to ask about."""
        if kind == USERS:
            return f"/users/delta?$select={TOLD}{',manager' if self._organisation.groups else ''}&$deltatoken=latest"
        ids = [f"id%20eq%20'{group.id}'" for group in (await self._organisation.chosen(tenant)).values()]
        wanted = "%20or%20".join(dict.fromkeys(ids))
        return f"/groups/delta?$select=displayName,members&$filter={wanted}&$deltatoken=latest" if ids else ""


class _Left(Exception):
    """The record is left as it is."""


def _read(record: bytes | None) -> Asked:
    if record is None:
        return Asked()
    found = json.loads(record)
    return Asked(found["at"], found["told"], tuple(found["groups"]), found["links"])


def _written(asked: Asked) -> bytes:
    return json.dumps(asdict(asked)).encode()


def _key(tenant: str) -> str:
    return f"delta/{tenant}"
