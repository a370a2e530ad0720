"""Forget what has served: old shifts and dead links. Done once a day, and whenever a wave has closed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from surveys.store import links as link_store
from surveys.store import people as people_store
from surveys.store.database import Database

SHIFTS_KEPT: Final = timedelta(days=14)
LINKS_KEPT: Final = timedelta(days=31)
"""Longer than any session lives that such a link opened."""


@dataclass(frozen=True)
class Tidying:
    """Keeps the schemas `people` and `platform` from growing with the years."""

    database: Database
    now: Callable[[], datetime]

    async def __call__(self) -> None:
        """Forget; doing it again forgets nothing more."""
        async with self.database.begin() as connection:
            await people_store.forget_shifts(connection, self.now() - SHIFTS_KEPT)
            await link_store.forget_links(connection, self.now() - LINKS_KEPT)
