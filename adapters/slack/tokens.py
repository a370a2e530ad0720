"""The token of each workspace. One that rotates is renewed before it ends, by the clock and by one process at a time.

A call never renews: a reminder's call is made only to who has done nothing, and whoever compares two copies of the
database would see by a record that changed that the call was made. So a call only reads, and time alone renews.

A refresh token is good for one exchange (docs.slack.dev/authentication/using-token-rotation), so two processes must
never use the same: whoever renews says so in the record first.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Final

import structlog

from adapters.port import DeliveryError
from adapters.slack.installations import Installation, Installations
from adapters.slack.oauth import NotConnected

log = structlog.get_logger(__name__)

EARLY: Final = 2 * 3600
"""Seconds before its end at which a token is renewed; Slack's own libraries do it as early."""
LEASE: Final = 30
"""Seconds that one process has for it, before another may try."""

Renew = Callable[[Installation], Awaitable[Installation]]
"""Swaps the refresh token of a workspace for its next tokens. Raises DeliveryError, NotConnected."""


@dataclass(frozen=True)
class Tokens:
    """Finds a workspace with a token that works; `now` is in seconds since 1970."""

    installations: Installations
    renew: Renew
    now: Callable[[], float]

    async def of(self, team: str) -> Installation | None:
        """Return the workspace; None when it is not connected, or its token has ended."""
        found = await self.installations.find(team)
        if found is not None and self._ends_soon(found):
            self.installations.doubt(team)  # somebody may have renewed it
            found = await self.installations.find(team)
        return None if found is None or self.ended(found) else found

    async def renew_due(self) -> None:
        """Renew every token that ends before long. Called as time goes by, whoever is written to."""
        await self.installations.save_again()
        for one in await self.installations.all():
            if self._ends_soon(one):
                claimed = await self.installations.claim(one.team, self._ends_soon, self.now(), LEASE)
                if claimed is not None:
                    await _to_its_end(self._renewed(claimed))

    def ended(self, one: Installation) -> bool:
        """Return whether a token is good for nothing any more."""
        return bool(one.expires) and self.now() >= one.expires

    def _ends_soon(self, one: Installation) -> bool:
        return bool(one.expires) and self.now() >= one.expires - EARLY

    async def _renewed(self, one: Installation) -> None:
        try:
            renewed = await self.renew(one)
        except (DeliveryError, NotConnected) as error:
            log.warning("a token of Slack was not renewed", error=type(error).__name__)
            return
        if renewed.team != one.team:
            log.error("Slack renewed the token of another workspace")
            return
        await self.installations.succeed(one, replace(renewed, name=renewed.name or one.name))


async def _to_its_end(work: Awaitable[None]) -> None:
    """Do it even when we are told to stop meanwhile: between exchanging and keeping a token it would be lost."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await task
        raise
