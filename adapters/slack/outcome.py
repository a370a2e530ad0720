"""What is to be shown where, once the conversation has replied. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

from adapters.port import Message, Reply
from adapters.slack import pointing, render
from adapters.slack.parse import Heard, Place
from adapters.slack.render import Block
from adapters.slack.words import SlackWords


@dataclass(frozen=True, slots=True)
class Replace:
    """The card in the chat becomes this."""

    content: Block


@dataclass(frozen=True, slots=True)
class Open:
    """A modal opens; where it can't any more, the words `otherwise` are whispered."""

    view: Block
    otherwise: str


@dataclass(frozen=True, slots=True)
class Turn:
    """The modal that is open becomes this."""

    view_id: str
    view: Block


@dataclass(frozen=True, slots=True)
class Publish:
    """The Home tab becomes this."""

    view: Block


@dataclass(frozen=True, slots=True)
class Whisper:
    """A sentence that this person alone sees beside the card, and that is kept nowhere."""

    text: str


Step = Replace | Open | Turn | Publish | Whisper


def steps(heard: Heard, reply: Reply, words: SlackWords) -> list[Step]:
    """Return what is to be done, in this order."""
    place = heard.place
    reply = _within(reply, heard.sender.team)
    found: list[Step] = []
    if reply.message:
        found.append(_message(place, reply.message, words))
    if reply.dialog:
        found.append(_dialog(place, reply.dialog, words, reply.notice))
    elif reply.notice:
        found.append(_notice(place, reply.notice, words, failed=reply.failed))
    if not found and place.submitted:  # the form says "one moment" by now
        found.append(_notice(place, "", words, failed=True))
    return found


def refused(heard: Heard, words: SlackWords) -> list[Step]:
    """Return what somebody sees who pressed a button that is not theirs."""
    return [_notice(heard.place, words.not_yours, words, failed=True)]


def try_again(heard: Heard, words: SlackWords) -> list[Step]:
    """Return what somebody sees when something of ours went wrong: what they did may be done again."""
    return [_notice(heard.place, words.again, words, failed=True)]


def _within(reply: Reply, team: str) -> Reply:
    message, dialog = (shown and pointing.within(shown, team) for shown in (reply.message, reply.dialog))
    return replace(reply, message=message, dialog=dialog)


def _message(place: Place, shown: Message, words: SlackWords) -> Step:
    return Replace(render.message(shown)) if place.ts else _dialog(place, shown, words, "")


def _dialog(place: Place, shown: Message, words: SlackWords, notice: str) -> Step:
    if place.home and not place.trigger:
        return Publish(render.home(shown))
    view = render.modal(shown, words, notice=notice)
    return Turn(str(place.view["id"]), view) if place.view else Open(view, words.again)


def _notice(place: Place, text: str, words: SlackWords, *, failed: bool) -> Step:
    if place.view is not None:
        view = render.again(dict(place.view), text) if failed else render.sentence(text, words)
        return Turn(str(place.view["id"]), view)
    if place.response_url:
        return Whisper(text)
    if place.home and not place.trigger:
        return Publish(render.home_sentence(text))
    return Open(render.sentence(text, words), text)
