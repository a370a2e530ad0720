"""What a person filled in, in the shape of Slack's state.values."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tests.slack.elementrules import STATEFUL
from tests.slack.model import Json, ScreenError

PLAIN = {
    **dict.fromkeys(("plain_text_input", "email_text_input", "url_text_input"), ("value", "initial_value")),
    "number_input": ("value", "initial_value"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "users_select": ("selected_user", "initial_user"),
    "multi_users_select": ("selected_users", "initial_users"),
    "channels_select": ("selected_channel", "initial_channel"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
}
ONE = {"static_select", "radio_buttons", "overflow"}
MANY = {"multi_static_select", "checkboxes"}


def elements(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Every element that can be tapped or filled in, with its block."""
    for block in blocks:
        inside = [block.get("element"), block.get("accessory")]
        inside += block["elements"] if block["type"] == "actions" else []
        yield from ((block, part) for part in inside if part and part.get("type") != "image")


def values_of(blocks: list[Json], filled: Mapping[str, Any], *, name: Callable[[Json], str]) -> Json:
    """Return state.values; `filled` is keyed by block_id or action_id, what it does not name stays as it was."""
    values: Json = {}
    keys = set()
    for block, part in elements(blocks):
        keys |= {block["block_id"], name(part)}
        if part["type"] in STATEFUL:
            key = block["block_id"] if block["block_id"] in filled else name(part)
            values.setdefault(block["block_id"], {})[name(part)] = _value(part, filled, key)
    if set(filled) - keys:
        raise ScreenError(f"no input called {sorted(set(filled) - keys)} on this screen; there are {sorted(keys)}")
    return values


def chosen(part: Json, picked: Any) -> Json:
    """Return the fields of a value or an action in which somebody picked this."""
    kind = part["type"]
    if kind in ONE:
        return {"selected_option": None if picked is None else _option(part, picked)}
    if kind in MANY:
        return {"selected_options": [_option(part, value) for value in picked or []]}
    field = PLAIN.get(kind, ("value", ""))[0]
    return {field: picked if picked != "" else None}


def missing(blocks: list[Json], values: Json) -> list[str]:
    """Return the block_ids of inputs that Slack itself refuses to submit: empty, too short or too long."""
    return [
        block["block_id"]
        for block in blocks
        if block["type"] == "input" and not _complete(block, *values[block["block_id"]].values())
    ]


def _complete(block: Json, value: Json) -> bool:
    content = next((value[name] for name in value if name not in {"type", "timezone"}), None)
    if content is None or content == []:
        return bool(block.get("optional"))
    length = len(content) if isinstance(content, str) else 1
    part = block["element"]
    most = part.get("max_length", 3000) if part["type"] == "plain_text_input" else 3000
    return bool(part.get("min_length", 0) <= length <= most)


def _value(part: Json, filled: Mapping[str, Any], key: str) -> Json:
    if key in filled:
        if len(filled[key] or []) > part.get("max_selected_items", 3000):
            raise ScreenError(f"Slack lets nobody pick more than {part['max_selected_items']} here")
        return {"type": part["type"], **chosen(part, filled[key])}
    if part["type"] in ONE:
        return {"type": part["type"], "selected_option": part.get("initial_option")}
    if part["type"] in MANY:
        return {"type": part["type"], "selected_options": part.get("initial_options") or []}
    field, initial = PLAIN.get(part["type"], ("value", "initial_value"))
    return {"type": part["type"], field: part.get(initial)}


def _option(part: Json, value: str) -> Json:
    groups = part.get("option_groups") or [part]
    offered: list[Json] = [option for group in groups for option in group.get("options") or []]
    for option in offered:
        if value in {option["value"], option["text"]["text"]}:
            return option
    raise ScreenError(f"{value!r} is not offered; there are {[option['value'] for option in offered]}")
