"""See, export, pause, stop and erase: what everybody can do, in both languages, on every platform that exists."""

from __future__ import annotations

from collections.abc import AsyncIterator
from itertools import product

import pytest
import pytest_asyncio

from bot.server import Server
from bot.settings import Settings
from surveys.model import LANGUAGES
from tests.dialogues.drivers import DRIVERS
from tests.dialogues.talk import Agent, Play, playing
from tests.everything import everything
from tests.privacy.wave import found_in

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=product(sorted(DRIVERS), LANGUAGES), ids="-".join)
async def play(request: pytest.FixtureRequest, house: tuple[Server, Settings]) -> AsyncIterator[Play]:
    async with playing(house, *request.param) as one:
        yield one


@pytest_asyncio.fixture(loop_scope="module")
async def agent(play: Play) -> AsyncIterator[Agent]:
    async with play.meet() as one:
        yield one


async def asks(agent: Agent, command: str, *hears: str) -> str:
    heard = await agent.driver.ask(command)
    assert {text for text in hears if text not in heard} == set(), heard
    return heard


async def test_the_page_tells_what_is_stored_and_where_it_ends(play: Play, agent: Agent) -> None:
    t, where = agent.t, "web" if play.platform == "web" else "chat"
    limits = [t(f"privacy.limit.{limit}") for limit in (where, "operator", "pooling")]
    told = (f"Agent {agent.who}", f"{agent.who}@lente.example", t("privacy.has.sealed"))
    await asks(agent, "privacy", t("privacy.title"), t("privacy.no_list"), *told, *limits)


async def test_everything_can_be_taken_along(agent: Agent) -> None:
    await asks(agent, "privacy")
    await agent.taps(agent.t("privacy.export"), '"adempauze/own-data/1"', f'"{agent.who}"', agent.t("export.file"))


async def test_a_pause_takes_one_step(play: Play, agent: Agent) -> None:
    """Without a reason, and it says that it is no sign of not answering."""
    await asks(agent, "pause", agent.t("pause.body"))
    await agent.taps(agent.t("pause.save"), agent.t("pause.saved.title"))
    assert await kept(play, agent, "paused_until") is not None
    await agent.taps(agent.t("home.to.resume"), agent.t("pause.resumed.title"))
    assert await kept(play, agent, "paused_until") is None


async def test_stopping_takes_one_step_and_takes_the_card_back(play: Play, agent: Agent) -> None:
    await agent.answers(5, 1)
    await asks(agent, "stop", agent.t("leaving.stop.body"), agent.t("leaving.stop.seen"))
    await agent.taps(agent.t("leaving.stop.now"), agent.t("leaving.stopped.title"))
    assert await kept(play, agent, "stopped") is True
    assert await deliveries(play, agent) == 0
    await agent.sees(agent.t("leaving.card.title"), never=(agent.t("checkin.thanks.title"),))


async def test_erasing_asks_first_and_says_what_cannot_be_taken_back(play: Play, agent: Agent) -> None:
    await asks(agent, "privacy")
    told = [agent.t(f"erase.{part}") for part in ("goes", "line", "stays", "released", "elsewhere")]
    await agent.taps(agent.t("privacy.erase"), *told)
    assert await deliveries(play, agent) == 1
    await agent.taps(agent.t("erase.back"), agent.t("privacy.title"))
    assert await deliveries(play, agent) == 1


async def test_erasing_everything_leaves_nobody(play: Play, agent: Agent) -> None:
    await agent.answers(1, 5)
    person = play.stage.people[agent.who]
    await asks(agent, "erase")
    await agent.taps(agent.t("erase.now"), agent.t("erase.done.title"), agent.t("erase.back_again"))
    needles = {str(person.id), person.id.hex, person.name, person.email}
    assert found_in(everything(play.stage.server), needles) == []


async def test_whoever_wants_peace_stays_stopped(play: Play, agent: Agent) -> None:
    await asks(agent, "erase")
    await agent.taps(agent.t("erase.stop"), agent.t("erase.done.title"), agent.t("erase.stopped.body"))
    assert await kept(play, agent, "stopped") is True
    assert await deliveries(play, agent) == 0


async def kept(play: Play, agent: Agent, column: str) -> object:
    person = play.stage.people[agent.who].id
    rows = await play.stage.rows(f"SELECT {column} FROM people.preference WHERE person_id = '{person}'")
    return rows[0][0] if rows else None


async def deliveries(play: Play, agent: Agent) -> int:
    person = play.stage.people[agent.who].id
    return len(await play.stage.rows(f"SELECT 1 FROM platform.delivery WHERE person_id = '{person}'"))
