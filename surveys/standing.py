"""Where the two keys stand: what the signed log adds up to, followed entry by entry. Pure.

An entry that its signer had no right to make breaks the log as much as a wrong hash: whoever follows it from the first
entry on knows that both seats agreed to every weakening.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final

from surveys.errors import AdempauzeError, InputError, LogBroken
from surveys.policy import Agreement, changed, fingerprint, from_content, granted, weaknesses
from surveys.seats import Seat
from surveys.signed_log import Entry, Kind, check_link, from_document, hash_of

WAITS: Final = timedelta(days=30)
"""How long a proposal waits for the other seat."""
OPEN_FOR: Final = timedelta(days=7)
"""How long a seat that is handed over may be taken."""
LONGEST_REASON: Final = 500


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change that waits for the other seat. `before` is the fingerprint of the agreement that it changes."""

    seq: int
    hash: str
    by: Seat
    at: datetime
    until: datetime
    changes: Mapping[str, Any]
    reason: str
    before: str


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a seat: a public key in hex, since when."""

    key: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """What the entries followed so far add up to. `head` is the place and hash of the last."""

    head: tuple[int, str] = (0, "")
    holders: Mapping[Seat, Holder] = field(default_factory=dict)
    handovers: Mapping[Seat, datetime] = field(default_factory=dict)
    """Seats that may be taken anew, until when."""
    agreement: Agreement | None = None
    agreed_at: datetime | None = None
    since: Mapping[str, datetime] = field(default_factory=dict)
    """What was granted after the first agreement, since when (`policy.granted`)."""
    waiting: Mapping[int, Proposal] = field(default_factory=dict)
    """Proposals by place in the log, not decided; some may be too old."""

    def open_proposals(self, now: datetime) -> tuple[Proposal, ...]:
        """Return the proposals that may still be accepted, oldest first."""
        return tuple(one for one in self.waiting.values() if now <= one.until and one.before == self.fingerprint)

    def grants(self, what: str, opened: datetime) -> bool:
        """Whether this is agreed on now, and was before a wave opened: what is new begins with the next wave."""
        return what in granted(self.agreement) and not (what in self.since and opened < self.since[what])

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.agreement)

    def may_be_taken(self, seat: Seat, now: datetime) -> bool:
        """Return whether somebody may take this seat: nobody has it yet, or it has been handed over."""
        return seat not in self.holders or now <= self.handovers.get(seat, datetime.min.replace(tzinfo=now.tzinfo))


def stand(documents: Iterable[Mapping[str, Any]]) -> Standing:
    """Follow a log from its first entry on. Raises LogBroken naming the first entry that may not stand there."""
    standing = Standing()
    for document in documents:
        standing = after(standing, from_document(document))
    return standing


def after(standing: Standing, entry: Entry) -> Standing:
    """Return where things stand after one more entry. Raises LogBroken."""
    check_link(entry, standing.head)
    try:
        _check_signer(standing, entry)
        moved = RULES[entry.kind](standing, entry)
    except (KeyError, TypeError, ValueError, AttributeError, AdempauzeError) as error:
        why = str(error) if isinstance(error, AdempauzeError) else "it cannot be read"
        raise LogBroken(f"entry {entry.seq} ({entry.kind}) may not stand in the log: {why}") from None
    return replace(moved, head=(entry.seq, hash_of(entry)))


def change_of(proposal: Proposal, agreement: Agreement | None) -> Agreement:
    """Return the agreement that a proposal leads to. Raises InputError."""
    return from_content(proposal.changes) if agreement is None else changed(agreement, proposal.changes)


def _check_signer(standing: Standing, entry: Entry) -> None:
    """Whoever signs holds the seat; only a seat that is being taken brings a key of its own."""
    if entry.kind is Kind.COHORTS:
        if entry.seat is not None:
            raise InputError("the program itself makes this entry")
    elif entry.seat is None:
        raise InputError("it is signed by nobody")
    elif entry.kind is not Kind.SEAT and standing.holders[entry.seat].key != entry.key:
        raise InputError(f"its key is not that of the seat {entry.seat}")


def _taken(standing: Standing, entry: Entry) -> Standing:
    seat = _seat(entry)
    if dict(entry.content):
        raise InputError("it holds more than a key")
    if not standing.may_be_taken(seat, entry.at):
        raise InputError(f"the seat {seat} is taken and has not been handed over")
    if entry.key in (holder.key for holder in standing.holders.values()):
        raise InputError("this key holds a seat already")
    handovers = {one: until for one, until in standing.handovers.items() if one is not seat}
    holders = {**standing.holders, seat: Holder(entry.key, entry.at)}
    return replace(standing, holders=holders, handovers=handovers)


def _handed_over(standing: Standing, entry: Entry) -> Standing:
    seat, until = Seat(entry.content["seat"]), datetime.fromisoformat(entry.content["until"])
    if seat is Seat.WORKS_COUNCIL and entry.seat is not seat:
        raise InputError("only the sitting works council hands over its seat")
    if seat not in standing.holders or until > entry.at + OPEN_FOR:
        raise InputError("this seat is not held by anybody, or it would be open for too long")
    return replace(standing, handovers={**standing.handovers, seat: until})


def _proposed(standing: Standing, entry: Entry) -> Standing:
    content = entry.content
    until = datetime.fromisoformat(content["until"])
    proposal = Proposal(
        entry.seq,
        hash_of(entry),
        _seat(entry),
        entry.at,
        until,
        content["changes"],
        _reason(content["reason"]),
        content["before"],
    )
    if until > entry.at + WAITS or proposal.before != standing.fingerprint:
        raise InputError("it waits for too long, or starts from an agreement that is not in force")
    change_of(proposal, standing.agreement)
    return replace(standing, waiting={**standing.waiting, entry.seq: proposal})


def _accepted(standing: Standing, entry: Entry) -> Standing:
    proposal = _decided(standing, entry)
    if proposal.by is entry.seat:
        raise InputError("nobody accepts a proposal of their own")
    if entry.at > proposal.until or proposal.before != standing.fingerprint:
        raise InputError("that proposal has expired, or the agreement has changed since")
    return _settled(standing, entry, change_of(proposal, standing.agreement), proposal.seq)


def _refused(standing: Standing, entry: Entry) -> Standing:
    proposal = _decided(standing, entry)
    _reason(entry.content["reason"])
    if (proposal.by is entry.seat) is (entry.kind is Kind.REFUSED):
        raise InputError("a proposal is refused by the other seat, and withdrawn by its own")
    return _without(standing, proposal.seq)


def _strengthened(standing: Standing, entry: Entry) -> Standing:
    _reason(entry.content["reason"])
    if standing.agreement is None:
        raise InputError("nothing is in force that could be strengthened")
    to = changed(standing.agreement, entry.content["changes"])
    if weak := weaknesses(standing.agreement, to):
        raise InputError(f"this weakens {', '.join(weak)}, which needs both keys")
    return _settled(standing, entry, to)


def _noted(standing: Standing, entry: Entry) -> Standing:
    for change in entry.content["changes"]:
        _check_group(**change)
    return standing


def _check_group(cohort: str, what: str, before: int, after: int) -> None:
    """A change of a group is its id and numbers: nothing else has a place here."""
    if not (isinstance(cohort, str) and isinstance(what, str) and isinstance(before, int) and isinstance(after, int)):
        raise InputError("a change of a group is its id, what happened, and how many people before and after")


def _settled(standing: Standing, entry: Entry, agreement: Agreement, *decided: int) -> Standing:
    before, now = granted(standing.agreement), granted(agreement)
    since = {what: at for what, at in standing.since.items() if what in now}
    if standing.agreement is not None:
        since |= dict.fromkeys(now - before, entry.at)
    return replace(_without(standing, *decided), agreement=agreement, agreed_at=entry.at, since=since)


def _without(standing: Standing, *decided: int) -> Standing:
    return replace(standing, waiting={seq: one for seq, one in standing.waiting.items() if seq not in decided})


def _decided(standing: Standing, entry: Entry) -> Proposal:
    proposal = standing.waiting.get(entry.content["proposal"])
    if proposal is None or proposal.hash != entry.content["hash"]:
        raise InputError("there is no such proposal that waits")
    return proposal


def _seat(entry: Entry) -> Seat:
    if entry.seat is None:
        raise InputError("it is signed by nobody")
    return entry.seat


def _reason(text: object) -> str:
    if not isinstance(text, str) or not text.strip() or len(text) > LONGEST_REASON:
        raise InputError(f"a reason has 1 to {LONGEST_REASON} characters: write down why")
    return text


RULES: Final[Mapping[Kind, Callable[[Standing, Entry], Standing]]] = {
    Kind.SEAT: _taken,
    Kind.HANDOVER: _handed_over,
    Kind.PROPOSED: _proposed,
    Kind.ACCEPTED: _accepted,
    Kind.REFUSED: _refused,
    Kind.WITHDRAWN: _refused,
    Kind.STRENGTHENED: _strengthened,
    Kind.COHORTS: _noted,
}
