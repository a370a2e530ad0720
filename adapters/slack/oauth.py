"""Slack's OAuth: where an administrator consents, and what comes of their consent. Pure.

A workspace is connected by sending an administrator's browser to Slack and taking what it brings back, a code that is
good for one exchange, to Slack for a token. docs.slack.dev/authentication/installing-with-oauth
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal
from urllib.parse import urlencode, urljoin

from adapters.slack.installations import Installation

NEEDED: Final = frozenset({"chat:write", "commands"})
"""Without these nothing of ours works; whatever else was asked for may be refused."""
Why = Literal["organisation", "scopes", "refused", "later"]


@dataclass(frozen=True, slots=True)
class OAuthClient:
    """Our application as Slack's OAuth knows it, and what it asks for."""

    id: str
    secret: str = field(repr=False)
    scopes: tuple[str, ...] = tuple(sorted(NEEDED))


class NotConnected(Exception):
    """A workspace was not connected.

    `why`: "organisation" when a whole Enterprise organisation was installed rather than a workspace, "scopes" when what
    we need was not granted, "refused" when Slack took the code for no good, "later" when trying again makes sense.
    """

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


def consent_address(api: str, client: OAuthClient, *, state: str, back: str) -> str:
    """Return where the browser goes: the page of the Slack whose API is at `api`. It comes `back` with the `state`."""
    asked = {"client_id": client.id, "scope": ",".join(client.scopes), "state": state, "redirect_uri": back}
    return f"{urljoin(api, '/oauth/v2/authorize')}?{urlencode(asked)}"


def installation_of(answer: Mapping[str, Any], now: float) -> Installation:
    """Return the workspace that an answer of `oauth.v2.access` connects, at `now` (seconds). Raises NotConnected."""
    team = answer.get("team")
    if answer.get("is_enterprise_install") or not team:
        raise NotConnected("organisation")
    if answer.get("token_type") != "bot" or not set(str(answer.get("scope", "")).split(",")) >= NEEDED:
        raise NotConnected("scopes")
    lifetime = int(answer.get("expires_in") or 0)
    return Installation(
        team=str(team["id"]),
        token=str(answer["access_token"]),
        name=str(team.get("name") or team["id"]),
        refresh=str(answer.get("refresh_token") or "") if lifetime else "",
        expires=int(now) + lifetime if lifetime else 0,
    )
