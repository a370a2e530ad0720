"""What Slack tells the app about: the wrapping of an event, and the events of people and groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.slack.model import Ack, Json
from tests.slack.usergroup import Usergroup

if TYPE_CHECKING:
    from tests.slack.person import Person
    from tests.slack.workspace import Workspace

RETRIES = 3
OF_THE_APP = {"app_uninstalled", "tokens_revoked"}
"""Events about the app itself; Slack gives them no time of their own."""


def reason(ack: Ack) -> str:
    """Return why Slack says it again."""
    return "http_error" if ack.status not in {0, 200} else "http_timeout"


def wrap(team: Workspace, event: Json) -> Json:
    """Return the envelope of the Events API around an event; an event_id in the event's own place is kept."""
    ground = team.ground
    install = {"enterprise_id": None, "team_id": team.id, "user_id": team.bot_user_id}
    return {
        **ground.common(team),
        **{"context_team_id": team.id, "context_enterprise_id": None},
        "event": event if event["type"] in OF_THE_APP else {"event_ts": ground.numbers.ts(), **event},
        **{"type": "event_callback", "event_id": ground.numbers.id("Ev"), "event_time": int(ground.now())},
        "authorizations": [{**install, "is_bot": True, "is_enterprise_install": False}],
        "is_ext_shared_channel": False,
    }


def of_person(kind: str, person: Person) -> Json:
    """Return what Slack says when somebody joined or changed."""
    return {"type": kind, "user": person.as_json(locale=True), "cache_ts": int(person.team.ground.now())}


def home_opened(person: Person, channel: str, tab: str) -> Json:
    """Return what Slack says when somebody opens the app; the view is there once one was published."""
    event: Json = {"type": "app_home_opened", "user": person.id, "channel": channel, "tab": tab}
    if tab == "home" and person.home is not None:
        event["view"] = person.home.body
    return event


def members_changed(team: Workspace, group: Usergroup, members: list[str]) -> Json:
    """Change who is in a group, and return what Slack says about it."""
    before, group.members = group.members, members
    added, removed = [m for m in members if m not in before], [m for m in before if m not in members]
    return {
        **{"type": "subteam_members_changed", "subteam_id": group.id, "team_id": team.id},
        **{"date_previous_update": 1700000000, "date_update": int(team.ground.now())},
        **{"added_users": added, "added_users_count": len(added)},
        **{"removed_users": removed, "removed_users_count": len(removed)},
    }
