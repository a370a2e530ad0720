"""The introduction in words: what this is, why, who reads, how to stop, and what can be chosen. Pure."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from adapters.port import Choice, Message
from bot.spoken import channel_name
from bot.texts import Texts
from surveys.model import Words

WEB: Final = "web"
LIMITS: Final = ("operator", "pooling")
"""Of what is promised, where it ends on every channel; said with every promise."""


def limits(channels: Collection[str], texts: Texts) -> tuple[str, ...]:
    """Return where the promises end, beginning with who can see on these channels that somebody tapped."""
    web, chat = WEB in channels, bool(set(channels) - {WEB})
    seen = [limit for limit, holds in (("web", web), ("chat", chat)) if holds]
    return tuple(texts(f"privacy.limit.{limit}") for limit in (*seen, *LIMITS))


def introduction(
    purpose: Words, k: int, channel: str, texts: Texts, *, asked: bool, simulated: bool = False
) -> Message:
    """Return the introduction on a channel, by what both seats signed; `asked` says whether this person gets cards.

    `k` people have to answer before there is a figure.
    """
    invented = (texts("intro.simulated"),) if simulated else ()
    return Message(
        title=texts("intro.title"),
        locale=texts.language,
        paragraphs=(*invented, texts("intro.what"), texts("intro.why", purpose=purpose[texts.language])),
        steps=(
            texts("intro.readers", k=k),
            texts("privacy.no_list"),
            texts("intro.when", channel=channel_name(channel, texts)) if asked else texts("intro.unasked"),
            texts("intro.choose"),
            texts("intro.stop"),
        ),
        choices=(
            Choice("settings", texts("home.to.settings")),
            Choice("privacy", texts("home.to.privacy")),
            Choice("stop", texts("home.to.stop")),
            Choice("help", texts("safety.help.button")),
        ),
        notes=(*limits([channel], texts), texts("intro.kept")),
    )
