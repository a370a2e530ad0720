"""Schema `kudos`: the outbox. A posting is claimed before its call and recorded after it.

Every function works inside the transaction of the connection that it is given.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Table, case, delete, func, insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from surveys.kudos.model import LASTING, Kind, Posting
from surveys.kudos.week import LONGEST
from surveys.store.columns import among
from surveys.store.outlets import Outlet, workspace_in
from surveys.tables.kudos import KudosRow, PostingRow

POSTING: Table = PostingRow.__table__  # type: ignore[attr-defined]
KUDOS: Table = KudosRow.__table__  # type: ignore[attr-defined]
WORKSPACE = workspace_in(POSTING.c.address)
OPEN = (POSTING.c.wanted != POSTING.c.standing) & ~POSTING.c.failed
"""What is still to become something else."""


async def add(connection: AsyncConnection, postings: Iterable[Posting]) -> None:
    """Write what is to be sent."""
    rows = [_columns(posting) for posting in postings]
    if rows:
        await connection.execute(insert(POSTING), rows)


async def want(
    connection: AsyncConnection, kudos: Collection[UUID], now: datetime, *, person: UUID | None = None
) -> None:
    """Let everything that stands of these kudos, or will, become what it is to be now; with `person` theirs alone.

    So do the round-ups of the weeks in which they were given. While a call is under way it stays claimed, and is due as
    soon as that has ended. What failed for good and stands nowhere stays as it is.
    """
    theirs = _of(kudos) & POSTING.c.kind.in_(LASTING)
    await _anew(connection, theirs if person is None else theirs & (POSTING.c.person_id == person), now)
    if person is None:
        for place, at in await connection.execute(_in_places(kudos)):
            week = POSTING.c.week.between(at, at + LONGEST)
            await _anew(connection, week & (POSTING.c.place_id == place) & (POSTING.c.kind == Kind.ROUNDUP), now)


async def tells_too(connection: AsyncConnection, kind: Kind, kudos: UUID) -> bool:
    """Let a message of this kind that is not sent yet say what is so by then; False when none waits.

    One whose call is under way is replaced as soon as that has ended.
    """
    waits = (POSTING.c.kudos_id == kudos) & (POSTING.c.kind == kind) & OPEN
    told = update(POSTING).where(waits).values(wanted=POSTING.c.wanted + 1)
    return bool((await connection.execute(told)).rowcount)


async def due_outlets(connection: AsyncConnection, now: datetime) -> list[Outlet]:
    """Return where something is due."""
    columns = (POSTING.c.platform, WORKSPACE.label("workspace"))
    query = select(*columns).where(OPEN, POSTING.c.due <= now)
    return [Outlet(*row) for row in await connection.execute(query.distinct().order_by(*columns))]


async def due_at(connection: AsyncConnection, outlet: Outlet, now: datetime, *, most: int) -> list[Posting]:
    """Return what is due there, the oldest first, so much at the most."""
    there = (POSTING.c.platform == outlet.platform) & (outlet.workspace == WORKSPACE)
    query = select(POSTING).where(OPEN, POSTING.c.due <= now, there).order_by(POSTING.c.due, POSTING.c.id)
    return [_posting(row) for row in await connection.execute(query.limit(most))]


async def claim(connection: AsyncConnection, read: Posting, until: datetime) -> Posting | None:
    """Take a posting as it was read; None when it has changed since. After a kill it is due again at `until`.

    One that stands there as being called was cut off by a kill: that call counts as an attempt.
    """
    same = (POSTING.c.due == read.due) & (POSTING.c.wanted == read.wanted) & (POSTING.c.calling == read.calling)
    attempts, doubts = read.attempts + read.calling, read.doubts + (read.calling and read.message is None)
    mine = update(POSTING).where(POSTING.c.id == read.id, same, OPEN)
    taken = (await connection.execute(mine.values(calling=True, due=until, attempts=attempts, doubts=doubts))).rowcount
    return replace(read, due=until, attempts=attempts, doubts=doubts) if taken else None


async def end(connection: AsyncConnection, claimed: Posting, now: datetime, **values: Any) -> None:
    """Record what came of a claimed posting. What was to become something else meanwhile is due at once.

    Of one that is gone with its person or its kudos nothing is recorded; nor of one that another process claimed anew.
    """
    mine = (POSTING.c.id == claimed.id) & POSTING.c.calling & (POSTING.c.due == claimed.due)
    changed = POSTING.c.wanted != claimed.wanted
    due = case((changed, literal(now)), else_=literal(values.pop("due", now)))
    failed = case((changed, False), else_=values.pop("failed", False))
    ended = {"calling": False, "due": due, "failed": failed, **values}
    await connection.execute(update(POSTING).where(mine).values(ended))


async def of_kudos(connection: AsyncConnection, kudos: UUID) -> list[Posting]:
    """Return everything that stands of a kudos, or is to."""
    rows = await connection.execute(select(POSTING).where(POSTING.c.kudos_id == kudos).order_by(POSTING.c.id))
    return [_posting(row) for row in rows]


async def of_person(connection: AsyncConnection, person: UUID) -> list[Posting]:
    """Return everything for one person."""
    rows = await connection.execute(select(POSTING).where(POSTING.c.person_id == person).order_by(POSTING.c.id))
    return [_posting(row) for row in rows]


async def forget_settled(connection: AsyncConnection) -> None:
    """Delete what stands where it was to stand, or never will, and never becomes anything else."""
    over = (POSTING.c.wanted == POSTING.c.standing) | POSTING.c.failed
    await connection.execute(delete(POSTING).where(over, POSTING.c.kind.not_in(LASTING)))


async def forget_of(connection: AsyncConnection, kudos: Collection[UUID]) -> None:
    """Delete everything of these kudos, whatever stands there."""
    await connection.execute(delete(POSTING).where(_of(kudos)))


async def forget_to(
    connection: AsyncConnection, persons: Collection[UUID], *, kudos: Collection[UUID] | None = None
) -> None:
    """Delete everything for these people, or with `kudos` their cards of those; what lies in their chats stays."""
    theirs = among(POSTING.c.person_id, persons)
    theirs = theirs if kudos is None else theirs & _of(kudos) & (POSTING.c.kind == Kind.CARD)
    await connection.execute(delete(POSTING).where(theirs))


async def forget_roundups(connection: AsyncConnection, before: datetime) -> None:
    """Delete the round-ups of weeks that ended before this moment; what stands there stays as it is."""
    old = (POSTING.c.kind == Kind.ROUNDUP) & (POSTING.c.week < before)
    await connection.execute(delete(POSTING).where(old))


async def next_due(connection: AsyncConnection) -> datetime | None:
    """Return the earliest moment at which something is due."""
    found: datetime | None = await connection.scalar(select(func.min(POSTING.c.due)).where(OPEN))
    return found


async def _anew(connection: AsyncConnection, theirs: Any, now: datetime) -> None:
    due = case((POSTING.c.calling, POSTING.c.due), else_=literal(now))
    values = {"wanted": POSTING.c.wanted + 1, "due": due, "attempts": 0, "failed": False}
    standing = ~POSTING.c.failed | POSTING.c.message.isnot(None)
    await connection.execute(update(POSTING).where(theirs, standing).values(values))


def _of(kudos: Collection[UUID]) -> Any:
    return among(POSTING.c.kudos_id, kudos)


def _in_places(kudos: Collection[UUID]) -> Any:
    """Select where kudos are shown, and when they were given: in one order, so that nobody waits for each other."""
    shown = select(KUDOS.c.place_id, KUDOS.c.at).where(among(KUDOS.c.id, kudos), KUDOS.c.place_id.isnot(None))
    return shown.order_by(KUDOS.c.place_id, KUDOS.c.at)


def _columns(posting: Posting) -> dict[str, Any]:
    plain = asdict(posting)
    return {{"kudos": "kudos_id", "person": "person_id", "place": "place_id"}.get(k, k): v for k, v in plain.items()}


def _posting(row: Row[Any]) -> Posting:
    return Posting(
        id=row.id,
        kind=Kind(row.kind),
        platform=row.platform,
        address=row.address,
        due=row.due,
        kudos=row.kudos_id,
        person=row.person_id,
        place=row.place_id,
        wanted=row.wanted,
        standing=row.standing,
        attempts=row.attempts,
        calling=row.calling,
        doubts=row.doubts,
        failed=row.failed,
        message=row.message,
        week=row.week,
    )
