"""What is asked without a button of ours: commands that are typed, shortcuts, and the Home tab. Pure and strict."""

from __future__ import annotations

import re
from functools import partial
from typing import Final

from adapters.port import Command, Locale
from adapters.slack.parse import NAME, Addresses, Heard, Payload, Place, Sender, sender_of
from adapters.slack.pointing import addresses_of
from adapters.slack.spoken import plain, thanks

KUDOS: Final = "/kudos"
"""The command in which Slack says at whom somebody points; `/adempauze` comes as it was typed."""
THANK_FOR: Final = "thank_for_this"
THANK: Final = "thank_someone"
"""The shortcuts: with a message, whose author is thanked, and from anywhere."""
WORDS: Final = frozenset({"kudos", "bedank", "bedanken", "compliment"})
"""The words after `/adempauze` with which somebody begins to thank: only after these is read what follows."""
_WORD: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")


def slash_of(body: Payload, addresses: Addresses, locale: Locale) -> Heard:
    """Return what was typed after a command; nothing asks for the own page. `locale` until we know better."""
    sender = addresses.sender(str(body["team_id"]), str(body["user_id"]))
    place = Place(trigger=str(body.get("trigger_id", "")), response_url=str(body.get("response_url", "")))
    text = str(body.get("text", "")).strip()
    if body.get("command") == KUDOS:
        people, said = thanks(text)
        return _kudos(sender, place, locale, addresses_of(people, partial(addresses.of, sender.team)), said)
    typed, _, rest = text.partition(" ")
    word = typed.lower()
    name = word if _WORD.fullmatch(word) else ("home" if not word else "unknown")
    if name in WORDS:
        return _kudos(sender, place, locale, "", plain(rest))
    return Heard(Command(name, NAME, sender.address, locale), sender, place)


def shortcut_of(payload: Payload, addresses: Addresses, locale: Locale) -> Heard | None:
    """Return that somebody wants to thank, where they pointed at a message its author; None for no shortcut of ours.

    Of the message nothing else is read, and the place is not the message: it is somebody else's.
    """
    which = payload.get("callback_id")
    if which not in (THANK_FOR, THANK):
        return None
    sender = sender_of(payload, addresses)
    place = Place(trigger=str(payload.get("trigger_id", "")), response_url=str(payload.get("response_url", "")))
    people = _author(payload["message"]) if which == THANK_FOR else []
    return _kudos(sender, place, locale, addresses_of(people, partial(addresses.of, sender.team)), "")


def home_of(body: Payload, addresses: Addresses, locale: Locale) -> Heard | None:
    """Return that somebody opened their Home tab; None for the other tabs of the application."""
    event = body["event"]
    if event.get("tab") != "home":
        return None
    return own_page(addresses.sender(str(body["team_id"]), str(event["user"])), locale)


def own_page(sender: Sender, locale: Locale) -> Heard:
    """Return what asks for the own page on the Home tab."""
    return Heard(Command("home", NAME, sender.address, locale), sender, Place(home=True))


def _author(message: Payload) -> list[str]:
    """Who wrote it; nobody where an app did."""
    user = message.get("user")
    return [str(user)] if user and not message.get("bot_id") else []


def _kudos(sender: Sender, place: Place, locale: Locale, people: str, text: str) -> Heard:
    return Heard(Command("kudos", NAME, sender.address, locale, {"people": people, "text": text}), sender, place)
