"""What a team tells of itself: its name, and its channels. No permission is needed where the app stands in it.

learn.microsoft.com/microsoftteams/platform/bots/how-to/get-teams-context
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from adapters.port import DeliveryError
from adapters.teams.activity import Place
from adapters.teams.service import may_be_called

Call = Callable[[str, str, Mapping[str, str], bytes | None], Awaitable[bytes]]
"""`call(method, url, headers, body) -> a JSON object`. Raises DeliveryError."""

MOST: Final = 1_000
"""Channels of one team that are looked at; Teams has no more."""
LONGEST: Final = 120
"""Characters of a name."""
STANDARD: Final = "standard"
"""A channel that all of a team can read; in private and shared ones the app does not stand with its team."""
_ID: Final = re.compile(r"19:[!-.0-~]{1,250}")
_UNREADABLE: Final = (AttributeError, LookupError, TypeError, ValueError)


@dataclass(frozen=True, slots=True)
class Room:
    """A channel; `name` is "" for the one with which every team begins, which bears the name of its team."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class TeamReader:
    """Reads teams over `call`; `only_here` calls nothing but this machine."""

    call: Call
    only_here: bool

    async def name(self, team: Place) -> str:
        """Return what a team is called now. Raises DeliveryError."""
        return _name((await self._told(team, "")).get("name"))

    async def rooms(self, team: Place) -> list[Room]:
        """Return the standard channels of a team. Raises DeliveryError."""
        told = await self._told(team, "/conversations")
        try:
            return list(_rooms(told["conversations"][:MOST], team.conversation))
        except _UNREADABLE as error:
            raise DeliveryError("Teams listed no channels", permanent=False) from error

    async def _told(self, team: Place, what: str) -> Mapping[str, Any]:
        if not may_be_called(team.service_url, only_here=self.only_here):
            raise DeliveryError("this service URL is not called", permanent=True)
        url = f"{team.service_url.rstrip('/')}/v3/teams/{quote(team.conversation, safe='')}{what}"
        told: Mapping[str, Any] = json.loads(await self.call("GET", url, {"Accept": "application/json"}, None))
        return told


def _rooms(listed: list[Any], team: str) -> Iterator[Room]:
    for one in listed:
        if (one.get("type") or STANDARD).casefold() == STANDARD and _ID.fullmatch(one["id"]):
            yield Room(one["id"], "" if one["id"] == team else _name(one.get("name")))


def _name(told: Any) -> str:
    """Return a name on one line, "" where none is told."""
    return " ".join(told.split())[:LONGEST] if isinstance(told, str) else ""
