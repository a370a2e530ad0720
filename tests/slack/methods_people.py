"""users.* and usergroups.*: who is there, page by page."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING

from tests.slack.model import Json, SlackError
from tests.slack.usergroup import Usergroup

if TYPE_CHECKING:
    from tests.slack.workspace import Workspace

LARGEST_PAGE = 1000


def list_users(team: Workspace, arguments: Json) -> Json:
    """users.list: everybody, those who left and the bots included."""
    people = [
        person.as_json(locale=_true(arguments, "include_locale"), email=_emails(team)) for person in team.users.values()
    ]
    first = _position(str(arguments.get("cursor") or ""))
    size = _limit(arguments)
    following = _cursor(first + size) if first + size < len(people) else ""
    page = people[first : first + size]
    return {"members": page, "cache_ts": int(team.ground.now()), "response_metadata": {"next_cursor": following}}


def user_info(team: Workspace, arguments: Json) -> Json:
    """users.info."""
    person = team.users.get(str(arguments.get("user") or ""))
    if person is None:
        raise SlackError("user_not_found")
    return {"user": person.as_json(locale=_true(arguments, "include_locale"), email=_emails(team))}


def list_usergroups(team: Workspace, arguments: Json) -> Json:
    """usergroups.list, with its members when asked."""
    users, count = _true(arguments, "include_users"), _true(arguments, "include_count")
    groups = [g for g in team.usergroups.values() if not g.disabled or _true(arguments, "include_disabled")]
    return {"usergroups": [group.as_json(users=users, count=count) for group in groups]}


def list_usergroup_users(team: Workspace, arguments: Json) -> Json:
    """usergroups.users.list."""
    group: Usergroup | None = team.usergroups.get(str(arguments.get("usergroup") or ""))
    if group is None:
        raise SlackError("no_such_subteam")
    return {"users": list(group.members)}


def _true(arguments: Json, name: str) -> bool:
    # The client library turns booleans into 1 and 0 in a query.
    return str(arguments.get(name, "")).lower() in {"1", "true"}


def _emails(team: Workspace) -> bool:
    return "users:read.email" in team.scopes


def _limit(arguments: Json) -> int:
    try:
        asked = int(arguments.get("limit") or 0)
    except ValueError:
        raise SlackError("invalid_limit") from None
    return min(asked or LARGEST_PAGE, LARGEST_PAGE)


def _cursor(position: int) -> str:
    return base64.b64encode(f"user:{position}".encode()).decode()


def _position(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        return int(base64.b64decode(cursor, validate=True).decode().removeprefix("user:"))
    except (ValueError, binascii.Error):
        raise SlackError("invalid_cursor") from None
