"""Schema `platform`: signed links, over a connection handed in."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Final

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from surveys.links import Link
from surveys.store.database import Driver
from surveys.tables.links import LinkRow

LINK = LinkRow.__table__  # type: ignore[attr-defined]
COLUMNS = (LINK.c.id, LINK.c.subject, LINK.c.purpose, LINK.c.expires, LINK.c.once, LINK.c.spent, LINK.c.revoked)
FIND: Final = "SELECT id, subject, purpose, expires, once, spent, revoked FROM platform.link WHERE id = %(link)s"

FOR: Final = """
    SELECT id, subject, purpose, expires, once, spent, revoked FROM platform.link
    WHERE purpose = %(purpose)s AND NOT revoked AND (expires > %(now)s OR once AND spent)
"""


async def add_link(connection: AsyncConnection, link: Link) -> None:
    """Write a new link."""
    await connection.execute(insert(LINK).values(**asdict(link)))


async def find_link(driver: Driver, link_id: bytes) -> Link | None:
    """Return a link, spent and revoked ones too; on the driver, because every request of a session asks it."""
    row = await (await driver.execute(FIND, {"link": link_id})).fetchone()
    return Link(*row) if row else None


async def links_for(driver: Driver, purpose: str, now: datetime) -> list[Link]:
    """Return the links of a purpose whose sessions may go on."""
    rows = await (await driver.execute(FOR, {"purpose": purpose, "now": now})).fetchall()
    return [Link(*row) for row in rows]


async def links_of(connection: AsyncConnection, subject: str) -> list[Link]:
    """Return what is kept now about the links of a person or seat."""
    rows = await connection.execute(select(*COLUMNS).where(LINK.c.subject == subject).order_by(LINK.c.expires))
    return [Link(*row) for row in rows]


async def spend_link(connection: AsyncConnection, link_id: bytes, now: datetime) -> bool:
    """Spend a one-time link; True for exactly one caller, and never for a revoked or expired one."""
    usable = (LINK.c.id == link_id) & LINK.c.once & ~LINK.c.spent & ~LINK.c.revoked & (LINK.c.expires > now)
    return bool((await connection.execute(update(LINK).where(usable).values(spent=True))).rowcount)


async def revoke_link(connection: AsyncConnection, link_id: bytes) -> None:
    """End a link and every session it opened."""
    await connection.execute(update(LINK).where(LINK.c.id == link_id).values(revoked=True))


async def revoke_links_of(connection: AsyncConnection, subject: str) -> int:
    """End every link of a person or seat with their sessions; return how many were ended."""
    mine = (LINK.c.subject == subject) & ~LINK.c.revoked
    return int((await connection.execute(update(LINK).where(mine).values(revoked=True))).rowcount)


async def forget_links(connection: AsyncConnection, before: datetime) -> int:
    """Delete links that expired before a moment at which none of their sessions can be alive."""
    return int((await connection.execute(delete(LINK).where(LINK.c.expires < before))).rowcount)


async def forget_all_links(connection: AsyncConnection) -> int:
    """Delete every link, and with it every session."""
    return int((await connection.execute(delete(LINK))).rowcount)
