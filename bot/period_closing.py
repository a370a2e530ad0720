"""Close a reporting period: each person counts once, then Release, rows and key go as those of a wave do.

Over when it has all its waves or four weeks have passed, and once the last of its waves has been released. Killed
anywhere before the publishing commit, it starts over from the sealed rows and computes the same Release.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from analytics.facts import WaveFacts
from bot.closing import DEADLINE, HEAD_START, UNPROTECTABLE, next_try, patiently
from bot.folding import keys_of, unseal
from bot.protecting import pass_gate, withhold
from surveys.model import Every, Node, NodeId, Release, ReleasedItem, Response, Wave, WaveState
from surveys.period_keys import PeriodKeys
from surveys.periods import Period, PeriodRow, strictest
from surveys.store import periods as store
from surveys.store import platform as platform_store
from surveys.store import releases as release_store
from surveys.store import surveys as wave_store
from surveys.store.database import Database
from surveys.store.periods import Counted
from surveys.store.terms import Terms, terms_of
from surveys.tickets import Entropy, KeyRing

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Background:
    """What is known of a period beside its rows: its waves in their order, their terms, the tree at its opening."""

    period: Period
    waves: Sequence[Wave]
    terms: Sequence[Terms]
    nodes: Sequence[Counted]
    simulated: bool


@dataclass(frozen=True)
class PeriodClosing:
    """Closes reporting periods."""

    database: Database
    keys: KeyRing
    now: Callable[[], datetime]
    entropy: Entropy

    async def due(self) -> list[UUID]:
        """Return the periods that are over and can be closed now."""
        async with self.database.begin() as connection:
            return await store.due(connection, self.now())

    async def close_due(self) -> None:
        """Close every period that is due."""
        for period in await self.due():
            await self.close(period)

    async def close(self, period_id: UUID) -> None:
        """Close one period, or go on closing it. Doing it twice does nothing the second time.

        Fails and is tried again as closing a wave is, and after 24 hours it is released wholly suppressed.
        """
        async with self.database.begin() as connection:
            await store.end(connection, period_id, self.now())
            since = await store.closing_since(connection, period_id)
            period = await store.hold(connection, period_id)
        if since is not None and period is not None:
            release = await self._release(period, since)
            await patiently(partial(self._publish_once, period_id, release), self.entropy)

    async def _release(self, period: Period, since: datetime) -> Release:
        async with self.database.begin() as connection:
            background = await _background(connection, period)
        if self.now() - since >= DEADLINE:
            log.error("period withheld", survey=period.survey, wave=period.waves[-1])
            return withhold(facts_of(background, ()))
        try:
            async with self.database.begin() as connection:
                keys = await keys_of(connection, self.keys, period)
                sealed = await store.rows(connection, period.id)
            return await asyncio.to_thread(protected, background, keys, sealed)
        except UNPROTECTABLE as error:
            log.error("period not protected", survey=period.survey, reason=type(error).__name__)
            async with self.database.begin() as connection:
                await store.put_off(connection, period.id, next_try(since, self.now()))
            raise

    async def _publish_once(self, period_id: UUID, release: Release) -> bool:
        """Publish and destroy in one commit; False when another process has done so."""
        async with self.database.begin() as connection:
            if await store.hold(connection, period_id, WaveState.CLOSING) is None:
                return False
            seq, _ = await release_store.publish(connection, release)
            await platform_store.add_digest_due(connection, seq, self.now() + HEAD_START)
            await store.destroy(connection, period_id)
        log.info("period released", survey=release.survey, number=release.number, every=release.every)
        return True


def protected(background: Background, keys: PeriodKeys, sealed: Sequence[tuple[bytes, bytes]]) -> Release:
    """Return the Release of a period. Raises what makes it unprotectable."""
    rows = unseal(keys, sealed)
    passed = pass_gate(facts_of(background, rows.values()), contributions(rows.items()))
    if passed.rounds:
        log.warning("period protected harder", survey=background.period.survey, wave=background.period.waves[-1])
    return passed.release


def contributions(rows: Iterable[tuple[bytes, PeriodRow]]) -> list[Response]:
    """What each person adds, in any order; who gave no answer adds nothing."""
    made = (row.contribution(slot) for slot, row in rows)
    return [response for response in made if response.cohort is not None]


def facts_of(background: Background, rows: Iterable[PeriodRow]) -> WaveFacts:
    """What the maker of the Release needs to know. Groups of which nobody counts in it are left out. Pure."""
    period, nodes, waves = background.period, background.nodes, background.waves
    counts, asked = Counter[NodeId](), Counter[NodeId]()
    for row in rows:
        counts[row.cohort] += 1
        asked[row.cohort] += row.asked
    own = counts or Counter({one.node.id: one.head_count for one in nodes if one.every == period.every})
    shown = _with_all_above(own, [one.node for one in nodes])
    return WaveFacts(
        survey=period.survey,
        number=period.waves[-1],
        opened=waves[0].opens,
        closed=waves[-1].closes,
        items=asked_in(background.terms),
        nodes=tuple(one.node for one in nodes if one.node.id in shown),
        head_counts=own,
        deliveries=asked,
        policy=strictest([one.policy for one in background.terms]),
        simulated=background.simulated,
        every=period.every,
        earlier=period.waves[:-1],
        elsewhere=_elsewhere(period.every, nodes, shown),
        told={one.node.id: one.every for one in nodes},
        withheld=frozenset(one.node.id for one in nodes if one.withheld),
    )


def asked_in(terms: Iterable[Terms]) -> tuple[ReleasedItem, ...]:
    """The items of several waves, in the order in which they were first asked, worded as they were last."""
    found: dict[str, ReleasedItem] = {}
    for one in terms:
        found |= {item.id: item for item in one.asked}
    return tuple(found.values())


def _with_all_above(own: Iterable[NodeId], nodes: Sequence[Node]) -> set[NodeId]:
    parents = {node.id: node.parent for node in nodes}
    shown: set[NodeId] = {node.id for node in nodes if node.parent is None}
    for node in own:
        at: NodeId | None = node
        while at is not None and at not in shown:
            shown.add(at)
            at = parents[at]
    return shown


def _elsewhere(every: Every, nodes: Sequence[Counted], shown: set[NodeId]) -> Counter[NodeId]:
    """People who count in other Releases, by the lowest node above them that is in this one."""
    parents, found = {one.node.id: one.node.parent for one in nodes}, Counter[NodeId]()
    for one in nodes:
        at: NodeId | None = one.node.id
        while at is not None and at not in shown:
            at = parents[at]
        if at is not None and one.every != every:
            found[at] += one.head_count
    return found


async def _background(connection: AsyncConnection, period: Period) -> Background:
    every = await wave_store.waves(connection, survey_id=period.survey)
    waves = sorted((wave for wave in every if wave.number in period.waves), key=lambda wave: wave.number)
    terms = [await terms_of(connection, wave.id) for wave in waves]
    survey = await wave_store.survey(connection, period.survey)
    return Background(period, waves, terms, await store.nodes_of(connection, period.id), survey.simulated)
