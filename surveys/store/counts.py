"""How many people are in which team. Numbers alone: no row of a person leaves the database."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from surveys.model import NodeId
from surveys.store.people import PERSON


async def team_sizes(connection: AsyncConnection) -> dict[NodeId, int]:
    """Return how many people the roster has in each team; a team without people is not in it."""
    rows = await connection.execute(select(PERSON.c.team, func.count().label("people")).group_by(PERSON.c.team))
    return {row.team: row.people for row in rows}
