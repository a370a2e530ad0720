"""What stands in a chat of a kudos: for who got it, in a channel, and what its giver hears. Pure.

A card in a chat holds no more than what was sent to its reader: the words are theirs now. What is taken back or
removed leaves a sentence without any of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from adapters.port import Choice, Message
from bot.kudos.asking import names
from bot.kudos.terms import Terms
from bot.texts import Texts
from surveys.kudos.model import Kudos, Place, Receiver, State
from surveys.kudos.rules import Shown
from surveys.model import Language


@dataclass(frozen=True, slots=True)
class Told:
    """A kudos with the names that belong to it. Who left has none."""

    kudos: Kudos
    names: Mapping[UUID, str]
    place: Place | None
    terms: Terms

    def giver(self, t: Texts) -> str:
        """Return the name of who gave it."""
        name = self.names.get(self.kudos.giver) if self.kudos.giver else None
        return name or t("kudos.card.left")

    def receivers(self, t: Texts, *, but: UUID | None = None) -> str:
        """Return the names of who got it, but for one."""
        return names(t, [self.names[one] for one in self.kudos.people if one in self.names and one != but])

    def tag(self, language: Language) -> str:
        """Return what it was for."""
        return self.terms.tag_title(self.kudos.tag, language)


def card(told: Told, receiver: Receiver, t: Texts) -> Message:
    """Return the card of somebody who was thanked, with what they did with it so far."""
    kudos = told.kudos
    with_whom = told.receivers(t, but=receiver.person)
    return Message(
        title=_title(told, t),
        locale=t.language,
        paragraphs=(
            kudos.words,
            told.tag(t.language),
            *([t("kudos.card.with", names=with_whom)] if with_whom else []),
            *([t("kudos.card.backed")] if receiver.thanked else []),
        ),
        choices=_choices(kudos, receiver, t),
        notes=(_seen(told, t),),
    )


def _title(told: Told, t: Texts) -> str:
    kind = "kudos.card.customer" if told.kudos.customer else "kudos.card"
    if told.kudos.shown is Shown.ANONYMOUS:
        return t(f"{kind}.anonymous.title")
    return t(f"{kind}.title", giver=told.giver(t))


def _choices(kudos: Kudos, receiver: Receiver, t: Texts) -> tuple[Choice, ...]:
    """A thank-you back needs somebody to thank, and what stands on no wall can't be taken off it.

    Where nobody is named it stays: that it went when a certain colleague left would name them.
    """
    kept = {"kudos": str(kudos.id)}
    back = not receiver.thanked and (kudos.giver is not None or kudos.shown is Shown.ANONYMOUS)
    hide = kudos.shown is Shown.PUBLIC and not receiver.hidden
    return (
        *([Choice("kudos_back", t("kudos.card.back"), prominent=True, kept=kept)] if back else []),
        *([Choice("kudos_hide", t("kudos.card.hide"), kept=kept)] if hide else []),
        Choice("kudos_report", t("kudos.card.report"), quiet=True, kept=kept),
    )


def _seen(told: Told, t: Texts) -> str:
    """Say who else sees it."""
    kudos = told.kudos
    if kudos.shown is Shown.ANONYMOUS:
        return t("kudos.card.anonymous")
    if kudos.shown is Shown.PRIVATE:
        return t("kudos.card.private" if len(kudos.receivers) == 1 else "kudos.card.private.several")
    if not kudos.public:
        return t("kudos.card.hidden")
    return t("kudos.card.place", place=told.place.name) if told.place else t("kudos.card.public")


def post(told: Told, t: Texts) -> Message:
    """Return what stands in a channel; its words are in the language of whoever wrote them."""
    kind = "kudos.post.customer" if told.kudos.customer else "kudos.post"
    title = t(f"{kind}.title", giver=told.giver(t), names=told.receivers(t))
    tag = told.tag(told.kudos.language)
    return Message(title=title, locale=t.language, paragraphs=(told.kudos.words,), notes=(tag,))


def taken_from(state: State, t: Texts) -> Message:
    """Return what stands in place of a card that was taken back or removed."""
    return sentence("kudos.card.moderated" if state is State.HIDDEN else "kudos.card.gone", t)


def taken_off(t: Texts) -> Message:
    """Return what stands in a channel in place of what is shown no more, whoever wanted that."""
    return sentence("kudos.post.gone", t)


def thanked_back(told: Told, receivers: str, t: Texts) -> Message:
    """Return what the giver of a kudos reads when it was answered."""
    title = t("kudos.back.title", receiver=receivers)
    return Message(title=title, locale=t.language, paragraphs=(t("kudos.back.body", words=told.kudos.words),))


def removed(told: Told, t: Texts) -> Message:
    """Return what its giver reads when the administrator hid a kudos."""
    return Message(
        title=t("kudos.reason.title"),
        locale=t.language,
        paragraphs=(
            t("kudos.reason.body", names=told.receivers(t), words=told.kudos.words),
            t("kudos.reason.why", reason=told.kudos.reason),
        ),
    )


def lost(told: Told, t: Texts) -> Message:
    """Return what its giver reads when a kudos could not be shown in a place, or not be taken away everywhere."""
    if told.place is None:
        return sentence("kudos.lost.card", t)
    kind, place = "kudos.lost.posting" if told.kudos.public else "kudos.lost.taking", told.place.name
    return Message(title=t(f"{kind}.title", place=place), locale=t.language, paragraphs=(t(f"{kind}.body"),))


def sentence(kind: str, t: Texts) -> Message:
    """Return a message of a title and one paragraph, with nothing filled in."""
    return Message(title=t(f"{kind}.title"), locale=t.language, paragraphs=(t(f"{kind}.body"),))
