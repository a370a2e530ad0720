"""One card at a time: claim it, end it, and know how its person may be reached at that very moment.

Each of these is one statement, and the driver's own, because every moment delays everybody's card.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, update
from sqlalchemy.ext.asyncio import AsyncConnection

from surveys.introduction import LONGEST
from surveys.model import LANGUAGES, Language, Preferences, QuietHours, Shift, Wave
from surveys.store.database import Driver
from surveys.store.platform import DELIVERY, Delivery

_KNOWN: Final = """
    SELECT p.timezone, p.language, o.language AS chosen, o.quiet_start, o.quiet_end, o.paused_until, o.stopped,
        (SELECT min(i.sent) FROM people.introduction i WHERE i.person_id = p.id) AS introduced,
        EXISTS (SELECT FROM people.shift s WHERE s.person_id = p.id) AS planned,
        (SELECT array_agg(ARRAY[s.starts, s.ends] ORDER BY s.starts) FROM people.shift s
            WHERE s.person_id = p.id AND s.starts < %(closes)s AND s.ends > %(opens)s) AS shifts
"""
END: Final = """
    UPDATE platform.delivery SET state = %(e_state)s, due = %(e_due)s, attempts = %(e_attempts)s, sent = %(e_sent)s,
        message = %(e_message)s, remind_due = %(e_remind)s
    WHERE wave_id = %(wave)s AND person_id = %(e_person)s AND state = 'calling' AND attempts = %(e_claimed)s
"""
_BEGIN: Final = """
    UPDATE platform.delivery SET state = 'calling', attempts = %(claimed)s
    WHERE wave_id = %(wave)s AND person_id = %(person)s
        AND state = %(state)s AND due = %(due)s AND attempts = %(attempts)s
    RETURNING person_id
"""
_WHO: Final = "LEFT JOIN people.preference o ON o.person_id = p.id"
_CLAIMED: Final = f"{_KNOWN} FROM begun LEFT JOIN people.person p ON p.id = begun.person_id {_WHO}"
CLAIM: Final = f"WITH begun AS ({_BEGIN}) {_CLAIMED}"
END_AND_CLAIM: Final = f"WITH ended AS ({END}), begun AS ({_BEGIN}) {_CLAIMED}"


@dataclass(frozen=True, slots=True)
class Known:
    """What is known at this moment of when and how somebody may be reached. `shifts` as in OwnHours.

    `shifts` begin a little before the wave, so that they tell which days somebody worked since they were introduced.
    """

    timezone: str
    language: Language
    preferences: Preferences
    shifts: tuple[Shift, ...] | None
    introduced: datetime | None


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


async def claim(driver: Driver, wave: Wave, read: Delivery, ended: Ended | None) -> Claim | None:
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
        "opens": wave.opens - LONGEST,
        "closes": wave.closes,
    }
    statement = CLAIM if ended is None else END_AND_CLAIM
    found = await driver.execute(statement, values if ended is None else values | _end(ended))
    row = await found.fetchone()
    return None if row is None else Claim(claimed, _known_of(row))


async def end(driver: Driver, ended: Ended) -> None:
    """Record what came of a claimed card, unless it was moved or claimed anew in the meantime."""
    await driver.execute(END, {"wave": ended.delivery.wave, **_end(ended)})


async def step(connection: AsyncConnection, read: Delivery, **values: Any) -> bool:
    """Change how far the reminder of somebody got; False when another process did, or the card was moved."""
    mine = (DELIVERY.c.wave_id == read.wave) & (DELIVERY.c.person_id == read.person)
    unchanged = (DELIVERY.c.reminder == read.reminder) & (DELIVERY.c.remind_due == read.remind_due)
    return bool((await connection.execute(update(DELIVERY).where(mine, unchanged).values(**values))).rowcount)


async def pause(connection: AsyncConnection, platform: str, within: str, until: datetime) -> None:
    """Let every card that waits for an earlier moment, to an address that begins so, wait for this one."""
    there = (DELIVERY.c.platform == platform) & func.starts_with(DELIVERY.c.address, within)
    waiting = (DELIVERY.c.state == "waiting") & (DELIVERY.c.due < until)
    await connection.execute(update(DELIVERY).where(there, waiting).values(due=until))


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


def _known_of(row: tuple[Any, ...]) -> Known | None:
    timezone, language, chosen, quiet_start, quiet_end, paused_until, stopped, introduced, planned, shifts = row
    if timezone is None:
        return None
    quiet = None if quiet_start is None else QuietHours(quiet_start, quiet_end)
    preferences = Preferences(quiet=quiet, paused_until=paused_until, stopped=bool(stopped))
    spoken = next((one for wish in (chosen, language) for one in LANGUAGES if one == wish), LANGUAGES[0])
    times = tuple(Shift(*both) for both in shifts or ()) if planned else None
    return Known(timezone, spoken, preferences, times, introduced)
