"""The introduction as people see it, in both languages, on every platform that exists."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import product

import pytest
import pytest_asyncio

from bot.agreeing import PURPOSE
from bot.server import Server
from bot.settings import Settings
from surveys.model import LANGUAGES
from tests.dialogues.drivers import DRIVERS
from tests.dialogues.talk import Agent, Play, playing

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=product(sorted(DRIVERS), LANGUAGES), ids="-".join)
async def play(request: pytest.FixtureRequest, house: tuple[Server, Settings]) -> AsyncIterator[Play]:
    """An hour after a wave opened for people whom nobody had told of it."""
    async with playing(house, *request.param, introduced=False) as one:
        yield one


@pytest_asyncio.fixture(loop_scope="module")
async def agent(play: Play) -> AsyncIterator[Agent]:
    async with play.meet() as one:
        yield one


async def test_the_introduction_comes_alone_and_says_what_why_who_and_how_to_stop(play: Play, agent: Agent) -> None:
    t, where = agent.t, "web" if play.platform == "web" else "chat"
    said = (t("intro.title"), t("intro.what"), t("intro.why", purpose=PURPOSE[agent.language]))
    own = (t("intro.readers", k=5), t("intro.choose"), t("intro.stop"), t(f"privacy.limit.{where}"), t("intro.kept"))
    await agent.sees(*said, *own, never=(agent.question(0), agent.question(1)))


async def test_its_buttons_lead_to_settings_privacy_stop_and_help(agent: Agent) -> None:
    await agent.taps(agent.t("home.to.settings"), agent.t("settings.title"))
    await agent.sees(agent.t("intro.title"))
    await agent.taps(agent.t("home.to.stop"), agent.t("leaving.stop.seen"))
    await agent.sees(agent.t("intro.title"))
    await agent.taps(agent.t("safety.help.button"), "113")


async def test_the_privacy_page_says_when_it_was_sent(agent: Agent) -> None:
    said = agent.t("privacy.has.introduction.sent", moment="/", channel="/").partition("/")[0]
    heard = await agent.taps(agent.t("home.to.privacy"), agent.t("privacy.title"), said)
    assert "09:00" in heard.partition(said)[2].partition("\n")[0]


async def test_it_can_be_read_again(agent: Agent) -> None:
    await agent.driver.ask("privacy")
    await agent.taps(agent.t("intro.again"), agent.t("intro.title"), agent.t("intro.stop"))


async def test_whoever_stops_at_once_gets_no_card(play: Play, agent: Agent) -> None:
    await agent.taps(agent.t("home.to.stop"))
    await agent.taps(agent.t("leaving.stop.now"), agent.t("leaving.stopped.title"))
    person = play.stage.people[agent.who].id
    assert await play.stage.rows(f"SELECT 1 FROM platform.delivery WHERE person_id = '{person}'") == []


async def test_the_card_comes_a_working_day_later(play: Play, agent: Agent) -> None:
    await agent.sees(never=(agent.question(0),))
    await play.stage.until(play.stage.clock() + timedelta(days=1, hours=1))
    await agent.sees(agent.question(0))
