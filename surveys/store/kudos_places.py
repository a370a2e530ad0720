"""Schema `kudos`: the channels in which kudos may be shown.

Every function works inside the transaction of the connection that it is given.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, Table, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from surveys.kudos.model import Place
from surveys.model import LANGUAGES
from surveys.store.columns import language_of
from surveys.store.database import Driver
from surveys.tables.kudos import PlaceRow

PLACE: Table = PlaceRow.__table__  # type: ignore[attr-defined]
OPEN: Final = "SELECT id, platform, address, name, language, roundup FROM kudos.place WHERE NOT gone ORDER BY name, id"


async def places(connection: AsyncConnection) -> list[Place]:
    """Return every place, by its name."""
    rows = await connection.execute(select(PLACE).order_by(PLACE.c.name, PLACE.c.id))
    return [_place(row) for row in rows]


async def open_places(driver: Driver) -> list[Place]:
    """Return the places in which a kudos may be shown now, by their names."""
    rows = await driver.execute(OPEN)
    return [
        Place(id_, at, address, name, language_of(spoken) or LANGUAGES[0], due)
        for id_, at, address, name, spoken, due in await rows.fetchall()
    ]


async def at(connection: AsyncConnection, platform: str, address: str) -> Place | None:
    """Return the place of a channel; None for one that is not open."""
    there = select(PLACE).where(PLACE.c.platform == platform, PLACE.c.address == address)
    row = (await connection.execute(there)).one_or_none()
    return None if row is None else _place(row)


async def add(connection: AsyncConnection, place: Place) -> None:
    """Write a place."""
    await connection.execute(insert(PLACE), asdict(place))


async def change(connection: AsyncConnection, place: UUID, **values: Any) -> None:
    """Change what is kept of a place: `name`, `language`, `gone`."""
    await connection.execute(update(PLACE).where(PLACE.c.id == place).values(values))


async def remove(connection: AsyncConnection, place: UUID) -> None:
    """Show nothing there any more; what stands there stays, and is taken back like anything else."""
    await connection.execute(delete(PLACE).where(PLACE.c.id == place))


async def due_roundups(connection: AsyncConnection, now: datetime) -> list[Place]:
    """Return the places whose weekly round-up is due."""
    rows = await connection.execute(select(PLACE).where(PLACE.c.roundup <= now, ~PLACE.c.gone).order_by(PLACE.c.id))
    return [_place(row) for row in rows]


async def next_roundup(connection: AsyncConnection) -> datetime | None:
    """Return when the next round-up is due."""
    found: datetime | None = await connection.scalar(select(func.min(PLACE.c.roundup)).where(~PLACE.c.gone))
    return found


async def take_roundup(connection: AsyncConnection, place: Place, following: datetime) -> bool:
    """Claim the round-up that is due; False when another process did."""
    same = (PLACE.c.id == place.id) & (PLACE.c.roundup == place.roundup)
    return bool((await connection.execute(update(PLACE).where(same).values(roundup=following))).rowcount)


def _place(row: Row[Any]) -> Place:
    return Place(
        id=row.id,
        platform=row.platform,
        address=row.address,
        name=row.name,
        language=language_of(row.language) or LANGUAGES[0],
        roundup=row.roundup,
        gone=row.gone,
    )
