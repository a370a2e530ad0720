"""Opening waves on the database: one at a time for a survey, and a broken survey stops no other."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import text

from bot.attempts import alone
from surveys.errors import InputError
from surveys.model import Wave, WaveState
from surveys.store import surveys as store
from tests.everything import logged
from tests.stage import PULSE, Stage, add_survey

WEEK = timedelta(days=7)
BROKEN = replace(PULSE, id="broken", cron="0 9 * * 1")


async def waves(stage: Stage, state: WaveState | None = None) -> list[Wave]:
    async with stage.app.database.begin() as connection:
        return await store.waves(connection, state=state)


async def test_two_who_open_at_once_open_one_wave(stage: Stage) -> None:
    opening, now = stage.app.opening, stage.clock()
    outcomes = await asyncio.gather(*(opening.open_now("pulse", None, now) for _ in range(3)), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes if not isinstance(outcome, UUID)] == [InputError, InputError]
    assert [wave.number for wave in await waves(stage)] == [1]


async def test_by_hand_and_by_the_clock_at_once_open_one_wave(stage: Stage) -> None:
    opening, now = stage.app.opening, stage.clock()
    await asyncio.gather(opening.open_now("pulse", None, now), opening.open_due(now), return_exceptions=True)
    assert [wave.number for wave in await waves(stage)] == [1]


async def test_a_wave_opened_by_hand_closes_when_the_next_one_opens(stage: Stage) -> None:
    await stage.tick()
    await stage.close()
    (first,) = await waves(stage)
    fire = first.opens + WEEK
    stage.clock.time = fire - timedelta(hours=3)
    await stage.app.opening.open_now("pulse", fire + WEEK, stage.clock())
    (by_hand,) = await waves(stage, WaveState.OPEN)
    assert by_hand.closes == fire
    stage.clock.time = fire
    await stage.tick()
    (due,) = await waves(stage, WaveState.OPEN)
    assert (due.number, due.opens) == (3, fire)
    assert [wave.state for wave in await waves(stage)][:2] == [WaveState.DESTROYED] * 2


async def test_a_due_wave_waits_for_one_that_is_still_open(stage: Stage) -> None:
    await stage.tick()
    stage.clock.forward(days=7)
    await stage.run("UPDATE surveys.wave SET closes = closes + interval '4 days'")
    await stage.tick()
    assert [wave.number for wave in await waves(stage)] == [1]
    stage.clock.forward(days=2)
    await stage.tick()
    assert [wave.number for wave in await waves(stage, WaveState.OPEN)] == [2]


@pytest.mark.parametrize("change", ["state = 'open'", "number = 1"])
async def test_the_database_itself_refuses_a_second_open_wave_and_a_number_twice(stage: Stage, change: str) -> None:
    await stage.tick()
    await stage.close()
    stage.clock.time = (await waves(stage))[0].opens + WEEK
    await stage.tick()
    with pytest.raises(psycopg.errors.UniqueViolation):
        await stage.run(f"UPDATE surveys.wave SET {change}")


async def test_a_broken_survey_stops_no_other_from_opening_and_closing(stage: Stage) -> None:
    await add_survey(stage, BROKEN)
    await stage.run("UPDATE surveys.survey SET cron = 'at nine' WHERE id = 'broken'")
    with logged() as lines:
        await stage.tick()
    (wave,) = await waves(stage, WaveState.OPEN)
    assert wave.survey == "pulse"
    assert "broken" in lines.getvalue()
    assert "at nine" not in lines.getvalue()
    stage.clock.time = wave.closes
    await stage.tick()
    assert [one.state for one in await waves(stage)] == [WaveState.DESTROYED]


@dataclass(frozen=True)
class NoDigests:
    """Digests that can't be read."""

    async def expand_due(self, now: datetime) -> None:
        raise RuntimeError(f"planted at {now}")


async def test_a_step_that_fails_holds_up_no_other_step(stage: Stage) -> None:
    tick = replace(stage.app.tick, digests=NoDigests())  # type: ignore[arg-type]
    await tick(stage.clock())
    (wave,) = await waves(stage, WaveState.OPEN)
    offered = await tick(wave.closes)
    assert [work.step for work in offered][:1] == ["close"]


async def test_being_cancelled_is_no_failure() -> None:
    async def forever() -> int:
        await asyncio.sleep(3600)
        return 1

    task = asyncio.create_task(alone("wait", forever(), 0))
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_answers_do_not_queue_behind_a_close_that_waits_for_a_reader(stage: Stage) -> None:
    """While somebody reads the rows, destroying them is tried shortly and again; answers to other waves go on."""
    await stage.tick()
    (wave,) = await waves(stage)
    async with stage.app.database.begin() as reading:
        await reading.execute(text("LOCK TABLE surveys.response IN ACCESS SHARE MODE"))
        closing = asyncio.create_task(stage.app.closing.close(wave.id))
        for _ in range(60):
            async with stage.app.database.begin() as answering:
                await answering.execute(text("SET LOCAL lock_timeout = '1s'"))
                await answering.execute(text("SELECT slot FROM surveys.response LIMIT 1"))
            await asyncio.sleep(0.05)
        assert not closing.done()
    await closing
    assert [one.state for one in await waves(stage)] == [WaveState.RELEASED]
