"""When somebody may be sent something about kudos: in their own hours, and at once where it waits on a page."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.port import ChatPlatform
from bot.texts import Texts
from surveys.intervals import first_from
from surveys.introduction import AGAIN, HORIZON
from surveys.localtime import zone
from surveys.model import Person, Preferences, QuietHours, Shift
from surveys.own_hours import OwnHours, allowed
from surveys.store import people as people_store

NIGHT: Final = QuietHours(time(20), time(8))
"""Quiet for whoever chose no quiet hours and whose shifts we do not know."""
LOOKED_BACK: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Reached:
    """Somebody with what they chose and when they work; their shifts are None where their planning is not known."""

    person: Person
    chosen: Preferences
    shifts: tuple[Shift, ...] | None

    @property
    def texts(self) -> Texts:
        """The words in their language."""
        return Texts(self.chosen.language or self.person.language)

    @property
    def hours(self) -> OwnHours:
        """Return when they may be sent something. Whoever stopped with check-ins is still thanked by colleagues."""
        quiet = (self.chosen.quiet,) if self.chosen.quiet else (NIGHT,) if self.shifts is None else ()
        place = zone(self.person.timezone)
        return OwnHours(place, quiet, shifts=self.shifts, paused_until=self.chosen.paused_until)

    def platform(self, platforms: Mapping[str, ChatPlatform]) -> str | None:
        """Return where they are reached: where they chose to be, else on the first platform that knows them."""
        there = [name for name in platforms if name in self.person.addresses]
        return self.chosen.channel if self.chosen.channel in there else next(iter(there), None)

    def due(self, platform: ChatPlatform, now: datetime) -> datetime:
        """Return when something may go to them there, or when to look again."""
        if platform.waits:
            return now
        return first_from(allowed(self.hours, now, now + HORIZON), now) or now + AGAIN


async def reached(connection: AsyncConnection, persons: Collection[UUID], now: datetime) -> dict[UUID, Reached]:
    """Return how these people are reached; whoever left is no key."""
    people = await people_store.people_by_id(connection, persons)
    ids = [person.id for person in people]
    chosen = await people_store.load_preferences(connection, ids)
    shifts = await people_store.known_shifts(connection, ids, now - LOOKED_BACK, now + HORIZON)
    known = {person: tuple(planned) for person, planned in shifts.items()}
    return {person.id: Reached(person, chosen[person.id], known.get(person.id)) for person in people}
