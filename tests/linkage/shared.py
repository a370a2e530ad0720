"""Whether anything by which one row can be told from others stands in two places, however it is written there."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from tests.linkage.whole import Whole

LEFT_OUT: Final = {
    *("platform", "kind", "language", "shown", "tag", "state", "name"),
    *("xmin", "xmax", "cmin", "cmax", "ctid", "tableoid"),
}
"""Columns of kudos that hold one of a few words, and the system columns: small numbers, which stand everywhere."""
SHORTEST: Final = 6
"""Shorter values stand everywhere: small numbers, yes and no."""


def of_kudos(wholes: Iterable[Whole]) -> dict[str, str]:
    """Return every value of every kudos that tells it from others, as it may be written, with where it stands."""
    found = dict[str, str]()
    for whole in wholes:
        for table, rows in whole.tables.items():
            if table.startswith("kudos."):
                for row in rows:
                    for column, text in row.items():
                        if column not in LEFT_OUT:
                            found |= dict.fromkeys(written(text), f"{table}.{column}")
    return found


def of_answers(secrets: Mapping[str, tuple[bytes, ...]]) -> dict[str, str]:
    """Return tickets, slots and tokens as they may be written."""
    return {form: who for who, several in secrets.items() for raw in several for form in _bytes(raw)}


def written(text: str) -> set[str]:
    """Return a value in every way in which it may be written: an id, a moment, bytes or plain text."""
    forms = {text, *_bytes(text.encode())}
    for read in (_id, _moment):
        forms |= read(text)
    return {form for form in forms if len(form) >= SHORTEST}


def standing_in(wholes: Iterable[Whole], forms: Mapping[str, str], *tables: str) -> set[str]:
    """Return `where it comes from -> where it stands` of what stands in tables that begin so, or in sequences."""
    found = set[str]()
    for whole in wholes:
        for table, text in _texts(whole, tables).items():
            found |= {f"{origin} -> {table}" for form, origin in forms.items() if form in text}
    return found


def _texts(whole: Whole, tables: tuple[str, ...]) -> Mapping[str, str]:
    texts = {table: _all(rows) for table, rows in whole.tables.items() if table.startswith(tables)}
    samples = {f"samples of {name}": str(row) for name, row in whole.catalogues["samples"].items()}
    ours = {name: text for name, text in samples.items() if f"'schemaname': '{tables[0].split('.')[0]}'" in text}
    return {**texts, **ours, "sequences": str(dict(whole.catalogues["sequences"]))}


def _all(rows: Iterable[Mapping[str, str]]) -> str:
    return "\n".join(" ".join(text for column, text in row.items() if column not in LEFT_OUT) for row in rows)


def _id(text: str) -> set[str]:
    try:
        one = UUID(text)
    except ValueError:
        return set()
    return {str(one), one.urn, str(one.int), *_bytes(one.bytes), *_bytes(one.bytes_le)}


def _moment(text: str) -> set[str]:
    try:
        one = datetime.fromisoformat(text)
    except ValueError:
        return set()
    seconds = one.timestamp()
    return {one.isoformat(), str(int(seconds * 1e6)), f"{seconds:.6f}", f"{seconds:.3f}"} if one.microsecond else set()


def _bytes(raw: bytes) -> set[str]:
    plain = {raw.decode()} if raw.isascii() else set()
    return plain | {
        raw.hex(),
        base64.b64encode(raw).decode().rstrip("="),
        base64.urlsafe_b64encode(raw).decode().rstrip("="),
    }


def written_together(wholes: Iterable[Whole]) -> set[str]:
    """Return the transactions that wrote both something of kudos and something of surveys."""
    wrote: dict[str, set[str]] = {"kudos.": set(), "surveys.": set()}
    for whole in wholes:
        for schema, transactions in wrote.items():
            tables = (rows for table, rows in whole.tables.items() if table.startswith(schema))
            transactions |= {row["xmin"] for rows in tables for row in rows}
    return wrote["kudos."] & wrote["surveys."]
