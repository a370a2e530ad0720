"""Telling the works council which groups the roster made or largely changed, never who is in them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from surveys.errors import LogBroken
from surveys.regrouping import Regrouped, to_content
from surveys.signed_log import Kind, next_entry
from surveys.store import seats as store

log = structlog.get_logger(__name__)


async def note_groups(connection: AsyncConnection, found: Collection[Regrouped], now: datetime) -> None:
    """Write one entry about these groups, once there is an agreement; before that nothing can have been published.

    A log that does not hold stops waves from opening, and never people from leaving.
    """
    if not found:
        return
    try:
        standing = await store.held(connection)
        if standing.agreement:
            await store.add(connection, standing, next_entry(standing.head, Kind.COHORTS, now, to_content(found)))
    except LogBroken:
        log.error("changed groups could not be noted: the signed log does not hold", groups=len(found))
