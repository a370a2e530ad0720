"""Schema `platform`: many marks at once, and the lock between opening waves and key epochs.

Over a connection handed in. Nothing here is about a person.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import delete, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from surveys.store.platform import MARK

EPOCHS: Final = 7012003
"""The advisory lock that opening shares and a change of epochs takes alone."""


async def marks(connection: AsyncConnection, beginning: str) -> dict[str, str]:
    """Return the marks whose name begins so, by name."""
    rows = await connection.execute(select(MARK.c.name, MARK.c.value).where(MARK.c.name.startswith(beginning)))
    return {row.name: row.value for row in rows}


async def forget_mark(connection: AsyncConnection, name: str) -> None:
    """Delete a mark."""
    await connection.execute(delete(MARK).where(MARK.c.name == name))


async def hold_epochs_still(connection: AsyncConnection) -> None:
    """Let no epoch begin or end until this transaction ends: a wave is being opened in one."""
    await connection.execute(text(f"SELECT pg_advisory_xact_lock_shared({EPOCHS})"))


async def hold_epochs(connection: AsyncConnection, *, seconds: float = 0) -> bool:
    """Hold all epochs alone until this transaction ends; False when waves were being opened for so long."""
    if not seconds:
        return bool(await connection.scalar(text(f"SELECT pg_try_advisory_xact_lock({EPOCHS})")))
    await connection.execute(text(f"SET LOCAL lock_timeout = '{int(seconds * 1000)}ms'"))
    await connection.execute(text(f"SELECT pg_advisory_xact_lock({EPOCHS})"))
    await connection.execute(text("RESET lock_timeout"))
    return True
