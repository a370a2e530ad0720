"""Schema `surveys`: reporting periods, their sealed rows, salts and snapshots. Nothing here can name a person."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, delete, func, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from surveys.errors import NotFound
from surveys.model import Every, Node, NodeId, Wave, WaveState
from surveys.periods import Period
from surveys.store.responses import attach, copy_in
from surveys.store.surveys import NODE as WAVE_NODE
from surveys.store.surveys import WAVE
from surveys.tables.periods import PeriodNodeTable, PeriodSaltTable, PeriodTable

PERIOD = PeriodTable.__table__  # type: ignore[attr-defined]
NODE = PeriodNodeTable.__table__  # type: ignore[attr-defined]
SALT = PeriodSaltTable.__table__  # type: ignore[attr-defined]

RUNNING: Final = (WaveState.OPEN, WaveState.CLOSING)
ALL_ROWS = text("SELECT slot, sealed FROM surveys.period_row WHERE period_id = :period")
WRITE_ROW = text("UPDATE surveys.period_row SET sealed = :sealed WHERE period_id = :period AND slot = :slot")
SLOTS = text("SELECT slot FROM surveys.period_row WHERE period_id = :period ORDER BY gen_random_uuid()")
CHOSEN_ROWS = text(
    "SELECT slot, sealed FROM surveys.period_row WHERE period_id = :period AND slot = ANY (CAST(:slots AS bytea[]))"
    " ORDER BY slot"
)
CLASSES = text(
    "UPDATE surveys.wave_node w SET every = c.every, withheld = c.withheld"
    " FROM unnest(CAST(:nodes AS text[]), CAST(:every AS int[]), CAST(:withheld AS bool[])) AS c(node, every, withheld)"
    " WHERE w.wave_id = :wave AND w.node = c.node"
)


@dataclass(frozen=True, slots=True)
class Counted:
    """One node of a snapshot: people of its own, in how many waves they are told once, whether it publishes."""

    node: Node
    head_count: int
    every: Every
    withheld: bool


# ---- periods ---------------------------------------------------------------------------------------------------


async def periods(
    connection: AsyncConnection, *, survey: str | None = None, states: Collection[WaveState] = ()
) -> list[Period]:
    """Return periods, oldest first."""
    query = select(PERIOD).order_by(PERIOD.c.opens, PERIOD.c.survey, PERIOD.c.every)
    query = query.where(PERIOD.c.survey == survey) if survey else query
    query = query.where(PERIOD.c.state.in_(states)) if states else query
    return [_period(row) for row in await connection.execute(query)]


async def add_period(connection: AsyncConnection, period: Period, salt: bytes, nodes: Iterable[Counted]) -> None:
    """Add an open period with its snapshot, its salt, and partitions of its own."""
    values = {"state": period.state, "waves": list(period.waves), "ends": period.ends, "key_id": period.key_id}
    await connection.execute(
        insert(PERIOD).values(id=period.id, survey=period.survey, every=period.every, opens=period.opens, **values)
    )
    rows = [
        {
            **{"period_id": period.id, "node": one.node.id, "parent": one.node.parent, "name": one.node.name},
            **{"head_count": one.head_count, "every": one.every, "withheld": one.withheld},
        }
        for one in nodes
    ]
    await connection.execute(insert(NODE), rows)
    await attach(connection, "surveys.period_salt", _salt_partition(period.id), period.id, ("salt",))
    await attach(connection, "surveys.period_row", partition(period.id), period.id, ("slot", "sealed"))
    await connection.execute(insert(SALT).values(period_id=period.id, salt=salt))


async def add_wave(connection: AsyncConnection, period: UUID, number: int) -> None:
    """Let an open period take in one more wave."""
    more = func.array_append(PERIOD.c.waves, number)
    await connection.execute(update(PERIOD).where(PERIOD.c.id == period).values(waves=more))


async def end(connection: AsyncConnection, period: UUID, now: datetime) -> bool:
    """Mark an open period *closing*: it takes in no further wave. False when it was not open."""
    mark = update(PERIOD).where(PERIOD.c.id == period, PERIOD.c.state == WaveState.OPEN)
    return bool((await connection.execute(mark.values(state=WaveState.CLOSING, closing_since=now))).rowcount)


async def due(connection: AsyncConnection, now: datetime) -> list[UUID]:
    """Return the periods that are over, and all of whose waves have been released."""
    over = (func.cardinality(PERIOD.c.waves) >= PERIOD.c.every) | (PERIOD.c.ends <= now)
    again = (PERIOD.c.state == WaveState.CLOSING) & (func.coalesce(PERIOD.c.next_try, now) <= now)
    unfinished = (
        select(WAVE.c.id)
        .where(WAVE.c.survey == PERIOD.c.survey, WAVE.c.number == func.any(PERIOD.c.waves))
        .where(WAVE.c.state.in_(RUNNING))
    )
    wanted = (again | ((PERIOD.c.state == WaveState.OPEN) & over)) & ~unfinished.exists()
    query = select(PERIOD.c.id).where(wanted).order_by(PERIOD.c.opens, PERIOD.c.every, PERIOD.c.id)
    return [row.id for row in await connection.execute(query)]


async def hold(connection: AsyncConnection, period: UUID, state: WaveState | None = None) -> Period | None:
    """Hold a running period (in this state, if one is given) until this transaction ends; None when it is not so.

    Whoever writes its rows holds it: closing a wave, closing the period, and emptying the rows of people who left.
    """
    states = RUNNING if state is None else (state,)
    query = select(PERIOD).where(PERIOD.c.id == period, PERIOD.c.state.in_(states)).with_for_update()
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else _period(row)


async def closing_since(connection: AsyncConnection, period: UUID) -> datetime | None:
    """Return since when a period is closing, or None when it is not."""
    query = select(PERIOD.c.closing_since).where(PERIOD.c.id == period, PERIOD.c.state == WaveState.CLOSING)
    found: datetime | None = await connection.scalar(query)
    return found


async def put_off(connection: AsyncConnection, period: UUID, until: datetime) -> None:
    """Say when closing a period is tried again."""
    await connection.execute(update(PERIOD).where(PERIOD.c.id == period).values(next_try=until))


async def destroy(connection: AsyncConnection, period: UUID, lock_timeout: str = "100ms") -> None:
    """Delete the snapshot and drop salt and rows of a released period: the last thing in a transaction."""
    await connection.execute(update(PERIOD).where(PERIOD.c.id == period).values(state=WaveState.RELEASED))
    await connection.execute(delete(NODE).where(NODE.c.period_id == period))
    await connection.execute(text(f"SET LOCAL lock_timeout = '{lock_timeout}'"))
    await connection.execute(text(f"DROP TABLE IF EXISTS {_salt_partition(period)}"))
    await connection.execute(text(f"DROP TABLE IF EXISTS {partition(period)}"))


# ---- snapshots -------------------------------------------------------------------------------------------------


async def nodes_of(connection: AsyncConnection, period: UUID) -> list[Counted]:
    """Return the snapshot of a period, by id."""
    rows = await connection.execute(select(NODE).where(NODE.c.period_id == period).order_by(NODE.c.node))
    return [_counted(row) for row in rows]


async def wave_nodes(connection: AsyncConnection, wave: UUID) -> list[Counted]:
    """Return the snapshot of a wave with what `mark_nodes` wrote, by id."""
    rows = await connection.execute(select(WAVE_NODE).where(WAVE_NODE.c.wave_id == wave).order_by(WAVE_NODE.c.node))
    return [_counted(row) for row in rows]


async def mark_nodes(connection: AsyncConnection, wave: UUID, nodes: Sequence[Counted]) -> None:
    """Write beside the snapshot of a wave in which Releases its nodes are told, and whether they publish."""
    values = {
        "nodes": [one.node.id for one in nodes],
        "every": [one.every for one in nodes],
        "withheld": [one.withheld for one in nodes],
    }
    await connection.execute(CLASSES, {"wave": wave, **values})


# ---- sealed rows -----------------------------------------------------------------------------------------------


async def salt_of(connection: AsyncConnection, period: UUID) -> bytes:
    """Return the salt of a period. Raises NotFound when it has been destroyed."""
    salt: bytes | None = await connection.scalar(select(SALT.c.salt).where(SALT.c.period_id == period))
    if salt is None:
        raise NotFound(f"reporting period {period} has been released: its salt is gone")
    return salt


async def rows(connection: AsyncConnection, period: UUID) -> list[tuple[bytes, bytes]]:
    """Return all (slot, sealed) of a period."""
    found = await connection.execute(ALL_ROWS, {"period": period})
    return [(bytes(row.slot), bytes(row.sealed)) for row in found]


async def fill(connection: AsyncConnection, period: UUID, sealed: Iterable[tuple[bytes, bytes]]) -> None:
    """Write all rows of a period anew.

    What was there goes with its file at the commit: nobody can tell a row that changed from one that didn't.
    """
    await connection.execute(text(f"TRUNCATE {partition(period)}"))
    await copy_in(connection, f"{partition(period)} (period_id, slot, sealed)", period, sealed)


async def slots_by_lot(connection: AsyncConnection, period: UUID) -> list[bytes]:
    """Return all slots of a period: to ask for one would tell a log of statements whose it is."""
    return [bytes(slot) for slot in await connection.scalars(SLOTS, {"period": period})]


async def chosen_rows(
    connection: AsyncConnection, period: UUID, slots: Collection[bytes], others: int
) -> list[tuple[bytes, bytes]]:
    """Return the rows under these slots and at most so many others by lot, of a period that is held."""
    there = await slots_by_lot(connection, period)
    drawn = [slot for slot in there if slot not in slots][:others]
    chosen = sorted([*drawn, *(slot for slot in there if slot in slots)])
    found = await connection.execute(CHOSEN_ROWS, {"period": period, "slots": chosen})
    return [(bytes(row.slot), bytes(row.sealed)) for row in found]


async def write_rows(connection: AsyncConnection, period: UUID, sealed: Sequence[tuple[bytes, bytes]]) -> None:
    """Write some rows of a period that is held."""
    if sealed:
        values = [{"period": period, "slot": slot, "sealed": row} for slot, row in sealed]
        await connection.execute(WRITE_ROW, values)


def partition(period: UUID) -> str:
    """Return the quoted table name of the partition of a period's rows."""
    return f'surveys."period_row_{period.hex}"'


def _salt_partition(period: UUID) -> str:
    return f'surveys."period_salt_{period.hex}"'


def _period(row: Row[Any]) -> Period:
    return Period(
        row.id, row.survey, row.every, tuple(row.waves), row.opens, row.ends, WaveState(row.state), row.key_id
    )


def _counted(row: Row[Any]) -> Counted:
    return Counted(Node(row.node, row.parent, row.name), row.head_count, row.every, row.withheld)


async def opened(connection: AsyncConnection, wave: Wave) -> dict[Every, list[datetime]]:
    """Return when the waves before this one (under 1) and the periods of its survey opened, by length."""
    before = select(WAVE.c.opens).where(WAVE.c.survey == wave.survey, WAVE.c.number < wave.number)
    found: dict[Every, list[datetime]] = {1: list(await connection.scalars(before)), 2: [], 4: []}
    for period in await periods(connection, survey=wave.survey):
        found[period.every].append(period.opens)
    return found


async def node_classes(connection: AsyncConnection, period: Period) -> dict[NodeId, Every]:
    """Return the teams that are told in this period, as it opened."""
    above = select(NODE.c.parent).where(NODE.c.period_id == period.id, NODE.c.parent.is_not(None))
    mine = (NODE.c.period_id == period.id) & (NODE.c.every == period.every) & NODE.c.node.not_in(above)
    return {row.node: period.every for row in await connection.execute(select(NODE.c.node).where(mine))}
