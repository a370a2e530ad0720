"""What Teams sends becomes an Activity of our own. Pure and strict.

The Bot Framework vouches for the sender, the service URL and the tenant; everything else comes from a client, where a
card may be copied and a form rewritten. What has not the shape that Microsoft documents is refused as a whole.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final, Literal

CHANNEL: Final = "msteams"
UNREADABLE: Final = (AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What it raises to read something that has not the shape that Microsoft documents."""

MOST_TEXT: Final = 50_000
"""Characters of a text that are read; Teams lets nobody write half as many."""
MOST_ENTITIES: Final = 200
"""What a text mentions, as far as it is looked at: each is looked for in the whole text."""

Scope = Literal["personal", "groupChat", "channel", ""]
Payload = Mapping[str, Any]

_SCOPES: Final[Mapping[str, Scope]] = {"personal": "personal", "groupChat": "groupChat", "channel": "channel"}
_ID: Final = re.compile(r"[^\x00-\x1f\x7f]{1,1024}")
_WORD: Final = re.compile(r"[A-Za-z][A-Za-z0-9/._-]{0,99}")


@dataclass(frozen=True, slots=True)
class Place:
    """A conversation, and where calls about it go. `tenant` is whose it is, `bot` who we are in it.

    In a channel the id of a conversation ends in `;messageid=` and the thread's first message.
    """

    service_url: str
    conversation: str
    tenant: str
    bot: str

    @property
    def whole(self) -> str:
        """The conversation without the thread: a message sent there begins a new one."""
        return self.conversation.partition(";")[0]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody: their id in Teams (`29:...`), valid for this bot, and their object id in Entra, "" when not told."""

    teams: str
    entra: str = ""


@dataclass(frozen=True, slots=True)
class Activity:
    """One thing that happened.

    `kind` is Microsoft's type of it (message, invoke, conversationUpdate, installationUpdate ...), `name` says which
    invoke, `action` which installation. `text` has no mention of us; `mentioned` says that there was one. `value` is
    what a card or a form sent. `reply_to` is the id of the message whose card that was. `scope` is "" when not told.
    """

    kind: str
    place: Place
    sender: Person
    scope: Scope
    id: str = ""
    name: str = ""
    action: str = ""
    text: str = ""
    mentioned: bool = False
    value: Payload = field(default_factory=dict)
    locale: str = ""
    reply_to: str = ""
    team: str = ""
    channel: str = ""
    added: tuple[Person, ...] = ()
    removed: tuple[Person, ...] = ()

    @property
    def elsewhere(self) -> bool:
        """Whether it came from a message extension: a "personal" chat may then be one of two people, without us."""
        return self.name.startswith("composeExtension/")


@dataclass(frozen=True, slots=True)
class Claimed:
    """A body that nobody has vouched for yet: what vouching needs of it, and all of it."""

    channel: str
    service_url: str
    body: Payload


def claimed(body: bytes) -> Claimed:
    """Return what a request says. Raises one of UNREADABLE."""
    said = json.loads(body.decode("utf-8"))
    json.dumps(said, ensure_ascii=False).encode("utf-8")  # half a character is none
    return Claimed(_id(said, "channelId"), _id(said, "serviceUrl"), said)


def activity_of(body: Payload) -> Activity:
    """Return what happened. Raises one of UNREADABLE."""
    if body["channelId"] != CHANNEL:
        raise ValueError("not from Teams")
    data, conversation = _object(body, "channelData"), body["conversation"]
    place = Place(_id(body, "serviceUrl"), _id(conversation, "id"), _tenant(data, conversation), _id(_to(body), "id"))
    text, mentioned = _without_mention(body, place.bot)
    return Activity(
        kind=_word(body["type"]),
        place=place,
        sender=_person(body["from"]),
        scope=_SCOPES.get(_string(conversation, "conversationType"), ""),
        id=_maybe_id(body, "id"),
        name=_word(body["name"]) if body.get("name") else "",
        action=_word(body["action"]) if body.get("action") else "",
        text=text,
        mentioned=mentioned,
        value=_object(body, "value"),
        locale=_string(body, "locale")[:20],
        reply_to=_maybe_id(body, "replyToId"),
        team=_maybe_id(_object(data, "team"), "id"),
        channel=_maybe_id(_object(data, "channel"), "id"),
        added=tuple(_people(body, "membersAdded")),
        removed=tuple(_people(body, "membersRemoved")),
    )


def _to(body: Payload) -> Payload:
    return _object(body, "recipient")


def _tenant(data: Payload, conversation: Payload) -> str:
    """Return whose conversation it is, "" when neither place says; two places that differ are refused."""
    told = {_maybe_id(_object(data, "tenant"), "id"), _maybe_id(conversation, "tenantId")} - {""}
    if len(told) > 1:
        raise ValueError("two tenants")
    return told.pop() if told else ""


def _without_mention(body: Payload, bot: str) -> tuple[str, bool]:
    """Return the text without what mentions us, and whether anything did; the same name said plainly stays."""
    text, mentioned = _string(body, "text")[:MOST_TEXT], False
    for entity in islice(body.get("entities") or (), MOST_ENTITIES):
        who = _object(entity, "mentioned")
        if entity.get("type") == "mention" and who.get("id") == bot:
            mentioned = True
            mark = _string(entity, "text") or f"<at>{_string(who, 'name')}</at>"  # in a group it may not be told
            text = text.replace(mark, " ", 1)
    return " ".join(text.split()) if mentioned else text.strip(), mentioned


def _people(body: Payload, name: str) -> Iterator[Person]:
    for one in body.get(name) or ():
        yield _person(one)


def _person(one: Payload) -> Person:
    return Person(_id(one, "id"), _maybe_id(one, "aadObjectId"))


def _object(owner: Payload, name: str) -> Payload:
    found = owner.get(name)
    if found is None:
        return {}
    if not isinstance(found, Mapping):
        raise TypeError("not an object")
    return found


def _string(owner: Payload, name: str) -> str:
    found = owner.get(name)
    if found is None:
        return ""
    if not isinstance(found, str):
        raise TypeError("not a text")
    return found


def _id(owner: Payload, name: str) -> str:
    found = owner[name]
    if not isinstance(found, str) or not _ID.fullmatch(found):
        raise ValueError("not an id")
    return found


def _maybe_id(owner: Payload, name: str) -> str:
    return _id(owner, name) if owner.get(name) else ""


def _word(found: Any) -> str:
    if not isinstance(found, str) or not _WORD.fullmatch(found):
        raise ValueError("not a word")
    return found
