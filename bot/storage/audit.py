"""The whole audit: every check of the database and of the files around it, in the order in which it is told."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.metrics import Metrics, Ticks
from bot.migrate import Roles
from bot.settings import Settings
from bot.storage import closed, files, people, rows, server, shape, traces
from bot.storage.verdict import Check, Found
from surveys.model import Person
from surveys.store import people as people_store
from surveys.store.database import Database
from surveys.store.orphans import orphans
from surveys.tickets import KeyRing

LIMIT: Final = "This proves nothing against an operator who altered the program, the server or this report."
CHECKS: Final[tuple[Check, ...]] = (
    *shape.CHECKS,
    *rows.CHECKS,
    *traces.CHECKS,
    *closed.CHECKS,
    *people.CHECKS,
    *server.CHECKS,
)
SECRETS: Final = text(
    "SELECT salt FROM surveys.wave_salt UNION ALL (SELECT slot FROM surveys.response LIMIT 500)"
    " UNION ALL (SELECT substr(sealed, 1, 64) FROM surveys.pool LIMIT 500)"
    " UNION ALL SELECT salt FROM surveys.period_salt UNION ALL (SELECT slot FROM surveys.period_row LIMIT 500)"
)


@dataclass(frozen=True)
class Places:
    """Where to look beside the database: directories of backups, log files, and the embedded server's own files."""

    backups: Sequence[Path] = ()
    logs: Sequence[Path] = ()
    data: Path | None = None


@dataclass(frozen=True)
class Audit:
    """Looks and changes nothing."""

    database: Database
    settings: Settings
    roles: Roles
    keys: KeyRing
    places: Places = field(default_factory=Places)

    async def __call__(self, now: datetime) -> list[Found]:
        """Return what came of every check."""
        async with self.database.begin() as connection:
            found = [await check.run(connection) for check in CHECKS]
            found += await server.reader(connection, self.roles)
            roster = await people_store.load_roster(connection)
            secrets = await _secrets(connection)
        found.append(await self._orphans())
        page = await Metrics(self.database, Ticks()).page()
        found.append(files.metrics(bytes(page.body).decode()))
        return found + await asyncio.to_thread(lambda: list(self._files(now, roster, secrets)))

    async def _orphans(self) -> Found:
        if self.places.data is None:
            return files.of_no_table(None)
        async with self.database.outside_transaction() as connection:
            return files.of_no_table(await orphans(connection, self.places.data))

    def _files(self, now: datetime, roster: Sequence[Person], secrets: Sequence[bytes]) -> Iterator[Found]:
        yield files.key_file(self.settings, now)
        data = [self.places.data] if self.places.data else []
        yield files.keys_in([*data, *self.places.backups], self.keys)
        yield files.open_waves_in(self.places.backups, secrets)
        yield files.people_in(self.places.logs, roster)


async def _secrets(connection: AsyncConnection) -> list[bytes]:
    return [bytes(secret) for secret in await connection.scalars(SECRETS)]
