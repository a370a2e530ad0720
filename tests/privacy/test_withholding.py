"""PRIVACY 4: whatever is lost after the opening, a wave ends within a day, and says nothing that it may not."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.closing import DEADLINE, LATEST, SOONEST, UNPROTECTABLE, next_try
from surveys.model import STANDARD, STRICT, SUPPRESSED, Release
from surveys.store import releases
from surveys.store import surveys as store
from surveys.store.database import WHOLE
from tests.ceremony import agree
from tests.everything import everything, logged
from tests.privacy.wave import House, wave
from tests.stage import MONDAY, Stage, staged
from tests.truths import open_wave

LOST = {
    "salt": "DELETE FROM surveys.wave_salt",
    "key": "UPDATE surveys.wave SET key_id = 'lost'",
    "rows": "UPDATE surveys.response SET sealed = '\\x00'",
    "tree": "UPDATE surveys.wave_node SET parent = NULL",
    "snapshot": "DELETE FROM surveys.wave_node",
    "policy": """UPDATE surveys.wave SET policy = policy || '{"k": 1}'""",
}


async def published(stage: Stage) -> list[Release]:
    async with stage.app.database.reading([WHOLE]) as connection:
        return await releases.history(connection)


@pytest.mark.parametrize("lost", LOST)
async def test_whatever_is_lost_the_wave_is_withheld_and_destroyed_after_a_day(house: House, lost: str) -> None:
    """If protection can't succeed within 24 hours, everything is suppressed and destroyed all the same."""
    async with wave(house) as stage:
        await stage.answer("o1", 5, 1)
        there = await open_wave(stage)
        await stage.run(LOST[lost])
        stage.clock.time = there.closes
        with logged() as lines, pytest.raises(UNPROTECTABLE):
            await stage.app.closing.close(there.id)
        assert "wave not protected" in lines.getvalue()
        assert await published(stage) == []
        stage.clock.time = there.closes + DEADLINE
        await stage.tick()
        (release,) = await published(stage)
        assert {cell.figure for cell in release.cells} <= {SUPPRESSED}
        assert {node.response for node in release.nodes} <= {SUPPRESSED}
        assert [item.id for item in release.items] == list(there.items)
        assert await stage.rows("SELECT state FROM surveys.wave") == [("destroyed",)]
        left = [table for table in everything(stage.server) if "response_" in table or "wave_salt_" in table]
        assert left == []


async def test_a_wave_that_cannot_be_protected_is_tried_ever_less_often(house: House) -> None:
    async with wave(house) as stage:
        there = await open_wave(stage)
        await stage.run(LOST["key"])
        stage.clock.time = there.closes
        await stage.tick()
        assert await due(stage) == []
        stage.clock.forward(seconds=SOONEST.total_seconds())
        assert await due(stage) == [there.id]
        await stage.run(f"UPDATE surveys.wave SET key_id = '{there.key_id}'")
        await stage.tick()
        assert len(await published(stage)) == 1


async def due(stage: Stage) -> list[object]:
    async with stage.app.database.begin() as connection:
        return [*await store.wave_to_close(connection, stage.clock())]


@given(st.integers(0, 10**5))
def test_the_next_try_comes_soon_enough_and_not_after_the_deadline(seconds: int) -> None:
    now = MONDAY + timedelta(seconds=seconds)
    again = next_try(MONDAY, now)
    assert now <= again <= now + LATEST
    assert again <= max(now, MONDAY + DEADLINE)
    assert again - now >= SOONEST or again >= MONDAY + DEADLINE


async def test_a_question_that_left_the_library_is_released_as_it_was_asked(house: House) -> None:
    """What was asked is kept with the wave: a new version of the library changes no open wave."""
    async with wave(house) as stage:
        there = await open_wave(stage)
        await stage.run("UPDATE surveys.wave SET items = ARRAY['gone_1', 'gone_2']")
        await stage.app.closing.close(there.id)
        (release,) = await published(stage)
        asked = [stage.app.instrument.item(item) for item in there.items]
        told = [(item.id, item.wording, item.labels, item.version) for item in release.items]
        assert told == [(item.id, item.wording, item.scale.labels, item.version) for item in asked]


async def test_the_policy_of_the_opening_protects_the_wave(house: House) -> None:
    """What people answered under is what they are protected by, whatever is agreed on before the close."""
    server, settings = house
    async with staged(server, settings.model_copy(update={"preset": "strict"})) as stage:
        await stage.app.opening.open_due(stage.clock())
        standing = await agree(stage.app, stage.clock(), protection=asdict(STANDARD))
        assert standing.agreement is not None
        assert standing.agreement.protection == STANDARD
        await stage.app.closing.close((await open_wave(stage)).id)
        (release,) = await published(stage)
        assert release.policy == STRICT
