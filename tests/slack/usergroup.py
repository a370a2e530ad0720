"""A user group, as usergroups.list describes it."""

from __future__ import annotations

from dataclasses import dataclass

from tests.slack.model import Json


@dataclass
class Usergroup:
    """A group of people with a handle."""

    team: str
    id: str
    handle: str
    name: str
    members: list[str]
    disabled: bool = False

    def as_json(self, *, users: bool = False, count: bool = False) -> Json:
        """Return it in Slack's words."""
        body: Json = {
            **{"id": self.id, "team_id": self.team, "is_usergroup": True, "is_subteam": True},
            **{"name": self.name, "description": "", "handle": self.handle, "is_external": False},
            **{"date_create": 1700000000, "date_update": 1700000000, "date_delete": 1700000001 * self.disabled},
            **{"auto_type": None, "auto_provision": False, "enterprise_subteam_id": ""},
            **{"created_by": "USLACKBOT", "updated_by": "USLACKBOT", "deleted_by": None},
            "prefs": {"channels": [], "groups": []},
        }
        if users:
            body["users"] = list(self.members)
        if users or count:
            body["user_count"] = len(self.members)
        return body
