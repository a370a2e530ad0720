"""The signed log and the sealed keys of the seats, over a connection handed in."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from surveys.errors import LogBroken
from surveys.model import NodeId
from surveys.policy import Reader
from surveys.release import canonical
from surveys.seats import SealedKey, Seat
from surveys.signed_log import Entry, Kind, from_document, hash_of, to_document
from surveys.standing import Standing, after, stand
from surveys.tables.seats import LogRow, SeatRow

LOG = LogRow.__table__  # type: ignore[attr-defined]
SEAT = SeatRow.__table__  # type: ignore[attr-defined]

LOG_LOCK = text("SELECT pg_advisory_xact_lock(7012005)")


async def documents(connection: AsyncConnection) -> list[dict[str, Any]]:
    """Return every entry, oldest first; on the reader role only with the scope of the whole organisation.

    One that is not kept as it was hashed is empty: whoever follows the log breaks off there.
    """
    rows = await connection.execute(select(LOG.c.document).order_by(LOG.c.seq))
    return [_document(bytes(row.document)) for row in rows]


async def head(connection: AsyncConnection) -> str:
    """Return the hash kept of the newest entry, "" when there is none."""
    return await connection.scalar(select(LOG.c.hash).order_by(LOG.c.seq.desc()).limit(1)) or ""


async def standing(connection: AsyncConnection) -> Standing:
    """Return what the log adds up to now, checked from its first entry on. Raises LogBroken."""
    found = stand(await documents(connection))
    kept = (await connection.execute(select(LOG.c.seq, LOG.c.hash).order_by(LOG.c.seq.desc()).limit(1))).first()
    if kept and found.head != (kept.seq, kept.hash):
        raise LogBroken(f"entry {kept.seq} of the log does not have the hash that was kept when it was written")
    return found


async def reads(connection: AsyncConnection, reader: Reader) -> tuple[bool, datetime | None]:
    """Return whether somebody may read what was released, and since when if that came after the first agreement.

    Before there is an agreement everybody may: only what is simulated has been released. Nobody of the employer may
    while the log does not hold.
    """
    try:
        now = await standing(connection)
    except LogBroken:
        return False, None
    return now.agreement is None or reader in now.agreement.readers, now.since.get(reader)


async def held(connection: AsyncConnection) -> Standing:
    """Return the same, and let nobody else add to the log until this transaction ends. Raises LogBroken."""
    await connection.execute(LOG_LOCK)
    return await standing(connection)


async def add(connection: AsyncConnection, before: Standing, entry: Entry) -> Standing:
    """Add an entry to a log that is held, and return what it adds up to. Raises LogBroken for one against the rules."""
    found = after(before, entry)
    await connection.execute(
        insert(LOG).values(seq=entry.seq, document=canonical(to_document(entry)), hash=hash_of(entry))
    )
    return found


async def regrouped_since(connection: AsyncConnection) -> dict[NodeId, datetime]:
    """Return the groups that the roster made, merged or largely changed, each with when it last did.

    Such a group publishes nothing until its second reporting period after that moment.
    """
    entries = map(from_document, await documents(connection))
    return {
        change["cohort"]: entry.at
        for entry in entries
        if entry.kind is Kind.COHORTS
        for change in entry.content["changes"]
    }


async def sealed_key(connection: AsyncConnection, seat: Seat) -> SealedKey | None:
    """Return the key of a seat as it is kept."""
    row = (await connection.execute(select(SEAT).where(SEAT.c.seat == seat))).one_or_none()
    if row is None:
        return None
    kept = (bytes(value) for value in (row.salt, row.by_secret, row.by_recovery))
    return SealedKey(seat, bytes(row.public), row.cost, *kept)


async def keep_key(connection: AsyncConnection, key: SealedKey) -> None:
    """Keep the key of a seat in place of the one before."""
    await connection.execute(delete(SEAT).where(SEAT.c.seat == key.seat))
    await connection.execute(insert(SEAT).values(**asdict(key)))


def _document(raw: bytes) -> dict[str, Any]:
    """Return an entry as it was written; one that is not kept so is no entry, and breaks the log where it stands."""
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) and canonical(found) == raw else {}
