"""One card at a time: claim it, end it, and know how its person may be reached at that very moment.

Each of these is one statement, because every round trip delays everybody's card.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Row, Select, Update, func, select, update
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncConnection

from surveys.model import LANGUAGES, Language, Preferences, QuietHours, Shift, Wave
from surveys.store.people import PERSON, PREFERENCE, SHIFT
from surveys.store.platform import DELIVERY, Delivery


@dataclass(frozen=True, slots=True)
class Known:
    """What is known at this moment of when and how somebody may be reached. `shifts` as in OwnHours."""

    timezone: str
    language: Language
    preferences: Preferences
    shifts: tuple[Shift, ...] | None


@dataclass(frozen=True, slots=True)
class Claim:
    """A card that nobody else sends now; `known` is None when its person has left."""

    delivery: Delivery
    known: Known | None


@dataclass(frozen=True, slots=True)
class Ended:
    """A claimed card and the columns that say what came of it."""

    delivery: Delivery
    values: Mapping[str, Any]


async def claim(connection: AsyncConnection, wave: Wave, read: Delivery, ended: Ended | None) -> Claim | None:
    """Claim a card as it was read and record what came of the one before; None when it has changed since.

    A card that stands there as being called was cut off by a kill: that call counts as an attempt.
    """
    attempts = read.attempts + (read.state == "calling")
    unchanged = (DELIVERY.c.state == read.state) & (DELIVERY.c.due == read.due) & (DELIVERY.c.attempts == read.attempts)
    change = _mine(read).where(unchanged).values(state="calling", attempts=attempts)
    begun = change.returning(DELIVERY.c.person_id).cte("begun")
    query = _known(begun, begun.c.person_id, wave.opens, wave.closes)
    if ended is not None:
        query = query.add_cte(_ending(ended).returning(DELIVERY.c.person_id).cte("ended"))
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else Claim(replace(read, state="calling", attempts=attempts), _known_of(row))


async def end(connection: AsyncConnection, ended: Ended) -> None:
    """Record what came of a claimed card, unless it was moved or claimed anew in the meantime."""
    await connection.execute(_ending(ended))


async def step(connection: AsyncConnection, read: Delivery, **values: Any) -> bool:
    """Change how far the reminder of somebody got; False when another process did, or the card was moved."""
    unchanged = (DELIVERY.c.reminder == read.reminder) & (DELIVERY.c.remind_due == read.remind_due)
    return bool((await connection.execute(_mine(read).where(unchanged).values(**values))).rowcount)


async def pause(connection: AsyncConnection, platform: str, until: datetime) -> None:
    """Let every card of a platform that waits for an earlier moment wait for this one."""
    waiting = (DELIVERY.c.platform == platform) & (DELIVERY.c.state == "waiting") & (DELIVERY.c.due < until)
    await connection.execute(update(DELIVERY).where(waiting).values(due=until))


async def known_now(connection: AsyncConnection, wave: Wave, person: UUID) -> Known | None:
    """Return how somebody may be reached now; None when they have left."""
    query = _known(PERSON, PERSON.c.id, wave.opens, wave.closes).where(PERSON.c.id == person)
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else _known_of(row)


def _mine(delivery: Delivery) -> Update:
    return update(DELIVERY).where(DELIVERY.c.wave_id == delivery.wave, DELIVERY.c.person_id == delivery.person)


def _ending(ended: Ended) -> Update:
    ours = (DELIVERY.c.state == "calling") & (DELIVERY.c.attempts == ended.delivery.attempts)
    return _mine(ended.delivery).where(ours).values(**ended.values)


def _known(source: FromClause, person: ColumnElement[Any], start: datetime, end: datetime) -> Select[Any]:
    own = SHIFT.c.person_id == person
    touching = (own, SHIFT.c.starts < end, SHIFT.c.ends > start)
    joined = source if source is PERSON else source.outerjoin(PERSON, PERSON.c.id == person)
    return select(
        PERSON.c.timezone,
        PERSON.c.language,
        PREFERENCE.c.quiet_start,
        PREFERENCE.c.quiet_end,
        PREFERENCE.c.paused_until,
        PREFERENCE.c.stopped,
        PREFERENCE.c.language.label("chosen"),
        select(SHIFT.c.person_id).where(own).exists().label("planned"),
        _in_order(SHIFT.c.starts, *touching).label("starts"),
        _in_order(SHIFT.c.ends, *touching).label("ends"),
    ).select_from(joined.outerjoin(PREFERENCE, PREFERENCE.c.person_id == person))


def _in_order(column: ColumnElement[Any], *where: ColumnElement[bool]) -> Any:
    return (
        select(func.array_agg(aggregate_order_by(column, SHIFT.c.starts, SHIFT.c.ends))).where(*where).scalar_subquery()
    )


def _known_of(row: Row[Any]) -> Known | None:
    if row.timezone is None:
        return None
    quiet = None if row.quiet_start is None else QuietHours(row.quiet_start, row.quiet_end)
    chosen = Preferences(quiet=quiet, paused_until=row.paused_until, stopped=bool(row.stopped))
    shifts = tuple(Shift(*times) for times in zip(row.starts or (), row.ends or (), strict=True))
    return Known(row.timezone, _language(row), chosen, shifts if row.planned else None)


def _language(row: Row[Any]) -> Language:
    return next((language for wish in (row.chosen, row.language) for language in LANGUAGES if language == wish), "nl")
