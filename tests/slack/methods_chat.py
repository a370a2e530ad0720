"""chat.* and conversations.open: where a message may go, and what Slack says when it may not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.slack.messages import Channel
from tests.slack.model import Json, Message, SlackError

if TYPE_CHECKING:
    from tests.slack.workspace import Workspace

CONTENT = ("text", "blocks", "attachments", "metadata", "thread_ts")


def post_message(team: Workspace, arguments: Json) -> Json:
    """chat.postMessage: a user id opens the conversation and is answered with its D… id."""
    channel = _target(team, str(arguments.get("channel") or ""))
    message = team.messages.post(channel, _content(arguments))
    return {"channel": channel.id, "ts": message.ts, "message": message.body}


def post_ephemeral(team: Workspace, arguments: Json) -> Json:
    """chat.postEphemeral."""
    channel, user = _target(team, str(arguments.get("channel") or "")), str(arguments.get("user") or "")
    if user not in team.users or (channel.user or user) != user:
        raise SlackError("user_not_in_channel")
    return {"message_ts": team.messages.post(channel, _content(arguments), ephemeral_for=user).ts}


def update(team: Workspace, arguments: Json) -> Json:
    """chat.update: what the call does not name stays."""
    message = _standing(team, arguments)
    changed = team.messages.update(team.messages.find(message.channel), message.ts, _content(arguments))
    body = {name: part for name, part in changed.body.items() if name != "ts"}
    return {"channel": changed.channel, "ts": changed.ts, "text": changed.text, "message": body}


def delete(team: Workspace, arguments: Json) -> Json:
    """chat.delete."""
    message = _standing(team, arguments)
    team.messages.delete(team.messages.find(message.channel), message.ts)
    return {"channel": message.channel, "ts": message.ts}


def open_conversation(team: Workspace, arguments: Json) -> Json:
    """conversations.open with one person."""
    users = str(arguments.get("users") or "").split(",")
    if len(users) != 1 or not users[0]:
        raise SlackError("users_list_not_supplied")
    return {"channel": {"id": _dm(team, users[0]).id}}


def _content(arguments: Json) -> Json:
    return {name: arguments[name] for name in CONTENT if arguments.get(name) is not None}


def _standing(team: Workspace, arguments: Json) -> Message:
    channel = team.messages.find(str(arguments.get("channel") or ""))
    if not channel.with_bot:
        raise SlackError("channel_not_found")
    if channel.archived:
        raise SlackError("is_inactive")
    _person_is_there(team, channel)
    message = channel.messages.get(str(arguments.get("ts") or ""))
    if message is None:
        raise SlackError("message_not_found")
    return message


def _target(team: Workspace, name: str) -> Channel:
    if name in team.users or name.startswith(("U", "W")):
        return _dm(team, name)
    channel = team.messages.find(name)
    if not channel.with_bot:
        raise SlackError("channel_not_found" if channel.private else "not_in_channel")
    if channel.archived:
        raise SlackError("is_archived")
    _person_is_there(team, channel)
    return channel


def _dm(team: Workspace, user: str) -> Channel:
    person = team.users.get(user)
    if person is None:
        raise SlackError("user_not_found")
    if person.is_bot or user == "USLACKBOT":
        raise SlackError("cannot_dm_bot")
    channel = team.messages.dm(user)
    channel.closed = False
    _person_is_there(team, channel)
    return channel


def _person_is_there(team: Workspace, channel: Channel) -> None:
    if channel.user is None:
        return
    if team.users[channel.user].deleted:
        raise SlackError("user_disabled")
    if channel.closed:
        raise SlackError("channel_not_found")
    if not team.rules.messages_tab:
        raise SlackError("messages_tab_disabled")
