"""Everything that is kept about one person as one JSON document. Pure.

It holds no key, no slot and no token: a slot would tell a thief of the database which sealed row is whose.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import date, datetime, time
from typing import Any, Final
from uuid import UUID

from surveys.links import Link
from surveys.model import NodeId, Wave
from surveys.periods import Period
from surveys.store.own import Kept
from surveys.store.own_kudos import KeptGiven, KeptGot
from surveys.store.platform import Delivery

FORMAT: Final = "adempauze/own-data/1"
PIECE: Final = 2000
"""Characters of one paragraph at most, where lines allow: chat platforms cut long ones."""


def export_lines(
    kept: Kept,
    path: Callable[[NodeId], str],
    waves: Mapping[UUID, Wave],
    now: datetime,
    periods: Iterable[Period] = (),
) -> tuple[str, ...]:
    """Return the document in paragraphs; joined by line breaks they are one JSON document."""
    return tuple(_pieces(export_text(kept, path, waves, now, periods)))


def export_text(
    kept: Kept,
    path: Callable[[NodeId], str],
    waves: Mapping[UUID, Wave],
    now: datetime,
    periods: Iterable[Period] = (),
) -> str:
    """Return the document as the text of a file."""
    whole = {**document(kept, path, waves, now), "periods": [_period(period) for period in periods]}
    return json.dumps(whole, indent=2, ensure_ascii=False, default=_plain)


def document(kept: Kept, path: Callable[[NodeId], str], waves: Mapping[UUID, Wave], now: datetime) -> dict[str, Any]:
    """Return the document: one member per kind of row."""
    person = asdict(kept.person)
    person["team"] = path(kept.person.team)
    person["manages"] = sorted(map(path, kept.person.manages))
    person["roles"] = sorted(kept.person.roles)
    return {
        "format": FORMAT,
        "made": now,
        "roster": person,
        "introductions": [asdict(introduction) for introduction in kept.introductions],
        "choices": asdict(kept.chosen) if kept.chosen else None,
        "shifts": [asdict(shift) for shift in kept.shifts],
        "cards": [_card(card, path, waves[card.wave]) for card in kept.deliveries],
        "links": [_link(link) for link in kept.links],
        "records": [asdict(record) for record in kept.records],
        "digests": [asdict(digest) for digest in kept.digests],
        "kudos_given": [_kudos(one) for one in kept.thanks.given],
        "kudos_received": [_kudos(one) for one in kept.thanks.got],
        "kudos_messages": [asdict(message) for message in kept.thanks.messages],
        "kudos_giver": asdict(kept.thanks.giver) if kept.thanks.giver else None,
    }


def _card(card: Delivery, path: Callable[[NodeId], str], wave: Wave) -> dict[str, Any]:
    """Return a card and the fact that a sealed row is there, as for everybody who gets this card."""
    return {
        **asdict(card),
        "cohort": path(card.cohort),
        "survey": wave.survey,
        "number": wave.number,
        "closes": wave.closes,
        "sealed_row": "present",
    }


def _period(period: Period) -> dict[str, Any]:
    """Return a reporting period of small teams, and the fact that a sealed row is there, as for all of its members."""
    return {"survey": period.survey, "waves": list(period.waves), "ends": period.ends, "sealed_row": "present"}


def _kudos(one: KeptGiven | KeptGot) -> dict[str, Any]:
    return {**asdict(one.kudos), **{name: value for name, value in asdict(one).items() if name != "kudos"}}


def _link(link: Link) -> dict[str, Any]:
    return {name: value for name, value in asdict(link).items() if name != "id"}


def _plain(value: object) -> object:
    """Return what JSON lacks as text, a set as a list."""
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in an export: give it one in bot/export.py")


def _pieces(text: str) -> Iterator[str]:
    """Return one paragraph per member of the document, and more where one is long."""
    piece: list[str] = []
    for line in text.splitlines():
        if piece and (_begins_a_member(line) or sum(map(len, piece)) > PIECE):
            yield "\n".join(piece)
            piece = []
        piece.append(line)
    yield "\n".join(piece)


def _begins_a_member(line: str) -> bool:
    return line.startswith('  "')
