"""Open what is due: one transaction writes the wave, its cohort snapshot, the deliveries and the empty slots."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.port import workspace_of
from bot.attempts import alone
from bot.clock import next_fire
from bot.introduced import cards_from
from bot.period_opening import PeriodOpening, Roll
from bot.protecting import turn_of
from surveys.cadence import LeftOut, WavePlan, plan_wave
from surveys.cohorts import Tree, counting_cohort
from surveys.errors import InputError, LogBroken, NotAgreed, NotFound
from surveys.instrument import Instrument
from surveys.introduction import LONGEST
from surveys.model import (
    Node,
    NodeId,
    Person,
    Policy,
    Preferences,
    Response,
    Survey,
    Wave,
    WaveState,
)
from surveys.opening import Nothing, due_now
from surveys.people_file import FACETS
from surveys.policy import as_asked, terms_for
from surveys.rotation import items_for_wave
from surveys.spread import fractions, offsets
from surveys.store import marks as mark_store
from surveys.store import people as people_store
from surveys.store import platform as platform_store
from surveys.store import responses
from surveys.store import seats as seat_store
from surveys.store import surveys as store
from surveys.store.database import Database
from surveys.store.platform import Delivery
from surveys.store.terms import Terms
from surveys.tickets import KEY_SIZE, Entropy, KeyRing, WaveKeys

log = structlog.get_logger(__name__)

SIMULATED_FACETS: Final = ("shift_type", "channel")


@dataclass(frozen=True)
class Opening:
    """Opens waves: those whose cadence row is due, and one by hand."""

    database: Database
    keys: KeyRing
    instrument: Instrument
    platforms: Collection[str]
    """Names of the connected platforms, the preferred first."""
    chunk_size: int
    new_id: Callable[[], UUID]
    entropy: Entropy
    flagged: Callable[[str], Awaitable[Collection[str]]]
    """Drivers of a survey that the published figures of the whole organisation ask to look at again."""
    policy: Policy
    """The protection of simulated surveys; of others both seats have signed it (`surveys.policy.terms_for`)."""
    facets: Collection[str] = SIMULATED_FACETS
    """Those of simulated surveys; of others both seats have signed them."""

    async def open_due(self, now: datetime) -> list[UUID]:
        """Open every wave that is due at `now`, each once however many processes tick.

        A survey that cannot be opened is logged, and the others open all the same.
        """
        async with self.database.begin() as connection:
            surveys = await store.surveys(connection)
        opened = [
            await alone("open", self._open_if_due(survey, due, now), None, survey=survey.id)
            for survey, due in surveys
            if not survey.paused
        ]
        return [wave for wave in opened if wave]

    async def open_now(self, survey_id: str, closes: datetime | None, now: datetime) -> UUID:
        """Open a wave by hand. It closes when the next one is to open, if not before: two never overlap.

        Raises NotFound, and InputError when a wave of this survey is open already.
        """
        async with self.database.begin() as connection:
            survey, due = await store.hold_survey(connection, survey_id)
            if await store.waves(connection, survey_id=survey_id, state=WaveState.OPEN):
                raise InputError(f"survey {survey_id!r} has an open wave: close it first (`adempauze wave close`)")
            following = due if due > now else next_fire(survey.cron, survey.timezone, now)
            return await self._open(connection, survey, now, min(closes or now + survey.window, following), now)

    def terms(self, items: Iterable[str], policy: Policy, facet: str = "") -> Terms:
        """Return what a wave of these items is opened under. Raises NotFound."""
        return Terms(tuple(as_asked(self.instrument.item(item)) for item in items), policy, facet)

    async def agreed(self, connection: AsyncConnection, survey: Survey) -> tuple[Policy, Instrument, frozenset[str]]:
        """Return under which protection a wave opens now, what it may ask, and by which facets it may be cut.

        Raises NotAgreed, LogBroken.
        """
        if survey.simulated:
            return self.policy, self.instrument, frozenset(self.facets)
        agreement = (await seat_store.standing(connection)).agreement
        policy, instrument = terms_for(agreement, survey, self.instrument)
        return policy, instrument, (agreement.facets if agreement else frozenset()) & FACETS.keys()

    async def _open_if_due(self, survey: Survey, due: datetime, now: datetime) -> UUID | None:
        decision = due_now(due, lambda after: next_fire(survey.cron, survey.timezone, after), survey.window, now)
        if decision.next_fire == due:
            return None
        await self._end_expired(survey, now)
        async with self.database.begin() as connection:
            await store.hold_survey(connection, survey.id)
            if await store.waves(connection, survey_id=survey.id, state=WaveState.OPEN):
                return None  # it opens when that one has closed
            claimed = await store.claim_due(connection, survey.id, due, decision.next_fire)
            if not claimed or isinstance(decision, Nothing):
                return None
            try:
                return await self._open(connection, survey, decision.opens, decision.closes, now)
            except (NotAgreed, LogBroken) as error:  # before anything was written: this wave is left out
                log.error("wave left out: both seats have to sign first", survey=survey.id, error=type(error).__name__)
                return None

    async def _end_expired(self, survey: Survey, now: datetime) -> None:
        """Mark a wave whose time has ended, so that the next one needn't wait until it has been released."""
        async with self.database.begin() as connection:
            waves = await store.waves(connection, survey_id=survey.id, state=WaveState.OPEN)
            for wave in waves:
                if wave.closes <= now:
                    await store.mark_closing(connection, wave.id, now)

    async def _open(
        self, connection: AsyncConnection, survey: Survey, opens: datetime, closes: datetime, now: datetime
    ) -> UUID:
        await mark_store.hold_epochs_still(connection)
        self.keys.renew()
        policy, instrument, facets = await self.agreed(connection, replace(survey, window=closes - opens))
        wave = await self._wave(connection, survey, instrument, opens, closes)
        people, tree = await people_store.load_roster(connection), await people_store.load_tree(connection)
        if tree is None:
            raise NotFound("there is no roster yet: run `adempauze roster import people.csv`")
        cohorts = _cohorts(tree, people)
        invited = [person for person in people if person.id in cohorts]
        preferences = await people_store.load_preferences(connection, list(cohorts))
        shifts = await people_store.known_shifts(connection, list(cohorts), opens - LONGEST, closes)
        from_then = await cards_from(connection, survey, invited, preferences=preferences, shifts=shifts, now=now)
        plan = await asyncio.to_thread(
            plan_wave,
            survey=survey,
            number=wave.number,
            opens=opens,
            closes=closes,
            people={person.id: person.timezone for person in invited},
            preferences=preferences,
            shifts=shifts,
            fraction=fractions(wave.id.bytes),
            offset=offsets(survey.id.encode()),
            now=now,
            card_from={person: moment or closes for person, moment in from_then.items()},
        )
        facet, by_id = turn_of(facets, wave.number), {person.id: person for person in invited}
        planned = self._deliveries(wave.id, plan, cohorts, by_id, preferences)
        deliveries = [replace(one, facet=by_id[one.person].facets.get(facet, "")) for one in planned]
        counts = Counter(cohorts.values())
        nodes = [(node, counts[node.id]) for node in tree.nodes.values()]
        await self._write(connection, wave, self.terms(wave.items, policy, facet), nodes, deliveries=deliveries)
        begin = PeriodOpening(self.keys, self.entropy, self.new_id)
        await begin(connection, survey, wave, Roll(tree, cohorts), now)
        missed = plan.left_out.get(LeftOut.INTRODUCTION, 0)
        log.info(
            "wave opened", survey=survey.id, number=wave.number, deliveries=len(deliveries), introduced_late=missed
        )
        return wave.id

    async def _wave(
        self, connection: AsyncConnection, survey: Survey, instrument: Instrument, opens: datetime, closes: datetime
    ) -> Wave:
        history = await store.waves(connection, survey_id=survey.id)
        known = {driver.id for driver in instrument.drivers}
        items = items_for_wave(instrument, history, opens, known.intersection(await self.flagged(survey.id)))
        number = await store.next_number(connection, survey.id)
        return Wave(self.new_id(), survey.id, number, items, opens, closes, WaveState.OPEN, self.keys.current)

    def _deliveries(
        self,
        wave: UUID,
        plan: WavePlan,
        cohorts: Mapping[UUID, NodeId],
        people: Mapping[UUID, Person],
        preferences: Mapping[UUID, Preferences],
    ) -> Iterable[Delivery]:
        places: Counter[tuple[str, str]] = Counter()  # how many go to each workspace: a chunk is of one alone
        for planned in plan.deliveries:
            person = people[planned.person_id]
            platform = self._platform(person, preferences[person.id])
            if platform is None:
                continue
            address = person.addresses[platform]
            there = platform, workspace_of(address)
            chunk = places[there] // self.chunk_size
            places[there] += 1
            yield Delivery(wave, person.id, cohorts[person.id], platform, address, chunk, planned.due)

    def _platform(self, person: Person, preferences: Preferences) -> str | None:
        """One channel per person and wave: the chosen one, else the first that reaches them."""
        reachable = [name for name in self.platforms if name in person.addresses]
        return preferences.channel if preferences.channel in reachable else next(iter(reachable), None)

    async def _write(
        self,
        connection: AsyncConnection,
        wave: Wave,
        terms: Terms,
        nodes: list[tuple[Node, int]],
        *,
        deliveries: list[Delivery],
    ) -> None:
        salt = self.entropy(KEY_SIZE)
        await store.add_wave(connection, wave, terms, salt, nodes)
        keys = WaveKeys(wave.id, self.keys.epoch(wave.key_id), salt)
        rows = await asyncio.to_thread(self._empty_rows, keys, [delivery.person for delivery in deliveries])
        await responses.fill(connection, wave.id, rows)
        await platform_store.add_deliveries(connection, deliveries)

    def _empty_rows(self, keys: WaveKeys, people: list[UUID]) -> list[tuple[bytes, bytes]]:
        slots = (keys.slot(keys.ticket(person)) for person in people)
        return [(slot, keys.seal(slot, Response(), self.entropy)) for slot in slots]


def _cohorts(tree: Tree, people: Iterable[Person]) -> dict[UUID, NodeId]:
    """Where each person's answers count; whoever leads everybody has no such place and gets no card."""
    found = {person.id: counting_cohort(tree, person.team, person.manages) for person in people}
    return {person: cohort for person, cohort in found.items() if cohort is not None}
