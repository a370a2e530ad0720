"""Thanking somebody: what is rarer, on every platform and in both languages, though not in each on each."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping

import pytest
import pytest_asyncio

from bot.server import Server
from bot.settings import Settings
from bot.texts import Texts
from surveys.model import Language
from tests.dialogues.drivers import DRIVERS
from tests.dialogues.talk import Play, playing
from tests.dialogues.thanking import WORDS, looks, pair, pointed, reaches, sees, sends

pytestmark = pytest.mark.asyncio(loop_scope="module")

PAIRS: Mapping[str, Language] = {"recording": "nl", "slack": "en", "teams": "nl", "web": "en"}


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=sorted(PAIRS))
async def play(request: pytest.FixtureRequest, house: tuple[Server, Settings]) -> AsyncIterator[Play]:
    async with playing(house, request.param, PAIRS[request.param], size=14) as one:
        yield one


async def test_no_platform_is_left_out() -> None:
    assert set(PAIRS) == set(DRIVERS)


async def test_people_are_named_at_the_beginning_of_the_text_too(play: Play) -> None:
    async with pair(play) as (giver, receiver):
        looked = await looks(giver, "", text=f"@Agent {receiver.who} {WORDS}")
        assert giver.t("kudos.preview.to", names=f"Agent {receiver.who}") in looked
        assert f"@Agent {receiver.who}" not in looked


async def test_who_was_thanked_takes_it_off_the_wall(play: Play) -> None:
    async with pair(play) as (giver, receiver):
        await reaches(play, giver, receiver, where="wall")
        hidden = await receiver.driver.tap(receiver.t("kudos.card.hide"))
        assert receiver.t("kudos.card.hidden") in hidden
        await play.stage.tick()
        await sees(receiver.driver, receiver.t("kudos.card.hidden"), WORDS)


async def test_what_is_not_okay_is_reported_after_it_is_said_what_that_does(play: Play) -> None:
    async with pair(play) as (giver, receiver):
        await reaches(play, giver, receiver)
        asked = await receiver.driver.tap(receiver.t("kudos.card.report"))
        assert receiver.t("kudos.report.body") in asked
        told = await receiver.driver.tap(receiver.t("kudos.report.send"))
        assert receiver.t("kudos.reported.body") in told


async def test_the_jar_shows_what_somebody_got_and_can_be_emptied(play: Play) -> None:
    async with pair(play) as (giver, receiver):
        await sends(giver, pointed(play, receiver), text="Voor in je pot")
        jar = await receiver.driver.ask("kudos_jar")
        assert "Voor in je pot" in jar
        sure = await receiver.driver.tap(receiver.t("kudos.jar.empty_it"))
        assert receiver.t("kudos.jar.sure.body") in sure
        assert receiver.t("kudos.jar.emptied") in await receiver.driver.tap(receiver.t("kudos.jar.sure.now"))
        assert receiver.t("kudos.jar.empty") in await receiver.driver.ask("kudos_jar")


async def test_crisis_language_gets_help_and_the_form_comes_back_empty(play: Play) -> None:
    crisis = {"nl": "ik wil niet meer leven", "en": "i want to kill myself"}[play.language]
    async with pair(play) as (giver, receiver):
        helped = await looks(giver, pointed(play, receiver), text=crisis)
        assert Texts(play.language)("safety.restore") in helped
        assert crisis not in helped
        again = await giver.driver.tap(giver.t("safety.restore"))
        assert giver.t("kudos.give.words") in again
        assert crisis not in again


async def test_after_a_calm_check_in_the_dialog_offers_thanking_first_and_the_message_does_not(play: Play) -> None:
    async with play.meet() as agent:
        await agent.answers(1, 4)
        before = await agent.driver.screen()
        offered = await agent.driver.tap(agent.t("checkin.break"))
        title = {"nl": "Eén kudos", "en": "One kudos"}[play.language]
        assert title not in before
        assert title in offered
        label = next(line for line in offered.splitlines() if title in line)
        assert agent.t("home.to.kudos") in await agent.driver.tap(label)
