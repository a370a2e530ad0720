"""`Keep` over the database: every record is sealed under a sub-key of the platform key that only one platform has."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from surveys.errors import KeyFileError
from surveys.store import platform as store
from surveys.store.database import Database
from surveys.tickets import Entropy, platform_key, seal_record, unseal_record

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class SealedRecords:
    """The records of one platform."""

    database: Database
    platform: str
    key: bytes = field(repr=False)
    entropy: Entropy

    async def get(self, key: str) -> bytes | None:
        """Return a record, or None when there is none or it was lost with its key file."""
        async with self.database.begin() as connection:
            return self._opened(key, await store.get_record(connection, self.platform, key))

    async def put(self, key: str, value: bytes) -> None:
        """Write a record over what was there."""
        sealed = seal_record(self.key, self._name(key), value, self.entropy)
        async with self.database.begin() as connection:
            await store.hold_record(connection, self.platform, key)
            await store.put_record(connection, self.platform, key, sealed)

    async def change(self, key: str, edit: Callable[[bytes | None], bytes]) -> None:
        """Read, edit and write in one transaction; whoever comes second waits."""
        async with self.database.begin() as connection:
            await store.hold_record(connection, self.platform, key)
            before = self._opened(key, await store.get_record(connection, self.platform, key))
            after = seal_record(self.key, self._name(key), edit(before), self.entropy)
            await store.put_record(connection, self.platform, key, after)

    async def delete(self, key: str) -> None:
        """Delete a record."""
        async with self.database.begin() as connection:
            await store.hold_record(connection, self.platform, key)
            await store.delete_record(connection, self.platform, key)

    async def beginning(self, start: str) -> dict[str, bytes]:
        """Return every record whose key begins so, in one statement."""
        async with self.database.begin() as connection:
            found = await store.records_beginning(connection, self.platform, start)
        opened = {key: self._opened(key, sealed) for key, sealed in found}
        return {key: value for key, value in opened.items() if value is not None}

    def _opened(self, key: str, sealed: bytes | None) -> bytes | None:
        try:
            return None if sealed is None else unseal_record(self.key, self._name(key), sealed)
        except KeyFileError:
            log.warning("a record was sealed with another key file and counts as lost", platform=self.platform)
            return None

    def _name(self, key: str) -> str:
        return _name(self.platform, key)


def _name(platform: str, key: str) -> str:
    return f"{platform}/{key}"


async def seal_all_anew(connection: AsyncConnection, before: bytes, after: bytes, entropy: Entropy) -> tuple[int, int]:
    """Seal every record of every platform under another platform key, within the caller's transaction.

    Returns how many there are now, and how many are gone because they did not open with the key before.
    """
    kept = lost = 0
    for platform, key, sealed in await store.all_records(connection):
        name = _name(platform, key)
        try:
            value = unseal_record(platform_key(before, platform), name, sealed)
        except KeyFileError:
            await store.delete_record(connection, platform, key)
            lost += 1
        else:
            anew = seal_record(platform_key(after, platform), name, value, entropy)
            await store.put_record(connection, platform, key, anew)
            kept += 1
    return kept, lost
