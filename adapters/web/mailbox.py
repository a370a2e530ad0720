"""What waits on one person's page: at most twenty messages in one record of a coarse size. Pure.

A record holds what was sent and nothing about what anyone did with it; the state of a card is asked for anew
each time the page is shown.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from adapters.port import Choice, Field, Form, Image, Link, Message

MAX_MESSAGES: Final = 20
STEP: Final = 16 * 1024
"""Bytes: the size of a sealed record is a multiple of this, so that it says little about what is in it."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One message on a page, oldest first in the record."""

    id: str
    message: Message


Mailbox = tuple[Waiting, ...]


def with_sent(mailbox: Mailbox, sent: Waiting) -> Mailbox:
    """Return the mailbox with one more message; the oldest leaves when it is full."""
    return (*mailbox, sent)[-MAX_MESSAGES:]


def with_update(mailbox: Mailbox, changed: Waiting) -> Mailbox | None:
    """Return the mailbox with the message of that id replaced, or None when it is no longer there."""
    if all(waiting.id != changed.id for waiting in mailbox):
        return None
    return tuple(changed if waiting.id == changed.id else waiting for waiting in mailbox)


def pack(mailbox: Mailbox) -> bytes:
    """Return the record, padded with spaces to a whole number of steps. PNGs stay out: a page shows the SVG."""
    record = json.dumps([_plain(waiting) for waiting in mailbox], ensure_ascii=False).encode()
    return record.ljust(-(-len(record) // STEP) * STEP)


def unpack(record: bytes | None) -> Mailbox:
    """Return the messages of a record; of none, an empty mailbox."""
    return tuple(Waiting(one["id"], _message(one["message"])) for one in json.loads(record or b"[]"))


def _plain(waiting: Waiting) -> dict[str, Any]:
    plain = asdict(waiting)
    if plain["message"]["image"]:
        plain["message"]["image"] = {name: plain["message"]["image"][name] for name in ("svg", "alt")}
    return plain


def _message(raw: Mapping[str, Any]) -> Message:
    return Message(
        title=raw["title"],
        locale=raw["locale"],
        paragraphs=tuple(raw["paragraphs"]),
        steps=tuple(raw["steps"]),
        image=Image(raw["image"]["svg"], b"", raw["image"]["alt"]) if raw["image"] else None,
        form=_form(raw["form"]) if raw["form"] else None,
        choices=tuple(_choice(choice) for choice in raw["choices"]),
        links=tuple(Link(**link) for link in raw["links"]),
        notes=tuple(raw["notes"]),
        token=raw["token"],
    )


def _form(raw: Mapping[str, Any]) -> Form:
    fields = tuple(Field(**{**field, "options": tuple(map(tuple, field["options"]))}) for field in raw["fields"])
    return Form(raw["action"], fields, raw["submit"], raw.get("kept", {}))  # older records keep nothing


def _choice(raw: Mapping[str, Any]) -> Choice:
    position = tuple(raw["position"]) if raw["position"] else None
    return Choice(**{**raw, "position": position})
