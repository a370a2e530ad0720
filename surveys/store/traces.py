"""What a server may still keep of the rows of a closed wave, and until when.

Erasure removes what this server has under our hands. Where its log is archived, followed or used again, copies lie
where we can't reach. They can be read with the key epoch of their wave alone, so their time ends with that epoch.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from surveys.model import WaveState
from surveys.store.releases import RELEASE
from surveys.store.surveys import WAVE

TRACES: Final = {
    "archive": "current_setting('archive_mode') <> 'off'",
    "replicas": "EXISTS (SELECT FROM pg_replication_slots) OR EXISTS (SELECT FROM pg_stat_replication)",
    "recycled": "current_setting('wal_recycle', true) = 'on'",
    "kept": "current_setting('wal_keep_size') <> '0'",
}
"""Why a server may keep old write-ahead log, by name: what is asked of it."""
CRASH: Final = "crash"
CRASHED: Final = text("SELECT stats_reset > :since FROM pg_stat_bgwriter")
"""After a crash PostgreSQL counts anew, and not after a restart in good order."""
ASKED: Final = ", ".join(f"{condition} AS {name}" for name, condition in TRACES.items())


@dataclass(frozen=True, slots=True)
class Kept:
    """A published wave, or reporting period (`every` above 1), of which the server may keep copies.

    `traces` is None until its rows have been erased here.
    `until` is when the key epoch of the wave ends, if it ends by itself; a wave that is open then keeps it longer.
    """

    survey: str
    number: int
    every: int
    traces: tuple[str, ...] | None
    until: datetime | None


async def crashed(connection: AsyncConnection, since: datetime) -> bool:
    """Return whether this server has crashed since then: rows that were just being written anew may have stayed behind
    in a file of no table (`surveys.store.orphans`)."""
    return bool(await connection.scalar(CRASHED, {"since": since}))


async def traces_now(connection: AsyncConnection) -> list[str]:
    """Return why this server may keep old write-ahead log."""
    row = (await connection.execute(text(f"SELECT {ASKED}"))).one()
    return [name for name, keeps in zip(TRACES, row, strict=True) if keeps]


async def mark_erased(
    connection: AsyncConnection, wave_id: UUID, traces: Collection[str], until: datetime | None
) -> None:
    """Mark a released wave *destroyed*, or *limited* when the server may keep copies of it."""
    state = WaveState.LIMITED if traces else WaveState.DESTROYED
    mark = update(WAVE).where(WAVE.c.id == wave_id, WAVE.c.state == WaveState.RELEASED).values(state=state)
    found = (await connection.execute(mark.returning(WAVE.c.survey, WAVE.c.number))).one_or_none()
    if found is not None:
        ours = of_wave(found.survey, found.number)
        values = {"traces": sorted(traces), "traces_until": until if traces else None}
        await connection.execute(update(RELEASE).where(ours).values(**values))


async def end_limits(connection: AsyncConnection, epochs: Collection[str]) -> None:
    """Mark *destroyed* the waves whose epoch is none of these: no copy of them can be read any more."""
    over = update(WAVE).where(WAVE.c.state == WaveState.LIMITED, WAVE.c.key_id.not_in(epochs))
    ended = await connection.execute(over.values(state=WaveState.DESTROYED).returning(WAVE.c.survey, WAVE.c.number))
    for survey, number in ended.all():
        await connection.execute(update(RELEASE).where(of_wave(survey, number)).values(traces=[], traces_until=None))


def of_wave(survey: str, number: int) -> ColumnElement[bool]:
    """The Release of a wave, and not that of a reporting period that ends with it."""
    return and_(RELEASE.c.survey == survey, RELEASE.c.number == number, RELEASE.c.every == 1)


async def kept(connection: AsyncConnection) -> list[Kept]:
    """Return the published waves of which something may be kept, oldest first; the reader role may ask."""
    columns = RELEASE.c.survey, RELEASE.c.number, RELEASE.c.every, RELEASE.c.traces, RELEASE.c.traces_until
    query = select(*columns).where(RELEASE.c.traces.is_distinct_from([])).order_by(RELEASE.c.seq)
    return [
        Kept(row.survey, row.number, row.every, None if row.traces is None else tuple(row.traces), row.traces_until)
        for row in await connection.execute(query)
    ]
