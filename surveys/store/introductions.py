"""Schema `people`: who is to be introduced on which platform, and who was.

Every function works inside the transaction of the connection that it is given.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ARRAY, Table, Text, bindparam, func, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from surveys.store.columns import among
from surveys.store.outlets import Outlet, workspace_in
from surveys.store.people import ADDRESS
from surveys.tables.people import IntroductionRow

INTRODUCTION: Table = IntroductionRow.__table__  # type: ignore[attr-defined]
_MINE = (INTRODUCTION.c.person_id == ADDRESS.c.person_id) & (INTRODUCTION.c.platform == ADDRESS.c.platform)
WORKSPACE = workspace_in(ADDRESS.c.address)
UNKNOWN: Final = text("""
    SELECT person_id, platform FROM (
        SELECT DISTINCT ON (a.person_id) a.person_id, a.platform FROM people.address a
        LEFT JOIN people.preference c ON c.person_id = a.person_id
        WHERE a.platform = ANY(:platforms) AND NOT coalesce(c.stopped, false)
        ORDER BY a.person_id, a.platform = c.channel DESC NULLS LAST, array_position(:platforms, a.platform)
    ) reached
    WHERE NOT EXISTS (
        SELECT FROM people.introduction i WHERE i.person_id = reached.person_id AND i.platform = reached.platform
    )
""").bindparams(bindparam("platforms", type_=ARRAY(Text)))
"""The one platform of each person on which their cards come, where it is not planned to introduce them."""


@dataclass(frozen=True, slots=True)
class Introduction:
    """The introduction of one person on one platform, as far as it got. `sent` is None until it was."""

    person: UUID
    platform: str
    due: datetime
    attempts: int = 0
    sent: datetime | None = None


async def unknown(connection: AsyncConnection, platforms: Sequence[str]) -> list[tuple[UUID, str]]:
    """Return (person, platform) of whoever gets cards there and has no row; whoever stopped is left in peace.

    `platforms` are those that are connected, the preferred first.
    """
    rows = await connection.execute(UNKNOWN, {"platforms": list(platforms)})
    return [(row.person_id, row.platform) for row in rows]


async def plan(connection: AsyncConnection, planned: Iterable[Introduction]) -> None:
    """Write when people are to be introduced. Somebody whom another process planned meanwhile must be in no list."""
    rows = [{"person_id": one.person, "platform": one.platform, "due": one.due, "attempts": 0} for one in planned]
    if rows:
        await connection.execute(insert(INTRODUCTION), rows)


async def hold_planning(connection: AsyncConnection) -> None:
    """Let one process at a time plan, until the transaction ends."""
    await connection.execute(select(func.pg_advisory_xact_lock(func.hashtext("people.introduction"))))


async def due_outlets(connection: AsyncConnection, now: datetime) -> list[Outlet]:
    """Return where introductions are due."""
    columns = (ADDRESS.c.platform, WORKSPACE.label("workspace"))
    query = select(*columns).join(INTRODUCTION, _MINE).where(INTRODUCTION.c.sent.is_(None), INTRODUCTION.c.due <= now)
    return [Outlet(*row) for row in await connection.execute(query.distinct().order_by(*columns))]


async def due_at(connection: AsyncConnection, outlet: Outlet, now: datetime, *, most: int) -> list[Introduction]:
    """Return the introductions that are due there, the oldest first, so many at the most."""
    query = select(INTRODUCTION).join(ADDRESS, _MINE).where(INTRODUCTION.c.sent.is_(None), INTRODUCTION.c.due <= now)
    there = query.where((ADDRESS.c.platform == outlet.platform) & (outlet.workspace == WORKSPACE))
    rows = await connection.execute(there.order_by(INTRODUCTION.c.due, INTRODUCTION.c.person_id).limit(most))
    return [Introduction(row.person_id, row.platform, row.due, row.attempts, row.sent) for row in rows]


async def claim(connection: AsyncConnection, read: Introduction, until: datetime) -> bool:
    """Take an introduction as it was read; False when it has changed since. After a kill it is due again at `until`."""
    return await _change(connection, read, due=until)


async def end(connection: AsyncConnection, claimed: Introduction, **values: object) -> None:
    """Record what came of a claimed introduction; of one that is gone with its person, nothing."""
    await _change(connection, claimed, **values)


async def _change(connection: AsyncConnection, read: Introduction, **values: object) -> bool:
    mine = (INTRODUCTION.c.person_id == read.person) & (INTRODUCTION.c.platform == read.platform)
    same = INTRODUCTION.c.sent.is_(None) & (INTRODUCTION.c.due == read.due)
    return bool((await connection.execute(update(INTRODUCTION).where(mine, same).values(**values))).rowcount)


async def introduced(connection: AsyncConnection, persons: Collection[UUID]) -> dict[UUID, datetime]:
    """Return when each of these people was first introduced, on whichever platform; nobody else is a key."""
    query = select(INTRODUCTION.c.person_id, func.min(INTRODUCTION.c.sent)).where(
        among(INTRODUCTION.c.person_id, persons), INTRODUCTION.c.sent.isnot(None)
    )
    return {row[0]: row[1] for row in await connection.execute(query.group_by(INTRODUCTION.c.person_id))}


async def introductions_of(connection: AsyncConnection, person: UUID) -> list[Introduction]:
    """Return what is kept about introducing one person."""
    query = select(INTRODUCTION).where(INTRODUCTION.c.person_id == person).order_by(INTRODUCTION.c.platform)
    rows = await connection.execute(query)
    return [Introduction(row.person_id, row.platform, row.due, row.attempts, row.sent) for row in rows]


async def next_due(connection: AsyncConnection) -> datetime | None:
    """Return the earliest moment at which somebody is to be introduced."""
    query = select(func.min(INTRODUCTION.c.due)).where(INTRODUCTION.c.sent.is_(None))
    found: datetime | None = await connection.scalar(query)
    return found
