"""People at whom somebody points: addresses for the conversation, ids of one workspace for Slack. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Final

from adapters.port import Field, Message

KIND: Final = "people"
_ID: Final = re.compile(r"[A-Za-z0-9]{1,40}")


def within(shown: Message, team: str) -> Message:
    """Return a message for somebody of this workspace, with the people of it by their ids.

    Others keep their address, which is no id: they cannot stand in its fields.
    """
    if shown.form is None or all(one.kind != KIND for one in shown.form.fields):
        return shown
    fields = tuple(_within(one, team) for one in shown.form.fields)
    return replace(shown, form=replace(shown.form, fields=fields))


def ids_of(value: str) -> list[str]:
    """Return the ids in a field of people, each once. What is no id, such as a typed name, Slack would refuse."""
    return [one for one in dict.fromkeys(value.split(",")) if _ID.fullmatch(one)]


def addresses_of(ids: Iterable[object], address: Callable[[str], str]) -> str:
    """Return who was picked, by their addresses. Raises ValueError for what is no id."""
    picked = [str(one) for one in ids]
    if not all(_ID.fullmatch(one) for one in picked):
        raise ValueError("no id of a member")
    return ",".join(address(one) for one in picked)


def _within(one: Field, team: str) -> Field:
    if one.kind != KIND:
        return one
    return replace(one, value=",".join(address.removeprefix(f"{team}/") for address in one.value.split(",")))
