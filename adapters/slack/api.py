"""Calls to Slack's Web API: the token of the workspace, the pace, the limits in time, and what a failure means."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.port import Board, DeliveryError
from adapters.slack.failures import Unauthorised, delivery_error
from adapters.slack.installations import Installation, Installations
from adapters.slack.oauth import NotConnected, OAuthClient, installation_of
from adapters.slack.tokens import Tokens
from adapters.traffic.pace import Pace
from adapters.traffic.places import Places

TIMEOUT: Final = 10
"""Seconds that one call may take."""


@cache
def quiet() -> logging.Logger:
    """Return the logger that Slack's packages are given: they would log bodies, at every level but the last."""
    logger = logging.getLogger("slack")
    logger.setLevel(logging.CRITICAL)
    return logger


@dataclass
class Api:
    """Every call. `bot_token` is that of the one workspace without OAuth, `client` ours with it."""

    base: str
    installations: Installations
    pace: Pace
    board: Board
    bot_token: str = field(default="", repr=False)
    client: OAuthClient | None = None
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    timeout: float = TIMEOUT
    _session: aiohttp.ClientSession | None = None

    def __post_init__(self) -> None:
        self.places = Places(self.pace, self.board, self.sleep)
        self.tokens = Tokens(self.installations, self._renew, self.board.now)

    async def paced(self, team: str, method: str, **arguments: Any) -> Mapping[str, Any]:
        """Call when it is this method's turn in this workspace, for all processes together.

        Raises DeliveryError, without a call when the turn is far away.
        """
        name = f"{team}/{method}"
        try:
            await self.places.take(name)
            return await self.places.heeding(name, self.call(team, method, **arguments), but=Unauthorised)
        except DeliveryError as error:
            error.within = f"{team}/" if team else ""
            raise

    async def call(self, team: str, method: str, **arguments: Any) -> Mapping[str, Any]:
        """Call once. Raises DeliveryError: a call whose connection was lost may have been carried out."""
        return await self._once(team, method, json=arguments)

    async def read(self, team: str, method: str, **arguments: Any) -> Mapping[str, Any]:
        """Ask for something: methods that only read take no JSON. Raises DeliveryError."""
        return await self._once(team, method, http_verb="GET", params=arguments)

    async def exchange(self, client: OAuthClient, **given: str) -> Installation:
        """Exchange a code, or a refresh token, for a workspace with its token. Raises DeliveryError, NotConnected."""
        fields = {"client_id": client.id, "client_secret": client.secret, **given}
        return installation_of(await self._asked("", "oauth.v2.access", data=fields), self.board.now())

    async def _renew(self, one: Installation) -> Installation:
        if self.client is None:
            raise NotConnected("refused")
        return await self.exchange(self.client, grant_type="refresh_token", refresh_token=one.refresh)

    async def _once(self, team: str, method: str, **how: Any) -> Mapping[str, Any]:
        token = await self._token(team)
        try:
            return await self._asked(token, method, **how)
        except Unauthorised:  # nothing was done, so that it may be done with a newer token
            self.installations.doubt(team)
            newer = await self._token(team)
            if newer == token:
                raise
            return await self._asked(newer, method, **how)

    async def _asked(self, token: str, method: str, **how: Any) -> Mapping[str, Any]:
        try:
            answer = await self._client(token).api_call(method, **how)
        except SlackApiError as error:
            raise _meaning(error) from error
        except (SlackClientError, aiohttp.ClientError, TimeoutError) as error:
            raise DeliveryError(f"Slack did not answer ({type(error).__name__})", permanent=False) from error
        return dict(answer.data) if isinstance(answer.data, dict) else {}

    async def respond(self, url: str, content: Mapping[str, Any]) -> bool:
        """Answer by the address that came with a tap or a command; False when that has ended, or was not there."""
        if not url:
            return False
        try:
            async with self._connections().post(url, json=content) as answer:
                return answer.status == 200
        except (aiohttp.ClientError, TimeoutError):
            return False

    async def hand_in(self, url: str, data: bytes) -> None:
        """Post a file to the address that Slack gave for it. Raises DeliveryError."""
        try:
            async with self._connections().post(url, data=data) as answer:
                if answer.status != 200:
                    raise delivery_error("", answer.status, answer.headers.get("Retry-After"))
        except (aiohttp.ClientError, TimeoutError) as error:
            raise DeliveryError(f"Slack took no file ({type(error).__name__})", permanent=False) from error

    async def connected(self) -> list[str]:
        """Return the id of every connected workspace. Raises DeliveryError."""
        if not self.bot_token:
            return [one.team for one in await self.installations.all()]
        return [str((await self.call("", "auth.test"))["team_id"])]

    async def close(self) -> None:
        """Let go of the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _token(self, team: str) -> str:
        if self.bot_token:
            return self.bot_token
        installation = await self.tokens.of(team)
        if installation is None:
            raise Unauthorised
        return installation.token

    def _client(self, token: str) -> AsyncWebClient:
        """Without handlers that call again: whether a card may be sent once more is not for them to decide."""
        connections = self._connections()
        return AsyncWebClient(token=token, base_url=self.base, session=connections, retry_handlers=[], logger=quiet())

    def _connections(self) -> aiohttp.ClientSession:
        """Return the kept-alive connections, made within the loop that uses them; theirs is the limit in time."""
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=self.timeout))
        return self._session


def _meaning(error: SlackApiError) -> DeliveryError:
    name, headers = str(error.response.get("error") or ""), error.response.headers
    return delivery_error(name, error.response.status_code, headers.get("Retry-After"))
