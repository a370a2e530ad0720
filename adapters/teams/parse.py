"""What Teams sends becomes a Submission or a Command. Pure and strict.

Everything here comes from the client: a button may be copied and what it carries rewritten. So nothing is believed but
who sent it, which the channel vouches for; whose token it is the platform asks before it drops the sender. What has
not the shape of something of ours is refused as a whole, and nothing else is ever raised.
learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/universal-actions-for-adaptive-cards/overview
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeVar, get_args

from adapters.port import IN_PLACE, SUBMISSIONS, Command, Locale, Message, Submission
from adapters.teams.addresses import address_beside
from adapters.teams.buttons import CHOICE, FIELD, FORM, OPEN, PEOPLE, PERSON
from adapters.teams.refill import UNREADABLE, WORD, kept_in, unpacked

NAME: Final = "teams"
MOST_TOKEN: Final = 2_000
MOST_TEXT: Final = 10_000
MOST_FIELDS: Final = 60
MOST_TYPED: Final = 10_000
"""Characters of a typed message that are looked at."""
_DO: Final = re.compile(r"(nl|en)/([a-z][a-z0-9_]{0,39})(?:/(form|[0-9]{1,3}:[0-9]{1,3}))?")
THANKING: Final = "kudos"
"""Names our message extension in the package of the app, and what it asks for."""
MEMBERS: Final = frozenset({"aadUser", "onPremiseAadUser"})
"""How a message says that its author is of an organisation; others are guests, phones and strangers."""
MOST_PEOPLE: Final = 100
"""People whom somebody points at; how many may be thanked at once is not said here."""
_TOKEN: Final = re.compile(r"[!-~]+")
_CARRIED: Final = frozenset({"do", "token", "names", "kept", "again", "msteams"})
_LOCALES: Final[Mapping[str, Locale]] = {locale: locale for locale in get_args(Locale)}

T = TypeVar("T")

Where = Literal["card", "opener", "dialog"]
"""Where a button stands: in the chat and answered in place, in the chat and opening a dialog, or in a dialog."""


class Unreadable(Exception):
    """What came in is nothing that a button, a form or a command of ours sends."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What somebody asks. `again` is the dialog that they sent, as they filled it in; it holds what they typed."""

    asked: Submission | Command
    again: Message | None = None


def executed(value: Any, sender: str) -> Heard:
    """Return what the value of an `adaptiveCard/action` invoke asks. Raises Unreadable."""

    def read() -> Heard:
        action = value["action"]
        data = action["data"]
        if action["type"] != "Action.Execute" or action["verb"] != data["do"]:
            raise ValueError("an action that is not ours")
        if value.get("trigger", "manual") != "manual":
            raise ValueError("nobody pressed anything")
        return _heard(data, sender, "card")

    return _read(read)


def fetched(value: Any, sender: str) -> Heard:
    """Return what the value of a `task/fetch` invoke asks. Raises Unreadable."""
    return _read(lambda: _heard(value["data"], sender, "opener"))


def submitted(value: Any, sender: str) -> Heard:
    """Return what the value of a `task/submit` invoke asks. Raises Unreadable."""
    return _read(lambda: _heard(value["data"], sender, "dialog"))


def thanking(value: Any, sender: str, locale: Locale) -> Command:
    """Return what the value of a `composeExtension/fetchTask` invoke asks. Raises Unreadable.

    Of a message for which somebody wants to thank, its author counts and nothing else: not a word of it is looked at.
    """

    def read() -> Command:
        if value["commandId"] != THANKING:
            raise ValueError("not our message extension")
        author = _author(value.get("messagePayload") or {})
        return Command(THANKING, NAME, sender, locale, {"people": address_beside(sender, author)} if author else {})

    return _read(read)


def submitted_there(value: Any, sender: str) -> Heard:
    """Return what the value of a `composeExtension/submitAction` invoke asks: as in any dialog. Raises Unreadable."""

    def read() -> Heard:
        if value["commandId"] != THANKING:
            raise ValueError("not our message extension")
        return _heard(value["data"], sender, "dialog")

    return _read(read)


def pressed(value: Any, sender: str) -> Heard:
    """Return what the value of a message asks: a button in a client without `Action.Execute`. Raises Unreadable."""
    return _read(lambda: _heard(value, sender, "card"))


def written(text: str, sender: str, locale: Locale) -> Command:
    """Return a typed message as what it is: words, of which the conversation looks what they ask."""
    readable = "".join(sign for sign in text[:MOST_TYPED] if sign != "\0")
    return Command("said", NAME, sender, locale, {"text": readable})


def _author(message: Mapping[str, Any]) -> str:
    """Return the object id of who wrote a message, "" for an application and for whoever has none."""
    user = (message.get("from") or {}).get("user") or {}
    told = _text(user.get("id") or "")
    return told if user.get("userIdentityType", "aadUser") in MEMBERS and PERSON.fullmatch(told) else ""


def _read(read: Callable[[], T]) -> T:
    try:
        return read()
    except UNREADABLE:
        raise Unreadable from None  # what it was may be somebody's words


def _heard(data: Mapping[str, Any], sender: str, where: Where) -> Heard:
    locale, action, at = _what(data["do"], where)
    if not _CARRIED.issuperset(name for name in data if not name.startswith((FIELD, CHOICE, PEOPLE))):
        raise ValueError("something that no button carries")
    if "msteams" in data and (where != "opener" or data["msteams"] != OPEN):
        raise ValueError("not what opens a dialog")
    token = _token(data["token"]) if "token" in data else None
    typed = _typed(data, sender) if at == FORM else {}
    kept = kept_in(data.get("kept", {}))
    if kept and (token or kept.keys() & typed.keys()):
        raise ValueError("kept beside a token, or kept and filled in")
    asked = _asked(sender, locale, action, at, token=token, typed=typed, kept=kept)
    if at != FORM or "again" not in data:
        return Heard(asked)
    return Heard(asked, unpacked(data["again"], locale=locale, action=action, token=token, typed=typed, kept=kept))


def _what(do: Any, where: Where) -> tuple[Locale, str, str]:
    """Return language, action and place. A button of another kind than ours may not show an outcome elsewhere."""
    found = _DO.fullmatch(_text(do))
    if found is None:
        raise ValueError("not what a button of ours does")
    if where != "dialog" and (found[2] in IN_PLACE) != (where == "card"):
        raise ValueError("its outcome belongs elsewhere")
    return _LOCALES[found[1]], found[2], found[3] or ""


def _asked(
    sender: str,
    locale: Locale,
    action: str,
    at: str,
    *,
    token: str | None,
    typed: Mapping[str, str],
    kept: Mapping[str, str],
) -> Submission | Command:
    if token and action in SUBMISSIONS:
        first, _, second = at.partition(":")
        positions = ((int(first), int(second)),) if second else ()
        return Submission(token, action, locale, positions, typed)
    fields = {**kept, **typed} | ({"position": at} if at and at != FORM else {})
    return Command(action, NAME, sender, locale, fields, token)


def _typed(data: Mapping[str, Any], sender: str) -> dict[str, str]:
    """Return what was filled in, by the name of the field; what Teams leaves out was left empty."""
    names = _text(data["names"]).split()
    words = {name.removeprefix(FIELD): _text(value or "") for name, value in data.items() if name.startswith(FIELD)}
    chosen = {name.removeprefix(CHOICE): _option(value) for name, value in data.items() if name.startswith(CHOICE)}
    people = {
        name.removeprefix(PEOPLE): _people(value, sender) for name, value in data.items() if name.startswith(PEOPLE)
    }
    filled = words | chosen | people
    if len(names) > MOST_FIELDS or not all(map(WORD.fullmatch, names)) or filled.keys() - set(names):
        raise ValueError("not the fields of a form of ours")
    return {name: filled.get(name, "").replace("\r\n", "\n") for name in names}


def _option(value: Any) -> str:
    """Return what stands behind an option, without the mark that it carries."""
    marked = _text(value or "")
    if marked and not marked.startswith("="):
        raise ValueError("not an option of ours")
    return marked[1:]


def _people(value: Any, sender: str) -> str:
    """Return the addresses of whom somebody pointed at, each once: object ids of people in their own tenant."""
    ids = [one for one in _text(value or "").split(",") if one]
    if len(ids) > MOST_PEOPLE or not all(map(PERSON.fullmatch, ids)):
        raise ValueError("not people of Microsoft Entra")
    return ",".join(dict.fromkeys(address_beside(sender, one) for one in ids))


def _token(value: Any) -> str:
    token = _text(value)
    if len(token) > MOST_TOKEN or not _TOKEN.fullmatch(token):
        raise ValueError("not a token")
    return token


def _text(value: Any) -> str:
    """Return a text that can be kept and sent: not too long, no NUL, no half of a character."""
    if not isinstance(value, str) or len(value) > MOST_TEXT or "\0" in value:
        raise ValueError("not a text")
    value.encode()
    return value
