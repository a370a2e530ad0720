"""Answers to an interaction through its response_url."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.slack.ground import Ground
from tests.slack.model import Json

if TYPE_CHECKING:
    from tests.slack.triggers import ResponseUrl
    from tests.slack.workspace import Workspace


def respond(ground: Ground, team: str, key: str, content: Json) -> None:
    """Replace or delete the message that was tapped, or write another, ephemeral unless asked otherwise."""
    url = ground.response_urls.use(key)
    ground.hold_to_types("Response", content)
    workspace = ground.workspaces[team]
    if content.get("delete_original") and url.original is not None:
        _delete(workspace, url)
    elif content.get("replace_original") and url.original is not None:
        _replace(workspace, url, content)
    else:
        only = None if content.get("response_type") == "in_channel" else url.user
        workspace.messages.post(workspace.messages.find(url.channel), content, ephemeral_for=only)


def _replace(workspace: Workspace, url: ResponseUrl, content: Json) -> None:
    channel = workspace.messages.find(url.channel)
    assert url.original is not None
    if url.ephemeral:
        workspace.messages.replace_ephemeral(channel, url.original, content)
    else:
        # Unlike chat.update, this replaces the whole message: what is not named goes.
        workspace.messages.update(channel, url.original, {"text": "", "blocks": [], "attachments": [], **content})


def _delete(workspace: Workspace, url: ResponseUrl) -> None:
    channel = workspace.messages.find(url.channel)
    assert url.original is not None
    if url.ephemeral:
        workspace.messages.delete_ephemeral(channel, url.original)
    else:
        workspace.messages.delete(channel, url.original)
