"""Channels: those of which the application is a member, and what it posts there."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from adapters.port import Channel, DeliveryError, Message, MessageRef
from adapters.slack import render
from adapters.slack.api import Api
from adapters.slack.lists import Lists
from adapters.slack.parse import NAME, Addresses
from adapters.traffic.pace import Pace
from adapters.traffic.places import Places

EACH: Final = Pace(60.0, late=0.0)
"""Slack takes one message a second in a channel (docs.slack.dev/apis/web-api/rate-limits)."""
QUIET: Final = {"unfurl_links": False, "unfurl_media": False}
_CHANNEL: Final = re.compile("[CG][A-Z0-9]+")


@dataclass(frozen=True)
class Channels:
    """Where several people read along. Addresses are made as those of members are, from the id of the channel."""

    api: Api
    addresses: Addresses

    async def all(self) -> AsyncIterator[Channel]:
        """Every channel in which the application is, by its present name; with several workspaces it says of which.

        Raises DeliveryError, also when one workspace of several refuses us: without its channels, the list would say
        that we left them.
        """
        lists, teams = Lists(self.api, "channels"), await self.api.connected()
        names = await self._workspaces() if len(teams) > 1 else {}
        asked = {"types": "public_channel,private_channel", "exclude_archived": True}
        for team in teams:
            async for raw in lists.pages(team, "users.conversations", "channels", **asked):
                yield self._channel(team, raw, names.get(team, ""))

    async def post(self, address: str, message: Message) -> MessageRef:
        """Post without buttons, at the pace of the channel and of the workspace. Raises DeliveryError."""
        team, channel = self.addresses.parts(address)
        if not _CHANNEL.fullmatch(channel):  # anything else would open a direct message
            raise DeliveryError("the address is not one of a channel", permanent=True)
        await self._turn(team, channel, address)
        content = render.message(message.without_buttons())
        sent = await self.api.paced(team, "chat.postMessage", channel=channel, **QUIET, **content)
        return MessageRef(NAME, address, f"{sent['channel']}/{sent['ts']}")

    async def _turn(self, team: str, channel: str, address: str) -> None:
        try:
            await Places(EACH, self.api.board, self.api.sleep).take(f"{team}/{channel}")
        except DeliveryError as error:
            error.within = address
            raise

    async def _workspaces(self) -> Mapping[str, str]:
        return {one.team: one.name for one in await self.api.installations.all()}

    def _channel(self, team: str, raw: Mapping[str, Any], workspace: str) -> Channel:
        name = f"#{raw['name']}"
        return Channel(self.addresses.of(team, str(raw["id"])), f"{name} ({workspace})" if workspace else name)
