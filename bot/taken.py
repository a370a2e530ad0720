"""What is known of the last taking over of a platform's members: a number and counts, nobody's name.

Readings are numbered as they begin, so that of two that overlap the older never undoes what the newer brought.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from surveys.losses import Losses
from surveys.store.platform import mark, marked


@dataclass(frozen=True, slots=True)
class Taken:
    """The number of the reading that was taken over last, and what was lost since the last command."""

    reading: int
    losses: Losses


async def begin_reading(connection: AsyncConnection, platform: str) -> int:
    """Return the number of a reading that begins now. The roster has to be locked."""
    number = int(await marked(connection, _readings(platform)) or 0) + 1
    await mark(connection, _readings(platform), str(number))
    return number


async def last_taken(connection: AsyncConnection, platform: str) -> Taken | None:
    """Return what was taken over last; None when that never was, by command."""
    found = await marked(connection, _taken(platform))
    if found is None:
        return None
    known = json.loads(found)
    return Taken(known["reading"], Losses(**known["losses"]))


async def note_taken(connection: AsyncConnection, platform: str, taken: Taken) -> None:
    """Keep what was taken over last."""
    await mark(connection, _taken(platform), json.dumps(asdict(taken)))


def _readings(platform: str) -> str:
    return f"readings of {platform}"


def _taken(platform: str) -> str:
    return f"taken over from {platform}"
