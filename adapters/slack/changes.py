"""What Slack tells of members and groups while we listen. It changes nothing by itself: whoever is told looks anew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from adapters.port import Changed
from adapters.slack.members import member_of
from adapters.slack.parse import Addresses


@dataclass(frozen=True)
class Changes:
    """Hears about members, and about groups where some are chosen. `changed` only takes note: Slack is waiting."""

    changed: Changed
    addresses: Addresses
    grouped: bool

    def listen_to(self, bolt: Any) -> None:
        """Hear what the manifest asks for when it may read members, and when it may read groups."""
        bolt.event("team_join")(self._member)
        bolt.event("user_change")(self._member)
        bolt.event("subteam_members_changed")(self._many)
        bolt.event("subteam_updated")(self._many)

    async def _member(self, body: dict[str, Any]) -> None:
        raw = body["event"].get("user")
        if not isinstance(raw, dict) or not isinstance(raw.get("profile", {}), dict) or "id" not in raw:
            return
        if member := member_of(raw, str(body.get("team_id", "")), self.addresses):
            await self.changed(member)

    async def _many(self) -> None:
        if self.grouped:
            await self.changed(None)
