"""Numbers that processes show each other: advisory locks on one connection of each process.

PostgreSQL holds them in memory alone: no row, log, backup or replica tells of them, and they end with the connection,
so with the process. Names and numbers become the two halves of a lock; two names that fall together share a pace.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import psycopg

if TYPE_CHECKING:
    from surveys.store.database import Driver

CLAIM: Final = "SELECT n FROM unnest(%(numbers)s::int[]) n WHERE pg_try_advisory_lock(%(name)s, n) LIMIT 1"
LET_GO: Final = "SELECT pg_advisory_unlock(%(name)s, n) FROM unnest(%(numbers)s::int[]) n"
TELL: Final = "SELECT pg_try_advisory_lock_shared(%(name)s, %(number)s)"
TELL_NO_MORE: Final = "SELECT pg_advisory_unlock_shared(%(name)s, %(number)s)"
TOLD: Final = """
    SELECT max(objid::bigint) FROM pg_locks
    WHERE locktype = 'advisory' AND objsubid = 2 AND classid::bigint = %(name)s AND granted
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
HALF: Final = 2**31
PATIENCE: Final = 5.0
"""Seconds that a statement may take: none of them waits for anything."""


@dataclass
class Shown:
    """What this process shows, and a look at what all of them show. The first use connects."""

    connect: Callable[[], Awaitable[Driver]]
    _driver: Driver | None = None
    _claimed: defaultdict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    _told: dict[str, int] = field(default_factory=dict)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def claim(self, name: str, numbers: Sequence[int], *, over: int) -> int | None:
        """Take the first of these numbers that nobody has; ours below `over` are let go. Raises psycopg.Error."""
        async with self._turn:
            mine = self._claimed[name]
            if old := {number for number in mine if number < over}:
                await self._ask(LET_GO, {"name": _half(name), "numbers": [number % HALF for number in old]})
                mine -= old
            free = {number % HALF: number for number in numbers if number not in mine}
            found = await self._ask(CLAIM, {"name": _half(name), "numbers": list(free)})
            if found is None:
                return None
            self._claimed[name].add(free[found])
            return free[found]

    async def tell(self, name: str, number: int) -> None:
        """Show a number in place of the lower one that was shown before. Raises psycopg.Error."""
        async with self._turn:
            before = self._told.get(name, 0)
            if number <= before:
                return
            await self._ask(TELL, {"name": _half(f"told/{name}"), "number": number})
            self._told[name] = number
            if before:
                await self._ask(TELL_NO_MORE, {"name": _half(f"told/{name}"), "number": before})

    async def told(self, name: str) -> int:
        """Return the highest number that any process shows, 0 when none does. Raises psycopg.Error."""
        async with self._turn:
            return await self._ask(TOLD, {"name": _half(f"told/{name}")}) or 0

    async def close(self) -> None:
        """Disconnect, and show nothing any more."""
        self._claimed.clear()
        self._told.clear()
        if self._driver is not None:
            await self._driver.close()
            self._driver = None

    async def _ask(self, statement: str, values: Mapping[str, Any]) -> int | None:
        """Return the first value. A connection that broke took everything with it: once more on a new one."""
        try:
            return await self._ask_once(statement, values)
        except (psycopg.OperationalError, TimeoutError):
            await self.close()
            return await self._ask_once(statement, values)

    async def _ask_once(self, statement: str, values: Mapping[str, Any]) -> int | None:
        async with asyncio.timeout(PATIENCE):
            if self._driver is None:
                self._driver = await self.connect()
            row = await (await self._driver.execute(statement.encode(), values)).fetchone()
        return int(row[0]) if row and row[0] is not None else None


def _half(name: str) -> int:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4]) % HALF
