"""Close a wave: mark, unseal, protect and attack in memory, publish and destroy in one short transaction, then erase.

Killed anywhere before the publishing commit, it starts over from the sealed rows and computes the same
Release; after it there is nothing left to compute from.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final
from uuid import UUID

import psycopg
import structlog
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection

from analytics.facts import WaveFacts
from bot.folding import Folding, Unsealed, told_now
from bot.protecting import pass_gate, withhold
from surveys.errors import AdempauzeError
from surveys.held import Held
from surveys.mixing import BATCH, Mixing, as_it_stands
from surveys.model import NodeId, Release, Response, Wave, WaveState
from surveys.store import orphans, period_traces, responses, traces
from surveys.store import periods as period_store
from surveys.store import platform as platform_store
from surveys.store import releases as release_store
from surveys.store import surveys as store
from surveys.store.database import Database, driver_of
from surveys.store.terms import terms_of
from surveys.tickets import Entropy, KeyRing

log = structlog.get_logger(__name__)

DEADLINE: Final = timedelta(hours=24)
"""After this long without a protected Release the wave is released wholly suppressed, and destroyed all the same."""
SOONEST: Final = timedelta(seconds=30)
LATEST: Final = timedelta(hours=1)
HEAD_START: Final = timedelta(hours=1)
"""How much earlier the people may read their digest than their manager."""
LOCK_TRIES: Final = 12
"""About half a minute in all; then the next tick begins anew."""
LONGEST_PAUSE: Final = 5.0
"""Seconds between two tries to destroy the rows while somebody reads them."""
UNPROTECTABLE: Final = (AdempauzeError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What may come of rows, keys and a tree that are not as they should be."""


def unknown(_: str) -> datetime | None:
    """Say that nobody knows when an epoch ends."""
    return None


@dataclass(frozen=True)
class Closing:
    """Closes waves and erases what closing leaves behind."""

    database: Database
    keys: KeyRing
    now: Callable[[], datetime]
    entropy: Entropy
    mixing: Mixing
    epoch_ends: Callable[[str], datetime | None] = unknown
    """When a key epoch ends, if it does by itself."""
    server_files: Path | None = None
    """The data directory of a server of our own."""

    async def due(self) -> list[UUID]:
        """Return the waves past their closing time or left half closed."""
        async with self.database.begin() as connection:
            return await store.wave_to_close(connection, self.now())

    async def close(self, wave_id: UUID) -> None:
        """Close one wave, or go on closing it. Doing it twice does nothing the second time.

        When it cannot be protected the error is raised, and closing is due again a while later; after 24 hours the
        wave is released wholly suppressed from what was kept of it at opening, whatever is missing.
        """
        async with self.database.begin() as connection:
            await store.mark_closing(connection, wave_id, self.now())
        async with self.database.begin() as connection:
            since = await store.closing_since(connection, wave_id)
        if since is None:
            return
        async with self.database.begin() as connection:
            wave = await store.wave(connection, wave_id)
        release, unsealed = await self._release(wave, since)
        await patiently(partial(self._publish_once, wave, release, unsealed), self.entropy)

    async def erase(self) -> bool:
        """Erase the traces of released waves; True when nothing is left to erase. Repeated until it succeeds.

        What waited in the pool for them goes first: its file is written anew, without them.

        Where the server may keep copies of its log, or files that a crash left and that we can't reach, a wave is
        *limited* then, until its key epoch is destroyed.
        """
        async with self.database.begin() as connection:
            released = await store.waves(connection, state=WaveState.RELEASED)
            periods = await period_store.periods(connection, states=[WaveState.RELEASED])
        if not released and not periods:
            return True
        try:
            await self.mixing.at_once()
            async with self.database.outside_transaction() as connection:
                await responses.erase(connection)
                if self.server_files is not None and not await orphans.removed(connection, self.server_files):
                    return False
        except (DBAPIError, psycopg.Error, OSError) as error:
            reason = error.orig if isinstance(error, DBAPIError) else error
            log.warning("erasure will be tried again", reason=type(reason).__name__)
            return False
        async with self.database.begin() as connection:
            of_its_log = await traces.traces_now(connection)
            for wave in released:
                left = [*of_its_log, *await self._of_a_crash(connection, wave.opens)]
                await traces.mark_erased(connection, wave.id, left, self.epoch_ends(wave.key_id))
            for period in periods:
                left = [*of_its_log, *await self._of_a_crash(connection, period.opens)]
                await period_traces.mark_erased(connection, period, left, self.epoch_ends(period.key_id))
        return True

    async def _of_a_crash(self, connection: AsyncConnection, opened: datetime) -> list[str]:
        """Whether a crash may have left rows that were there from then on. On a server of our own it leaves none."""
        return [traces.CRASH] if self.server_files is None and await traces.crashed(connection, opened) else []

    async def _release(self, wave: Wave, since: datetime) -> tuple[Release, Unsealed | None]:
        """Return the Release, and the rows that go over into reporting periods: none of a wave that is withheld."""
        facts = await self._facts(wave)
        if self.now() - since >= DEADLINE:
            log.error("wave withheld", survey=wave.survey, number=wave.number)
            return withhold(facts), None
        try:
            return await self._protected(wave, facts)
        except UNPROTECTABLE as error:
            log.error("wave not protected", survey=wave.survey, number=wave.number, reason=type(error).__name__)
            async with self.database.begin() as connection:
                await store.put_off(connection, wave.id, next_try(since, self.now()))
            raise

    async def _facts(self, wave: Wave) -> WaveFacts:
        async with self.database.begin() as connection:
            terms = await terms_of(connection, wave.id)
            survey = await store.survey(connection, wave.survey)
            nodes = await period_store.wave_nodes(connection, wave.id)
            parts = await platform_store.delivered(connection, wave.id)
        every = {one.node.id: one.every for one in nodes}
        deliveries = Counter[NodeId]()
        for (cohort, _), count in parts.items():
            deliveries[cohort] += count
        return WaveFacts(
            survey=wave.survey,
            number=wave.number,
            opened=wave.opens,
            closed=wave.closes,
            items=terms.asked,
            nodes=tuple(one.node for one in nodes),
            head_counts={one.node.id: one.head_count for one in nodes if one.every == 1},
            deliveries={cohort: count for cohort, count in deliveries.items() if every.get(cohort, 1) == 1},
            policy=terms.policy,
            simulated=survey.simulated,
            elsewhere={one.node.id: one.head_count for one in nodes if one.every > 1},
            told=every,
            withheld=frozenset(one.node.id for one in nodes if one.withheld),
            facet=terms.facet,
            parts={at: count for at, count in parts.items() if terms.facet and every.get(at[0], 1) == 1},
        )

    async def _protected(self, wave: Wave, facts: WaveFacts) -> tuple[Release, Unsealed]:
        """Compute the Release outside any transaction, in a thread: answers to other waves go on."""
        unsealed = await self._responses(wave)
        passed = await asyncio.to_thread(pass_gate, facts, told_now(unsealed, facts.told))
        if passed.rounds:
            log.warning("wave protected harder", survey=wave.survey, number=wave.number)
        return passed.release, unsealed

    async def _responses(self, wave: Wave) -> Unsealed:
        """Return what is in the sealed rows and, since the last mix, in the pool."""
        found: dict[bytes, Response] = {}
        async with self.database.begin() as connection:
            held = await as_it_stands(await driver_of(connection), wave.id, self.keys)
        slots = list(held.rows)
        for first in range(0, len(slots), BATCH):
            found |= await asyncio.to_thread(_unseal, held, slots[first : first + BATCH])
        return found

    async def _publish_once(self, wave: Wave, release: Release, unsealed: Unsealed | None) -> bool:
        """Publish, hand over to reporting periods and destroy in one commit; False when another process has done so."""
        async with self.database.begin() as connection:
            if not await store.hold_closing(connection, wave.id):
                return False
            seq, _ = await release_store.publish(connection, release)
            await platform_store.add_digest_due(connection, seq, self.now() + HEAD_START)
            if unsealed is not None:
                await Folding(self.keys, self.entropy)(connection, wave, unsealed)
            await platform_store.forget_deliveries(connection, wave=wave.id)
            await store.destroy(connection, wave.id)
        log.info("wave released", survey=release.survey, number=release.number)
        return True


async def patiently(publish_once: Callable[[], Awaitable[bool]], entropy: Entropy) -> None:
    """Write a Release and destroy its rows; tried again, ever less often, while somebody holds the rows."""
    for attempt in range(1, LOCK_TRIES + 1):
        try:
            await publish_once()
        except OperationalError:
            if attempt == LOCK_TRIES:
                raise
            await asyncio.sleep(_pause(attempt, entropy))
        else:
            return


def _pause(attempt: int, entropy: Entropy) -> float:
    """Seconds before the next try: twice as long each time, and by lot, so that two processes don't keep step."""
    longest: float = min(0.2 * 2 ** (attempt - 1), LONGEST_PAUSE)
    return longest * (128 + entropy(1)[0]) / 384


def next_try(since: datetime, now: datetime) -> datetime:
    """When closing is tried again: twice as long after it began as now, an hour later at most, by the deadline."""
    waited = min(max(now - since, SOONEST), LATEST)
    return max(now, min(now + waited, since + DEADLINE))


def _unseal(held: Held, slots: Sequence[bytes]) -> dict[bytes, Response]:
    return {slot: held.response(slot) for slot in slots}
