"""Files of no table: what a transaction had written when its server died.

PostgreSQL takes back what an aborted transaction wrote, but after a crash it does not know of those files any more, and
never removes them. Rows that were being written anew at that moment lie in one. Nobody can read them once their salt is
destroyed; still no sealed row is to be left in any file, so erasing removes them where the server is our own.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

NUMBERED: Final = re.compile(r"(\d+)(?:_(?:fsm|vm|init))?(?:\.\d+)?")
"""How files of tables and indexes are called; temporary ones begin with a letter, and go when the server starts."""
OWNED: Final = text("SELECT pg_relation_filenode(oid) FROM pg_class WHERE pg_relation_filenode(oid) IS NOT NULL")
DIRECTORY: Final = text("SELECT oid FROM pg_database WHERE datname = current_database()")
NUMBER: Final = text("SELECT pg_current_xact_id()::text::bigint")
"""A number of its own: every transaction that has written something by now has a lower one."""
OLDEST: Final = text("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
TRIES: Final = 20
PAUSE: Final = 0.1
"""Seconds between two looks whether the transactions of the first look have ended."""

Sleep = Callable[[float], Awaitable[None]]


async def orphans(connection: AsyncConnection, data: Path) -> list[Path]:
    """Return the files of this database that no table owns; a transaction that still runs may be making one of them.

    `data` is the data directory of the server. Needs autocommit. Raises OSError where it can't be read.
    """
    directory = data / "base" / str(await connection.scalar(DIRECTORY))
    there = await asyncio.to_thread(_numbered, directory)
    owned = {number for (number,) in await connection.execute(OWNED)}
    return [path for path, number in there if number not in owned]


async def removed(connection: AsyncConnection, data: Path, sleep: Sleep = asyncio.sleep) -> bool:
    """Remove them; False when a transaction runs on that may yet give one of them a table. Needs autocommit."""
    suspects = await orphans(connection, data)
    if not suspects:
        return True
    mine = await connection.scalar(NUMBER) or 0
    for attempt in range(TRIES):
        if (await connection.scalar(OLDEST) or 0) > mine:
            break
        if attempt + 1 == TRIES:
            return False
        await sleep(PAUSE)
    left = set(await orphans(connection, data)) & set(suspects)
    await asyncio.to_thread(_remove, left)
    return True


def _remove(paths: Iterable[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)


def _numbered(directory: Path) -> list[tuple[Path, int]]:
    """Files with something in them. An empty one may stand for a table that was dropped: until the next checkpoint its
    number must not be given out again."""
    found = [(path, NUMBERED.fullmatch(path.name)) for path in directory.iterdir()]
    return [(path, int(name[1])) for path, name in found if name and _size(path)]


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
