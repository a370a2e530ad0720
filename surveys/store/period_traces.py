"""What a server may still keep of the rows of a closed reporting period: as of a wave, `surveys.store.traces`."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, and_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from surveys.model import WaveState
from surveys.periods import Period
from surveys.store.periods import PERIOD, periods
from surveys.store.releases import RELEASE


async def mark_erased(
    connection: AsyncConnection, period: Period, traces: Collection[str], until: datetime | None
) -> None:
    """Mark a released period *destroyed*, or *limited* when the server may keep copies of its rows."""
    state = WaveState.LIMITED if traces else WaveState.DESTROYED
    mark = update(PERIOD).where(PERIOD.c.id == period.id, PERIOD.c.state == WaveState.RELEASED)
    if (await connection.execute(mark.values(state=state))).rowcount:
        values = {"traces": sorted(traces), "traces_until": until if traces else None}
        await connection.execute(update(RELEASE).where(_ours(period)).values(**values))


async def end_limits(connection: AsyncConnection, epochs: Collection[str]) -> None:
    """Mark *destroyed* the periods whose epoch is none of these: no copy of them can be read any more."""
    for period in await periods(connection, states=[WaveState.LIMITED]):
        if period.key_id not in epochs:
            await connection.execute(update(PERIOD).where(PERIOD.c.id == period.id).values(state=WaveState.DESTROYED))
            await connection.execute(update(RELEASE).where(_ours(period)).values(traces=[], traces_until=None))


def _ours(period: Period) -> ColumnElement[bool]:
    return and_(
        RELEASE.c.survey == period.survey, RELEASE.c.number == period.waves[-1], RELEASE.c.every == period.every
    )
