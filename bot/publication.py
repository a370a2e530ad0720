"""The publication history at a glance, for the works council: pure, from the stored bytes of the chain alone."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from surveys.errors import InputError
from surveys.model import SUPPRESSED, Policy, ReleasedItem
from surveys.release import EXPORT_FORMAT, from_document, verify_chain


@dataclass(frozen=True, slots=True)
class Published:
    """One Release in a line. `cells` counts all cells, `suppressed` those not shown; `place` as in `Release`."""

    survey: str
    number: int
    place: str
    opened: datetime
    closed: datetime
    items: tuple[str, ...]
    cells: int
    suppressed: int


@dataclass(frozen=True, slots=True)
class History:
    """All Releases. `broken` says where the chain breaks, in English; empty when it holds.

    `rows` come newest first; `items` is every item in every version and wording that was asked, in order of asking.
    """

    count: int
    head: str
    broken: str
    policy: Policy | None
    rows: tuple[Published, ...]
    items: tuple[ReleasedItem, ...]


def history_of(documents: Sequence[bytes], kept: str) -> History:
    """Check the chain and sum it up, one document in memory at a time. `kept` is the hash kept of the newest.

    Raises InputError when a document cannot be read at all.
    """
    noted = _Noted()
    reading = noted.read(documents)
    broken = _break(reading, kept)
    for _ in reading:
        pass  # what comes after a break is listed too
    return History(
        count=len(documents),
        head=_head(documents),
        broken=broken,
        policy=noted.policy,
        rows=tuple(reversed(noted.rows)),
        items=tuple(noted.items.values()),
    )


def export_of(documents: Sequence[bytes], log: Sequence[bytes] = ()) -> Iterator[bytes]:
    """Yield an export as docs/release-format.md describes it; of a broken chain too, so that it can be shown.

    Releases and entries of the signed log stand in it byte for byte as they were hashed.
    """
    heads = _head(documents).encode(), _head(log).encode()
    yield b'{"format":%d,"head":"%s","log_head":"%s","releases":[\n' % (EXPORT_FORMAT, *heads)
    yield from _listed(documents)
    yield b'\n],"log":[\n'
    yield from _listed(log)
    yield b"\n]}\n"


def _listed(documents: Sequence[bytes]) -> Iterator[bytes]:
    for place, document in enumerate(documents):
        yield (b",\n" if place else b"") + document


@dataclass
class _Noted:
    """What is worth keeping of each document while the chain is followed."""

    rows: list[Published] = field(default_factory=list)
    items: dict[tuple[str, ...], ReleasedItem] = field(default_factory=dict)
    policy: Policy | None = None

    def read(self, documents: Sequence[bytes]) -> Iterator[dict[str, Any]]:
        for raw in documents:
            document = json.loads(raw)
            self._note(document)
            yield document

    def _note(self, document: dict[str, Any]) -> None:
        figures = [cell["figure"] for cell in document["cells"]]
        release = from_document({**document, "nodes": [], "cells": []})
        self.policy = release.policy
        self.items |= {(item.id, str(item.version), *item.wording.values()): item for item in release.items}
        self.rows.append(
            Published(
                survey=release.survey,
                number=release.number,
                place=release.place,
                opened=release.opened,
                closed=release.closed,
                items=tuple(item.id for item in release.items),
                cells=len(figures),
                suppressed=figures.count(str(SUPPRESSED)),
            )
        )


def _head(documents: Sequence[bytes]) -> str:
    return hashlib.sha256(documents[-1]).hexdigest() if documents else ""


def _break(documents: Iterator[dict[str, Any]], kept: str) -> str:
    try:
        head = verify_chain(documents)
    except InputError as error:
        return str(error)
    return "" if head == kept else "The newest Release does not have the hash that was kept when it was written."
