"""The micro-breaks that a dialog offers, and how one is shown; in a chat it would tell of an answer. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from adapters.port import Choice, Locale, Message, Submission
from bot.texts import Texts
from surveys.breaks import Break

THANKING: Final = "so_kudos"
"""The break that is to thank somebody. It is among those offered after a calm check-in, and comes first there."""


def thanking_first(breaks: Sequence[Break]) -> Sequence[Break]:
    """Return breaks with the one that thanks somebody before the others, where it is among them."""
    return sorted(breaks, key=lambda one: one.id != THANKING)


def offer(breaks: Sequence[Break], submission: Submission) -> Message:
    """Return what there is to choose from, for the holder of a card."""
    texts = Texts(submission.locale)
    return Message(
        title=texts("break.title"),
        locale=submission.locale,
        paragraphs=(texts("break.body"),),
        choices=tuple(Choice("break", lasting(texts, one), (0, number)) for number, one in enumerate(breaks, 1)),
        token=submission.token,
    )


def steps_of(one: Break, locale: Locale) -> Message:
    """Return how one break is taken."""
    thank = (Choice("kudos", Texts(locale)("home.to.kudos"), prominent=True),) if one.id == THANKING else ()
    caution = (one.caution[locale],) if one.caution else ()
    return Message(title=one.title[locale], locale=locale, steps=one.steps[locale], choices=thank, notes=caution)


def lasting(texts: Texts, one: Break) -> str:
    """Return the title of a break with how long it takes, in seconds or in whole minutes."""
    minutes, left = divmod(one.seconds, 60)
    title = one.title[texts.language]
    if left or not minutes:
        return texts("break.choice", title=title, seconds=one.seconds)
    return texts("break.choice.minute" if minutes == 1 else "break.choice.minutes", title=title, minutes=minutes)
