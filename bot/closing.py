"""Close a wave: mark, unseal and protect in memory, publish and destroy in one short transaction, then erase.

Killed anywhere before the publishing commit, it starts over from the sealed rows and computes the same
Release; after it there is nothing left to compute from.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import structlog
from sqlalchemy.exc import DBAPIError, OperationalError

from analytics.disclosure import WaveFacts, protect, withhold
from surveys.errors import NotFound
from surveys.instrument import Instrument
from surveys.model import Policy, Release, ReleasedItem, Response, Wave, WaveState
from surveys.store import platform as platform_store
from surveys.store import releases as release_store
from surveys.store import responses
from surveys.store import surveys as store
from surveys.store.database import Database
from surveys.tickets import KeyRing, WaveKeys

log = structlog.get_logger(__name__)

DEADLINE: Final = timedelta(hours=24)
"""After this long without a protected Release the wave is released wholly suppressed, and destroyed all the same."""
HEAD_START: Final = timedelta(hours=1)
"""How much earlier the people may read their digest than their manager."""
LOCK_TRIES: Final = 30


@dataclass(frozen=True)
class Closing:
    """Closes waves and erases what closing leaves behind."""

    database: Database
    keys: KeyRing
    instrument: Instrument
    policy: Policy
    now: Callable[[], datetime]

    async def due(self) -> list[UUID]:
        """Return the waves past their closing time or left half closed."""
        async with self.database.begin() as connection:
            return await store.wave_to_close(connection, self.now())

    async def close(self, wave_id: UUID) -> None:
        """Close one wave, or go on closing it. Doing it twice does nothing the second time."""
        async with self.database.begin() as connection:
            await store.mark_closing(connection, wave_id, self.now())
        async with self.database.begin() as connection:
            since = await store.closing_since(connection, wave_id)
        if since is None:
            return
        async with self.database.begin() as connection:
            wave = await store.wave(connection, wave_id)
        facts = await self._facts(wave)
        release = withhold(facts) if self.now() - since >= DEADLINE else await self._protected(wave, facts)
        await self._publish(wave_id, release)

    async def erase(self) -> bool:
        """Erase the traces of released waves; True when nothing is left to erase. Repeated until it succeeds."""
        async with self.database.begin() as connection:
            released = await store.waves(connection, state=WaveState.RELEASED)
        if not released:
            return True
        try:
            async with self.database.outside_transaction() as connection:
                await responses.erase(connection)
        except DBAPIError as error:
            log.warning("erasure will be tried again", reason=type(error.orig).__name__)
            return False
        async with self.database.begin() as connection:
            for wave in released:
                await store.mark_destroyed(connection, wave.id)
        return True

    async def _facts(self, wave: Wave) -> WaveFacts:
        async with self.database.begin() as connection:
            survey = await store.survey(connection, wave.survey)
            nodes = await store.nodes_of(connection, wave.id)
            deliveries = await platform_store.delivered(connection, wave.id)
        return WaveFacts(
            survey=wave.survey,
            number=wave.number,
            opened=wave.opens,
            closed=wave.closes,
            items=tuple(_released(self.instrument, item) for item in wave.items),
            nodes=tuple(node for node, _ in nodes),
            head_counts={node.id: count for node, count in nodes},
            deliveries=deliveries,
            policy=self.policy,
            simulated=survey.simulated,
        )

    async def _protected(self, wave: Wave, facts: WaveFacts) -> Release:
        """Compute the Release outside any transaction, in a thread: answers to other waves go on."""
        responses = await self._responses(wave)
        return await asyncio.to_thread(protect, facts, responses)

    async def _responses(self, wave: Wave) -> list[Response]:
        found: list[Response] = []
        async with self.database.begin() as connection:
            salt = await store.salt_of(connection, wave.id)
            keys = WaveKeys(wave.id, self.keys.epoch(wave.key_id), salt)
            async with aclosing(responses.sealed_rows(connection, wave.id)) as batches:
                async for batch in batches:
                    rows = [(bytes(row.slot), bytes(row.sealed)) for row in batch]
                    found += await asyncio.to_thread(_unseal, keys, rows)
        return found

    async def _publish(self, wave_id: UUID, release: Release) -> None:
        """Write the Release, destroy rows and salt; tried again while somebody holds the rows."""
        for attempt in range(1, LOCK_TRIES + 1):
            try:
                await self._publish_once(wave_id, release)
            except OperationalError:
                if attempt == LOCK_TRIES:
                    raise
                await asyncio.sleep(0.1 * attempt)
            except NotFound:
                return
            else:
                log.info("wave released", survey=release.survey, number=release.number)
                return

    async def _publish_once(self, wave_id: UUID, release: Release) -> None:
        async with self.database.begin() as connection:
            seq, _ = await release_store.publish(connection, release)
            await store.salt_of(connection, wave_id)
            await platform_store.add_digest_due(connection, seq, self.now() + HEAD_START)
            await platform_store.forget_deliveries(connection, wave=wave_id)
            await store.destroy(connection, wave_id)


def _unseal(keys: WaveKeys, rows: Sequence[tuple[bytes, bytes]]) -> list[Response]:
    responses = (keys.unseal(slot, sealed) for slot, sealed in rows)
    return [response for response in responses if response.cohort is not None]


def _released(instrument: Instrument, item_id: str) -> ReleasedItem:
    item = instrument.item(item_id)
    return ReleasedItem(item.id, item.driver, item.wording, item.scale.labels, item.favourable, item.version)
