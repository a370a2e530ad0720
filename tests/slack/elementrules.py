"""The rules of each kind of element: buttons, pickers and inputs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, time

from tests.slack.limits_of_text import long, plain, words
from tests.slack.model import Json

LISTS = {"static_select", "multi_static_select"}
PEOPLE = {"users_select", "multi_users_select", "conversations_select", "multi_conversations_select"}
PEOPLE |= {"channels_select", "multi_channels_select", "external_select", "multi_external_select"}
CHOICES = {"radio_buttons", "checkboxes"}
MOMENTS = {"datepicker", "timepicker", "datetimepicker"}
TYPED = {"plain_text_input", "email_text_input", "url_text_input", "number_input", "rich_text_input"}
BUTTONLIKE = {"button", "overflow", "workflow_button"} | LISTS | PEOPLE | CHOICES | MOMENTS
INPUTS = LISTS | PEOPLE | CHOICES | MOMENTS | TYPED | {"file_input"}
STATEFUL = INPUTS
"""What has a place in state.values."""


def element(part: object, where: str, allowed: set[str]) -> Iterator[str]:
    """Everything that is wrong with an element that must be of one of these kinds."""
    if not isinstance(part, dict) or part.get("type") not in allowed:
        kind = part.get("type") if isinstance(part, dict) else part
        yield f"unsupported type: {kind} [json-pointer:{where}]"
        return
    yield from long(part, where, action_id=255)
    if part.get("confirm") is not None:
        yield from _confirm(part["confirm"], f"{where}/confirm")
    if part["type"] != "datetimepicker":
        yield from plain(part, "placeholder", where, 150, required=False)
    rule = RULES.get(part["type"])
    if rule is not None:
        yield from rule(part, where)


def _button(part: Json, where: str) -> Iterator[str]:
    yield from plain(part, "text", where, 75)
    yield from long(part, where, value=2000, url=3000, accessibility_label=75)
    if part.get("style", "primary") not in {"primary", "danger"}:
        yield f"style: must be primary or danger [json-pointer:{where}/style]"
    known = {"type", "action_id", "text", "value", "url", "style", "confirm", "accessibility_label"}
    yield from (f"invalid additional property: {name} [json-pointer:{where}]" for name in sorted(set(part) - known))


def _image(part: Json, where: str) -> Iterator[str]:
    if not isinstance(part.get("alt_text"), str) or not part["alt_text"]:
        yield f"missing required field: alt_text [json-pointer:{where}]"
    yield from long(part, where, alt_text=2000, image_url=3000)


def _select(part: Json, where: str) -> Iterator[str]:
    groups = part.get("option_groups")
    if groups is None:
        yield from _options(part, where, 100)
    elif part.get("options") is not None or not 0 < len(groups) <= 100:
        yield f"must have options, or 1 to 100 option_groups [json-pointer:{where}]"
    else:
        for place, group in enumerate(groups):
            yield from plain(group, "label", f"{where}/option_groups/{place}", 75)
            yield from _options(group, f"{where}/option_groups/{place}", 100)
    yield from _initial(part, where)


def _users(part: Json, where: str) -> Iterator[str]:
    most, initial = part.get("max_selected_items", 1), part.get("initial_users") or []
    if not isinstance(most, int) or most < 1:
        yield f"max_selected_items: must be 1 or more [json-pointer:{where}/max_selected_items]"
    if not all(isinstance(user, str) and re.fullmatch("[A-Za-z0-9]+", user) for user in initial):
        yield f"initial_users: must be ids of users [json-pointer:{where}/initial_users]"
    if "max_selected_items" in part and len(initial) > most:
        yield f"initial_users: more than may be selected [json-pointer:{where}/initial_users]"
    known = {"type", "action_id", "initial_users", "max_selected_items", "placeholder", "confirm", "focus_on_load"}
    yield from (f"invalid additional property: {name} [json-pointer:{where}]" for name in sorted(set(part) - known))


def _choices(part: Json, where: str) -> Iterator[str]:
    yield from _options(part, where, 10)
    yield from _initial(part, where)


def _overflow(part: Json, where: str) -> Iterator[str]:
    yield from _options(part, where, 5)


def _options(owner: Json, where: str, most: int) -> Iterator[str]:
    options = owner.get("options")
    if not isinstance(options, list) or not 0 < len(options) <= most:
        yield f"must have 1 to {most} options [json-pointer:{where}/options]"
        return
    for place, option in enumerate(options):
        at = f"{where}/options/{place}"
        yield from words(option, "text", at, 75)
        yield from words(option, "description", at, 75, required=False)
        yield from long(option, at, value=75)
        if not option.get("value"):
            yield f"missing required field: value [json-pointer:{at}]"


def _initial(part: Json, where: str) -> Iterator[str]:
    offered = [*(part.get("options") or [])]
    offered += [option for group in part.get("option_groups") or [] for option in group.get("options") or []]
    chosen = [part["initial_option"]] if part.get("initial_option") else part.get("initial_options") or []
    if any(option not in offered for option in chosen):
        yield f"initial_option: must be one of the options, to the letter [json-pointer:{where}]"


def _typed(part: Json, where: str) -> Iterator[str]:
    most = part.get("max_length", 3000)
    if not isinstance(most, int) or not 1 <= most <= 3000:
        yield f"max_length: must be 1 to 3000 [json-pointer:{where}/max_length]"
    yield from long(part, where, initial_value=3000)


def _date(part: Json, where: str) -> Iterator[str]:
    yield from _parsed(part, "initial_date", where, date.fromisoformat)


def _time(part: Json, where: str) -> Iterator[str]:
    if not re.fullmatch(r"\d\d:\d\d", part.get("initial_time") or "00:00"):
        yield f"initial_time: must be HH:MM [json-pointer:{where}/initial_time]"
    yield from _parsed(part, "initial_time", where, time.fromisoformat)


def _parsed(part: Json, name: str, where: str, parse: Callable[[str], object]) -> Iterator[str]:
    try:
        parse(part.get(name) or ("2026-01-01" if name == "initial_date" else "00:00"))
    except ValueError:
        yield f"{name}: cannot be read [json-pointer:{where}/{name}]"


def _confirm(confirm: Json, where: str) -> Iterator[str]:
    yield from plain(confirm, "title", where, 100)
    yield from words(confirm, "text", where, 300)
    yield from plain(confirm, "confirm", where, 30)
    yield from plain(confirm, "deny", where, 30)


RULES: dict[str, Callable[[Json, str], Iterator[str]]] = {
    "button": _button,
    "image": _image,
    "static_select": _select,
    "multi_static_select": _select,
    "multi_users_select": _users,
    "radio_buttons": _choices,
    "checkboxes": _choices,
    "overflow": _overflow,
    "plain_text_input": _typed,
    "datepicker": _date,
    "timepicker": _time,
}
