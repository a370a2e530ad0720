"""The sealed rows of open waves, and their salts: partitions per wave, filled at opening, dropped at close."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from surveys.store.answering import lock_key
from surveys.store.database import driver_of

EXCLUSIVE_LOCK = text("SELECT pg_advisory_xact_lock(:key)")


async def add_partition(connection: AsyncConnection, wave_id: UUID) -> None:
    """Make the empty partitions of a new wave: one for its salt, one for its rows."""
    await attach(connection, "surveys.wave_salt", salt_partition(wave_id), wave_id, ("salt",))
    await attach(connection, "surveys.response", partition(wave_id), wave_id, ("slot", "sealed"))


async def attach(connection: AsyncConnection, parent: str, name: str, owner: UUID, secret: tuple[str, ...]) -> None:
    """Make the empty partition of a wave or reporting period; `secret` are its columns with values.

    It is attached, not created in place: attaching lets answers to other waves go on. Its values never enter the
    planner's statistics, which would outlive them.
    """
    await connection.execute(text(f"CREATE TABLE {name} (LIKE {parent} INCLUDING ALL)"))
    for column in secret:
        alter = f"ALTER TABLE {name} ALTER {column}"
        await connection.execute(text(f"{alter} SET STORAGE PLAIN, ALTER {column} SET STATISTICS 0"))
    await connection.execute(text(f"ALTER TABLE {parent} ATTACH PARTITION {name} FOR VALUES IN ('{owner}')"))


async def fill(connection: AsyncConnection, wave_id: UUID, rows: Iterable[tuple[bytes, bytes]]) -> None:
    """Copy (slot, sealed) rows into the partition of a wave."""
    await copy_in(connection, f"{partition(wave_id)} (wave_id, slot, sealed)", wave_id, rows)


async def copy_in(connection: AsyncConnection, into: str, owner: UUID, rows: Iterable[tuple[bytes, bytes]]) -> None:
    """Copy (slot, sealed) rows of a wave or reporting period into its partition, in the order of their slots.

    Slots are as good as random, so the physical order of rows says nothing about the order of people.
    """
    cursor = (await driver_of(connection)).cursor()
    async with cursor.copy(f"COPY {into} FROM STDIN") as copy:
        for slot, sealed in sorted(rows):
            await copy.write_row((owner, slot, sealed))


def partition(wave_id: UUID) -> str:
    """Return the quoted table name of the partition of a wave's rows."""
    return f'surveys."response_{wave_id.hex}"'


def salt_partition(wave_id: UUID) -> str:
    """Return the quoted table name of the partition of a wave's salt."""
    return f'surveys."wave_salt_{wave_id.hex}"'


async def lock_out_answers(connection: AsyncConnection, wave_id: UUID) -> None:
    """Wait until no answer to this wave is under way, and hold off new ones until this transaction ends."""
    await connection.execute(EXCLUSIVE_LOCK, {"key": lock_key(wave_id)})


async def drop_partition(connection: AsyncConnection, wave_id: UUID, lock_timeout: str = "100ms") -> None:
    """Drop the salt and the rows of a wave; the last thing in a transaction, because it locks the most.

    Every answer to any wave queues behind this lock while it is waited for: wait shortly, and try again. The salt
    comes first, in the order in which answers take their locks. What is gone already is no reason to stop.
    """
    await connection.execute(text(f"SET LOCAL lock_timeout = '{lock_timeout}'"))
    await connection.execute(text(f"DROP TABLE IF EXISTS {salt_partition(wave_id)}"))
    await connection.execute(text(f"DROP TABLE IF EXISTS {partition(wave_id)}"))


async def erase(connection: AsyncConnection) -> None:
    """Remove what the close leaves behind: write-ahead log and dropped files, and who got a card. Needs autocommit.

    Salts and rows lay in files of their own, which are gone with the publishing commit, whoever still holds a
    snapshot. VACUUM FULL writes the list of cards anew, because an ordinary vacuum frees bytes without overwriting
    them; that list holds no secret, and what a snapshot may still see of it stays until a later vacuum.
    """
    for statement in (
        "SET lock_timeout = '2s'",
        "VACUUM (FULL) platform.delivery",
        "RESET lock_timeout",
        "SELECT pg_switch_wal()",
        "CHECKPOINT",
    ):
        await connection.execute(text(statement))
