"""What Slack tells of members and groups while we listen. It changes nothing by itself: whoever is told looks anew.

Of a workspace that is not connected nothing is to be read, so nothing of it is news.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from adapters.port import Changed, Member
from adapters.slack.installations import Installations
from adapters.slack.members import member_of
from adapters.slack.parse import Addresses
from adapters.slack.socket_mode import AFTER


@dataclass(frozen=True)
class Changes:
    """Hears about members, and about groups where some are chosen."""

    changed: Changed
    installations: Installations
    addresses: Addresses
    grouped: bool

    def listen_to(self, bolt: Any) -> None:
        """Hear what the manifest asks for when it may read members, and when it may read groups."""
        bolt.event("team_join")(self._member)
        bolt.event("user_change")(self._member)
        bolt.event("subteam_members_changed")(self._many)
        bolt.event("subteam_updated")(self._many)

    async def _member(self, body: dict[str, Any], context: Any) -> None:
        raw = body["event"].get("user")
        if not isinstance(raw, dict) or not isinstance(raw.get("profile", {}), dict) or "id" not in raw:
            return
        team = str(body.get("team_id"))
        if member := member_of(raw, team, self.addresses):
            context[AFTER] = partial(self._tell, team, member)

    async def _many(self, body: dict[str, Any], context: Any) -> None:
        if self.grouped:
            context[AFTER] = partial(self._tell, str(body.get("team_id")), None)

    async def _tell(self, team: str, member: Member | None) -> None:
        """Tell once it is acknowledged. Whoever is connected `alone` hears of their own workspace only."""
        if self.addresses.alone or await self.installations.find(team):
            await self.changed(member)
