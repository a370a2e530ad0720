"""Schema `kudos`: what is kept about people as givers.

Every function works inside the transaction of the connection that it is given.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import Table, delete, func, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from surveys.kudos.model import Giver
from surveys.store.columns import among
from surveys.tables.kudos import GiverRow

GIVER: Table = GiverRow.__table__  # type: ignore[attr-defined]


async def one(connection: AsyncConnection, person: UUID) -> Giver | None:
    """Return what is kept about somebody as a giver; None before their first kudos."""
    row = (await connection.execute(select(GIVER).where(GIVER.c.person_id == person))).one_or_none()
    return None if row is None else Giver(row.person_id, row.nudge, row.locked)


async def locked(connection: AsyncConnection) -> dict[UUID, str]:
    """Return who can give nothing now, and why."""
    rows = await connection.execute(select(GIVER).where(GIVER.c.locked != ""))
    return {row.person_id: row.locked for row in rows}


async def save(connection: AsyncConnection, kept: Giver) -> None:
    """Replace what is kept about somebody as a giver."""
    values = {"nudge": kept.nudge, "locked": kept.locked}
    statement = upsert(GIVER).values(person_id=kept.person, **values)
    await connection.execute(statement.on_conflict_do_update(constraint=GIVER.primary_key, set_=values))


async def begin(connection: AsyncConnection, kept: Giver) -> None:
    """Note somebody's first kudos; what is kept already stays."""
    values = {"person_id": kept.person, "nudge": kept.nudge, "locked": kept.locked}
    await connection.execute(upsert(GIVER).values(values).on_conflict_do_nothing())


async def to_nudge(connection: AsyncConnection, now: datetime, *, most: int) -> list[Giver]:
    """Return givers whom it is time to ask, each held until the transaction ends; another process gets others."""
    query = select(GIVER).where(GIVER.c.nudge <= now, GIVER.c.locked == "").order_by(GIVER.c.nudge).limit(most)
    rows = await connection.execute(query.with_for_update(skip_locked=True))
    return [Giver(row.person_id, row.nudge, row.locked) for row in rows]


async def next_nudge(connection: AsyncConnection) -> datetime | None:
    """Return when the next giver is to be asked."""
    found: datetime | None = await connection.scalar(select(func.min(GIVER.c.nudge)).where(GIVER.c.locked == ""))
    return found


async def forget(connection: AsyncConnection, persons: Collection[UUID]) -> None:
    """Delete what is kept about people as givers."""
    await connection.execute(delete(GIVER).where(among(GIVER.c.person_id, persons)))
