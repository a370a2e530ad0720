"""What `doctor` says about the introduction: how many people can get a card now. Counts, nobody's name."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.doctor import Finding
from bot.introduced import count_introduced
from surveys.store import surveys as store


async def check_introduced(connection: AsyncConnection, now: datetime) -> Finding:
    """Count for the real survey that opens next. Waiting is no fault: introductions go out in working hours."""
    real = [(due, survey) for survey, due in await store.surveys(connection) if not (survey.paused or survey.simulated)]
    if not real:
        return Finding("introduction", "there is no real survey, so nobody has to be introduced")
    introduced = await count_introduced(connection, min(real, key=lambda one: one[0])[1], now)
    everybody = introduced.ready + introduced.waiting
    return Finding("introduction", f"{introduced.ready} of {everybody} people have had it for a working day")
