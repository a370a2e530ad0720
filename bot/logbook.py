"""The signed log in sentences, and a log taken from a file. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from surveys.errors import InputError, LogBroken
from surveys.model import LANGUAGES
from surveys.release import digest_of, verify_export
from surveys.signed_log import Entry, Kind, from_document, hash_of
from surveys.standing import Standing, after

LOG_FORMAT: Final = "adempauze/log/1"
SHOWN: Final = 12
"""Characters of a hash or key that are shown where the whole is too long."""


SENTENCES: Final[Mapping[Kind, str]] = {
    Kind.SEAT: "took the seat with key {key}",
    Kind.HANDOVER: "handed over the seat {seat}, to be taken until {until}",
    Kind.PROPOSED: "proposed {changes}; reason: {reason}",
    Kind.ACCEPTED: "accepted the proposal of entry {proposal}",
    Kind.REFUSED: "refused the proposal of entry {proposal}; reason: {reason}",
    Kind.WITHDRAWN: "withdrew the proposal of entry {proposal}; reason: {reason}",
    Kind.STRENGTHENED: "strengthened {changes}; reason: {reason}",
}
GROUP: Final = "group {cohort} {what}: {before} people before, {after} after"


@dataclass(frozen=True, slots=True)
class Line:
    """One entry, told: who did what, in English."""

    seq: int
    at: datetime
    who: str
    what: str
    hash: str
    entry: Entry


@dataclass(frozen=True, slots=True)
class Followed:
    """A log followed as far as it holds. `broken` says where it breaks, in English; empty when it holds."""

    lines: tuple[Line, ...]
    standing: Standing
    broken: str

    @property
    def head(self) -> str:
        return self.standing.head[1]


def follow(documents: Iterable[Mapping[str, Any]]) -> Followed:
    """Check a log entry by entry, up to the first that may not stand there."""
    standing, lines = Standing(), list[Line]()
    for document in documents:
        try:
            entry = from_document(document)
            standing = after(standing, entry)
        except LogBroken as error:
            return Followed(tuple(lines), standing, str(error))
        lines.append(Line(entry.seq, entry.at, entry.seat or "program", printable(told(entry)), hash_of(entry), entry))
    return Followed(tuple(lines), standing, "")


def knows_head(followed: Followed, head: str) -> bool:
    """Return whether this hash is that of an entry: the log of then is the beginning of the log of now."""
    return head.strip().lower() in {line.hash for line in followed.lines}


def envelope(documents: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return a file with the whole log."""
    return {"format": LOG_FORMAT, "log": [dict(document) for document in documents]}


def log_of(content: bytes) -> list[Mapping[str, Any]]:
    """Return the entries of a file: a log by itself, or the export with which it came. Raises InputError."""
    try:
        log = json.loads(content)["log"]
    except (ValueError, KeyError, TypeError, RecursionError):
        log = None
    if not isinstance(log, list) or not all(isinstance(one, dict) for one in log):
        raise InputError(
            "this file holds no log: download it from the page of a seat, or make it with `adempauze release export "
            "--format json`"
        )
    return log


def release_hashes(content: bytes) -> set[str]:
    """Return the hash of every Release in a file, none for a log by itself. Raises InputError for a broken chain."""
    whole = json.loads(content)
    return {digest_of(one) for one in verify_export(whole)} if "releases" in whole else set()


def told(entry: Entry) -> str:
    """Return in one English sentence what an entry says."""
    content = entry.content
    if entry.kind is Kind.COHORTS:
        return "; ".join(GROUP.format(**one) for one in content["changes"])
    changes = changes_told(content.get("changes", {}))
    return SENTENCES[entry.kind].format(**{**content, "key": entry.key[:SHOWN], "changes": changes})


def changes_told(changes: Mapping[str, Any]) -> str:
    """Return the fields with their new values in one line."""
    return ", ".join(f"{name} = {_value(value)}" for name, value in sorted(changes.items()))


def printable(text: str) -> str:
    """Return text from elsewhere without what would steer a terminal."""
    return "".join(sign if sign.isprintable() else " " for sign in text)


def _value(value: object) -> str:
    if isinstance(value, dict) and set(value) == set(LANGUAGES):
        return " / ".join(repr(value[language]) for language in LANGUAGES)
    if isinstance(value, dict):
        return " ".join(f"{name} {_value(one)}" for name, one in sorted(value.items()))
    if isinstance(value, list):
        return "[" + ", ".join(_one(one) for one in value) + "]"
    return str(value)


def _one(value: object) -> str:
    return f"{value['id']} v{value['version']} {value['hash'][:SHOWN]}" if isinstance(value, dict) else str(value)
