"""The introduction in words: what this is, why, who reads, how to stop, and what can be chosen. Pure."""

from __future__ import annotations

from typing import Final

from adapters.port import Choice, Message
from bot.spoken import channel_name
from bot.texts import Texts
from surveys.model import Words

LIMITS: Final = ("chat", "operator", "pooling")
"""Of what is promised, where it ends; said with every promise."""


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
        notes=(*(texts(f"privacy.limit.{limit}") for limit in LIMITS), texts("intro.kept")),
    )
