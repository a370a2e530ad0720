"""The rhythm of a process that answers: beat after beat a blob, and every few seconds a look at everybody.

It is kept as long as the process hears people, and its beats come at moments of their own: never because of a tap.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Final

import psycopg
import structlog

from bot.addressbook import AddressBook
from bot.attempts import outcome_of
from surveys.errors import AdempauzeError
from surveys.pool import BEAT_SECONDS, IDLE_SECONDS, Pool

log = structlog.get_logger(__name__)

BOOK_SECONDS: Final = 5.0
"""After how long a change of an address, a language or a link is known to every process that answers."""


@asynccontextmanager
async def rhythm(
    pool: Pool, book: AddressBook, *, beat: float = BEAT_SECONDS, idle: float = IDLE_SECONDS
) -> AsyncIterator[None]:
    """Keep the rhythm as long as the block lasts, `beat` seconds between two blobs. Raises psycopg.Error at first."""
    await pool.refresh()
    await book.refresh()
    pool.kept = book.kept = True
    beating = asyncio.create_task(_again(pool.beat, lambda: beat if pool.busy else idle, "the rhythm"))
    looking = asyncio.create_task(_again(book.refresh, lambda: BOOK_SECONDS, "the address book"))
    try:
        yield
    finally:
        beating.cancel()
        looking.cancel()
        await asyncio.wait({beating, looking})
        pool.kept = book.kept = False
        with suppress(psycopg.Error, AdempauzeError):  # whoever still waits is told
            await pool.flush()


async def _again(step: Callable[[], Awaitable[None]], pause: Callable[[], float], what: str) -> None:
    """Do it at even intervals, whether it fails or not; the first failure in a row is logged."""
    loop, failing, following = asyncio.get_running_loop(), False, 0.0
    while True:
        following = max(following + pause(), loop.time())
        await asyncio.sleep(following - loop.time())
        outcome = await outcome_of(step())
        if isinstance(outcome, Exception) and not failing:
            log.warning(f"{what} is interrupted", error=type(outcome).__name__)
        failing = isinstance(outcome, Exception)
