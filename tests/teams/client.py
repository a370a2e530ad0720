"""What a client of Teams does with a card: which buttons are there, and what it sends when one is pressed.

learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/cards-actions
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from adapters.teams import parse
from adapters.teams.parse import Heard

Json = dict[str, Any]
Invoke = Literal["adaptiveCard/action", "task/fetch", "task/submit", "message"]


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


def press(
    card: Json, action: Json, *, dialog: bool = False, older: bool = False, typed: Mapping[str, str] | None = None
) -> tuple[Invoke, Json]:
    """Return what is sent: the kind of invoke and its value. `older` clients do not know Action.Execute.

    `typed` is by the id of an input; what is empty is left out, what is not there stays as it stood.
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
    if dialog:
        return "task/submit", {"data": data, "context": {"theme": "default"}}
    if "msteams" in data:
        return "task/fetch", {"data": data, "context": {"theme": "default"}}
    return "message", data


def heard(kind: Invoke, value: Json, sender: str = "noor") -> Heard:
    """Return what the product understands of it. Raises Unreadable."""
    read = {
        "adaptiveCard/action": parse.executed,
        "task/fetch": parse.fetched,
        "task/submit": parse.submitted,
        "message": parse.pressed,
    }
    return read[kind](value, sender)
