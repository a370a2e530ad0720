"""Which drivers the published figures of the whole organisation ask to look at again."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from analytics.drivers import flagged
from surveys.errors import NotFound
from surveys.store import people as people_store
from surveys.store import releases as release_store
from surveys.store.database import Database

WINDOW: Final = 20
"""How many Releases back a driver counts as asked lately: a little more than one round of fourteen."""


@dataclass(frozen=True, slots=True)
class Flags:
    """Reads them off the Releases, as everything that is told of answers."""

    database: Database

    async def of(self, survey: str) -> Collection[str]:
        """Return the drivers of a survey that are flagged; none where nothing has been published yet."""
        with suppress(NotFound):
            async with self.database.begin() as connection:
                tree = await people_store.load_tree(connection)
            scope = [tree.root.id] if tree else []
            async with self.database.reading(scope) as connection:
                return flagged(await release_store.history(connection, survey, last=WINDOW))
        return ()
