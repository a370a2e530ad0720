"""What closing a wave does with the answers of small teams: they go over into their reporting periods, sealed anew.

It happens in the transaction that destroys the wave, with all rows of a period at once. So at every moment the answers
are in one place, and no row tells that its person answered: all are written by the same transaction, in one size.

This and leaving are the only places where a person is turned into a slot of a period. The list of cards gives the
people, and of each no more is kept than two slots.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from surveys.cohorts import Tree
from surveys.model import Every, NodeId, Response, Wave
from surveys.period_keys import PeriodKeys
from surveys.periods import Period, PeriodRow, cohort_in_period
from surveys.store import periods as store
from surveys.store import platform as platform_store
from surveys.store import surveys as wave_store
from surveys.tickets import Entropy, KeyRing, WaveKeys

Unsealed = Mapping[bytes, Response]
"""All rows of a wave by their slot, those that say nothing too."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody for whom there was a card, as two slots: of the wave, and of the period."""

    slot: bytes
    in_period: bytes
    cohort: NodeId
    sent: bool


@dataclass(frozen=True, slots=True)
class Closed:
    """A wave that is being destroyed: its tree, its rows, and the keys that find them."""

    wave: Wave
    tree: Tree
    unsealed: Unsealed
    keys: WaveKeys


@dataclass(frozen=True)
class Folding:
    """Takes the answers of a wave over into the periods of which it is one."""

    keys: KeyRing
    entropy: Entropy

    async def __call__(self, connection: AsyncConnection, wave: Wave, unsealed: Unsealed) -> None:
        """Do it, within the caller's transaction. Raises KeyFileError, TokenError, NotFound."""
        running = await store.periods(connection, survey=wave.survey, states=store.RUNNING)
        mine = [period for period in running if wave.number in period.waves]
        if not mine:
            return
        nodes = await store.wave_nodes(connection, wave.id)
        every = {one.node.id: one.every for one in nodes}
        keys = WaveKeys(wave.id, self.keys.epoch(wave.key_id), await wave_store.salt_of(connection, wave.id))
        closed = Closed(wave, Tree.of(one.node for one in nodes), unsealed, keys)
        cards = await platform_store.asked_in(connection, wave.id)
        for period in mine:
            people = [card for card in cards if every.get(card[1], 1) == period.every]
            await self._fold(connection, period, closed, people)

    async def _fold(
        self, connection: AsyncConnection, period: Period, closed: Closed, people: Sequence[tuple[UUID, NodeId, bool]]
    ) -> None:
        if await store.hold(connection, period.id) is None:
            return
        own = await keys_of(connection, self.keys, period)
        before = Tree.of(one.node for one in await store.nodes_of(connection, period.id))
        sealed = await store.rows(connection, period.id)

        def written_anew() -> list[tuple[bytes, bytes]]:
            keys = closed.keys
            asked = [Asked(keys.slot(keys.ticket(who)), own.slot(who), cohort, sent) for who, cohort, sent in people]
            rows = folded(unseal(own, sealed), before, asked, closed)
            return [(slot, own.seal(slot, row, self.entropy)) for slot, row in rows.items()]

        await store.fill(connection, period.id, await asyncio.to_thread(written_anew))


def folded(
    rows: Mapping[bytes, PeriodRow], tree: Tree, asked: Sequence[Asked], closed: Closed
) -> dict[bytes, PeriodRow]:
    """The rows of a period after a wave; `tree` is that of the period. Pure."""
    found = dict(rows)
    for one in asked:
        before = found.get(one.in_period)
        cohort = cohort_in_period(tree, closed.tree, before.cohort if before else None, one.cohort)
        row, response = before or PeriodRow(cohort), closed.unsealed.get(one.slot, Response())
        found[one.in_period] = row.with_wave(closed.wave.number, cohort, response, asked=one.sent)
    return found


def told_now(unsealed: Unsealed, every: Mapping[NodeId, Every]) -> list[Response]:
    """The responses that count in the Release of the wave itself: those of everybody who is told each wave."""
    return [
        response for response in unsealed.values() if response.cohort is not None and every.get(response.cohort, 1) == 1
    ]


async def keys_of(connection: AsyncConnection, keys: KeyRing, period: Period) -> PeriodKeys:
    """Return the keys of a period. Raises KeyFileError, NotFound."""
    return PeriodKeys(period.id, keys.epoch(period.key_id), await store.salt_of(connection, period.id))


def unseal(keys: PeriodKeys, sealed: Sequence[tuple[bytes, bytes]]) -> dict[bytes, PeriodRow]:
    """The rows of a period by slot. Raises TokenError."""
    return {slot: keys.unseal(slot, row) for slot, row in sealed}
