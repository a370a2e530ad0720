"""From when on people may get a card of a survey: a working day after they were introduced; invented people at once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from surveys.cohorts import counting_cohort
from surveys.introduction import LONGEST, Introduced, card_from, count
from surveys.model import Person, Preferences, Shift, Survey
from surveys.own_hours import OwnHours, own_hours
from surveys.store import introductions as store
from surveys.store import people as people_store


async def cards_from(
    connection: AsyncConnection,
    survey: Survey,
    people: Iterable[Person],
    *,
    preferences: Mapping[UUID, Preferences],
    shifts: Mapping[UUID, Sequence[Shift]],
    now: datetime,
) -> dict[UUID, datetime | None]:
    """Return from when on each of them may get a card, None where that cannot be told; empty for a simulated survey."""
    if survey.simulated:
        return {}
    zones = {person.id: person.timezone for person in people}
    sent = await store.introduced(connection, list(zones))

    def when(person: UUID, zone: str) -> datetime | None:
        return card_from(sent.get(person), own_hours(survey, zone, preferences[person], shifts.get(person)), now)

    return await asyncio.to_thread(lambda: {person: when(person, zone) for person, zone in zones.items()})


def card_due(
    survey: Survey, due: datetime, introduced: datetime | None, own: OwnHours, now: datetime
) -> datetime | None:
    """Return when a card that is due may go out as far as the introduction is concerned; None when never."""
    if survey.simulated:
        return due
    moment = card_from(introduced, own, now)
    return None if moment is None else max(due, moment)


async def count_introduced(connection: AsyncConnection, survey: Survey, now: datetime) -> Introduced:
    """Count the people who get cards of a survey, by whether they have been introduced for a working day."""
    tree = await people_store.load_tree(connection)
    people = [
        person
        for person in await people_store.load_roster(connection)
        if tree and counting_cohort(tree, person.team, person.manages) is not None
    ]
    ids = [person.id for person in people]
    preferences = await people_store.load_preferences(connection, ids)
    takers = [person for person in people if not preferences[person.id].stopped]
    shifts = await people_store.known_shifts(connection, ids, now - LONGEST, now + LONGEST)
    return count(await cards_from(connection, survey, takers, preferences=preferences, shifts=shifts, now=now), now)
