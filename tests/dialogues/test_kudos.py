"""Thanking somebody, on every platform and in both languages: the form, how it arrives, and what is done with it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import product

import pytest
import pytest_asyncio

from bot.server import Server
from bot.settings import Settings
from bot.texts import Texts
from surveys.model import LANGUAGES
from tests.dialogues.drivers import DRIVERS, Driver
from tests.dialogues.talk import Agent, Play, playing

pytestmark = pytest.mark.asyncio(loop_scope="module")

WORDS = "Dank voor je geduld met die beller"


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=product(sorted(DRIVERS), LANGUAGES), ids="-".join)
async def play(request: pytest.FixtureRequest, house: tuple[Server, Settings]) -> AsyncIterator[Play]:
    async with playing(house, *request.param, size=40) as one:
        yield one


@asynccontextmanager
async def pair(play: Play) -> AsyncIterator[tuple[Agent, Agent]]:
    """Somebody with the form before them, and whom they are about to thank."""
    async with play.meet() as giver, play.meet() as receiver:
        await giver.driver.ask("kudos")
        yield giver, receiver


def pointed(play: Play, agent: Agent) -> str:
    """Return how a form says whom it means: by name where people can't be pointed at."""
    return f"Agent {agent.who}" if play.platform == "web" else agent.who


async def looks(giver: Agent, to: str, text: str = WORDS, **more: str) -> str:
    """Fill in the form and look at it."""
    return await giver.driver.send(giver.t("kudos.give.look"), people=to, text=text, **more)


async def sends(giver: Agent, to: str, text: str = WORDS, **more: str) -> str:
    await looks(giver, to, text, **more)
    return await giver.driver.tap(giver.t("kudos.preview.send"))


async def sees(driver: Driver, *wanted: str) -> None:
    screen = await driver.screen()
    assert {text for text in wanted if text not in screen} == set(), screen


async def test_the_form_shows_how_it_arrives_and_then_it_does(play: Play) -> None:
    async with pair(play) as (giver, receiver):
        looked = await looks(giver, pointed(play, receiver), where="wall", tag="calm")
        assert giver.t("kudos.preview.title") in looked
        assert giver.t("kudos.preview.to", names=f"Agent {receiver.who}") in looked
        assert WORDS in looked
        sent = await giver.driver.tap(giver.t("kudos.preview.send"))
        assert giver.t("kudos.sent.title") in sent
        await play.stage.tick()
        await sees(receiver.driver, giver.t("kudos.card.title", giver=f"Agent {giver.who}"), WORDS)
        await sees(receiver.driver, giver.t("kudos.card.public"))


async def test_what_was_filled_in_stands_there_again_to_be_changed(play: Play) -> None:
    async with pair(play) as (giver, receiver):
        await looks(giver, pointed(play, receiver), where="wall")
        again = await giver.driver.tap(giver.t("kudos.preview.change"))
        assert giver.t("kudos.give.words") in again
        looked = await giver.driver.send(giver.t("kudos.give.look"), text=f"{WORDS} en je humor")
        assert f"{WORDS} en je humor" in looked
        assert giver.t("kudos.preview.to", names=f"Agent {receiver.who}") in looked
        assert giver.t("kudos.where.wall") in looked


async def test_what_is_to_be_mended_is_said_and_nothing_that_was_typed_is_lost(play: Play) -> None:
    async with pair(play) as (giver, receiver):
        refused = await looks(giver, pointed(play, receiver), text="kijk eens op https://lente.example/top")
        assert giver.t("kudos.refusal.link") in refused
        assert "kijk eens op" in refused
        mended = await giver.driver.send(giver.t("kudos.give.look"), text=WORDS)
        assert giver.t("kudos.preview.to", names=f"Agent {receiver.who}") in mended


async def test_people_are_named_at_the_beginning_of_the_text_too(play: Play) -> None:
    async with pair(play) as (giver, receiver):
        looked = await looks(giver, "", text=f"@Agent {receiver.who} {WORDS}")
        assert giver.t("kudos.preview.to", names=f"Agent {receiver.who}") in looked
        assert f"@Agent {receiver.who}" not in looked


async def test_thanks_back_take_one_tap_and_arrive(play: Play) -> None:
    async with pair(play) as (giver, receiver):
        await sends(giver, pointed(play, receiver))
        await play.stage.tick()
        await receiver.driver.screen()
        backed = await receiver.driver.tap(receiver.t("kudos.card.back"))
        assert receiver.t("kudos.card.backed") in backed
        await play.stage.tick()
        await sees(receiver.driver, receiver.t("kudos.card.backed"), WORDS)
        await sees(giver.driver, giver.t("kudos.back.title", receiver=f"Agent {receiver.who}"))


async def test_who_was_thanked_takes_it_off_the_wall(play: Play) -> None:
    async with pair(play) as (giver, receiver):
        await sends(giver, pointed(play, receiver), where="wall")
        await play.stage.tick()
        await receiver.driver.screen()
        hidden = await receiver.driver.tap(receiver.t("kudos.card.hide"))
        assert receiver.t("kudos.card.hidden") in hidden
        await play.stage.tick()
        await sees(receiver.driver, receiver.t("kudos.card.hidden"), WORDS)


async def test_what_is_not_okay_is_reported_after_it_is_said_what_that_does(play: Play) -> None:
    async with pair(play) as (giver, receiver):
        await sends(giver, pointed(play, receiver))
        await play.stage.tick()
        await receiver.driver.screen()
        asked = await receiver.driver.tap(receiver.t("kudos.card.report"))
        assert receiver.t("kudos.report.body") in asked
        told = await receiver.driver.tap(receiver.t("kudos.report.send"))
        assert receiver.t("kudos.reported.body") in told


async def test_taken_back_it_stands_there_without_its_words(play: Play) -> None:
    async with pair(play) as (giver, receiver):
        await sends(giver, pointed(play, receiver), text="Dit neem ik zo terug")
        await play.stage.tick()
        await sees(receiver.driver, "Dit neem ik zo terug")
        taken = await giver.driver.tap(giver.t("kudos.sent.withdraw"))
        assert giver.t("kudos.withdrawn.title") in taken
        await play.stage.tick()
        screen = await receiver.driver.screen()
        assert receiver.t("kudos.card.gone.title") in screen
        assert "Dit neem ik zo terug" not in screen


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


async def test_thank_someone_stands_on_every_thanks_message_and_opens_the_form(play: Play) -> None:
    async with play.meet() as agent:
        await agent.answers(1, 5)
        opened = await agent.driver.tap(agent.t("home.to.kudos"))
        assert agent.t("kudos.give.words") in opened


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
