"""What Slack sends when a person does something: taps, submissions, commands."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tests.slack.model import Json, Message, Screen, ScreenError, View
from tests.slack.state import chosen, elements, values_of

if TYPE_CHECKING:
    from tests.slack.person import Person


def block_actions(
    person: Person,
    action_id: str,
    screen: Screen,
    values: Mapping[str, Any],
    *,
    value: str | None = None,
    forge: Mapping[str, Any] | None = None,
) -> Json:
    """Return a tap on an element; `forge` are fields that a dishonest client puts in their place."""
    block, part = find(screen, action_id, value)
    state = {"values": values_of(screen.blocks, values, name=_name)}
    action = {**_action(person, block, part, values), **(forge or {})}
    where = _in_message(person, screen) if isinstance(screen, Message) else _in_view(screen, state)
    return {**_head(person, "block_actions", screen), **where, "state": state, "actions": [action]}


def view_submission(person: Person, view: View, values: Mapping[str, Any], forge: Mapping[str, Any] | None) -> Json:
    """Return the press on a modal's submit button; `forge` are fields of the view that a dishonest client changes."""
    state = {"values": values_of(view.blocks, values, name=_name)}
    body = {**copy.deepcopy(view.body), "state": state, **(forge or {})}
    return {**_head(person, "view_submission", view), "view": body, "response_urls": []}


def view_closed(person: Person, view: View, *, is_cleared: bool) -> Json:
    """Return the closing of a modal whose app wants to hear of it."""
    head = _head(person, "view_closed", view)
    del head["trigger_id"]
    return {**head, "view": view.body, "is_cleared": is_cleared}


def slash_command(person: Person, command: str, text: str, channel: str, channel_name: str) -> Json:
    """Return a slash command; everything in it is a string."""
    team, ground = person.team, person.team.ground
    return {
        **ground.common(team),
        **{"team_domain": team.domain, "channel_id": channel, "channel_name": channel_name},
        **{"user_id": person.id, "user_name": person.username, "command": command, "text": text},
        "is_enterprise_install": "false",
        "response_url": ground.response_url(team.id, channel, person.id, None, ephemeral=False),
        "trigger_id": ground.triggers.issue(team.id, person.id),
    }


def shortcut(person: Person, callback_id: str) -> Json:
    """Return a shortcut from anywhere, which knows no place."""
    token = person.team.ground.app.verification_token
    user = {"id": person.id, "username": person.username, "team_id": person.team.id}
    return {"token": token, **_called(person, callback_id), "type": "shortcut", "user": user}


def message_action(person: Person, callback_id: str, message: Message) -> Json:
    """Return a shortcut with a message, which Slack hands over with it."""
    team, ground = person.team, person.team.ground
    channel = team.messages.find(message.channel)
    return {
        **shortcut(person, callback_id),
        "type": "message_action",
        "user": {"id": person.id, "username": person.username, "team_id": team.id, "name": person.username},
        "channel": {"id": channel.id, "name": channel.name},
        "message_ts": message.ts,
        "message": copy.deepcopy(message.body),
        "response_url": ground.response_url(team.id, channel.id, person.id, None, ephemeral=False),
    }


def _called(person: Person, callback_id: str) -> Json:
    team, ground = person.team, person.team.ground
    return {
        "callback_id": callback_id,
        "action_ts": ground.numbers.ts(),
        "trigger_id": ground.triggers.issue(team.id, person.id),
        "team": {"id": team.id, "domain": team.domain},
        **{"enterprise": None, "is_enterprise_install": False},
    }


def find(screen: Screen, action_id: str, value: str | None = None) -> tuple[Json, Json]:
    """Return the element that somebody sees, with its block."""
    there = list(elements(screen.blocks))
    for block, part in there:
        if _name(part) == action_id and (value is None or part.get("value") == value):
            return block, part
    raise ScreenError(
        f"no element {action_id!r} {value or ''} on this screen; there are {[_name(p) for _, p in there]}"
    )


def _head(person: Person, kind: str, screen: Screen) -> Json:
    team, ground = person.team, person.team.ground
    inside = screen.id if isinstance(screen, View) and screen.body["type"] == "modal" else None
    common = ground.common(team)
    del common["team_id"]
    return {
        "type": kind,
        **common,
        "team": {"id": team.id, "domain": team.domain},
        "user": {"id": person.id, "username": person.username, "name": person.username, "team_id": team.id},
        **{"enterprise": None, "is_enterprise_install": False},
        "trigger_id": ground.triggers.issue(team.id, person.id, inside),
    }


def _in_message(person: Person, message: Message) -> Json:
    ground, only = person.team.ground, message.ephemeral
    url = ground.response_url(message.team, message.channel, person.id, message.ts, ephemeral=only)
    container = {"type": "message", "message_ts": message.ts, "channel_id": message.channel, "is_ephemeral": only}
    channel = {"id": message.channel, "name": person.team.messages.find(message.channel).name}
    where: Json = {"container": container, "channel": channel, "response_url": url}
    # Slack hands over the message itself only when everybody can see it.
    return where if only else {**where, "message": copy.deepcopy(message.body)}


def _in_view(view: View, state: Json) -> Json:
    body = {**copy.deepcopy(view.body), "state": state}
    return {"container": {"type": "view", "view_id": view.id}, "view": body}


def _action(person: Person, block: Json, part: Json, values: Mapping[str, Any]) -> Json:
    kept = ("text", "value", "style", "url", "placeholder", "confirm")
    said = {name: part[name] for name in kept if name in part}
    head = {"type": part["type"], "action_id": _name(part), "block_id": block["block_id"]}
    action = {**head, **said, "action_ts": person.team.ground.numbers.ts()}
    if part["type"] == "button":
        return action
    picked = values.get(_name(part), values.get(block["block_id"]))
    return {**action, **chosen(part, picked)}


def _name(part: Json) -> str:
    # Slack invents an action_id where the app gave none; a fake may say so.
    return str(part.get("action_id") or "unnamed")
