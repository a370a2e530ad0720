"""Teams of the fake, with their channels: what they tell to an app that stands in them, and to one that does not."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.teams.served import Json

NOT_THERE = {"error": {"code": "BotNotInConversationRoster", "message": "The bot is not part of the conversation."}}
UNKNOWN = {"error": {"code": "NotFound", "message": "Unknown team or channel."}}


@dataclass
class Team:
    """A team: `id` is the conversation of its first channel, which has no name of its own."""

    id: str
    name: str
    channels: dict[str, str] = field(default_factory=dict)
    """The names of the others, by id."""
    private: dict[str, str] = field(default_factory=dict)
    installed: bool = True

    @property
    def listed(self) -> list[Json]:
        """Every channel, as the connector lists it."""
        found: list[Json] = [{"id": self.id, "name": None, "type": "standard"}]
        found += [{"id": id_, "name": name, "type": "standard"} for id_, name in self.channels.items()]
        return found + [{"id": id_, "name": name, "type": "private"} for id_, name in self.private.items()]

    def told(self, what: list[str]) -> tuple[int, Any]:
        """Answer a question about this team."""
        if not self.installed:
            return 403, NOT_THERE
        if what == ["conversations"]:
            return 200, {"conversations": self.listed}
        return 200, {"id": self.id, "name": self.name, "aadGroupId": "22222222-2222-3333-4444-000000000000"}


def refusal(teams: dict[str, Team], conversation: str) -> tuple[int, Any] | None:
    """Return why nobody can be written to there, or None where the app may."""
    channel = conversation.partition(";")[0]
    for team in teams.values():
        if channel in {one["id"] for one in team.listed}:
            return None if team.installed else (403, NOT_THERE)
    return 404, UNKNOWN
