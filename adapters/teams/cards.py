"""Messages become Adaptive Cards of version 1.5. Pure: the same message gives the same card.

A card of the chat, and a card inside a dialog: adapters.teams.buttons says why their buttons differ. Teams takes
messages of up to 100 KB in UTF-16, other ways in only 28 KB, so no card is larger than that: what is too much to say
ends with a sign that there was more, and a button is never left out.
learn.microsoft.com/microsoftteams/platform/bots/how-to/format-your-bot-messages
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from adapters.port import DeliveryError, Locale, Message
from adapters.teams import buttons, texts
from adapters.teams.exchange import Post
from adapters.teams.refill import packed
from adapters.teams.texts import Json
from adapters.teams.words import TeamsWords

CARD: Final = "application/vnd.microsoft.card.adaptive"
SCHEMA: Final = "http://adaptivecards.io/schemas/adaptive-card.json"
VERSION: Final = "1.5"
MOST: Final = 28 * 1024
"""Bytes of a card, in UTF-8 or in UTF-16, whichever is more."""
BRIEF: Final = 500
"""Characters that a picture is described in where all else did not help."""
SPOKEN: Final = 200


class CardTooLarge(DeliveryError):
    """What can be pressed and filled in is by itself more than a card holds."""

    def __init__(self) -> None:
        super().__init__("the buttons of this message are more than a card holds", permanent=True)


def message(shown: Message, words: TeamsWords) -> Json:
    """Return the card of a message in the chat. Raises CardTooLarge."""
    return _fitting(shown, lambda part: _card(part, words, dialog=False))


def post(shown: Message, words: Mapping[Locale, TeamsWords]) -> Post:
    """Return a message as it goes into a chat, with what a notification says of it. Raises CardTooLarge."""
    return Post(card=message(shown, words[shown.locale]), summary=shown.title)


def public(shown: Message, words: Mapping[Locale, TeamsWords]) -> Post:
    """Return a message for a channel, without anything to press or fill in. Raises CardTooLarge."""
    return post(shown.without_buttons(), words)


def dialog(shown: Message, words: TeamsWords, *, notice: str = "") -> Json:
    """Return the card inside a dialog, with what its form needs to be shown again. Raises CardTooLarge."""
    again = packed(shown, shown.form) if shown.form else None
    whole = _card(shown, words, dialog=True, notice=notice, again=again)
    if size(whole) <= MOST:
        return whole
    return _fitting(shown, lambda part: _card(part, words, dialog=True, notice=notice))


def attachment(card: Json) -> Json:
    """Return a card as what an activity or a dialog holds."""
    return {"contentType": CARD, "content": card}


def size(card: Json) -> int:
    """Return the bytes of a card, as the stricter of two encodings counts them."""
    written = json.dumps(card, ensure_ascii=False, separators=(",", ":"))
    return max(len(written.encode(code, "surrogatepass")) for code in ("utf-8", "utf-16-le"))


def _card(shown: Message, words: TeamsWords, *, dialog: bool, notice: str = "", again: Json | None = None) -> Json:
    body = [texts.notice(notice)] if notice else []
    body += [texts.heading(shown.title), *(texts.paragraph(one) for one in shown.paragraphs)]
    body += texts.steps(shown.steps)
    if shown.image:
        body += texts.chart(shown.image.lines, shown.locale) if shown.image.lines else []
        body.append(texts.paragraph(shown.image.alt))
    if shown.form:
        body += buttons.form(shown, shown.form, words, dialog=dialog, again=again)
    body += [*buttons.first(shown, dialog=dialog), *buttons.links(shown), *buttons.others(shown, dialog=dialog)]
    body += texts.notes(shown.notes)
    spoken = texts.cut(f"{notice} {shown.title}".strip(), SPOKEN)
    head: Json = {"type": "AdaptiveCard", "$schema": SCHEMA, "version": VERSION, "lang": shown.locale}
    return head | {"speak": spoken, "fallbackText": spoken, "body": body}


def _fitting(shown: Message, draw: Callable[[Message], Json]) -> Json:
    """Return a message as a whole, or with as much of its texts as fits. Raises CardTooLarge."""
    if size(whole := draw(shown)) <= MOST:
        return whole
    least, most = 0, len(shown.paragraphs) + len(shown.steps)
    while least < most:
        middle = (least + most + 1) // 2
        least, most = (middle, most) if size(draw(_begun(shown, middle))) <= MOST else (least, middle - 1)
    bare = replace(_begun(shown, 0), notes=())
    for part in (_begun(shown, least), bare, _briefly(bare)):
        if size(card := draw(part)) <= MOST:
            return card
    raise CardTooLarge


def _briefly(shown: Message) -> Message:
    """Return a message whose picture is described in few words: some signs take twelve bytes each."""
    return replace(shown, image=replace(shown.image, alt=texts.cut(shown.image.alt, BRIEF))) if shown.image else shown


def _begun(shown: Message, count: int) -> Message:
    """Return a message with so many of its paragraphs and steps, and a sign that there was more."""
    if count < len(shown.paragraphs):
        return replace(shown, paragraphs=(*shown.paragraphs[:count], "…"), steps=())
    return replace(shown, steps=(*shown.steps[: count - len(shown.paragraphs)], "…"))
