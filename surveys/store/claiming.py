"""One card at a time: claim it, end it, and know how its person may be reached at that very moment.

Each of these is one statement, because every round trip delays everybody's card.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from surveys.model import LANGUAGES, Language, Preferences, QuietHours, Shift, Wave
from surveys.store.platform import DELIVERY, Delivery

_KNOWN = """
    SELECT p.timezone, p.language, o.language AS chosen, o.quiet_start, o.quiet_end, o.paused_until, o.stopped,
        EXISTS (SELECT FROM people.shift s WHERE s.person_id = p.id) AS planned,
        (SELECT array_agg(ARRAY[s.starts, s.ends] ORDER BY s.starts) FROM people.shift s
            WHERE s.person_id = p.id AND s.starts < :closes AND s.ends > :opens) AS shifts
"""
_END = """
    UPDATE platform.delivery SET state = :e_state, due = :e_due, attempts = :e_attempts, sent = :e_sent,
        message = :e_message, remind_due = :e_remind
    WHERE wave_id = :wave AND person_id = :e_person AND state = 'calling' AND attempts = :e_claimed
"""
_BEGIN = """
    UPDATE platform.delivery SET state = 'calling', attempts = :claimed
    WHERE wave_id = :wave AND person_id = :person AND state = :state AND due = :due AND attempts = :attempts
    RETURNING person_id
"""
_WHO = "LEFT JOIN people.preference o ON o.person_id = p.id"
_CLAIMED = f"{_KNOWN} FROM begun LEFT JOIN people.person p ON p.id = begun.person_id {_WHO}"
CLAIM = text(f"WITH begun AS ({_BEGIN}) {_CLAIMED}")
END_AND_CLAIM = text(f"WITH ended AS ({_END}), begun AS ({_BEGIN}) {_CLAIMED}")
END = text(_END)
KNOWN = text(f"{_KNOWN} FROM people.person p {_WHO} WHERE p.id = :person")
"""As text: put together anew for every card, the statement would take longer than the database takes to do it."""


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
    """A claimed card and what came of it: fields of Delivery that have another value now."""

    delivery: Delivery
    values: Mapping[str, Any]


async def claim(connection: AsyncConnection, wave: Wave, read: Delivery, ended: Ended | None) -> Claim | None:
    """Claim a card as it was read and record what came of the one before; None when it has changed since.

    A card that stands there as being called was cut off by a kill: that call counts as an attempt.
    """
    claimed = replace(read, state="calling", attempts=read.attempts + (read.state == "calling"))
    values: dict[str, Any] = {
        "wave": wave.id,
        "person": read.person,
        "state": read.state,
        "due": read.due,
        "attempts": read.attempts,
        "claimed": claimed.attempts,
        "opens": wave.opens,
        "closes": wave.closes,
    }
    statement = CLAIM if ended is None else END_AND_CLAIM
    row = (await connection.execute(statement, values if ended is None else values | _end(ended))).one_or_none()
    return None if row is None else Claim(claimed, _known_of(row))


async def end(connection: AsyncConnection, ended: Ended) -> None:
    """Record what came of a claimed card, unless it was moved or claimed anew in the meantime."""
    await connection.execute(END, {"wave": ended.delivery.wave, **_end(ended)})


async def step(connection: AsyncConnection, read: Delivery, **values: Any) -> bool:
    """Change how far the reminder of somebody got; False when another process did, or the card was moved."""
    mine = (DELIVERY.c.wave_id == read.wave) & (DELIVERY.c.person_id == read.person)
    unchanged = (DELIVERY.c.reminder == read.reminder) & (DELIVERY.c.remind_due == read.remind_due)
    return bool((await connection.execute(update(DELIVERY).where(mine, unchanged).values(**values))).rowcount)


async def pause(connection: AsyncConnection, platform: str, until: datetime) -> None:
    """Let every card of a platform that waits for an earlier moment wait for this one."""
    waiting = (DELIVERY.c.platform == platform) & (DELIVERY.c.state == "waiting") & (DELIVERY.c.due < until)
    await connection.execute(update(DELIVERY).where(waiting).values(due=until))


async def known_now(connection: AsyncConnection, wave: Wave, person: UUID) -> Known | None:
    """Return how somebody may be reached now; None when they have left."""
    values = {"person": person, "opens": wave.opens, "closes": wave.closes}
    row = (await connection.execute(KNOWN, values)).one_or_none()
    return None if row is None else _known_of(row)


def _end(ended: Ended) -> dict[str, Any]:
    now = replace(ended.delivery, **ended.values)
    return {
        "e_person": now.person,
        "e_claimed": ended.delivery.attempts,
        "e_state": now.state,
        "e_due": now.due,
        "e_attempts": now.attempts,
        "e_sent": now.sent,
        "e_message": now.message,
        "e_remind": now.remind_due,
    }


def _known_of(row: Row[Any]) -> Known | None:
    if row.timezone is None:
        return None
    quiet = None if row.quiet_start is None else QuietHours(row.quiet_start, row.quiet_end)
    chosen = Preferences(quiet=quiet, paused_until=row.paused_until, stopped=bool(row.stopped))
    shifts = tuple(Shift(*times) for times in row.shifts or ())
    return Known(row.timezone, _language(row), chosen, shifts if row.planned else None)


def _language(row: Row[Any]) -> Language:
    return next((language for wish in (row.chosen, row.language) for language in LANGUAGES if language == wish), "nl")
