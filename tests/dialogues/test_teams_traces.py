"""What is in the tables of the platform before and after somebody does something in Teams: a thief has both copies."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import text

from adapters.teams.activity import Place
from adapters.teams.references import References
from bot.records import SealedRecords
from bot.server import Server
from bot.settings import Settings
from tests.dialogues.talk import Agent, Play, playing
from tests.dialogues.teams_driver import InTenant
from tests.stage import PULSE, Stage
from tests.teams.person import Person

RECORDS = "SELECT r.xmin::text, r::text FROM platform.record r ORDER BY 2"
DELIVERIES = "SELECT d.xmin::text, d::text FROM platform.delivery d ORDER BY 2"


@pytest.fixture
async def play(house: tuple[Server, Settings]) -> AsyncIterator[Play]:
    async with playing(house, "teams", "nl", size=4, survey=PULSE) as one:
        yield one


async def copy(stage: Stage, of: str) -> list[str]:
    """Every row as it lies there, with the transaction that wrote it."""
    async with stage.app.database.begin() as connection:
        return [" ".join(row) for row in await connection.execute(text(of))]


def person(play: Play, who: str) -> Person:
    platform = play.stage.app.platforms["teams"]
    assert isinstance(platform, InTenant)
    return platform.person(who)


async def answers(agent: Agent) -> None:
    await agent.answers(2, 2)


async def skips(agent: Agent) -> None:
    await agent.taps(agent.t("checkin.skip"))


async def asks_for_help(agent: Agent) -> None:
    await agent.taps(agent.t("safety.help.button"))


@pytest.mark.parametrize("does", [answers, skips, asks_for_help])
async def test_no_row_of_the_platform_is_written_when_somebody_presses(play: Play, does: object) -> None:
    assert callable(does)
    await person(play, "q0").installs()
    before = [await copy(play.stage, of) for of in (RECORDS, DELIVERIES)]
    assert len(before[0]) == 2  # where q0 and their tenant are reached
    for _ in range(2):  # q0 with a row of their own, q1 without
        async with play.meet() as agent:
            await does(agent)
    assert [await copy(play.stage, of) for of in (RECORDS, DELIVERIES)] == before


async def test_a_reminder_writes_no_row_of_where_anybody_is_reached(play: Play) -> None:
    await person(play, "q0").installs()
    async with play.meet() as agent:
        await agent.answers(2, 2)
    before = await copy(play.stage, RECORDS)
    await play.stage.until(play.stage.clock() + timedelta(days=1, minutes=1))
    reminded = [len(person(play, f"q{number}").cards) for number in (1, 2, 3)]
    assert (reminded, await copy(play.stage, RECORDS)) == ([2, 2, 2], before)


async def test_of_processes_that_hear_at_once_that_somebody_has_the_app_one_welcomes(play: Play) -> None:
    app, place = play.stage.app, Place("https://teams.example/", "a:chat", "tenant", "28:bot")
    keep = SealedRecords(app.database, "teams", app.keys.platform_key("teams"), app.world.entropy)
    for turn in range(5):
        hearing = [References(keep, lambda: 0.0).meet(f"somebody-{turn}", place) for _ in range(4)]
        assert sorted(await asyncio.gather(*hearing)) == [False, False, False, True]
