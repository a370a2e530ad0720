"""What in a text may be about a customer: numbers, addresses and names, found by their form. Pure.

For texts in which colleagues are meant to be named, so a name counts only behind a word such as *mevrouw* or
*customer*. Forms miss much: whoever wrote the text sees what was masked, and what was not, before anybody else does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """What a span is; the value names the word that stands in its place."""

    EMAIL = "email"
    LINK = "link"
    IBAN = "iban"
    PHONE = "phone"
    NUMBER = "number"
    ADDRESS = "address"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Span:
    """From `start` up to, not including, `end`."""

    start: int
    end: int
    kind: Kind


_TITLE: Final = (
    r"mevrouw|mevr\.?|meneer|mijnheer|dhr\.?|mw\.?|klant(?:e)?|beller|mr\.?|mrs\.?|ms\.?|miss|customer|caller|client"
)
_PART: Final = r"(?:van|von|de|den|der|het|'t|ten|ter|te|el|al|la|le|di|du|da|bin|ben)"
_CALLED: Final = r"[^\W\d_a-z][\w'’-]*"
"""A word that begins with a capital, in any script that has them."""

FORMS: Final[Mapping[Kind, re.Pattern[str]]] = {
    Kind.EMAIL: re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    Kind.LINK: re.compile(r"\b(?:https?://|www\.)\S+|\b[\w-]+\.(?:com|nl|org|net|eu|be|de)/\S+", re.IGNORECASE),
    Kind.IBAN: re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b"),
    Kind.PHONE: re.compile(
        r"(?<![\w+])(?:\+|00)\d{1,3}[ -]?(?:\(0\) ?)?\d(?:[ -]?\d){6,11}\b|(?<!\w)0\d(?:[ -]?\d){8}\b"
    ),
    Kind.ADDRESS: re.compile(
        r"\b[1-9]\d{3} ?[A-Z]{2}\b(?: [A-Z][a-z]+)?"
        r"|\b(?:[A-Z][\w'’-]* )?[A-Z][\w'’-]*(?:straat|laan|weg|plein|kade|gracht|dijk|singel|hof)\b"
        r" \d+(?:-?[A-Za-z])?\b"
        r"|\b\d+[A-Z]? [A-Z]\w+ (?:Street|Road|Lane|Avenue|Square)\b"
    ),
    Kind.NUMBER: re.compile(
        r"\b(?:[A-Za-z]{1,4}-?)?\d{6,}\b|\b[A-Z]{2,4}-\d{4,}\b|\b[A-Za-z]{1,3}-\d{3,}\b|\b\d{4}-\d{4,}\b"
        r"|\b(?:\d{4}[ -]){3}\d{4}\b"
        r"|(?<=nummer )[A-Z]?\d{4,}\b|(?<=nummer is )[A-Z]?\d{4,}\b|(?<=number )[A-Z]?\d{4,}\b"
    ),
    Kind.NAME: re.compile(rf"(?<=\b)(?i:{_TITLE})\s+((?:{_PART}\s+)*{_CALLED}(?:\s+(?:{_PART}\s+)*{_CALLED})*)"),
}
"""In the order in which they go first: a number within an e-mail address is that address."""


def spans(text: str) -> list[Span]:
    """Return what may be about a customer, from the left, none within another."""
    found: list[Span] = []
    for span in _found(text):
        if not any(span.start < other.end and other.start < span.end for other in found):
            found.append(span)
    return sorted(found, key=lambda span: span.start)


def masked(text: str, words: Mapping[Kind, str]) -> str:
    """Return a text in which each span is a word of what it was."""
    parts, at = [], 0
    for span in spans(text):
        parts += [text[at : span.start], words[span.kind]]
        at = span.end
    return "".join([*parts, text[at:]])


def _found(text: str) -> Iterator[Span]:
    for kind, form in FORMS.items():
        for match in form.finditer(text):
            group = 1 if form.groups else 0
            yield Span(match.start(group), match.end(group), kind)
