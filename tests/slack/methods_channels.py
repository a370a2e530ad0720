"""users.conversations: the channels of which the app is a member."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.slack.messages import Channel
from tests.slack.model import Json, SlackError
from tests.slack.paging import page, true

if TYPE_CHECKING:
    from tests.slack.workspace import Workspace

USUAL = 100
SCOPES = {"public_channel": "channels:read", "private_channel": "groups:read", "im": "im:read", "mpim": "mpim:read"}


def list_conversations(team: Workspace, arguments: Json) -> Json:
    """users.conversations, each kind with a scope of its own."""
    kinds = str(arguments.get("types") or "public_channel").split(",")
    if not set(kinds) <= set(SCOPES):
        raise SlackError("invalid_types")
    needed = {SCOPES[kind] for kind in kinds} - team.scopes
    if needed:
        raise SlackError("missing_scope", needed=",".join(sorted(needed)), provided=",".join(sorted(team.scopes)))
    mine = [one for one in team.messages.channels() if one.with_bot and one.kind in kinds]
    if true(arguments, "exclude_archived"):
        mine = [one for one in mine if not one.archived]
    return page([_as_json(team, one) for one in mine], arguments, "channels", usual=USUAL)


def _as_json(team: Workspace, channel: Channel) -> Json:
    words: Json = {"value": "", "creator": "", "last_set": 0}
    return {
        **{"id": channel.id, "name": channel.name, "name_normalized": channel.name, "previous_names": []},
        **{"is_channel": not channel.private, "is_group": channel.private, "is_im": False, "is_mpim": False},
        **{"is_private": channel.private, "is_archived": channel.archived, "is_general": False},
        **{"is_shared": False, "is_org_shared": False, "is_ext_shared": False, "is_pending_ext_shared": False},
        **{"pending_shared": [], "pending_connected_team_ids": [], "parent_conversation": "", "unlinked": 0},
        **{"created": 1700000000, "updated": 1700000000000, "creator": "USLACKBOT"},
        **{"context_team_id": team.id, "shared_team_ids": [team.id], "topic": words, "purpose": words},
    }
