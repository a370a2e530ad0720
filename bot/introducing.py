"""Introduce everybody before their first card: planned per person, sent like cards, once per person and channel.

Nothing goes out before both seats have signed, because the introduction says what they signed. Whoever is new gets
theirs at their own first working moment. A call that a kill cuts off is made again once its claim has run out; nothing
else is sent twice. Somebody who cannot be reached is tried again for as long as they are in the roster: they would
get no card either.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.port import DeliveryError, NoPlace
from bot.attempts import attempt
from bot.introduction_words import introduction
from bot.lanes import Lanes, hands_for
from bot.reach import Reach, load_reach
from bot.texts import Texts
from surveys.cohorts import Tree, counting_cohort
from surveys.errors import LogBroken, NotAgreed
from surveys.introduction import AGAIN, HORIZON, LONGEST, first_moment
from surveys.model import Survey
from surveys.policy import Agreement
from surveys.store import introductions as store
from surveys.store import people as people_store
from surveys.store import seats as seat_store
from surveys.store import surveys as survey_store
from surveys.store.database import Database
from surveys.store.introductions import Introduction
from surveys.store.outlets import Outlet

CLAIMED: Final = timedelta(minutes=10)
"""How long an introduction is nobody else's. A call takes a minute at most."""
BACKOFF: Final = timedelta(minutes=1)

Agreed = Callable[[AsyncConnection, Survey], Awaitable[object]]
"""Raises NotAgreed, LogBroken for a survey of which no wave may open."""
Values = Mapping[str, object]
"""Fields of an Introduction that have another value now."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What introductions have in common: whose hours count, what was signed, and who counts where."""

    survey: Survey
    agreement: Agreement
    tree: Tree


@dataclass(frozen=True)
class Introducing:
    """Plans introductions, and sends those that are due."""

    database: Database
    lanes: Lanes
    agreed: Agreed
    now: Callable[[], datetime]
    chunk_size: int

    async def due(self, now: datetime) -> list[Outlet]:
        """Plan for whoever is new, and return where introductions are due."""
        async with self.database.begin() as connection:
            if await store.unknown(connection, list(self.lanes)):
                await self._plan(connection, now)
            return await store.due_outlets(connection, now)

    async def send(self, outlet: Outlet) -> None:
        """Send what is due there, so many at most: cards that are due there go in between."""
        async with self.database.begin() as connection:
            due = await store.due_at(connection, outlet, self.now(), most=self.chunk_size)
            batch = await self._batch(connection) if due else None
        if batch is None:
            return
        queue = iter(due)
        async with asyncio.TaskGroup() as group:
            for _ in hands_for(self.lanes, outlet.platform):
                group.create_task(self._work_off(batch, queue))

    async def _plan(self, connection: AsyncConnection, now: datetime) -> None:
        survey = await self._survey(connection)
        if survey is None:
            return
        await store.hold_planning(connection)
        found = await store.unknown(connection, list(self.lanes))
        reach = await load_reach(connection, survey, [person for person, _ in found], now - LONGEST, now + HORIZON)
        here = [(person, platform) for person, platform in found if person in reach]
        await store.plan(connection, await asyncio.to_thread(_planned, here, reach, now))

    async def _batch(self, connection: AsyncConnection) -> Batch | None:
        survey, tree = await self._survey(connection), await people_store.load_tree(connection)
        if survey is None or tree is None:
            return None
        agreement = (await seat_store.standing(connection)).agreement
        return Batch(survey, agreement, tree) if agreement else None

    async def _survey(self, connection: AsyncConnection) -> Survey | None:
        """Return the real survey that opens next, of those that may; without one nobody needs an introduction."""
        surveys = sorted(await survey_store.surveys(connection), key=lambda one: (one[1], one[0].id))
        for survey, _ in surveys:
            if not survey.paused and not survey.simulated and await self._may_open(connection, survey):
                return survey
        return None

    async def _may_open(self, connection: AsyncConnection, survey: Survey) -> bool:
        try:
            await self.agreed(connection, survey)
        except (NotAgreed, LogBroken):
            return False
        return True

    async def _work_off(self, batch: Batch, queue: Iterator[Introduction]) -> None:
        """Send one after another, until the platform asks us to wait: the others stay due, and come at a later tick."""
        for one in queue:
            claimed = await self._claim(one)
            if claimed is None:
                continue
            outcome = await attempt("introduction", self._send(batch, claimed))
            values = _again(claimed, outcome, self.now()) if isinstance(outcome, Exception) else outcome
            async with self.database.begin() as connection:
                await store.end(connection, claimed, **values)
            if isinstance(outcome, DeliveryError) and outcome.retry_after is not None:
                return

    async def _claim(self, one: Introduction) -> Introduction | None:
        until = self.now() + CLAIMED
        async with self.database.begin() as connection:
            mine = await store.claim(connection, one, until)
        return Introduction(one.person, one.platform, until, one.attempts) if mine else None

    async def _send(self, batch: Batch, claimed: Introduction) -> Values:
        """Send it if this moment suits its person. Raises DeliveryError and whatever else a platform may."""
        now, lane = self.now(), self.lanes.get(claimed.platform)
        async with self.database.begin() as connection:
            person = await people_store.person_by_id(connection, claimed.person)
            if person is None or lane is None or claimed.platform not in person.addresses:
                return {"due": now + AGAIN}
            reach = (await load_reach(connection, batch.survey, [person.id], now - LONGEST, now + HORIZON))[person.id]
        moment = first_moment(reach.own, now)
        if moment != now:
            return {"due": moment or now + AGAIN}
        asked = counting_cohort(batch.tree, person.team, person.manages) is not None
        purpose, k = batch.agreement.purpose, batch.agreement.protection.k
        message = introduction(purpose, k, claimed.platform, Texts(reach.language), asked=asked)
        await lane.send(person.addresses[claimed.platform], message)
        return {"sent": (sent := self.now()), "due": sent}


def _planned(people: Sequence[tuple[UUID, str]], reach: Mapping[UUID, Reach], now: datetime) -> list[Introduction]:
    """Return an introduction for each at their first working moment, or when to look again."""
    return [
        Introduction(person, platform, first_moment(reach[person].own, now) or now + AGAIN)
        for person, platform in people
    ]


def _again(claimed: Introduction, failure: Exception, now: datetime) -> Values:
    """Return when to try again: when the platform says, else ever later, and once a day where it seems hopeless."""
    if isinstance(failure, DeliveryError) and failure.retry_after is not None:
        tried = claimed.attempts + (not isinstance(failure, NoPlace))
        return {"due": now + timedelta(seconds=failure.retry_after), "attempts": tried}
    hopeless = isinstance(failure, DeliveryError) and failure.permanent
    wait = AGAIN if hopeless else min(BACKOFF * 2 ** min(claimed.attempts, 20), AGAIN)
    return {"due": now + wait, "attempts": claimed.attempts + 1}
