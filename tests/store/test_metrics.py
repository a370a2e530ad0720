"""Counts for a monitoring system."""

from __future__ import annotations

import re
from datetime import timedelta

from bot.metrics import Metrics, Ticks
from bot.server import Server
from bot.settings import Settings
from tests.kudos.thanks import PLACE, floor
from tests.privacy.wave import wave
from tests.stage import Stage


async def page(stage: Stage) -> str:
    return bytes((await Metrics(stage.app.database, Ticks(3)).page()).body).decode()


async def test_waves_cards_and_ticks_are_counted(stage: Stage) -> None:
    await stage.deliver()
    said = await page(stage)
    assert 'adempauze_waves{state="open"} 1.0' in said
    assert 'adempauze_deliveries{state="settled"}' in said
    assert "adempauze_ticks 3.0" in said


async def test_no_label_is_tied_to_a_person_a_cohort_or_a_survey(stage: Stage) -> None:
    """Metrics hold counts by state of processing, and nothing else."""
    await stage.deliver()
    labels = set(re.findall(r'(\w+)="(\w+)"', await page(stage)))
    assert {name for name, _ in labels} == {"state"}
    assert {value for _, value in labels} <= {"open", "waiting", "settled", "todo", "doing"}


async def test_answering_changes_no_count(stage: Stage) -> None:
    """Whether anybody answered cannot be read from the metrics."""
    await stage.deliver()
    before = await page(stage)
    await stage.answer("o1")
    assert await page(stage) == before


async def test_putting_a_card_aside_and_stopping_change_no_count(house: tuple[Server, Settings]) -> None:
    """What somebody does with their own card, *later* and stopping too, cannot be read from the metrics."""
    async with wave(house) as stage:
        before = await page(stage)
        assert 'adempauze_deliveries{state="settled"} 31.0' in before
        await stage.recording.tap("o1", "later")
        assert await page(stage) == before
        await stage.recording.act("o2", "nl", "stop_now")
        assert await page(stage) == before
        await stage.until(stage.clock() + timedelta(hours=3))
        assert await page(stage) == before


async def test_thanking_changes_no_count_and_brings_no_label(house: tuple[Server, Settings]) -> None:
    """Whether anybody thanked anybody cannot be read from the metrics once it has arrived."""
    async with floor(house) as here:
        before = await page(here.stage)
        await here.gives("o1", "o3", where=str(PLACE))
        await here.arrives()
        assert await page(here.stage) == before
        assert {name for name, _ in re.findall(r'(\w+)="(\w+)"', before)} == {"state"}
