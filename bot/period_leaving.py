"""The rows of somebody in the reporting periods that are open: which there are, and emptying them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.folding import keys_of
from surveys.errors import TokenError
from surveys.model import WaveState
from surveys.period_keys import PeriodKeys
from surveys.periods import Period
from surveys.store import periods as store
from surveys.tickets import Entropy, KeyRing

COVER: Final = 100
"""How many other rows are sealed anew with them, so that the transaction that changes the roster marks no row."""


async def empty_rows(connection: AsyncConnection, keys: KeyRing, entropy: Entropy, persons: Collection[UUID]) -> None:
    """Do it within the caller's transaction. Also what they answered in earlier waves of the period goes.

    A period that is being closed is left alone, as a wave is: its figures are being computed, and its rows go with it.
    Rows whose key has been lost can be read and found by nobody.
    """
    for running in await store.periods(connection, states=[WaveState.OPEN]):
        period = await store.hold(connection, running.id, WaveState.OPEN)
        if period is None or not keys.holds(period.key_id):
            continue
        own = await keys_of(connection, keys, period)
        theirs = {own.slot(person) for person in persons}
        held = await store.chosen_rows(connection, period.id, theirs, COVER)
        gone = max(period.waves)
        rows = [(slot, _anew(own, slot, sealed, gone if slot in theirs else None, entropy)) for slot, sealed in held]
        await store.write_rows(connection, period.id, rows)


async def periods_with(connection: AsyncConnection, keys: KeyRing, person: UUID) -> list[Period]:
    """Return the reporting periods in which somebody has a sealed row, as every member of a small team has."""
    running = await store.periods(connection, states=store.RUNNING)
    return [
        period
        for period in running
        if keys.holds(period.key_id)
        and (await keys_of(connection, keys, period)).slot(person) in await store.slots_by_lot(connection, period.id)
    ]


def _anew(keys: PeriodKeys, slot: bytes, sealed: bytes, gone: int | None, entropy: Entropy) -> bytes:
    """Return an emptied row, otherwise the same row under a fresh nonce; a damaged one as it was."""
    try:
        row = keys.unseal(slot, sealed)
    except TokenError:
        return sealed
    return keys.seal(slot, row if gone is None else row.emptied(gone), entropy)
