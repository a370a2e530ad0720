"""The signed log: a chain of entries, each carrying the hash of the one before and the signature of a seat. Pure.

    signed = `adempauze/log/1`, a line feed, and the canonical JSON of the entry without its signature
    hash   = SHA-256 of the canonical JSON of the whole entry, its signature included

An entry of the program itself (a change of groups) has no seat, key or signature: it can agree to nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

from surveys.errors import LogBroken
from surveys.release import canonical
from surveys.seats import Seat, SigningKey, verifies

MAGIC: Final = b"adempauze/log/1\n"


class Kind(StrEnum):
    """What an entry says."""

    SEAT = "seat"
    """Somebody took a seat: their key."""
    HANDOVER = "handover"
    """A seat may be taken anew, until a moment."""
    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    STRENGTHENED = "strengthened"
    COHORTS = "cohorts"
    """The roster made, merged or largely changed groups: ids and numbers of people."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log. `at` is UTC to the second; `seat`, `key` and `signature` are "" for the program itself."""

    seq: int
    previous: str
    kind: Kind
    at: datetime
    content: Mapping[str, Any]
    seat: Seat | None = None
    key: str = ""
    signature: str = ""


def next_entry(
    head: tuple[int, str], kind: Kind, at: datetime, content: Mapping[str, Any], key: SigningKey | None = None
) -> Entry:
    """Return the entry after `head` (place and hash of the last; 0 and "" when there is none), signed with the key."""
    seq, previous = head
    moment = at.astimezone(UTC).replace(microsecond=0)
    entry = Entry(seq + 1, previous, kind, moment, content, key.seat if key else None, key.public if key else "")
    if key is None:
        return entry
    return replace(entry, signature=key.sign(_signed(entry)))


def to_document(entry: Entry) -> dict[str, Any]:
    """Return the entry in plain JSON values."""
    return {
        "seq": entry.seq,
        "previous": entry.previous,
        "kind": str(entry.kind),
        "at": entry.at.isoformat(),
        "content": dict(entry.content),
        "seat": str(entry.seat or ""),
        "key": entry.key,
        "signature": entry.signature,
    }


def from_document(document: Mapping[str, Any]) -> Entry:
    """Read an entry. Raises LogBroken when it is none, or holds anything that would not be written again."""
    try:
        entry = Entry(
            document["seq"],
            document["previous"],
            Kind(document["kind"]),
            datetime.fromisoformat(document["at"]),
            document["content"],
            Seat(document["seat"]) if document["seat"] else None,
            document["key"],
            document["signature"],
        )
        whole = to_document(entry) == dict(document) and entry.at.tzinfo is not None
    except (KeyError, TypeError, ValueError, AttributeError):
        whole = False
    if not whole:
        raise LogBroken("the log holds something that is no entry of it: it was changed, or a newer version wrote it")
    return entry


def hash_of(entry: Entry) -> str:
    """Return the hash that the next entry carries, in hex."""
    return hashlib.sha256(canonical(to_document(entry))).hexdigest()


def check_link(entry: Entry, head: tuple[int, str]) -> None:
    """Raises LogBroken unless the entry follows `head` and the key that it names signed it."""
    seq, previous = head
    if entry.seq != seq + 1:
        raise LogBroken(f"entry {seq + 1} of the log is missing: entry {entry.seq} stands in its place")
    if entry.previous != previous:
        raise LogBroken(f"entry {entry.seq} does not carry the hash of the one before it: one of them was changed")
    if (entry.seat is None) != (not entry.key) or (not entry.key and entry.signature):
        raise LogBroken(f"entry {entry.seq} names a key without a seat, or a seat without a key")
    if entry.key and not verifies(entry.key, entry.signature, _signed(entry)):
        raise LogBroken(f"entry {entry.seq} does not carry a signature of the key that it names")


def _signed(entry: Entry) -> bytes:
    document = to_document(entry)
    del document["signature"]
    return MAGIC + canonical(document)
