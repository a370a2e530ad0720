"""Keeping somebody from giving kudos for a while, with a reason that they read, and ending that."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.kudos.terms import Terms
from surveys.errors import NotFound
from surveys.kudos.model import Giver
from surveys.store import givers as giver_store
from surveys.store import own as own_store
from surveys.store import people as people_store
from surveys.store.database import Database


@dataclass(frozen=True)
class Locking:
    """What the administrator does; what somebody got stays theirs."""

    database: Database
    terms: Terms

    async def lock(self, who: str, reason: str) -> None:
        """Let somebody give nothing until `unlock`. Raises NotFound for nobody, InputError for several."""
        await self._keep(who, reason)

    async def unlock(self, who: str) -> None:
        """Let somebody give again. Raises InputError and NotFound as `lock` does."""
        await self._keep(who, "")

    async def _keep(self, who: str, locked: str) -> None:
        async with self.database.begin() as connection:
            found = await people_store.person_named(connection, who)
            if found is None:
                raise NotFound(f"{who!r} is nobody in the roster: give an id of the roster file or an e-mail address")
            await own_store.hold_people(connection, [found.id])
            nudge = self.terms.now() + self.terms.nudge_every if self.terms.nudge_every else None
            kept = await giver_store.one(connection, found.id)
            if kept is None and not locked:
                return
            await giver_store.save(connection, replace(kept or Giver(found.id, nudge), locked=locked))
