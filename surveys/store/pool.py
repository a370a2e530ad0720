"""The pool: blobs of one size that a process writes at a constant rhythm, on the driver itself.

No statement here is made because somebody did something, and none has a value in it that depends on who did.
"""

from __future__ import annotations

from collections.abc import AsyncIterable, Awaitable, Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import psycopg
from psycopg import sql

from surveys.model import Node, Wave, WaveState
from surveys.store.answering import lock_key
from surveys.store.database import Driver
from surveys.store.periods import Counted
from surveys.store.responses import partition

SHARE_WHAT_IS_FREE: Final = """
    SELECT number FROM unnest(%(keys)s::bigint[]) WITH ORDINALITY AS lock (key, number)
    WHERE pg_try_advisory_xact_lock_shared(key)
"""
LOOK: Final = """
    SELECT 'now' AS what, NULL::uuid AS wave, coalesce((SELECT generation FROM surveys.mixing), 0) AS number,
        pg_snapshot_xmin(snapshot)::text || ' ' || pg_snapshot_xmax(snapshot)::text AS text, NULL::bytea AS bytes
        FROM pg_current_snapshot() AS snapshot
    UNION ALL SELECT 'open', id, 0, NULL, NULL FROM surveys.wave WHERE state = 'open'
    UNION ALL SELECT 'blob', NULL, id, key_id, sealed FROM surveys.pool
        WHERE id > %(low)s AND id <> ALL (%(seen)s::bigint[])
"""
ADD: Final = """
    WITH mine AS MATERIALIZED (SELECT pg_current_xact_id())
    INSERT INTO surveys.pool (key_id, sealed) SELECT %(key_id)s, %(sealed)s FROM mine RETURNING id
"""
"""The transaction has a number before the blob gets an id (see `Look`)."""
BLOBS: Final = "SELECT id, key_id, sealed FROM surveys.pool ORDER BY id"
GENERATION: Final = "SELECT coalesce((SELECT generation FROM surveys.mixing), 0)"
ALIVE: Final = """
    SELECT w.id, w.survey, w.number, w.items, w.opens, w.closes, w.state, w.key_id, s.salt
    FROM surveys.wave w JOIN surveys.wave_salt s ON s.wave_id = w.id
    WHERE w.state = ANY (%(states)s) ORDER BY w.opens, w.id
"""
OVER: Final = "SELECT id FROM surveys.wave WHERE state <> 'open'"
NODES: Final = """
    SELECT wave_id, node, parent, name, head_count, every, withheld FROM surveys.wave_node
    WHERE wave_id = ANY (%(waves)s) ORDER BY node
"""
MIXER: Final = 0x6D69786572
"""The advisory lock of whoever mixes."""
MIX_ALONE: Final = f"SELECT pg_advisory_xact_lock({MIXER})"
MIX_IF_NOBODY_DOES: Final = f"SELECT pg_try_advisory_xact_lock({MIXER})"
DUE: Final = "SELECT due FROM surveys.mixing"
MIXED: Final = """
    INSERT INTO surveys.mixing (lone, generation, due) VALUES (true, 1, %(due)s)
    ON CONFLICT (lone) DO UPDATE SET generation = surveys.mixing.generation + 1, due = EXCLUDED.due
"""
BATCH: Final = 2000
PATIENCE: Final = "100ms"
"""How long the mixer waits for the pool at once: every process that writes into it queues behind."""


@dataclass(frozen=True, slots=True)
class Blob:
    """One blob as it stands in the pool."""

    id: int
    key_id: str
    sealed: bytes


@dataclass(frozen=True, slots=True)
class Look:
    """What one statement saw: which mix was the last, which waves are open, and the blobs that were asked for.

    Ids are given out in their order, but may become visible in another. Whoever adds a blob has a transaction number
    before it has an id; so once no transaction below the `above` of an earlier look runs any more (`below` says so),
    no blob can appear whose id is not above all that the earlier look saw.
    """

    generation: int
    open: frozenset[UUID]
    blobs: tuple[Blob, ...]
    below: int
    above: int


@dataclass(frozen=True, slots=True)
class Alive:
    """A wave whose rows are there, with its salt and its cohort snapshot."""

    wave: Wave
    salt: bytes
    nodes: tuple[Counted, ...] = ()


async def share_what_is_free(driver: Driver, waves: Sequence[UUID]) -> set[UUID]:
    """Hold off the closing of these waves until this transaction ends, and return those that nobody is closing.

    It never waits: whoever closes one wave holds up the answers to no other.
    """
    found = await driver.execute(SHARE_WHAT_IS_FREE, {"keys": [lock_key(wave) for wave in waves]})
    return {waves[number - 1] for (number,) in await found.fetchall()}


async def look(driver: Driver, low: int, seen: Collection[int]) -> Look:
    """Return what there is now, with the blobs above an id that were not seen yet."""
    found = await driver.execute(LOOK, {"low": low, "seen": list(seen)})
    blobs, open_, generation, below, above = list[Blob](), list[UUID](), 0, "0", "0"
    for what, wave, number, text, content in await found.fetchall():
        if what == "blob":
            blobs.append(Blob(number, text, bytes(content)))
        elif what == "open":
            open_.append(wave)
        else:
            generation, (below, above) = number, text.split(" ")
    in_order = tuple(sorted(blobs, key=lambda blob: blob.id))
    return Look(generation, frozenset(open_), in_order, int(below), int(above))


async def add(driver: Driver, key_id: str, sealed: bytes) -> int:
    """Add a blob to the pool and return its id."""
    row = await (await driver.execute(ADD, {"key_id": key_id, "sealed": sealed})).fetchone()
    assert row is not None
    return int(row[0])


async def blobs(driver: Driver) -> list[Blob]:
    """Return every blob that can be seen, in their order."""
    return [Blob(*row) for row in await (await driver.execute(BLOBS)).fetchall()]


async def alive(driver: Driver, *states: WaveState) -> list[Alive]:
    """Return the waves in one of these states, the oldest first."""
    rows = await (await driver.execute(ALIVE, {"states": list(states)})).fetchall()
    nodes: dict[UUID, list[Counted]] = {row[0]: [] for row in rows}
    for wave, node, parent, name, *rest in await (await driver.execute(NODES, {"waves": list(nodes)})).fetchall():
        nodes[wave].append(Counted(Node(node, parent, name), *rest))
    return [Alive(_wave(row), row[8], tuple(nodes[row[0]])) for row in rows]


async def over(driver: Driver) -> set[UUID]:
    """Return the waves that are not open any more."""
    return {wave for (wave,) in await (await driver.execute(OVER)).fetchall()}


async def generation(driver: Driver) -> int:
    """Return how often was mixed."""
    row = await (await driver.execute(GENERATION)).fetchone()
    return int(row[0]) if row else 0


async def keep_from_mixing(driver: Driver, waves: Iterable[UUID]) -> None:
    """Let nobody mix the rows of these waves until this transaction ends.

    A statement of its own: what a mix wrote is seen by no statement that began before. Raises
    psycopg.errors.UndefinedTable for a wave that has been released.
    """
    await driver.execute("SET LOCAL lock_timeout = '60s'")  # as long as a mix takes
    for wave in waves:
        await driver.execute(sql.SQL("LOCK TABLE {} IN ACCESS SHARE MODE").format(_rows_of(wave)))


async def rows(driver: Driver, wave: UUID) -> dict[bytes, bytes]:
    """Return all (slot, sealed) of a wave, as its partition holds them; in batches, so that others get their turn."""
    found: dict[bytes, bytes] = {}
    async with driver.cursor(f"rows_{wave.hex}", binary=True) as cursor:
        await cursor.execute(sql.SQL("SELECT slot, sealed FROM {}").format(_rows_of(wave)))
        while batch := await cursor.fetchmany(BATCH):
            found.update(batch)
    return found


async def begin_mixing(driver: Driver, *, wait: bool) -> bool:
    """Be the only one who mixes until this transaction ends; False when somebody else is at it."""
    await driver.execute("SET LOCAL lock_timeout = '60s'")  # as long as a mix takes
    row = await (await driver.execute((MIX_ALONE if wait else MIX_IF_NOBODY_DOES).encode())).fetchone()
    return wait or bool(row and row[0])


async def due(driver: Driver) -> datetime | None:
    """Return when the next mix is due; None when there was none yet."""
    row = await (await driver.execute(DUE)).fetchone()
    return row[0] if row else None


async def write_anew(driver: Driver, wave: UUID, mixed: AsyncIterable[Iterable[tuple[bytes, bytes]]]) -> None:
    """Write the whole partition of a wave into a new file, batch by batch: all rows of one transaction.

    They come in the order of their slots. Slots are as good as random, so this order says nothing; and it is the same
    at every mix, so nothing moves.
    """
    await driver.execute(f"TRUNCATE {partition(wave)}".encode())
    cursor = driver.cursor()
    async with cursor.copy(
        f"COPY {partition(wave)} (wave_id, slot, sealed) FROM STDIN (FORMAT binary)".encode()
    ) as copy:
        copy.set_types(["uuid", "bytea", "bytea"])
        async for batch in mixed:
            for slot, sealed in batch:
                await copy.write_row((wave, slot, sealed))


async def take_out(
    driver: Driver, applied: Collection[int], following: datetime, tries: int, sleep: Callable[[float], Awaitable[None]]
) -> None:
    """Write the pool anew without the blobs that were applied, and note when the next mix is due.

    Deleted rows would stay in the file, so it becomes another one. Nobody can add a blob meanwhile: it is the last
    thing of a transaction. Raises psycopg.errors.LockNotAvailable when a long transaction is adding one.
    """
    await _hold_pool(driver, tries, sleep)
    left = [blob for blob in await blobs(driver) if blob.id not in applied]
    await driver.execute("TRUNCATE surveys.pool")
    for blob in left:
        await driver.execute(
            "INSERT INTO surveys.pool (id, key_id, sealed) OVERRIDING SYSTEM VALUE VALUES (%s, %s, %s)",
            (blob.id, blob.key_id, blob.sealed),
        )
    await driver.execute(MIXED, {"due": following})


async def _hold_pool(driver: Driver, tries: int, sleep: Callable[[float], Awaitable[None]]) -> None:
    for attempt in range(1, tries + 1):
        try:
            async with driver.transaction():
                await driver.execute(sql.SQL("SET LOCAL lock_timeout = {}").format(PATIENCE))
                await driver.execute("LOCK TABLE surveys.pool IN ACCESS EXCLUSIVE MODE")
        except psycopg.errors.LockNotAvailable:
            if attempt == tries:
                raise
            await sleep(0.5)
        else:
            return


def _rows_of(wave: UUID) -> sql.SQL:
    return sql.SQL(partition(wave))


def _wave(row: tuple[Any, ...]) -> Wave:
    wave, survey, number, items, opens, closes, state, key_id, _ = row
    return Wave(wave, survey, number, tuple(items), opens, closes, WaveState(state), key_id)
