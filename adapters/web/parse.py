"""Form fields of a POST become a Submission or a Command, or a value that says what is wrong. Pure and strict.

Fields of a Submission: `token`, `action`, `position` (item:option, repeatable), `text.NAME`.
Fields of a Command: `name`, `token` (where the card has one), `position`, `field.NAME`.
Anything else, a repeated field, a NUL byte or an over-long text is refused as a whole: nothing is half done.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl

from adapters.port import SUBMISSIONS, Command, Locale, Submission
from adapters.web.words import Refusal, Visitor

MAX_TEXT: Final = 4_000
"""Characters of one text; the domain's own, tighter limits come after."""
MAX_TOKEN: Final = 2_000
MAX_FIELDS: Final = 60
_NAME: Final = re.compile(r"[a-z][a-z0-9_.-]{0,39}")
_TOKEN: Final = re.compile(r"[!-~]+")
_POSITION: Final = re.compile(r"([0-9]{1,3}):([0-9]{1,3})")

Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class BadForm:
    """Why a form was not taken: `refusal` names the sentence for the person, `detail` names field and mend."""

    refusal: Refusal
    detail: str

    @property
    def status(self) -> int:
        return 413 if self.refusal == "too_large" else 422


class _Refused(Exception):
    def __init__(self, detail: str, refusal: Refusal = "unreadable") -> None:
        super().__init__(detail)
        self.bad = BadForm(refusal, detail)


def pairs_of(body: bytes) -> Pairs | BadForm:
    """Return the fields of an application/x-www-form-urlencoded body in order."""
    try:
        return parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS)
    except ValueError:
        return BadForm("unreadable", f"the form is not UTF-8 or has more than {MAX_FIELDS} fields: open the page anew")


def submission_of(pairs: Pairs, visitor: Visitor) -> Submission | BadForm:
    """Return what was done with a card. The visitor lends the language only; the sender is not in it."""
    try:
        form = _Form(pairs, allowed={"token", "action"}, prefix="text.")
        action = form.one("action")
        if action not in SUBMISSIONS:
            raise _Refused(f"action is {action[:20]!r}: use one of {', '.join(sorted(SUBMISSIONS))}")
        return Submission(form.token(), action, visitor.locale, form.positions, form.texts)
    except _Refused as refused:
        return refused.bad


def command_of(pairs: Pairs, visitor: Visitor, platform: str) -> Command | BadForm:
    """Return what a person asks about themselves. Names the conversation does not know are its own to answer."""
    try:
        form = _Form(pairs, allowed={"token", "name"}, prefix="field.")
        name = form.one("name")
        if not _NAME.fullmatch(name):
            raise _Refused("name is not a word of small letters: open the page anew")
        fields = dict(form.texts)
        if form.positions:
            fields["position"] = "{}:{}".format(*form.positions[0])
        token = form.token() if "token" in form.values else None
        return Command(name, platform, visitor.address, visitor.locale, fields, token)
    except _Refused as refused:
        return refused.bad


class _Form:
    def __init__(self, pairs: Pairs, *, allowed: Collection[str], prefix: str) -> None:
        self.values: dict[str, str] = {}
        self.texts: dict[str, str] = {}
        positions: list[tuple[int, int]] = []
        for name, value in pairs:
            if name == "position":
                positions.append(_position(value))
            elif name in allowed:
                _put(self.values, name, value)
            elif name.startswith(prefix) and _NAME.fullmatch(name.removeprefix(prefix)):
                _put(self.texts, name.removeprefix(prefix), _text(name, value))
            else:
                raise _Refused(f"unknown field {name[:40]!r}: open the page anew")
        self.positions = tuple(positions)

    def one(self, name: str) -> str:
        if name not in self.values:
            raise _Refused(f"the field {name!r} is missing: open the page anew")
        return self.values[name]

    def token(self) -> str:
        token = self.one("token")
        if len(token) > MAX_TOKEN or not _TOKEN.fullmatch(token):
            raise _Refused("token is not the text of a button: open the page anew")
        return token


def _put(into: dict[str, str], name: str, value: str) -> None:
    if name in into:
        raise _Refused(f"the field {name!r} is there twice: open the page anew")
    into[name] = value


def _position(value: str) -> tuple[int, int]:
    found = _POSITION.fullmatch(value)
    if found is None:
        raise _Refused(f"position is {value[:20]!r}: two whole numbers with a colon between them, like 0:3")
    return int(found[1]), int(found[2])


def _text(name: str, value: str) -> str:
    if "\0" in value:
        raise _Refused(f"the field {name!r} holds a NUL byte: type the text anew")
    if len(value) > MAX_TEXT:
        raise _Refused(f"the field {name!r} has {len(value)} characters: at most {MAX_TEXT}", "too_long")
    return value.replace("\r\n", "\n")


def preferred(accept_language: str) -> Locale:
    """Return the language a browser asks for (RFC 9110, 12.5.4) of the two we speak; Dutch when it asks for neither."""
    weights = {"nl": 0.0, "en": 0.0}
    for part in accept_language.lower()[:200].split(","):
        tag, _, quality = part.partition(";")
        language = tag.strip().partition("-")[0]
        if language in weights:
            weights[language] = max(weights[language], _quality(quality))
    return "en" if weights["en"] > weights["nl"] else "nl"


def _quality(parameter: str) -> float:
    if not parameter:
        return 1.0
    found = re.fullmatch(r" ?q=([01](?:\.[0-9]{0,3})?) ?", parameter)
    return float(found[1]) if found else 0.0
