"""The Web API methods that the fake knows, with the scope that each needs and its tier."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.slack import files, methods_app, methods_channels, methods_chat, methods_people, methods_views
from tests.slack.model import Json

if TYPE_CHECKING:
    from tests.slack.workspace import Workspace


@dataclass(frozen=True)
class Method:
    """What a method does in a workspace. A tier is its published number; 0 has rules of its own."""

    run: Callable[[Workspace, Json], Json]
    scope: str = ""
    tier: int = 4


METHODS = {
    "apps.uninstall": Method(methods_app.uninstall, tier=1),
    "auth.revoke": Method(methods_app.revoke, tier=3),
    "auth.test": Method(methods_app.auth_test, tier=0),
    "chat.delete": Method(methods_chat.delete, "chat:write", 3),
    "chat.postEphemeral": Method(methods_chat.post_ephemeral, "chat:write", 4),
    "chat.postMessage": Method(methods_chat.post_message, "chat:write", 0),
    "chat.update": Method(methods_chat.update, "chat:write", 3),
    "conversations.open": Method(methods_chat.open_conversation, "im:write", 3),
    "files.completeUploadExternal": Method(files.complete, "files:write", 4),
    "files.getUploadURLExternal": Method(files.upload_url, "files:write", 4),
    "usergroups.list": Method(methods_people.list_usergroups, "usergroups:read", 2),
    "usergroups.users.list": Method(methods_people.list_usergroup_users, "usergroups:read", 2),
    "users.conversations": Method(methods_channels.list_conversations, tier=3),
    "users.info": Method(methods_people.user_info, "users:read", 4),
    "users.list": Method(methods_people.list_users, "users:read", 2),
    "views.open": Method(methods_views.open_view),
    "views.publish": Method(methods_views.publish_view),
    "views.push": Method(methods_views.push_view),
    "views.update": Method(methods_views.update_view),
}
