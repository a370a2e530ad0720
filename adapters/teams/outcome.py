"""What Teams is answered, once the conversation has replied. Pure.

Nothing of a dialog ever becomes the answer to an `Action.Execute`: that one is a card of the chat.
learn.microsoft.com/adaptive-cards/authoring-cards/universal-action-model
"""

from __future__ import annotations

from typing import Final

from adapters.port import Locale, Message, Reply
from adapters.teams import cards
from adapters.teams.texts import Json
from adapters.teams.words import TeamsWords

SENTENCE: Final = "application/vnd.microsoft.activity.message"
ERROR: Final = "application/vnd.microsoft.error"
TALL: Final = 600
"""Characters of texts that fill a dialog of medium height; an input counts for a hundred."""


def acted(reply: Reply, words: TeamsWords) -> Json:
    """Return the answer to an `Action.Execute`: the card that takes its place, or a sentence beside the same card.

    Raises CardTooLarge.
    """
    if reply.message:
        return {"statusCode": 200, "type": cards.CARD, "value": cards.message(reply.message, words)}
    return sentence(reply.notice if reply.notice and not reply.dialog else words.again)


def sentence(text: str) -> Json:
    """Return the answer to an `Action.Execute` that leaves its card as it is and says something beside it."""
    return {"statusCode": 200, "type": SENTENCE, "value": text}


def unreadable(words: TeamsWords) -> Json:
    """Return the answer to what no button of ours sends."""
    return {"statusCode": 400, "type": ERROR, "value": {"code": "BadRequest", "message": words.unreadable}}


def shown(reply: Reply, words: TeamsWords, *, again: Message | None = None) -> Json:
    """Return the answer to `task/fetch` and `task/submit`: the dialog, or a sentence in its place.

    `again` is the dialog that was sent, with what was typed; it stays open when that was refused. A message is shown
    in the dialog as well: here it is what came of it. Raises CardTooLarge.
    """
    if found := reply.dialog or reply.message:
        return opened(found, words, notice=reply.notice)
    if reply.failed and again:
        return opened(again, words, notice=reply.notice or words.again)
    return told(reply.notice or words.again)


def opened(content: Message, words: TeamsWords, *, notice: str = "") -> Json:
    """Return an answer that shows this in a dialog. Raises CardTooLarge."""
    card = cards.attachment(cards.dialog(content, words, notice=notice))
    task = {"title": words.name, "width": "medium", "height": _height(content), "card": card}
    return {"task": {"type": "continue", "value": task}}


def told(text: str) -> Json:
    """Return an answer that says one thing where the dialog would be."""
    return {"task": {"type": "message", "value": text}}


def told_there(text: str, words: TeamsWords, locale: Locale) -> Json:
    """Return an answer that says one thing in the dialog of a message extension, which shows nothing but cards.

    learn.microsoft.com/microsoftteams/platform/messaging-extensions/how-to/action-commands/respond-to-task-module-submit
    """
    return opened(Message(words.name, locale, paragraphs=(text,)), words)


def shown_there(reply: Reply, words: TeamsWords, locale: Locale, *, again: Message | None = None) -> Json:
    """Return the answer to what is asked in the dialog of a message extension. Raises CardTooLarge."""
    if reply.dialog or reply.message or (reply.failed and again):
        return shown(reply, words, again=again)
    return told_there(reply.notice or words.again, words, locale)


def _height(content: Message) -> str:
    said = sum(len(text) for text in (*content.paragraphs, *content.steps, *content.notes))
    inputs = len(content.form.fields) if content.form else 0
    return "large" if content.image or said + 100 * inputs > TALL else "medium"
