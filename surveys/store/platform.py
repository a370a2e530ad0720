"""Schema `platform`: deliveries, digests under way, sealed platform records, marks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, case, delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from surveys.model import NodeId
from surveys.store.outlets import workspace_in
from surveys.store.surveys import WAVE
from surveys.tables.platform import DeliveryRow, DigestDeliveryRow, DigestDueRow, MarkRow, RecordRow

DELIVERY = DeliveryRow.__table__  # type: ignore[attr-defined]
DIGEST_DUE = DigestDueRow.__table__  # type: ignore[attr-defined]
DIGEST = DigestDeliveryRow.__table__  # type: ignore[attr-defined]
RECORD = RecordRow.__table__  # type: ignore[attr-defined]
MARK = MarkRow.__table__  # type: ignore[attr-defined]

PENDING = ("waiting", "calling")
TO_REMIND = DELIVERY.c.reminder == "waiting"
WORKSPACE = workspace_in(DELIVERY.c.address)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One card for one person in one wave, as far as sending got."""

    wave: UUID
    person: UUID
    cohort: NodeId
    platform: str
    address: str
    chunk: int
    due: datetime
    state: str = "waiting"
    attempts: int = 0
    sent: bool = False
    message: str | None = None
    remind_due: datetime | None = None
    reminder: str = "waiting"
    facet: str = ""
    """What the person was at opening in the facet of the wave."""


@dataclass(frozen=True, slots=True)
class DueChunk:
    """Work for one sending job. Chunks are numbered for each workspace of a platform, "" where there is only one."""

    wave: UUID
    chunk: int
    platform: str
    workspace: str = ""


# ---- deliveries ------------------------------------------------------------------------------------------------


async def add_deliveries(connection: AsyncConnection, deliveries: Iterable[Delivery]) -> None:
    """Copy the deliveries of a new wave in."""
    raw = await connection.get_raw_connection()
    cursor = raw.driver_connection.cursor()  # type: ignore[union-attr]
    columns = "wave_id, person_id, cohort, platform, address, chunk, due, state, attempts, sent, reminder, facet"
    async with cursor.copy(f"COPY platform.delivery ({columns}) FROM STDIN") as copy:
        for d in deliveries:
            where = d.platform, d.address, d.chunk
            await copy.write_row((d.wave, d.person, d.cohort, *where, d.due, d.state, 0, False, d.reminder, d.facet))


async def due_cards(connection: AsyncConnection, now: datetime) -> list[DueChunk]:
    """Return the chunks that hold cards due and not yet sent, of open waves."""
    return await _due(connection, (DELIVERY.c.due <= now) & DELIVERY.c.state.in_(PENDING))


async def due_reminders(connection: AsyncConnection, now: datetime) -> list[DueChunk]:
    """Return the chunks whose one reminder step is due, of open waves. Whoever answered is among them."""
    return await _due(connection, (DELIVERY.c.remind_due <= now) & TO_REMIND)


async def _due(connection: AsyncConnection, condition: Any) -> list[DueChunk]:
    columns = (DELIVERY.c.wave_id, DELIVERY.c.chunk, DELIVERY.c.platform, WORKSPACE)
    query = select(*columns).join(WAVE, WAVE.c.id == DELIVERY.c.wave_id).where(WAVE.c.state == "open", condition)
    return [DueChunk(*row) for row in await connection.execute(query.distinct().order_by(*columns))]


async def cards_of(connection: AsyncConnection, chunk: DueChunk, now: datetime) -> list[Delivery]:
    """Return the due, unsent cards of a chunk in the order in which they are due."""
    return await _deliveries(connection, chunk, (DELIVERY.c.due <= now) & DELIVERY.c.state.in_(PENDING))


async def reminders_of(connection: AsyncConnection, chunk: DueChunk, now: datetime) -> list[Delivery]:
    """Return the deliveries of a chunk whose reminder step is due."""
    return await _deliveries(connection, chunk, (DELIVERY.c.remind_due <= now) & TO_REMIND)


async def _deliveries(connection: AsyncConnection, chunk: DueChunk, condition: Any) -> list[Delivery]:
    there = (DELIVERY.c.platform == chunk.platform) & (chunk.workspace == WORKSPACE)
    mine = (DELIVERY.c.wave_id == chunk.wave) & (DELIVERY.c.chunk == chunk.chunk) & there
    query = select(DELIVERY).where(mine, condition).order_by(DELIVERY.c.due, DELIVERY.c.person_id)
    return [_delivery(row) for row in await connection.execute(query)]


async def set_delivery(connection: AsyncConnection, wave: UUID, person: UUID, **values: Any) -> bool:
    """Change how far one delivery got; False when it is gone."""
    change = update(DELIVERY).where(DELIVERY.c.wave_id == wave, DELIVERY.c.person_id == person)
    return bool((await connection.execute(change.values(**values))).rowcount)


async def delivery(connection: AsyncConnection, wave: UUID, person: UUID) -> Delivery | None:
    """Return one delivery."""
    query = select(DELIVERY).where(DELIVERY.c.wave_id == wave, DELIVERY.c.person_id == person)
    row = (await connection.execute(query)).one_or_none()
    return _delivery(row) if row else None


async def deliveries_of(connection: AsyncConnection, person: UUID) -> list[Delivery]:
    """Return what is kept now about cards of one person."""
    query = select(DELIVERY).where(DELIVERY.c.person_id == person).order_by(DELIVERY.c.due)
    return [_delivery(row) for row in await connection.execute(query)]


async def delivered(connection: AsyncConnection, wave: UUID) -> dict[tuple[NodeId, str], int]:
    """Return how many cards were sent per cohort and value of the facet; the denominators of the response bands."""
    went_out = DELIVERY.c.sent | (DELIVERY.c.state == "calling")
    query = select(DELIVERY.c.cohort, DELIVERY.c.facet, func.count()).where(DELIVERY.c.wave_id == wave, went_out)
    rows = await connection.execute(query.group_by(DELIVERY.c.cohort, DELIVERY.c.facet))
    return {(row[0], row[1]): row[2] for row in rows}


async def asked_in(connection: AsyncConnection, wave: UUID) -> list[tuple[UUID, NodeId, bool]]:
    """Return for whom there is a card in a wave, in which cohort they count, and whether it was sent."""
    went_out = DELIVERY.c.sent | (DELIVERY.c.state == "calling")
    rows = await connection.execute(
        select(DELIVERY.c.person_id, DELIVERY.c.cohort, went_out).where(DELIVERY.c.wave_id == wave)
    )
    return [(row[0], row[1], row[2]) for row in rows]


async def progress(connection: AsyncConnection, wave: UUID) -> dict[str, int]:
    """Return how many deliveries of a wave are in each state of sending; a card moved to later counts as done."""
    state = case((DELIVERY.c.sent, "done"), else_=DELIVERY.c.state).label("state")
    counted = select(state).where(DELIVERY.c.wave_id == wave).subquery()
    query = select(counted.c.state, func.count()).group_by(counted.c.state)
    return {row[0]: row[1] for row in await connection.execute(query)}


async def next_due(connection: AsyncConnection) -> datetime | None:
    """Return the earliest moment at which a card or a reminder step is due."""
    cards = await connection.scalar(select(func.min(DELIVERY.c.due)).where(DELIVERY.c.state.in_(PENDING)))
    reminders = await connection.scalar(select(func.min(DELIVERY.c.remind_due)).where(TO_REMIND))
    digests = await connection.scalar(select(func.min(DIGEST_DUE.c.due)))
    retries = await connection.scalar(select(func.min(DIGEST.c.due)))
    return min((moment for moment in (cards, reminders, digests, retries) if moment), default=None)


async def forget_deliveries(connection: AsyncConnection, *, wave: UUID) -> None:
    """Delete the deliveries of a wave at its close."""
    await connection.execute(delete(DELIVERY).where(DELIVERY.c.wave_id == wave))


# ---- digests ---------------------------------------------------------------------------------------------------


async def add_digest_due(connection: AsyncConnection, seq: int, due: datetime) -> None:
    """Note when the digest of a Release goes out."""
    await connection.execute(insert(DIGEST_DUE).values(seq=seq, due=due))


async def held_back(connection: AsyncConnection, now: datetime) -> int | None:
    """Return the place of the oldest Release that managers may not read yet, or None when they may read all."""
    held: int | None = await connection.scalar(select(func.min(DIGEST_DUE.c.seq)).where(DIGEST_DUE.c.due > now))
    return held


async def claim_digests(connection: AsyncConnection, now: datetime) -> list[int]:
    """Take the digests that are due, each once."""
    rows = await connection.execute(delete(DIGEST_DUE).where(DIGEST_DUE.c.due <= now).returning(DIGEST_DUE.c.seq))
    return sorted(row.seq for row in rows)


async def add_digest_deliveries(connection: AsyncConnection, seq: int, people: Sequence[UUID], due: datetime) -> None:
    """Note to whom the digest of a Release goes."""
    if people:
        await connection.execute(insert(DIGEST), [{"seq": seq, "person_id": person, "due": due} for person in people])


async def due_digests(connection: AsyncConnection, now: datetime) -> list[tuple[int, UUID, int]]:
    """Return (Release, person, attempts so far) of digests to send now."""
    query = select(DIGEST).where(DIGEST.c.due <= now).order_by(DIGEST.c.seq, DIGEST.c.person_id)
    return [(row.seq, row.person_id, row.attempts) for row in await connection.execute(query)]


async def postpone_digest(connection: AsyncConnection, seq: int, person: UUID, due: datetime) -> None:
    """Try a digest again later."""
    mine = update(DIGEST).where(DIGEST.c.seq == seq, DIGEST.c.person_id == person)
    await connection.execute(mine.values(due=due, attempts=DIGEST.c.attempts + 1))


async def digest_sent(connection: AsyncConnection, seq: int, person: UUID) -> None:
    """Forget a digest that was sent or can't be."""
    await connection.execute(delete(DIGEST).where(DIGEST.c.seq == seq, DIGEST.c.person_id == person))


# ---- records and marks -----------------------------------------------------------------------------------------


async def get_record(connection: AsyncConnection, platform: str, key: str) -> bytes | None:
    """Return a sealed platform record."""
    found: bytes | None = await connection.scalar(
        select(RECORD.c.sealed).where(RECORD.c.platform == platform, RECORD.c.key == key)
    )
    return found


async def hold_record(connection: AsyncConnection, platform: str, key: str) -> None:
    """Let one writer of a record at a time go on, until the transaction ends; also when there is no record yet."""
    await connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"{platform}/{key}", 0))))


async def put_record(connection: AsyncConnection, platform: str, key: str, sealed: bytes) -> None:
    """Write a sealed platform record."""
    row = upsert(RECORD).values(platform=platform, key=key, sealed=sealed)
    await connection.execute(row.on_conflict_do_update(index_elements=["platform", "key"], set_={"sealed": sealed}))


async def record_keys(connection: AsyncConnection, platform: str, beginning: str) -> list[str]:
    """Return the keys of a platform's records that begin so."""
    mine = (RECORD.c.platform == platform, RECORD.c.key.startswith(beginning, autoescape=True))
    return list(await connection.scalars(select(RECORD.c.key).where(*mine).order_by(RECORD.c.key)))


async def records_beginning(connection: AsyncConnection, platform: str, start: str) -> list[tuple[str, bytes]]:
    """Return a platform's records whose key begins so, as (key, sealed)."""
    mine = (RECORD.c.platform == platform, RECORD.c.key.startswith(start, autoescape=True))
    rows = await connection.execute(select(RECORD.c.key, RECORD.c.sealed).where(*mine).order_by(RECORD.c.key))
    return [(row.key, bytes(row.sealed)) for row in rows]


async def all_records(connection: AsyncConnection) -> list[tuple[str, str, bytes]]:
    """Return every sealed record as (platform, key, sealed), each held until the transaction ends."""
    rows = await connection.execute(select(RECORD.c.platform, RECORD.c.key, RECORD.c.sealed).with_for_update())
    return [(row.platform, row.key, bytes(row.sealed)) for row in rows]


async def delete_record(connection: AsyncConnection, platform: str, key: str) -> None:
    """Delete a sealed platform record."""
    await connection.execute(delete(RECORD).where(RECORD.c.platform == platform, RECORD.c.key == key))


async def hold_mark(connection: AsyncConnection, name: str) -> None:
    """Let one at a time go on with a fact about this installation, until the transaction ends."""
    await connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"mark/{name}", 0))))


async def mark(connection: AsyncConnection, name: str, value: str) -> None:
    """Note a fact about this installation."""
    row = upsert(MARK).values(name=name, value=value)
    await connection.execute(row.on_conflict_do_update(index_elements=["name"], set_={"value": value}))


async def marked(connection: AsyncConnection, name: str) -> str | None:
    """Return a fact about this installation."""
    found: str | None = await connection.scalar(select(MARK.c.value).where(MARK.c.name == name))
    return found


def _delivery(row: Row[Any]) -> Delivery:
    return Delivery(
        row.wave_id,
        row.person_id,
        row.cohort,
        row.platform,
        row.address,
        row.chunk,
        row.due,
        row.state,
        row.attempts,
        row.sent,
        row.message,
        row.remind_due,
        row.reminder,
        row.facet,
    )
