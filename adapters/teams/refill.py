"""A dialog with a form, so small that its own button can carry it: nothing that was typed is lost by a refusal.

Teams sends back what was typed, but not the form in which it stood. What comes back comes from the client, so it is
read strictly; it can hold words and inputs, and leads nowhere that a button could not.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final, Literal, get_args

from adapters.port import Choice, Field, Form, Locale, Message
from adapters.teams.texts import Json

Kind = Literal["select", "text", "time", "date", "people"]

KINDS: Final[Mapping[str, Kind]] = {kind: kind for kind in get_args(Kind)}
WORD: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
PLACE: Final = re.compile(r"([0-9]{1,3}):([0-9]{1,3})")
UNREADABLE: Final = (AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What it raises to read something that has not the shape of ours."""
MOST: Final = 100
"""Entries of any list."""
LONGEST: Final = 4000
KEPT: Final = 20
"""Texts that a button keeps."""


def packed(shown: Message, form: Form) -> Json | None:
    """Return all of a dialog but its language, its token, its action and what its form keeps: its button carries these.

    None for one that could not be read back; then a refusal has to do with a sentence.
    """
    packet: Json = {
        "title": shown.title,
        "paragraphs": list(shown.paragraphs),
        "steps": list(shown.steps),
        "notes": list(shown.notes),
        "submit": form.submit,
        "fields": [_field(one) for one in form.fields],
        "choices": [_choice(one) for one in shown.choices],
    }
    try:
        unpacked(packet, locale=shown.locale, action=form.action, token=shown.token, typed={}, kept=form.kept)
    except UNREADABLE:
        return None
    return packet


def unpacked(
    packet: Any, *, locale: Locale, action: str, token: str | None, typed: Mapping[str, str], kept: Mapping[str, str]
) -> Message:
    """Return the dialog with what was typed. Raises one of UNREADABLE for any other shape."""
    fields = tuple(_read_field(one) for one in _list(packet["fields"]))
    filled = tuple(replace(one, value=typed.get(one.name, one.value)) for one in fields)
    return Message(
        title=_text(packet["title"]),
        locale=locale,
        paragraphs=tuple(_text(one) for one in _list(packet["paragraphs"])),
        steps=tuple(_text(one) for one in _list(packet["steps"])),
        form=Form(action, filled, _text(packet["submit"]), kept),
        choices=tuple(_read_choice(one) for one in _list(packet["choices"])),
        notes=tuple(_text(one) for one in _list(packet["notes"])),
        token=token,
    )


def kept_in(packet: Any) -> dict[str, str]:
    """Return what a button keeps. Raises one of UNREADABLE for any other shape."""
    if not isinstance(packet, Mapping) or len(packet) > KEPT:
        raise TypeError("not what a button keeps")
    return {_word(name): _text(value) for name, value in packet.items()}


def _field(one: Field) -> list[Any]:
    return [one.name, one.label, one.kind, one.value, one.limit, one.hint, [list(option) for option in one.options]]


def _read_field(packet: Any) -> Field:
    name, label, kind, value, limit, hint, options = _list(packet)
    if type(limit) is not int or not 0 < limit <= LONGEST:
        raise ValueError("the limit of a field")
    pairs = tuple((_text(value), _text(label)) for value, label in map(_list, _list(options)))
    return Field(_word(name), _text(label), KINDS[_text(kind)], _text(value), pairs, limit, _text(hint))


def _choice(one: Choice) -> list[Any]:
    place = "" if one.position is None else "{}:{}".format(*one.position)
    return [one.action, one.label, place, one.prominent, one.quiet, dict(one.kept)]


def _read_choice(packet: Any) -> Choice:
    action, label, place, prominent, quiet, *more = _list(packet)  # dialogs of before anything was kept may be open
    (kept,) = more or ({},)
    found = PLACE.fullmatch(_text(place))
    position = (int(found[1]), int(found[2])) if found else None
    return Choice(_word(action), _text(label), position, prominent is True, quiet is True, kept_in(kept))


def _list(packet: Any) -> list[Any]:
    if not isinstance(packet, list) or len(packet) > MOST:
        raise TypeError("not a list, or a long one")
    return packet


def _text(packet: Any) -> str:
    if not isinstance(packet, str) or len(packet) > LONGEST or "\0" in packet:
        raise TypeError("not a text, or a long one")
    packet.encode()  # half of a character is none
    return packet


def _word(packet: Any) -> str:
    if not WORD.fullmatch(_text(packet)):
        raise ValueError("not a name of ours")
    return str(packet)
