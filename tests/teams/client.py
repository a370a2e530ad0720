"""What a client of Teams does with a card: which buttons are there, and what it sends when one is pressed.

learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/cards-actions
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal

from adapters.teams import parse
from adapters.teams.parse import Heard

Json = dict[str, Any]
Invoke = Literal[
    "adaptiveCard/action",
    "task/fetch",
    "task/submit",
    "composeExtension/fetchTask",
    "composeExtension/submitAction",
    "message",
]
COMMAND = "kudos"
"""The id of our message extension in the package."""


def elements(card: Json) -> Iterator[Json]:
    """Yield everything in a card, at any depth; what stands in for something else as well."""
    yield card
    for name in ("body", "items", "actions", "fallback"):
        parts = card.get(name, [])
        for part in parts if isinstance(parts, list) else [parts]:
            yield from elements(part)


def buttons(card: Json) -> list[Json]:
    """Return the buttons that somebody sees, from top to bottom."""
    return [action for part in card["body"] for action in part.get("actions", [])]


def button(card: Json, label: str) -> Json:
    """Return the button with this label."""
    (found,) = [one for one in buttons(card) if one["title"] == label]
    return found


def inputs(card: Json) -> list[Json]:
    """Return what can be filled in."""
    return [part for part in card["body"] if part["type"].startswith("Input.")]


def filled(card: Json, texts: Mapping[str, str]) -> dict[str, str]:
    """Return what is filled in by name as the inputs of a card hold it: people by object id, options with a mark."""
    return {
        one["id"]: _held(one, texts[name]) for one in inputs(card) if (name := one["id"].partition(".")[2]) in texts
    }


def _held(one: Json, text: str) -> str:
    if "choices.data" in one:
        return ",".join(address.rpartition("/")[2] for address in text.split(",") if address)
    return f"={text}" if one["type"] == "Input.ChoiceSet" else text


def thanking(author: Json | None = None, where: str = "message") -> Json:
    """Return what is sent when somebody chooses our message extension, at a message or where one is written.

    `author` is who wrote the message, as it says that: a `user`, an `application`, or neither.
    """
    value = {"commandId": COMMAND, "commandContext": where, "requestId": "7f7d", "context": {"theme": "default"}}
    if where != "message":
        return value
    body = {"contentType": "html", "content": "<div>Ik los het voor je op. Geheim van Noor.</div>"}
    written = {"id": "1611060744833", "locale": "nl-nl", "importance": "normal", "body": body, "attachments": []}
    by = {"device": None, "conversation": None, "user": None, "application": None} | (author or {})
    return value | {"messagePayload": written | {"replyToId": None, "from": by, "reactions": [], "mentions": []}}


def member(entra: str, kind: str = "aadUser") -> Json:
    """Return somebody who wrote a message."""
    return {"user": {"userIdentityType": kind, "id": entra, "displayName": "Iemand"}}


def press(
    card: Json,
    action: Json,
    *,
    dialog: bool = False,
    extension: bool = False,
    older: bool = False,
    typed: Mapping[str, str] | None = None,
) -> tuple[Invoke, Json]:
    """Return what is sent: the kind of invoke and its value. `older` clients do not know Action.Execute.

    `extension`: the card stands in the dialog of our message extension. `typed` is by the id of an input; what is empty
    is left out, what is not there stays as it stood.
    """
    if older and action["type"] == "Action.Execute":
        action = action["fallback"]
    data = copy.deepcopy(action["data"])
    if action["associatedInputs"] == "auto":
        filled = {one["id"]: one.get("value", "") for one in inputs(card)} | dict(typed or {})
        data |= {name: value for name, value in filled.items() if value}
    if action["type"] == "Action.Execute":
        executed = {"type": "Action.Execute", "title": action["title"], "verb": action["verb"], "data": data}
        return "adaptiveCard/action", {"action": executed, "trigger": "manual"}
    if extension:
        return "composeExtension/submitAction", thanking(where="compose") | {"data": data}
    if dialog:
        return "task/submit", {"data": data, "context": {"theme": "default"}}
    if "msteams" in data:
        return "task/fetch", {"data": data, "context": {"theme": "default"}}
    return "message", data


def heard(kind: Invoke, value: Json, sender: str = "noor") -> Heard:
    """Return what the product understands of it. Raises Unreadable."""
    read: dict[Invoke, Callable[[Json, str], Heard]] = {
        "adaptiveCard/action": parse.executed,
        "task/fetch": parse.fetched,
        "task/submit": parse.submitted,
        "composeExtension/fetchTask": lambda value, sender: Heard(parse.thanking(value, sender, "nl")),
        "composeExtension/submitAction": parse.submitted_there,
        "message": parse.pressed,
    }
    return read[kind](value, sender)
