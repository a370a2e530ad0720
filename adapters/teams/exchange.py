"""What goes out to Teams, what it tells when asked, and who deals with what comes in. Nothing of the SDK."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from adapters.teams.activity import Activity, Person


@dataclass(frozen=True, slots=True)
class Post:
    """A message that goes out: a card, or a text, or both. `summary` is what a notification says of it."""

    card: Mapping[str, Any] | None = None
    text: str = ""
    summary: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What an invoke is answered: the status and the body that Microsoft documents for its kind."""

    body: Mapping[str, Any] | None = None
    status: int = 200


@dataclass(frozen=True, slots=True)
class Listed:
    """Somebody in a team or chat, as Teams lists them; what it does not tell is "".

    `role` tells guests from users, `tenant` people of others from our own.
    """

    person: Person
    name: str = ""
    email: str = ""
    login: str = ""
    role: str = ""
    tenant: str = ""


Hear = Callable[[Activity], Awaitable[Answer | None]]
"""Deals with an activity. What is no invoke needs no answer."""


class NotVouched(Exception):
    """Nobody vouches for this request; its text is the name of what the SDK found, and nothing of the request."""
