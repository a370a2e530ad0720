"""What a wave was opened under, kept with it: a Release can be made though library, settings or code have changed."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from surveys.errors import NotFound
from surveys.model import Policy, ReleasedItem
from surveys.tables.surveys import WaveRow

WAVE = WaveRow.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Terms:
    """The items as they are asked, in the order of the wave, and the policy that protects the answers to them.

    `facet` is the one by which the wave is cut, "" for none.
    """

    asked: tuple[ReleasedItem, ...]
    policy: Policy
    facet: str = ""


def to_columns(terms: Terms) -> dict[str, Any]:
    """Return the terms as columns of the wave's row."""
    asked = [_plain(item) for item in terms.asked]
    return {"asked": asked, "policy": asdict(terms.policy), "facet": terms.facet}


async def terms_of(connection: AsyncConnection, wave_id: UUID) -> Terms:
    """Return the terms under which a wave was opened. Raises NotFound."""
    query = select(WAVE.c.asked, WAVE.c.policy, WAVE.c.facet).where(WAVE.c.id == wave_id)
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        raise NotFound(f"there is no wave {wave_id}: `adempauze wave list` shows them")
    asked = tuple(ReleasedItem(**{**item, "labels": tuple(item["labels"])}) for item in row.asked)
    return Terms(asked, Policy(**row.policy), row.facet)


def _plain(item: ReleasedItem) -> dict[str, Any]:
    return {**asdict(item), "wording": dict(item.wording), "labels": [dict(label) for label in item.labels]}
