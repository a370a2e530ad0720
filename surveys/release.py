"""The canonical document of a Release, its hash, and the chain that ties every Release to the one before.

`docs/release-format.md` explains the document for outsiders, `library/release.schema.json` describes an export.
A document holds the hash of its predecessor (`previous`), so whoever keeps the newest hash can tell when anything
that was ever published has been changed or left out.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any, Final

from surveys.errors import InputError
from surveys.model import (
    SUPPRESSED,
    Baseline,
    Cell,
    FacetFigure,
    Figure,
    Policy,
    Release,
    ReleasedItem,
    ReleasedNode,
    Shape,
    ShapeKind,
    Suppressed,
)

FORMAT: Final = 2
"""Of a Release; 1 had no reporting periods, and is read as a Release of a wave."""
READABLE: Final = (1, FORMAT)
EXPORT_FORMAT: Final = 3
"""Of an export; 1 had no log, 2 neither reporting periods nor facets nor shapes."""
READABLE_EXPORTS: Final = (1, 2, EXPORT_FORMAT)

Document = dict[str, Any]
"""A Release in plain JSON values."""


def to_document(release: Release) -> Document:
    """The Release in plain JSON values; moments in UTC. Raises InputError for a moment without a time zone."""
    return {
        "format": FORMAT,
        "survey": release.survey,
        "number": release.number,
        "kind": release.kind,
        "every": release.every,
        "waves": list(release.waves),
        "opened": _moment("opened", release.opened),
        "closed": _moment("closed", release.closed),
        "simulated": release.simulated,
        "policy": asdict(release.policy),
        "items": [_item(item) for item in release.items],
        "baselines": [asdict(baseline) for baseline in release.baselines],
        "nodes": [{**asdict(node), "response": str(node.response)} for node in release.nodes],
        "cells": [_cell(release, cell) for cell in release.cells],
        "previous": release.previous,
        **({"facet": release.facet} if release.facet else {}),
    }


def from_document(document: Mapping[str, Any]) -> Release:
    """The Release of a document; `from_document(to_document(release)) == release`.

    A document read within a scope may hold fewer nodes and cells. Raises InputError for another format, and
    naming the field when one is missing or wrong.
    """
    _must_be_ours(document)
    try:
        return _release(document)
    except KeyError as error:
        raise InputError(f"The Release {_name(document)} has no field {error}; export it anew.") from error
    except (TypeError, ValueError, AttributeError) as error:
        raise InputError(f"The Release {_name(document)} cannot be read: {error}. Export it anew.") from error


def canonical(document: Mapping[str, Any]) -> bytes:
    """The bytes that are hashed and stored: keys sorted, no spaces, UTF-8, no NaN."""
    text = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8")


def digest_of(document: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical bytes, in hex."""
    return hashlib.sha256(canonical(document)).hexdigest()


def verify_chain(documents: Iterable[Mapping[str, Any]]) -> str:
    """Follow the chain from the first Release on and return the hash of the last ("" when there is none).

    Raises InputError naming the first broken link.
    """
    head, before = "", "the beginning"
    for document in documents:
        _must_be_ours(document)
        if document.get("previous") != head:
            raise InputError(
                f"The chain breaks between {before} and {_name(document)}: the later one does not carry the hash of "
                "the earlier one. One of them was changed, or a Release between them is missing."
            )
        head, before = digest_of(document), _name(document)
    return head


def envelope(documents: Sequence[Mapping[str, Any]], log: Sequence[Mapping[str, Any]] = ()) -> Document:
    """An export of the whole publication history and of the signed log, both oldest first.

    Raises InputError when the chain of Releases is broken; the log is checked by `adempauze audit log`.
    """
    return {
        "format": EXPORT_FORMAT,
        "releases": [dict(document) for document in documents],
        "head": verify_chain(documents),
        "log": [dict(entry) for entry in log],
        "log_head": digest_of(log[-1]) if log else "",
    }


def verify_export(export: Mapping[str, Any]) -> list[Document]:
    """The documents of an export whose chain holds and ends at its `head`. Raises InputError."""
    releases = export.get("releases")
    if export.get("format") not in READABLE_EXPORTS or not isinstance(releases, list):
        raise InputError(f"This is no Release export of format {EXPORT_FORMAT}; make one with `release export`.")
    if verify_chain(releases) != export.get("head"):
        raise InputError("The head hash of this export does not belong to its last Release; it was changed.")
    return releases


def schema() -> Document:
    """The JSON Schema (draft 2020-12) that every export fits."""
    loaded: Document = json.loads((files("surveys") / "library" / "release.schema.json").read_text("utf-8"))
    return loaded


def _moment(field: str, moment: datetime) -> str:
    if moment.tzinfo is None:
        raise InputError(f"{field} is {moment}, without a time zone; give one, such as UTC.")
    return moment.astimezone(UTC).isoformat()


def _item(item: ReleasedItem) -> Document:
    return {**asdict(item), "wording": dict(item.wording), "labels": [dict(label) for label in item.labels]}


def _cell(release: Release, cell: Cell) -> Document:
    figure = asdict(cell.figure) if isinstance(cell.figure, Figure) else str(SUPPRESSED)
    key = f"{release.survey}/{release.place}/{cell.cohort}/{cell.item}"
    beside: Document = {"facets": [_by_facet(one) for one in cell.facets]} if cell.facets else {}
    if cell.shape is not None:
        beside[cell.shape.kind] = list(cell.shape.shares)
    return {"key": key, "cohort": cell.cohort, "item": cell.item, "figure": figure, **beside}


def _by_facet(one: FacetFigure) -> Document:
    return {"value": one.value, "mean": str(one.mean) if isinstance(one.mean, Suppressed) else one.mean}


def _must_be_ours(document: Mapping[str, Any]) -> None:
    if document.get("format") not in READABLE:
        raise InputError(f"A Release has format {document.get('format')!r}; this version reads format {FORMAT}.")


def _name(document: Mapping[str, Any]) -> str:
    every = document.get("every", 1)
    return f"{document.get('survey', '?')}/{document.get('number', '?')}{f'x{every}' if every != 1 else ''}"


def _release(document: Mapping[str, Any]) -> Release:
    return Release(
        survey=document["survey"],
        number=document["number"],
        opened=datetime.fromisoformat(document["opened"]),
        closed=datetime.fromisoformat(document["closed"]),
        policy=Policy(**document["policy"]),
        items=tuple(ReleasedItem(**{**item, "labels": tuple(item["labels"])}) for item in document["items"]),
        nodes=tuple(_read_node(node) for node in document["nodes"]),
        cells=tuple(_read_cell(cell) for cell in document["cells"]),
        baselines=tuple(Baseline(b["item"], float(b["between"])) for b in document["baselines"]),
        simulated=document["simulated"],
        facet=document.get("facet", ""),
        previous=document["previous"],
        **_covered(document),
    )


def _covered(document: Mapping[str, Any]) -> dict[str, Any]:
    if document["format"] == 1:
        return {}
    *earlier, last = document["waves"]
    every = document["every"]
    if last != document["number"] or every not in (1, 2, 4) or (document["kind"] == "wave") != (every == 1):
        raise ValueError("kind, every, waves and number do not fit each other")
    return {"every": every, "earlier": tuple(earlier)}


def _read_node(node: Mapping[str, Any]) -> ReleasedNode:
    response = SUPPRESSED if node["response"] == SUPPRESSED else node["response"]
    return ReleasedNode(**{**node, "response": response})


def _read_cell(cell: Mapping[str, Any]) -> Cell:
    told = cell["figure"]
    figure = SUPPRESSED if told == SUPPRESSED else Figure(told["kind"], float(told["value"]), told["n_band"])
    facets = tuple(_read_by_facet(one) for one in cell.get("facets", ()))
    kinds: tuple[ShapeKind, ...] = ("histogram", "bands")
    shape = next((Shape(kind, tuple(map(int, cell[kind]))) for kind in kinds if kind in cell), None)
    return Cell(cell["cohort"], cell["item"], figure, facets, shape)


def _read_by_facet(one: Mapping[str, Any]) -> FacetFigure:
    return FacetFigure(one["value"], SUPPRESSED if one["mean"] == SUPPRESSED else float(one["mean"]))
