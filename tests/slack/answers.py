"""What a person sees of the app's acknowledgement."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from tests.slack.messages import Channel
from tests.slack.model import Ack, Json, SlackError, View

if TYPE_CHECKING:
    from tests.slack.person import Person


def to_submission(person: Person, view: View, ack: Ack) -> Ack:
    """Do with the modal what the app answered: close it, update it, lay one on top, clear all, or show errors."""
    if not ack.ok:
        return ack
    try:
        _act(person, view, json.loads(ack.body or "{}"))
    except SlackError as refused:
        return replace(ack, trouble=f"{refused.error}: {refused.more}")
    except ValueError:
        return replace(ack, trouble="the acknowledgement is not JSON")
    return ack


def to_command(person: Person, channel: Channel, ack: Ack) -> Ack:
    """Show the words with which the app acknowledged a command."""
    if not ack.ok or not ack.body:
        return ack
    content = _content(ack.body)
    try:
        person.team.ground.hold_to_types("Response", content)
        only = None if content.get("response_type") == "in_channel" else person.id
        person.team.messages.post(channel, content, ephemeral_for=only)
    except SlackError as refused:
        return replace(ack, trouble=f"{refused.error}: {refused.more}")
    return ack


def _content(body: str) -> Json:
    try:
        content = json.loads(body)
    except ValueError:
        return {"text": body}
    return content if isinstance(content, dict) else {"text": body}


def _act(person: Person, view: View, answer: Json) -> None:
    views = person.team.views
    if answer:
        person.team.ground.hold_to_types("ResponseAction", answer)
    match answer.get("response_action"):
        case None:
            views.close(person.id, view.id)
        case "update":
            views.update(view.id, answer["view"])
        case "push":
            views.push(person.id, answer["view"])
        case "clear":
            views.clear(person.id)
        case "errors":
            _complain(person, view, answer["errors"])
        case other:
            raise SlackError(f"unknown response_action {other}")


def _complain(person: Person, view: View, errors: dict[str, str]) -> None:
    inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
    if not errors or set(errors) - inputs:
        raise SlackError("errors must name input blocks", named=sorted(errors), inputs=sorted(inputs))
    person.team.views.complain(person.id, view.id, errors)
