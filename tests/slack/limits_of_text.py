"""How long a text may be, and what a text object looks like."""

from __future__ import annotations

from tests.slack.model import Json


def long(owner: Json, where: str, **most: int) -> list[str]:
    """Return what is wrong with strings of these names: too long, or no strings. Absent is fine."""
    problems = []
    for name, length in most.items():
        value = owner.get(name)
        if value is None:
            continue
        if not isinstance(value, str):
            problems.append(f"{name}: must be a string [json-pointer:{where}/{name}]")
        elif len(value) > length:
            problems.append(f"must be less than {length + 1} characters [json-pointer:{where}/{name}]")
    return problems


def plain(owner: Json, name: str, where: str, most: int, *, required: bool = True) -> list[str]:
    """Return what is wrong with a plain_text object."""
    return _text(owner, name, where, most, required=required, kinds={"plain_text"})


def words(owner: Json, name: str, where: str, most: int, *, required: bool = True) -> list[str]:
    """Return what is wrong with a text object of either kind."""
    return _text(owner, name, where, most, required=required, kinds={"plain_text", "mrkdwn"})


def text_object(text: object, where: str, most: int, kinds: set[str]) -> list[str]:
    """Return what is wrong with a text object that is there."""
    if not isinstance(text, dict) or text.get("type") not in kinds:
        return [f"must be a text object of type {' or '.join(sorted(kinds))} [json-pointer:{where}]"]
    said = text.get("text")
    if not isinstance(said, str) or not said:
        return [f"must be more than 0 characters [json-pointer:{where}/text]"]
    problems = [] if len(said) <= most else [f"must be less than {most + 1} characters [json-pointer:{where}/text]"]
    strange = set(text) - ({"type", "text", "emoji"} if text["type"] == "plain_text" else {"type", "text", "verbatim"})
    return problems + [f"invalid additional property: {name} [json-pointer:{where}]" for name in sorted(strange)]


def _text(owner: Json, name: str, where: str, most: int, *, required: bool, kinds: set[str]) -> list[str]:
    if owner.get(name) is None:
        return [f"missing required field: {name} [json-pointer:{where}]"] if required else []
    return text_object(owner[name], f"{where}/{name}", most, kinds)
