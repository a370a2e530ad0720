"""So many at once, the others one after the other: whoever presses harder than we can answer slows nobody down.

Without it everybody would wait for the database at the same time, each would give up at about the moment at which
their turn came, and nothing would be answered at all.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

AT_ONCE: Final = 12
"""A few more than the connections to the database that answers have, so that none of those is idle."""
PATIENCE: Final = 10.0
"""Seconds that somebody waits for their turn, before they read that they may try again."""


class Turns:
    """Hands out turns, in the order in which they were asked for."""

    def __init__(self, at_once: int = AT_ONCE, patience: float = PATIENCE) -> None:
        self._free = asyncio.Semaphore(at_once)
        self._patience = patience

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Hold a turn for as long as the block lasts. Raises TimeoutError when none comes in time."""
        async with asyncio.timeout(self._patience):
            await self._free.acquire()
        try:
            yield
        finally:
            self._free.release()
