"""What a digest says of thanks: for a whole group, in two bands, whether half of it was thanked last month.

No figure of a check-in: those come from Releases alone, on the reader role. This comes from the kudos, on the role of
the application, and stands in a module of its own so that nothing else does.

What one reader sees, every reader might tell another. So the bands of a month are made once, all together, when the
first of them is read, and kept: looking again after somebody came, left or took something back tells nothing new. And
nobody counts in two of them (`surveys.kudos.recognition`): whoever leads a department of which a team has a band
finds that of the team, and none of the department, which together could tell of the few who are in no such team.
Where fewer than eight people were thanked in the whole organisation there are none.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from babel.dates import format_date
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.texts import Texts
from surveys.kudos.recognition import LEAST, Band, bands, last_month
from surveys.localtime import zone
from surveys.model import NodeId
from surveys.store import kudos as store
from surveys.store import people as people_store
from surveys.store import platform as platform_store
from surveys.store.database import Database

MARK: Final = "recognition"


@dataclass(frozen=True)
class Bands:
    """Says the band of a group, of the last whole month on the clock of the organisation."""

    database: Database
    now: Callable[[], datetime]
    timezone: str

    async def line(self, node: NodeId, name: str, t: Texts) -> str:
        """Return the sentence about a group of this name; empty where there is none."""
        start, end, first = last_month(self.now(), zone(self.timezone))
        month = f"{first:%Y-%m}"
        async with self.database.begin() as connection:
            told = await _kept(connection, month)
            if told is None:
                told = await _make(connection, month, start, end)
        band = told.get(node)
        said = format_date(first, "LLLL", locale=t.language)
        return t(f"kudos.band.{band}", month=said, team=name) if band else ""


async def _kept(connection: AsyncConnection, month: str) -> Mapping[NodeId, str] | None:
    """Return the bands of a month; None when they have not been made."""
    kept = json.loads(await platform_store.marked(connection, MARK) or "{}")
    told: Mapping[NodeId, str] | None = kept.get("bands") if kept.get("month") == month else None
    return told


async def _make(connection: AsyncConnection, month: str, start: datetime, end: datetime) -> Mapping[NodeId, str]:
    """Make the bands of a month and keep them; those that another process made meanwhile stand."""
    await platform_store.hold_mark(connection, MARK)
    if (told := await _kept(connection, month)) is not None:
        return told
    made = await _bands(connection, start, end)
    await platform_store.mark(connection, MARK, json.dumps({"month": month, "bands": made}))
    return made


async def _bands(connection: AsyncConnection, start: datetime, end: datetime) -> dict[NodeId, Band]:
    tree, thanked = await people_store.load_tree(connection), await store.thanked(connection, start, end)
    if tree is None or len(thanked) < LEAST:
        return {}
    return bands(tree, {one.id: one.team for one in await people_store.load_roster(connection)}, thanked)
