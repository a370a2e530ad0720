"""Reporting periods when a wave opens: who is told with the wave, and which periods take it in or begin with it.

All of it is decided in the transaction that opens the wave, from the roster as it is then. Every member of a small team
gets an empty sealed row at once, asked or not, so that the existence of a row says that and no more.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from analytics.facts import reporting_period
from bot.clock import next_fire
from surveys.cohorts import Tree
from surveys.localtime import zone
from surveys.model import Every, NodeId, Survey, Wave, WaveState
from surveys.period_keys import PeriodKeys
from surveys.periods import Period, PeriodRow, end_of, longest, told_every, withheld
from surveys.store import periods as store
from surveys.store import seats as seat_store
from surveys.store.periods import Counted
from surveys.tickets import KEY_SIZE, Entropy, KeyRing

SMALL: Final[tuple[Every, ...]] = (2, 4)


@dataclass(frozen=True, slots=True)
class Roll:
    """The roster of a wave: in which group everybody counts."""

    tree: Tree
    cohorts: Mapping[UUID, NodeId]

    @property
    def own(self) -> Counter[NodeId]:
        """How many people each node has of its own."""
        return Counter(self.cohorts.values())


@dataclass(frozen=True)
class PeriodOpening:
    """Begins periods, and lets the open ones take in a wave."""

    keys: KeyRing
    entropy: Entropy
    new_id: Callable[[], UUID]

    async def __call__(
        self, connection: AsyncConnection, survey: Survey, wave: Wave, roll: Roll, now: datetime
    ) -> None:
        """Do what a wave that has just been written needs."""
        ending = end_of(wave.opens, zone(survey.timezone))
        running = await _running(connection, wave, now)
        held: dict[NodeId, Every] = {}
        for period in running.values():
            held |= await store.node_classes(connection, period)
        most = longest(coming(survey, wave), ending)
        every = told_every(roll.tree, roll.own, held, reporting_period, most)
        nodes = await _waiting(connection, survey, wave, _counted(roll, every))
        await store.mark_nodes(connection, wave.id, nodes[1])
        for length in SMALL:
            members = [person for person, cohort in roll.cohorts.items() if every[cohort] == length]
            if length in running:
                await store.add_wave(connection, running[length].id, wave.number)
            elif members:
                key = self.keys.current
                period = Period(
                    self.new_id(), survey.id, length, (wave.number,), wave.opens, ending, WaveState.OPEN, key
                )
                await self._begin(connection, period, nodes[length], {one: roll.cohorts[one] for one in members})

    async def _begin(
        self, connection: AsyncConnection, period: Period, nodes: Collection[Counted], members: Mapping[UUID, NodeId]
    ) -> None:
        salt = self.entropy(KEY_SIZE)
        await store.add_period(connection, period, salt, nodes)
        keys = PeriodKeys(period.id, self.keys.epoch(period.key_id), salt)
        rows = await asyncio.to_thread(self._empty_rows, keys, members)
        await store.fill(connection, period.id, rows)

    def _empty_rows(self, keys: PeriodKeys, members: Mapping[UUID, NodeId]) -> list[tuple[bytes, bytes]]:
        slots = {keys.slot(person): cohort for person, cohort in members.items()}
        return [(slot, keys.seal(slot, PeriodRow(cohort), self.entropy)) for slot, cohort in slots.items()]


def coming(survey: Survey, wave: Wave) -> list[datetime]:
    """When this wave and the three after it close, as the rhythm of the survey has it."""
    closings, opens = [wave.closes], wave.opens
    for _ in range(3):
        opens = next_fire(survey.cron, survey.timezone, opens)
        closings.append(opens + survey.window)
    return closings


async def _running(connection: AsyncConnection, wave: Wave, now: datetime) -> dict[Every, Period]:
    """Return the open periods that take this wave in, by length, and end the others."""
    found: dict[Every, Period] = {}
    for period in await store.periods(connection, survey=wave.survey, states=[WaveState.OPEN]):
        if period.takes(wave.closes):
            found[period.every] = period
        else:
            await store.end(connection, period.id, now)
    return found


def _counted(roll: Roll, every: Mapping[NodeId, Every]) -> list[Counted]:
    own = roll.own
    return [Counted(node, own[node.id], every[node.id], False) for node in roll.tree.nodes.values()]


async def _waiting(
    connection: AsyncConnection, survey: Survey, wave: Wave, nodes: Collection[Counted]
) -> dict[Every, list[Counted]]:
    """Return the snapshot for a wave (1) and for periods of each length, with the groups that have to wait in it.

    Before there is an agreement no changed group is noted, and simulated surveys need none.
    """
    since = {} if survey.simulated else await seat_store.regrouped_since(connection)
    earlier = await store.opened(connection, wave)
    found: dict[Every, list[Counted]] = {}
    for length, moments in earlier.items():
        wait = withheld(since, moments)
        found[length] = [Counted(one.node, one.head_count, one.every, one.node.id in wait) for one in nodes]
    return found
