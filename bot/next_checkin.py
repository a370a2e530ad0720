"""When somebody's next check-in comes, as far as it can be known: from their own card, else from the rhythm."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import next_fire
from bot.own import Asker
from bot.reach import load_reach
from surveys.cadence import plan_wave
from surveys.cohorts import counting_cohort
from surveys.model import Shift, Survey, Wave, WaveState
from surveys.sending import Send, Wait, sendable
from surveys.spread import offsets
from surveys.store import people as people_store
from surveys.store import platform as platform_store
from surveys.store import surveys as store
from surveys.store.platform import PENDING, Delivery

LOOK_AHEAD: Final = 60
"""How many openings of a survey are looked at."""
HORIZON: Final = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Here:
    """A check-in is there, open until `closes`. Whether it was answered is not known."""

    closes: datetime


@dataclass(frozen=True, slots=True)
class Coming:
    """A check-in comes; `planned` when its moment is set, else `at` tells the day only."""

    at: datetime
    planned: bool


async def next_checkin(me: Asker) -> Here | Coming | None:
    """Return what comes next; None when nothing is in sight."""
    own = [one async for one in _own_cards(me)]
    here = [one for one in own if isinstance(one, Here)]
    if here:
        return min(here, key=lambda one: one.closes)
    coming = [one for one in own if isinstance(one, Coming)] or await _from_rhythm(me)
    return min(coming, key=lambda one: one.at, default=None)


async def open_cards(connection: AsyncConnection, person: UUID, now: datetime) -> list[tuple[Delivery, Wave]]:
    """Return somebody's cards of waves that are still open."""
    waves = {wave.id: wave for wave in await store.waves(connection, state=WaveState.OPEN) if now < wave.closes}
    deliveries = await platform_store.deliveries_of(connection, person)
    return [(delivery, waves[delivery.wave]) for delivery in deliveries if delivery.wave in waves]


async def _own_cards(me: Asker) -> AsyncIterator[Here | Coming]:
    for delivery, wave in await open_cards(me.connection, me.person.id, me.now):
        if delivery.state == "done":
            yield Here(wave.closes)
        elif delivery.state in PENDING:
            survey = await store.survey(me.connection, wave.survey)
            reach = await load_reach(me.connection, survey, [me.person.id], wave.opens, wave.closes)
            decision = sendable(delivery.due, wave.closes, reach[me.person.id].own, me.now)
            if isinstance(decision, Send | Wait):
                yield Coming(decision.until if isinstance(decision, Wait) else me.now, planned=True)


async def _from_rhythm(me: Asker) -> list[Coming]:
    tree = await people_store.load_tree(me.connection)
    if tree is None or not me.channels or counting_cohort(tree, me.person.team, me.person.manages) is None:
        return []
    shifts = await people_store.known_shifts(me.connection, [me.person.id], me.now, me.now + HORIZON)
    found = []
    for survey, fire in await store.surveys(me.connection):
        number = await store.next_number(me.connection, survey.id)
        if not survey.paused and (first := first_of(survey, fire, number, me, shifts)):
            found.append(Coming(first, planned=False))
    return found


def first_of(
    survey: Survey, fire: datetime, number: int, me: Asker, shifts: Mapping[UUID, Sequence[Shift]]
) -> datetime | None:
    """Return the earliest moment of the first wave, from `number` at `fire`, in which somebody gets a card.

    A wave that opens after the last known shift counts as one whose planning is not known yet.
    """
    planned_until = max((shift.end for shift in shifts.get(me.person.id, ())), default=None)
    for place, (opens, closes) in enumerate(_windows(survey, fire)):
        known = planned_until is not None and opens < planned_until
        plan = plan_wave(
            survey=survey,
            number=number + place,
            opens=opens,
            closes=closes,
            people={me.person.id: me.person.timezone},
            preferences={me.person.id: me.chosen},
            shifts=shifts if known else {},
            fraction=lambda _: 0.0,
            offset=offsets(survey.id.encode()),
            now=me.now,
        )
        if plan.deliveries:
            return plan.deliveries[0].due
    return None


def _windows(survey: Survey, fire: datetime) -> Iterator[tuple[datetime, datetime]]:
    for _ in range(LOOK_AHEAD):
        following = next_fire(survey.cron, survey.timezone, fire)
        yield fire, min(fire + survey.window, following)
        fire = following
