"""Thanking somebody, on every platform and in both languages: the form, how it arrives, and what is done with it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from itertools import product

import pytest
import pytest_asyncio

from bot.server import Server
from bot.settings import Settings
from surveys.model import LANGUAGES
from tests.dialogues.drivers import DRIVERS
from tests.dialogues.talk import Play, playing
from tests.dialogues.thanking import WORDS, looks, pair, pointed, reaches, sees, sends

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=product(sorted(DRIVERS), LANGUAGES), ids="-".join)
async def play(request: pytest.FixtureRequest, house: tuple[Server, Settings]) -> AsyncIterator[Play]:
    async with playing(house, *request.param, size=12) as one:
        yield one


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


async def test_thanks_back_take_one_tap_and_arrive(play: Play) -> None:
    async with pair(play) as (giver, receiver):
        await reaches(play, giver, receiver)
        backed = await receiver.driver.tap(receiver.t("kudos.card.back"))
        assert receiver.t("kudos.card.backed") in backed
        await play.stage.tick()
        await sees(receiver.driver, receiver.t("kudos.card.backed"), WORDS)
        await sees(giver.driver, giver.t("kudos.back.title", receiver=f"Agent {receiver.who}"))


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


async def test_thank_someone_stands_on_every_thanks_message_and_opens_the_form(play: Play) -> None:
    async with play.meet() as agent:
        await agent.answers(1, 5)
        opened = await agent.driver.tap(agent.t("home.to.kudos"))
        assert agent.t("kudos.give.words") in opened
