"""PRIVACY 12: kudos and breaks live apart from answers, and nothing leads from one schema to another."""

from __future__ import annotations

import pytest

from tests.everything import everything
from tests.privacy.wave import House, wave
from tests.stage import Stage

ACROSS = """
    SELECT c.conname FROM pg_constraint c JOIN pg_class a ON a.oid = c.conrelid JOIN pg_class b ON b.oid = c.confrelid
    WHERE c.contype = 'f' AND a.relnamespace <> b.relnamespace
"""


async def test_no_reference_leads_from_one_schema_to_another(house: House) -> None:
    """Surveys, kudos, people and platform are four schemas without a foreign key between them, and without a shared
    key by which rows could be joined."""
    async with wave(house) as stage:
        assert await stage.rows(ACROSS) == []
        shared = "SELECT table_schema, column_name FROM information_schema.columns WHERE table_schema = '{}'"
        surveys = {name for _, name in await stage.rows(shared.format("surveys"))}
        assert not {name for name in surveys if "person" in str(name) or "address" in str(name)}
        assert await stage.rows("SELECT 1 FROM information_schema.tables WHERE table_schema = 'kudos'") == []


async def test_a_reference_that_was_planted_is_found(house: House) -> None:
    async with wave(house) as stage:
        await stage.run("CREATE TABLE kudos.planted (survey VARCHAR REFERENCES surveys.survey (id))")
        found = await stage.rows(ACROSS)
        await stage.run("DROP TABLE kudos.planted")
        assert len(found) == 1


async def offered(stage: Stage) -> None:
    reply = await stage.recording.tap("o1", "breaks")
    assert reply.dialog is not None
    await stage.recording.tap("o1", "break", (0, 1), on=reply.dialog)


@pytest.mark.parametrize("answers", [(5, 1), (1, 5)])
async def test_a_break_that_somebody_takes_is_remembered_nowhere(house: House, answers: tuple[int, int]) -> None:
    """Asking for a break and taking one changes no row of any table, whatever was answered."""
    async with wave(house) as stage:
        await stage.answer("o1", *answers)
        before = everything(stage.server)
        await offered(stage)
        assert everything(stage.server) == before
