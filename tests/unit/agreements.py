"""Agreements and logs for tests: made by hand, and by chance."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from surveys.instrument import shipped_instrument
from surveys.model import STANDARD, STRICT, Mode, Policy
from surveys.policy import ALWAYS, EMPLOYER, READERS, AgreedItem, Agreement, agreed, to_content
from surveys.seats import Seat, SigningKey
from surveys.signed_log import Entry, Kind, hash_of, next_entry, to_document
from surveys.standing import WAITS, Standing, after
from tests.keys import KEYS, key_of

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
AGREEMENT = Agreement(
    purpose={"nl": "Werk beter maken.", "en": "Making work better."},
    protection=STANDARD,
    surveys=frozenset({"pulse"}),
    items=frozenset(agreed(item) for item in shipped_instrument().items),
    readers=READERS,
    retention_days=6,
)


class Log:
    """A log that is written by its own rules, or against them."""

    def __init__(self) -> None:
        self.documents: list[dict[str, Any]] = []
        self.standing = Standing()

    def add(
        self, kind: Kind, content: dict[str, Any], seat: Seat | None, at: datetime = NOW, key: SigningKey | None = None
    ) -> Entry:
        entry = next_entry(self.standing.head, kind, at, content, key or (KEYS[seat] if seat else None))
        self.standing = after(self.standing, entry)
        self.documents.append(to_document(entry))
        return entry

    def fill(self) -> Log:
        for seat in Seat:
            self.add(Kind.SEAT, {}, seat)
        return self

    def propose(self, changes: dict[str, Any], by: Seat = Seat.ADMINISTRATOR, at: datetime = NOW) -> Entry:
        until = (at + WAITS).isoformat()
        content = {"changes": changes, "before": self.standing.fingerprint, "reason": "Because.", "until": until}
        return self.add(Kind.PROPOSED, content, by, at)

    def decide(self, proposal: Entry, kind: Kind, by: Seat, at: datetime = NOW, **more: str) -> Entry:
        return self.add(kind, {"proposal": proposal.seq, "hash": hash_of(proposal), **more}, by, at)

    def go_live(self) -> Log:
        proposal = self.fill().propose(to_content(AGREEMENT))
        self.decide(proposal, Kind.ACCEPTED, Seat.WORKS_COUNCIL)
        return self


def later(days: float) -> datetime:
    return NOW + timedelta(days=days)


WEAKENED = {"retention_days": 30}
STRICTER = {"protection": asdict(STRICT)}


def full() -> Log:
    """A log with an entry of every kind."""
    log = Log().go_live()
    log.decide(log.propose(WEAKENED), Kind.REFUSED, Seat.WORKS_COUNCIL, reason="Too long.")
    log.decide(log.propose(WEAKENED), Kind.WITHDRAWN, Seat.ADMINISTRATOR, reason="Never mind.")
    log.add(Kind.STRENGTHENED, {"changes": STRICTER, "reason": "Safer."}, Seat.WORKS_COUNCIL)
    log.add(Kind.COHORTS, {"changes": [{"cohort": "n1", "what": "created", "before": 0, "after": 7}]}, None)
    log.add(Kind.HANDOVER, {"seat": "works-council", "until": later(7).isoformat()}, Seat.WORKS_COUNCIL)
    log.add(Kind.SEAT, {}, Seat.WORKS_COUNCIL, key=key_of(Seat.WORKS_COUNCIL, 2))
    return log


def _sound(one: Agreement) -> Agreement:
    """Mend what no number of keys may agree on."""
    readers = one.readers - EMPLOYER if one.mode is Mode.ARBO else one.readers
    return replace(one, readers=readers, comments=one.comments or one.tone or one.verbatim_comments)


_names = st.frozensets(st.sampled_from(["pulse", "monthly", "project"]), max_size=3)
_numbers = st.integers(5, 9)
policies = st.one_of(
    st.just(STANDARD), st.just(STRICT), st.builds(Policy, st.just("own"), _numbers, _numbers, _numbers, _numbers)
)
items = st.builds(AgreedItem, st.sampled_from(["C1", "C4", "C5"]), st.just(1), st.sampled_from(["a", "b"]))
agreements = st.builds(
    Agreement,
    purpose=st.sampled_from([{"nl": "a", "en": "a"}, {"nl": "b", "en": "b"}]),
    protection=policies,
    surveys=_names,
    items=st.frozensets(items, max_size=4),
    readers=st.frozensets(st.sampled_from(sorted(EMPLOYER))).map(ALWAYS.union),
    retention_days=st.integers(1, 40),
    mode=st.sampled_from(Mode),
    facets=_names,
    verbatim_comments=st.booleans(),
    tone=st.booleans(),
    comments=st.booleans(),
).map(_sound)
