"""When and in which language somebody may be reached, from what is known at this moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from surveys.model import Language, Survey
from surveys.own_hours import OwnHours, own_hours
from surveys.store import people as store
from surveys.store.claiming import Known


@dataclass(frozen=True, slots=True)
class Reach:
    """Own hours and language of one person."""

    own: OwnHours
    language: Language


async def load_reach(
    connection: AsyncConnection, survey: Survey, people: Sequence[UUID], start: datetime, end: datetime
) -> dict[UUID, Reach]:
    """Return how to reach each of these people between two moments; whoever has left is not in it."""
    known = await store.people_by_id(connection, people)
    preferences = await store.load_preferences(connection, [person.id for person in known])
    shifts = await store.known_shifts(connection, people, start, end)
    return {
        person.id: Reach(
            own_hours(survey, person.timezone, preferences[person.id], shifts.get(person.id)),
            preferences[person.id].language or person.language,
        )
        for person in known
    }


def reach_of(survey: Survey, known: Known) -> Reach:
    """Return how to reach one person, from what was read of them alone. Raises InputError for an unknown time zone."""
    return Reach(own_hours(survey, known.timezone, known.preferences, known.shifts), known.language)
