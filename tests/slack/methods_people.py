"""users.* and usergroups.*: who is there, page by page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.slack.model import Json, SlackError
from tests.slack.paging import page, true
from tests.slack.usergroup import Usergroup

if TYPE_CHECKING:
    from tests.slack.workspace import Workspace


def list_users(team: Workspace, arguments: Json) -> Json:
    """users.list: everybody, those who left and the bots included."""
    people = [
        person.as_json(locale=true(arguments, "include_locale"), email=_emails(team)) for person in team.users.values()
    ]
    return {"cache_ts": int(team.ground.now()), **page(people, arguments, "members")}


def user_info(team: Workspace, arguments: Json) -> Json:
    """users.info."""
    person = team.users.get(str(arguments.get("user") or ""))
    if person is None:
        raise SlackError("user_not_found")
    return {"user": person.as_json(locale=true(arguments, "include_locale"), email=_emails(team))}


def list_usergroups(team: Workspace, arguments: Json) -> Json:
    """usergroups.list, with its members when asked."""
    users, count = true(arguments, "include_users"), true(arguments, "include_count")
    groups = [g for g in team.usergroups.values() if not g.disabled or true(arguments, "include_disabled")]
    return {"usergroups": [group.as_json(users=users, count=count) for group in groups]}


def list_usergroup_users(team: Workspace, arguments: Json) -> Json:
    """usergroups.users.list."""
    group: Usergroup | None = team.usergroups.get(str(arguments.get("usergroup") or ""))
    if group is None:
        raise SlackError("no_such_subteam")
    return {"users": list(group.members)}


def _emails(team: Workspace) -> bool:
    return "users:read.email" in team.scopes
