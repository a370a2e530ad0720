"""What the web chat is handed: its own few words, and who visits. No domain, no catalogue."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal, Protocol

from fastapi import Request

from adapters.port import Locale

Refusal = Literal["unreadable", "too_long", "too_large", "not_yours", "signed_out"]


@dataclass(frozen=True, slots=True)
class WebWords:
    """The sentences of the web chat itself, in one language. `commands` are (name, label) of the row below the cards.

    `refused` is the title of a page that only says why something was not taken.
    """

    title: str
    empty: str
    back: str
    close: str
    more: str
    refused: str
    unreadable: str
    too_long: str
    too_large: str
    not_yours: str
    signed_out: str
    commands: tuple[tuple[str, str], ...] = ()

    def of(self, refusal: Refusal) -> str:
        """Return the sentence for a refusal."""
        sentence: str = getattr(self, refusal)
        return sentence


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whose page this is: the address on this platform and the language, both from the session."""

    address: str
    locale: Locale


Identify = Callable[[Request], Awaitable[Visitor | None]]


class Frame(Protocol):
    """Page chrome around a body that is already HTML."""

    def __call__(self, title: str, body: str, locale: Locale) -> str: ...
