"""What every person can always do: the rights that no dialogue shows by itself."""

from __future__ import annotations

import re

import pytest

from surveys.model import Release
from surveys.store import releases as release_store
from surveys.store.database import WHOLE
from tests.dialogues.drivers import DRIVERS
from tests.dialogues.talk import Agent, playing
from tests.privacy.test_nobody_is_shown import pages
from tests.privacy.wave import House
from tests.published import publish
from tests.stage import OCHTEND, Stage, staged


async def shown_to(agent: Agent, command: str) -> str:
    """What a command shows, without the card that may still stand in sight beside it."""
    card = f"{re.escape(agent.question(0))}|{agent.t('checkin.thanks.title')}"
    return re.split(card, await agent.driver.ask(command))[0]


@pytest.mark.parametrize("platform", sorted(DRIVERS))
async def test_everybody_sees_what_is_stored_about_them_on_every_platform(house: House, platform: str) -> None:
    """The own page says what is stored now: the line of the roster, addresses, cards; and nothing of an answer."""
    async with playing(house, platform, "nl", size=2) as play, play.meet() as agent, play.meet() as other:
        await agent.answers(5, 1)
        shown = await shown_to(agent, "privacy")
        assert f"{agent.who}@lente.example" in shown
        assert f"{other.who}@lente.example" not in shown
        same = (await shown_to(other, "privacy")).replace(other.who, agent.who)
        assert shown == same


def without_links(document: str) -> str:
    """A document without the one-time links to its file: each time there is one more."""
    return re.sub(r'"links": \[.*?\]|/l/[\w-]{64}', "", document, flags=re.DOTALL)


@pytest.mark.parametrize("platform", sorted(DRIVERS))
async def test_everybody_takes_what_is_stored_along_on_every_platform(house: House, platform: str) -> None:
    """The export is one document of the rows that exist, the same whether or not somebody answered."""
    async with playing(house, platform, "nl", size=2) as play, play.meet() as agent:
        before = without_links(await shown_to(agent, "export"))
        await agent.answers(5, 1)
        assert f"{agent.who}@lente.example" in before
        assert without_links(await shown_to(agent, "export")) == before


async def release_of(stage: Stage, answering: int) -> Release:
    await stage.deliver()
    for number in range(12, 12 - answering, -1):
        await stage.answer(f"o{number}", 1 + number % 5, 3)
    await stage.close()
    async with stage.app.database.reading([WHOLE]) as connection:
        return (await release_store.history(connection, "pulse"))[-1]


@pytest.mark.parametrize(("stops", "band"), [(False, "50-75"), (True, ">75")])
async def test_whoever_stopped_does_not_count_as_somebody_who_did_not_answer(
    house: House, stops: bool, band: str
) -> None:
    """Of twelve people nine answer: three quarters. When one of the others has stopped, it is nine out of eleven."""
    async with staged(*house) as stage:
        if stops:
            await stage.recording.act("o1", "nl", "stop_now")
        release = await release_of(stage, answering=9)
        (node,) = [one for one in release.nodes if one.id == stage.nodes[OCHTEND]]
        assert node.response == band


async def test_whoever_stopped_or_pauses_is_seen_by_no_manager(house: House) -> None:
    """Every page of a leader is the same whoever stopped."""
    worlds = []
    for who in ("o3", "o5"):
        async with staged(*house) as stage:
            await publish(stage, 2)
            await stage.recording.act(who, "nl", "stop_now")
            seen = await pages(stage)
            worlds.append({page: text for page, text in seen.items() if page.startswith(("noor", "bram"))})
    assert worlds[0] == worlds[1]
