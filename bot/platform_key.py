"""Another platform key: what it seals is sealed anew, and links and sessions, which can't be, end.

Two things have to change that no transaction holds together, the key file and the database. The file first gets the
new key beside the old one. Then one transaction seals the records anew and notes the fingerprint of the new key. Last,
the file drops the old one. Killed in between, the next start sees by the fingerprint which of the two serves.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.keyfile import load, next_platform, read
from bot.keymark import NAME, fingerprint_of
from bot.keywriting import with_next_platform, with_platform_settled, write, writing
from bot.records import seal_all_anew
from surveys.errors import KeyFileError
from surveys.store import links as link_store
from surveys.store import platform as store
from surveys.store.database import Database
from surveys.tickets import Entropy

OTHERS: Final = text(
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND usename IS NOT NULL AND pid <> pg_backend_pid()"
)


@dataclass(frozen=True, slots=True)
class Replaced:
    """How many records were sealed anew, how many were lost before, and how many links ended."""

    records: int
    lost: int
    links: int


async def replace_platform_key(database: Database, path: Path, entropy: Entropy) -> Replaced:
    """Replace the platform key. Raises KeyFileError while other processes are connected, or the file can't be written.

    Every process begins with the platform key and keeps it: one that ran on would seal with the old key.
    """
    async with database.begin() as connection:
        await _refuse_others(connection)
        try:
            with writing(path, entropy):
                write(path, with_next_platform(read(path), entropy))
        except OSError as error:
            raise KeyFileError(f"{path.parent} can't be written to: run this as the owner of the key file") from error
        before, after = load(path).platform, next_platform(path)
        assert after is not None
        records, lost = await seal_all_anew(connection, before, after, entropy)
        links = await link_store.forget_all_links(connection)
        await store.mark(connection, NAME, fingerprint_of(after))
    with writing(path, entropy):
        write(path, with_platform_settled(read(path), replaced=True))
    return Replaced(records, lost, links)


async def _refuse_others(connection: AsyncConnection) -> None:
    others = await connection.scalar(OTHERS)
    if others:
        raise KeyFileError(
            f"{others} other connection(s) to this database are open: stop every `adempauze serve` and `worker`, and "
            "whoever else is connected, first"
        )
