"""Kudos that have served are forgotten: their rows alone, for what stands in chats is their readers'."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from bot.kudos.terms import Terms
from surveys.store import kudos as store
from surveys.store import postings as posting_store
from surveys.store.database import Database

SETTLING: Final = timedelta(days=1)
"""For how long one that was taken back is known at least, so that a second press gets its sentence."""
ENDED: Final = timedelta(days=30)
"""For how long one that was taken back or hidden is known at most."""
AT_ONCE: Final = 500
"""Kudos of one transaction."""


@dataclass(frozen=True)
class Forgetting:
    """Keeps the schema `kudos` to what terms say."""

    database: Database
    terms: Terms

    async def __call__(self) -> None:
        """Forget; doing it again forgets nothing more. Several processes may do it at once."""
        async with self.database.begin() as connection:
            await posting_store.forget_settled(connection)
        while await self._some() == AT_ONCE:
            pass

    async def _some(self) -> int:
        now = self.terms.now()
        async with self.database.begin() as connection:
            over = await store.hold_over(
                connection,
                given=now - self.terms.kept_for,
                ended=now - ENDED,
                settled=now - SETTLING,
                most=AT_ONCE,
            )
            await posting_store.forget_of(connection, over)
            await store.forget(connection, over)
        return len(over)
