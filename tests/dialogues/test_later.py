"""Conversations in which time passes: later today, the reminder, and a check-in that has closed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import time, timedelta
from itertools import product

import pytest

from bot.server import Server
from bot.settings import Settings
from surveys.model import LANGUAGES, Language
from tests.dialogues.drivers import DRIVERS
from tests.dialogues.talk import Agent, Play, at, playing
from tests.stage import PULSE

BOTH = list(product(sorted(DRIVERS), LANGUAGES))


@pytest.fixture(params=BOTH, ids="-".join)
async def play(request: pytest.FixtureRequest, house: tuple[Server, Settings]) -> AsyncIterator[Play]:
    async with playing(house, *request.param, size=2) as one:
        yield one


@pytest.fixture
async def agent(play: Play) -> AsyncIterator[Agent]:
    async with play.meet() as one:
        yield one


async def test_later_today_moves_the_card_and_it_comes_back_once(agent: Agent, play: Play) -> None:
    await agent.taps(agent.t("checkin.later"), agent.t("checkin.later.body", time="12:00"))
    await agent.sees(agent.t("checkin.later.title"), never=(agent.question(0),))
    await play.stage.until(at(play.stage, time(11, 59)))
    await agent.sees(never=(agent.question(0),))
    await play.stage.until(at(play.stage, time(12, 1)))
    await agent.sees(agent.question(0))
    await play.stage.until(at(play.stage, time(18)) + timedelta(days=2))
    assert (await agent.driver.screen()).count(agent.question(0)) == 1
    await agent.answers(2, 2)


async def test_late_in_the_day_later_is_told_to_be_too_late_and_the_card_stays(agent: Agent, play: Play) -> None:
    play.stage.clock.time = at(play.stage, time(17, 50))
    await agent.taps(agent.t("checkin.later"), agent.t("checkin.later.too_late"))
    await agent.sees(agent.question(0))
    await agent.answers(2, 2)


async def test_a_check_in_that_has_closed_says_so_and_still_gives_help_and_a_break(agent: Agent, play: Play) -> None:
    await agent.answers(4, 2)
    token = await agent.driver.token()
    await play.stage.close()
    await agent.taps(agent.t("safety.help.button"), agent.t("safety.help.title"))
    for action in ("answer", "skip"):
        assert agent.t("error.wave_closed") in await agent.driver.forge(token, action, (0, 1))
    for action in ("change", "withdraw", "show"):
        assert agent.t("error.wave_closed") in await agent.driver.forge(token, action)
    assert agent.t("break.title") in await agent.driver.forge(token, "breaks")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_one_reminder_says_that_it_is_the_only_one(
    language: Language, house: tuple[Server, Settings]
) -> None:
    async with playing(house, "recording", language, size=3, survey=PULSE) as play, play.meet() as agent:
        await play.stage.until(play.stage.clock() + timedelta(days=1, minutes=1))
        await agent.sees(agent.question(0), agent.t("checkin.reminder"))
        await play.stage.until(play.stage.clock() + timedelta(days=1))
        assert (await agent.driver.screen()).count(agent.question(0)) == 2
        await agent.answers(2, 2)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_where_the_card_waits_on_a_page_nothing_is_added(
    language: Language, house: tuple[Server, Settings]
) -> None:
    async with playing(house, "web", language, size=3, survey=PULSE) as play, play.meet() as agent:
        await play.stage.until(play.stage.clock() + timedelta(days=2))
        assert (await agent.driver.screen()).count(agent.question(0)) == 1
        await agent.sees(never=(agent.t("checkin.reminder"),))


async def test_a_card_moved_to_later_is_not_reminded_of_before_it_is_back(house: tuple[Server, Settings]) -> None:
    quick = replace(PULSE, remind_after=timedelta(hours=1))
    async with playing(house, "recording", "nl", size=1, survey=quick) as play, play.meet() as agent:
        await agent.taps(agent.t("checkin.later"))
        await play.stage.until(at(play.stage, time(11, 45)))
        await agent.sees(never=(agent.question(0),))
        await play.stage.until(at(play.stage, time(13, 30)))
        await agent.sees(agent.t("checkin.reminder"))
