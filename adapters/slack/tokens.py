"""The token of each workspace. One that rotates is renewed before it ends, by one process at a time.

A refresh token is good for one exchange (docs.slack.dev/authentication/using-token-rotation), so two processes must
never use the same: whoever renews says so in the record first, and the others go on with the token that still works.
"""

from __future__ import annotations

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
PAUSE: Final = 1.0

Renew = Callable[[Installation], Awaitable[Installation]]
"""Swaps the refresh token of a workspace for its next tokens. Raises DeliveryError, NotConnected."""


@dataclass(frozen=True)
class Tokens:
    """Finds a workspace with a token that works; `now` is in seconds since 1970."""

    installations: Installations
    renew: Renew
    now: Callable[[], float]
    sleep: Callable[[float], Awaitable[None]]

    async def of(self, team: str) -> Installation | None:
        """Return the workspace; None when it is not connected, or its token has ended and could not be renewed."""
        found = await self.installations.find(team)
        if found is None or not self._ends_soon(found):
            return found
        for _ in range(LEASE + 1):
            mine, found = await self.installations.claim(team, self._ends_soon, self.now(), LEASE)
            if found is not None and mine:
                found = await self._renewed(found)
            if found is None or not self._ended(found):
                return found
            await self.sleep(PAUSE)
        return None

    def _ends_soon(self, one: Installation) -> bool:
        return bool(one.expires) and self.now() >= one.expires - EARLY

    def _ended(self, one: Installation) -> bool:
        return bool(one.expires) and self.now() >= one.expires

    async def _renewed(self, one: Installation) -> Installation | None:
        """Return it with its next token; where that is not to be had now, as it is for as long as it works."""
        try:
            renewed = await self.renew(one)
        except (DeliveryError, NotConnected) as error:
            log.warning("a token of Slack was not renewed", error=type(error).__name__)
            return None if self._ended(one) else one
        await self.installations.save(replace(renewed, name=renewed.name or one.name))
        return renewed
