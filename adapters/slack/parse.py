"""What Slack sends becomes a Submission or a Command, and the place where its outcome is shown. Pure and strict.

Everything here comes from the client: a button may be copied and a view rewritten. So nothing is believed but who
sent it, which Slack vouches for; whose token it is the platform asks before it drops the sender.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, get_args

from adapters.port import SUBMISSIONS, Command, DeliveryError, Locale, Submission, workspace_of
from adapters.slack.kept import is_kept, unpacked
from adapters.slack.pointing import addresses_of
from adapters.slack.render import CHOSEN, FORM, again

NAME: Final = "slack"
_ACTION: Final = re.compile(r"(nl|en)/([a-z][a-z0-9_]{0,39})(?:/(form|[0-9]{1,3}:[0-9]{1,3}))?")
UNREADABLE: Final = (AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What it raises to read something that has not the shape that Slack documents."""

Payload = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """Where something was done, and so where its outcome is shown.

    A card in the chat has `channel`, `ts` and `response_url`; a modal has `view`, with what was filled in, and is
    `submitted` when its form was sent; the Home tab has `home`. `trigger` opens a modal, once and within three seconds.
    """

    trigger: str = ""
    response_url: str = ""
    channel: str = ""
    ts: str = ""
    view: Payload | None = None
    submitted: bool = False
    home: bool = False

    @property
    def wordless(self) -> bool:
        """Whether nothing of ours was there to say in which language: a typed command, or the Home tab opening."""
        return not self.ts and self.view is None and not (self.home and self.trigger)


@dataclass(frozen=True, slots=True)
class Sender:
    """Who did something. With one workspace their address is their id; with several, ids need the workspace's."""

    team: str
    user: str
    address: str


@dataclass(frozen=True, slots=True)
class Heard:
    """One thing that somebody did: what it asks, who did it, and where."""

    asked: Submission | Command
    sender: Sender
    place: Place


@dataclass(frozen=True, slots=True)
class Addresses:
    """How members are named: by their id `alone` in the one workspace there is, else as `team/user`."""

    alone: bool

    def of(self, team: str, user: str) -> str:
        """Return the address of a member."""
        return user if self.alone else f"{team}/{user}"

    def parts(self, address: str) -> tuple[str, str]:
        """Return workspace, "" where there is but one, and id. Raises DeliveryError for an address of the other kind.

        Such a one is of the time before several workspaces were connected, or after: nobody is reached there.
        """
        team = workspace_of(address)
        if bool(team) == self.alone:
            raise DeliveryError("the address is not one of a connected workspace", permanent=True)
        return team, address.removeprefix(f"{team}/")

    def sender(self, team: str, user: str) -> Sender:
        """Return a member as the sender of something."""
        return Sender(team, user, self.of(team, user))


def heard_in(read: Callable[[], Heard | None]) -> Heard | None:
    """Return what a payload asks; None when it has not the shape that Slack documents."""
    try:
        return read()
    except UNREADABLE:
        return None


def says_what_it_is(body: Payload) -> bool:
    """Whether something is an event, a command or an interaction, be it of a kind that is new to us."""
    event = body.get("event") if body.get("type") == "event_callback" else body
    return isinstance(event, Mapping) and any(isinstance(event.get(name), str) for name in ("type", "command"))


def tap_of(payload: Payload, addresses: Addresses) -> Heard | None:
    """Return what a pressed button asks; None for a link, and for anything that no button of ours sends."""
    action = payload["actions"][0]
    found = _ACTION.fullmatch(str(action.get("action_id", "")))
    if found is None:
        return None
    view = payload.get("view")
    state = (view or payload).get("state") or {}
    sender = sender_of(payload, addresses)
    texts = _texts(state.get("values", {}), sender, addresses) if found[3] == FORM else {}
    return _heard(payload, found, str(action.get("value") or ""), texts, sender)


def submitted_of(payload: Payload, addresses: Addresses) -> Heard | None:
    """Return what a modal's form asks; None for a view that is not ours."""
    view = payload["view"]
    found = _ACTION.fullmatch(str(view.get("callback_id", "")))
    if found is None:
        return None
    sender = sender_of(payload, addresses)
    texts = _texts(view.get("state", {}).get("values", {}), sender, addresses)
    return _heard(payload, found, str(view.get("private_metadata") or ""), texts, sender)


def sender_of(payload: Payload, addresses: Addresses) -> Sender:
    """Return who did something."""
    user = payload["user"]
    return addresses.sender(str(user.get("team_id") or payload["team"]["id"]), str(user["id"]))


def _heard(payload: Payload, found: re.Match[str], brought: str, texts: Mapping[str, str], sender: Sender) -> Heard:
    """Put together what is asked; how long a token or a text may be is the conversation's to say.

    What somebody filled in counts for more than what was kept: a form of ours never has both under one name.
    """
    place = _place(payload)
    token, kept = ("", unpacked(brought)) if is_kept(brought) else (brought, {})
    locale, action, at = _locale(found[1]), found[2], found[3]
    if token and action in SUBMISSIONS:
        first, _, second = (at or "").partition(":")
        positions = ((int(first), int(second)),) if second else ()
        return Heard(Submission(token, action, locale, positions, texts), sender, place)
    fields = kept | dict(texts) | ({"position": at} if at and at != FORM else {})
    return Heard(Command(action, NAME, sender.address, locale, fields, token or None), sender, place)


def _locale(text: str) -> Locale:
    return next(locale for locale in get_args(Locale) if locale == text)


def _place(payload: Payload) -> Place:
    container, view = payload.get("container", {}), payload.get("view")
    home = view is not None and view["type"] == "home"
    return Place(
        trigger=str(payload.get("trigger_id", "")),
        response_url=str(payload.get("response_url", "")),
        channel=str(container.get("channel_id", "")),
        ts=str(container.get("message_ts", "")),
        view=None if home or view is None else _standing(view),
        submitted=payload.get("type") == "view_submission",
        home=home,
    )


def _standing(view: Payload) -> Payload:
    """Return a modal, when it can be turned back to what was filled in: one of ours always can."""
    again(dict(view), str(view["id"]))
    return view


def _texts(values: Payload, sender: Sender, addresses: Addresses) -> dict[str, str]:
    """What was filled in, by the name of the field; people are of the workspace in which they were picked."""
    found = {}
    for fields in values.values():
        for name, given in fields.items():
            if kind := CHOSEN.get(given.get("type", ""), ""):
                found[name] = _text(given.get(kind), partial(addresses.of, sender.team))
    return found


def _text(value: object, address: Callable[[str], str]) -> str:
    """An option carries a mark, because Slack takes no empty value."""
    if isinstance(value, list):
        return addresses_of(value, address)
    if isinstance(value, Mapping):
        value = str(value.get("value", "")).removeprefix("=")
    return str(value or "").replace("\r\n", "\n")
