"""Schema `surveys`: surveys, waves, salts, cohort snapshots. Nothing here can name a person."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from surveys.errors import NotFound
from surveys.model import Node, QuietHours, Survey, Wave, WaveState
from surveys.store import responses
from surveys.store.terms import Terms, to_columns
from surveys.tables.surveys import SurveyRow, WaveNodeRow, WaveRow, WaveSaltRow

SURVEY = SurveyRow.__table__  # type: ignore[attr-defined]
WAVE = WaveRow.__table__  # type: ignore[attr-defined]
SALT = WaveSaltRow.__table__  # type: ignore[attr-defined]
NODE = WaveNodeRow.__table__  # type: ignore[attr-defined]

# ---- surveys ---------------------------------------------------------------------------------------------------


async def add_survey(connection: AsyncConnection, survey: Survey, next_fire: datetime) -> None:
    """Add a survey that opens its first wave at `next_fire`."""
    await connection.execute(insert(SURVEY).values(**_survey_values(survey), next_fire=next_fire))


async def surveys(connection: AsyncConnection) -> list[tuple[Survey, datetime]]:
    """Return all surveys with the moment at which each opens next, by id."""
    rows = await connection.execute(select(SURVEY).order_by(SURVEY.c.id))
    return [(_survey(row), row.next_fire) for row in rows]


async def survey(connection: AsyncConnection, survey_id: str) -> Survey:
    """Return one survey. Raises NotFound."""
    row = (await connection.execute(select(SURVEY).where(SURVEY.c.id == survey_id))).one_or_none()
    if row is None:
        raise NotFound(f"there is no survey {survey_id!r}: `adempauze survey list` shows them")
    return _survey(row)


async def hold_survey(connection: AsyncConnection, survey_id: str) -> tuple[Survey, datetime]:
    """Return one survey with the moment at which it opens next, and let nobody else open it until this transaction
    ends. Raises NotFound."""
    held = await connection.execute(select(SURVEY.c.id).where(SURVEY.c.id == survey_id).with_for_update())
    if held.one_or_none() is None:
        raise NotFound(f"there is no survey {survey_id!r}: `adempauze survey list` shows them")
    row = (await connection.execute(select(SURVEY).where(SURVEY.c.id == survey_id))).one()
    return _survey(row), row.next_fire


async def set_paused(connection: AsyncConnection, survey_id: str, paused: bool) -> None:
    """Pause or resume a survey. Raises NotFound."""
    done = await connection.execute(update(SURVEY).where(SURVEY.c.id == survey_id).values(paused=paused))
    if not done.rowcount:
        raise NotFound(f"there is no survey {survey_id!r}: `adempauze survey list` shows them")


async def claim_due(connection: AsyncConnection, survey_id: str, due: datetime, following: datetime) -> bool:
    """Move a survey on to its following moment; False when another process already did."""
    claim = update(SURVEY).where(SURVEY.c.id == survey_id, SURVEY.c.next_fire == due, SURVEY.c.paused.is_(False))
    return bool((await connection.execute(claim.values(next_fire=following))).rowcount)


# ---- waves -----------------------------------------------------------------------------------------------------


async def waves(
    connection: AsyncConnection, *, survey_id: str | None = None, state: WaveState | None = None
) -> list[Wave]:
    """Return waves, oldest first."""
    query = select(WAVE).order_by(WAVE.c.opens, WAVE.c.survey)
    query = query.where(WAVE.c.survey == survey_id) if survey_id else query
    query = query.where(WAVE.c.state == state) if state else query
    return [_wave(row) for row in await connection.execute(query)]


async def wave(connection: AsyncConnection, wave_id: UUID) -> Wave:
    """Return one wave. Raises NotFound."""
    row = (await connection.execute(select(WAVE).where(WAVE.c.id == wave_id))).one_or_none()
    if row is None:
        raise NotFound(f"there is no wave {wave_id}: `adempauze wave list` shows them")
    return _wave(row)


async def wave_to_close(connection: AsyncConnection, now: datetime) -> list[UUID]:
    """Return the waves that are past their closing time, or were being closed, and are not yet released.

    One that could not be released comes again at its next try.
    """
    again = (WAVE.c.state == WaveState.CLOSING) & (func.coalesce(WAVE.c.next_try, now) <= now)
    due = again | ((WAVE.c.state == WaveState.OPEN) & (WAVE.c.closes <= now))
    return [row.id for row in await connection.execute(select(WAVE.c.id).where(due).order_by(WAVE.c.closes, WAVE.c.id))]


async def add_wave(
    connection: AsyncConnection, wave: Wave, terms: Terms, salt: bytes, nodes: Iterable[tuple[Node, int]]
) -> None:
    """Add an open wave: its terms, its salt, its cohort snapshot (node, own head count) and partitions of its own."""
    await connection.execute(insert(WAVE).values(**_wave_values(wave), **to_columns(terms)))
    rows = [
        {"wave_id": wave.id, "node": node.id, "parent": node.parent, "name": node.name, "head_count": count}
        for node, count in nodes
    ]
    await connection.execute(insert(NODE), rows)
    await responses.add_partition(connection, wave.id)
    await connection.execute(insert(SALT).values(wave_id=wave.id, salt=salt))


async def nodes_of(connection: AsyncConnection, wave_id: UUID) -> list[tuple[Node, int]]:
    """Return the cohort snapshot of a wave: nodes with their head counts, by id."""
    rows = await connection.execute(select(NODE).where(NODE.c.wave_id == wave_id).order_by(NODE.c.node))
    return [(Node(row.node, row.parent, row.name), row.head_count) for row in rows]


async def next_number(connection: AsyncConnection, survey_id: str) -> int:
    """Return the number of the next wave of a survey, from 1."""
    highest = await connection.scalar(select(func.max(WAVE.c.number)).where(WAVE.c.survey == survey_id))
    return (highest or 0) + 1


# ---- closing ---------------------------------------------------------------------------------------------------


async def mark_closing(connection: AsyncConnection, wave_id: UUID, now: datetime) -> bool:
    """Mark an open wave *closing* once no answer is under way; False when it was not open.

    A wave that is closed early by hand has then closed now.
    """
    await responses.lock_out_answers(connection, wave_id)
    mark = update(WAVE).where(WAVE.c.id == wave_id, WAVE.c.state == WaveState.OPEN)
    closing = mark.values(state=WaveState.CLOSING, closing_since=now, closes=func.least(WAVE.c.closes, now))
    return bool((await connection.execute(closing)).rowcount)


async def closing_since(connection: AsyncConnection, wave_id: UUID) -> datetime | None:
    """Return since when a wave is closing, or None when it is not."""
    query = select(WAVE.c.closing_since).where(WAVE.c.id == wave_id, WAVE.c.state == WaveState.CLOSING)
    found: datetime | None = await connection.scalar(query)
    return found


async def put_off(connection: AsyncConnection, wave_id: UUID, until: datetime) -> None:
    """Say when closing a wave is tried again."""
    await connection.execute(update(WAVE).where(WAVE.c.id == wave_id).values(next_try=until))


async def hold_closing(connection: AsyncConnection, wave_id: UUID) -> bool:
    """Hold a wave that is being closed until this transaction ends; False when it has been released already."""
    query = select(WAVE.c.id).where(WAVE.c.id == wave_id, WAVE.c.state == WaveState.CLOSING)
    return (await connection.execute(query.with_for_update())).one_or_none() is not None


async def salt_of(connection: AsyncConnection, wave_id: UUID) -> bytes:
    """Return the salt of a wave. Raises NotFound when it has been destroyed."""
    salt: bytes | None = await connection.scalar(select(SALT.c.salt).where(SALT.c.wave_id == wave_id))
    if salt is None:
        raise NotFound(f"wave {wave_id} has been released: its salt is gone")
    return salt


async def destroy(connection: AsyncConnection, wave_id: UUID) -> None:
    """Delete the snapshot and, last because it locks the most, drop the salt and the rows of a released wave."""
    await connection.execute(update(WAVE).where(WAVE.c.id == wave_id).values(state=WaveState.RELEASED))
    await connection.execute(delete(NODE).where(NODE.c.wave_id == wave_id))
    await responses.drop_partition(connection, wave_id)


def _survey(row: Row[Any]) -> Survey:
    return Survey(
        id=row.id,
        title={"nl": row.title_nl, "en": row.title_en},
        cron=row.cron,
        timezone=row.timezone,
        window=row.window_length,
        remind_after=row.remind_after,
        quiet=QuietHours(row.quiet_start, row.quiet_end),
        holidays=row.holidays,
        paused=row.paused,
        simulated=row.simulated,
    )


def _survey_values(survey: Survey) -> dict[str, object]:
    return {
        "id": survey.id,
        "title_nl": survey.title["nl"],
        "title_en": survey.title["en"],
        "cron": survey.cron,
        "timezone": survey.timezone,
        "window_length": survey.window,
        "remind_after": survey.remind_after,
        "quiet_start": survey.quiet.start,
        "quiet_end": survey.quiet.end,
        "holidays": survey.holidays,
        "paused": survey.paused,
        "simulated": survey.simulated,
    }


def _wave(row: Row[Any]) -> Wave:
    return Wave(
        row.id, row.survey, row.number, tuple(row.items), row.opens, row.closes, WaveState(row.state), row.key_id
    )


def _wave_values(wave: Wave) -> dict[str, object]:
    return {
        "id": wave.id,
        "survey": wave.survey,
        "number": wave.number,
        "items": list(wave.items),
        "opens": wave.opens,
        "closes": wave.closes,
        "state": wave.state,
        "key_id": wave.key_id,
    }
