"""The web chat's own words, from the catalogue."""

from __future__ import annotations

from typing import Final

from adapters.web.words import WebWords
from bot.texts import Texts
from surveys.model import Language

COMMANDS: Final = ("home", "kudos", "settings", "help")
"""What the row below the cards offers, in this order."""


def web_words(language: Language) -> WebWords:
    """Return the web chat's words in one language."""
    t = Texts(language)
    return WebWords(
        title=t("web.chat.title"),
        empty=t("web.chat.empty"),
        back=t("web.chat.back"),
        close=t("web.chat.close"),
        more=t("web.chat.more"),
        refused=t("web.refused.title"),
        unreadable=t("web.error.unreadable.text"),
        too_long=t("web.refused.too_long"),
        too_large=t("web.error.too_large.text"),
        not_yours=t("web.refused.not_yours"),
        signed_out=t("web.refused.signed_out"),
        commands=tuple((name, t(f"web.command.{name}")) for name in COMMANDS),
    )
