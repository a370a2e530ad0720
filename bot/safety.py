"""What happens with free text before anything else sees it (PRIVACY 16), and the help that is always there.

Nothing here keeps, logs, counts or tells anybody anything: a text goes in, a card for its writer comes out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from adapters.port import Choice, Message
from bot.helplines import helplines
from bot.phrases import Tier, check
from bot.texts import Texts
from surveys.errors import TextTooLong
from surveys.model import Language

__all__ = ["RESTORE", "TextTooLong", "Tier", "check", "guard", "help_card", "tier_card"]

RESTORE: Final = "comment_anyway"
"""Action of the button that brings the text box back."""

PARAGRAPHS: Final[Mapping[Tier, tuple[str, ...]]] = {
    Tier.EXPLICIT: ("numbers", "body", "bot", "people"),
    Tier.DESPAIR: ("numbers", "body", "bot", "people"),
    Tier.CUSTOMER: ("numbers", "body", "bot"),
    Tier.SAFETY: ("numbers", "body", "bot", "crisis"),
    Tier.MEDICAL: ("numbers", "body", "bot", "crisis"),
}
SHARED: Final = frozenset({"bot", "people", "crisis"})
"""Paragraphs that every card words alike."""


def guard(
    text: str,
    language: Language,
    country: str,
    *,
    token: str | None = None,
    in_chat: bool = False,
    restore: str | None = RESTORE,
) -> Message | None:
    """The help card for the writer of `text`, or None when the text may go on.

    With a card the caller drops the text: no store, no log, no count. `in_chat` is for a text that was typed as
    a chat message: the platform keeps that, and the card says so. `restore` is the action behind "not right, go
    on" (None where no text box can come back), and `token` travels on it. Raises TextTooLong.
    """
    tier = check(text, language)
    if tier is None:
        return None
    return tier_card(tier, language, country, token=token, in_chat=in_chat, restore=restore)


def tier_card(
    tier: Tier,
    language: Language,
    country: str,
    *,
    token: str | None = None,
    in_chat: bool = False,
    restore: str | None = RESTORE,
) -> Message:
    """The card of one tier. Numbers come first; it asks nothing and promises only what is true."""
    texts, lines = Texts(language), helplines(country)
    values = _values(language, country)
    area = f"safety.{tier.value}"
    shown = [f"safety.shared.{part}" if part in SHARED else f"{area}.{part}" for part in PARAGRAPHS[tier]]
    kept = "safety.kept.chat" if in_chat else "safety.kept.form"
    return Message(
        title=texts(f"{area}.title", **values),
        locale=language,
        paragraphs=tuple(texts(msgid, **values) for msgid in shown),
        choices=(Choice(restore, texts("safety.restore")),) if restore and not in_chat else (),
        links=(lines.link,),
        notes=(texts(kept),),
        token=token,
    )


def help_card(language: Language, country: str, *, in_chat: bool = False) -> Message:
    """What the permanent help button opens, for everyone, whatever was or was not answered.

    `in_chat` is for who typed that they want it: the platform keeps that, and the card says so.
    """
    texts, values = Texts(language), _values(language, country)
    parts = ("body", "crisis", "danger", "violence", "people")
    return Message(
        title=texts("safety.help.title"),
        locale=language,
        paragraphs=(*(texts(f"safety.help.{part}", **values) for part in parts), texts("safety.shared.bot")),
        links=(helplines(country).link,),
        notes=(texts("safety.kept.chat" if in_chat else "safety.help.told"),),
    )


def _values(language: Language, country: str) -> Mapping[str, str]:
    lines = helplines(country)
    return {
        "emergency": lines.emergency[language],
        "crisis": lines.crisis[language],
        "violence": lines.violence[language],
    }
