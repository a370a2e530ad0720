"""PRIVACY 12: kudos and breaks live apart from answers, and nothing leads from one schema to another."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from surveys.kudos.model import Place
from surveys.store import kudos_places as place_store
from tests.everything import Rows, everything
from tests.kudos.thanks import CHANNEL, PLACE, Floor, Line
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
        columns = "SELECT column_name FROM information_schema.columns WHERE table_schema = '{}'"
        surveys = {str(name) for (name,) in await stage.rows(columns.format("surveys"))}
        kudos = {str(name) for (name,) in await stage.rows(columns.format("kudos"))}
        assert not {name for name in surveys if "person" in name or "address" in name}
        assert not {name for name in kudos if "wave" in name or "cohort" in name or "slot" in name or "ticket" in name}
        assert await stage.rows("SELECT 1 FROM pg_sequences WHERE schemaname = 'kudos'") == []


def values(rows: Rows, schema: str) -> set[str]:
    """Return every value of a schema that could tie rows together: neither a small word, nor yes, no or a count."""
    tables = [table for table in rows if table.startswith(f"{schema}.")]
    found = {text for table in tables for row in rows[table] for text in row.values()}
    return {text for text in found if len(text) > 4 and text not in ("True", "False")}


def shared(rows: Rows) -> set[str]:
    """Return every value of a kudos that stands in a survey too, whole or within another."""
    kudos, surveys = values(rows, "kudos"), values(rows, "surveys")
    bare = {text.replace("-", "") for text in kudos}
    return {text for text in kudos | bare for other in surveys if text in other} | (surveys & kudos)


@asynccontextmanager
async def answered_and_thanked(house: House) -> AsyncIterator[Stage]:
    """A wave in which people answer and thank each other by turns, in private and in a channel."""
    async with wave(house, platforms=Line()) as stage:
        async with stage.app.database.begin() as connection:
            place = Place(PLACE, "recording", CHANNEL, "#bedankt", "nl", stage.clock() + timedelta(days=7))
            await place_store.add(connection, place)
        here = Floor(stage, Line())
        for giver, receiver, where in (("o1", "o3", "private"), ("o5", "o1", str(PLACE)), ("o7", "noor", "wall")):
            await stage.answer(giver, 2, 4)
            await here.gives(giver, receiver, where=where)
            stage.clock.forward(minutes=7)
            await here.arrives()
        await stage.app.mixing.at_once()
        yield stage


async def test_no_value_of_a_kudos_stands_in_a_survey_and_none_of_a_survey_in_a_kudos(house: House) -> None:
    """Where people answer and thank each other by turns, the two schemas have no id, no moment, no address and no
    word in common by which a row of one could be laid beside a row of the other."""
    async with answered_and_thanked(house) as stage:
        rows = everything(stage.server)
        assert all(rows[table] for table in ("kudos.kudos", "kudos.receiver", "kudos.posting", "kudos.giver"))
        assert any(rows[table] for table in rows if table.startswith("surveys.response"))
        assert shared(rows) == set()


@pytest.mark.parametrize(
    "planted",
    [
        "UPDATE kudos.kudos SET tag = (SELECT max(id::text) FROM surveys.wave)",
        "UPDATE kudos.posting SET message = (SELECT encode(max(slot), 'hex') FROM surveys.response)",
        "UPDATE surveys.wave SET opens = (SELECT max(at) FROM kudos.kudos)",
        "UPDATE surveys.cohort SET name = (SELECT max(id::text) FROM kudos.kudos) WHERE parent IS NULL",
    ],
)
async def test_a_value_that_was_planted_in_both_is_found(house: House, planted: str) -> None:
    async with answered_and_thanked(house) as stage:
        await stage.run(planted)
        assert shared(everything(stage.server)) != set()


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
