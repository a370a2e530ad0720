"""Connecting workspaces by OAuth, and which ones are connected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from adapters.port import DeliveryError
from adapters.slack.api import Api
from adapters.slack.failures import Refused
from adapters.slack.installations import Installation, Installations
from adapters.slack.oauth import NotConnected, OAuthClient, consent_address

OVERLOADED: Final = frozenset({"internal_error", "fatal_error", "service_unavailable", "request_timeout"})
"""What Slack says of itself rather than of us."""


@dataclass(frozen=True)
class Workspaces:
    """The workspaces in which our application is installed."""

    client: OAuthClient
    api: Api
    installations: Installations

    def consent(self, *, state: str, back: str) -> str:
        """Return where an administrator consents; from there the browser comes `back` with a code and the `state`."""
        return consent_address(self.api.base, self.client, state=state, back=back)

    async def connect(self, code: str, *, back: str) -> Installation:
        """Connect the workspace of a code, or take its newer token over. Raises NotConnected."""
        try:
            found = await self.api.exchange(self.client, code=code, redirect_uri=back)
        except Refused as refused:
            raise NotConnected("later" if refused.name in OVERLOADED else "refused") from refused
        except DeliveryError as error:
            raise NotConnected("later") from error
        await self.installations.save(found)
        return found

    async def connected(self) -> list[Installation]:
        """Return every connected workspace, by name."""
        return sorted(await self.installations.all(), key=lambda one: (one.name.casefold(), one.team))
