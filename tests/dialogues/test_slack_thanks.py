"""Thanking in Slack: by what is typed after the command, by the shortcuts, and in a channel."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest

from adapters.slack.asking import THANK, THANK_FOR
from bot.server import Server
from bot.settings import Settings
from surveys.kudos.model import Place
from surveys.model import LANGUAGES, Language
from surveys.store import kudos_places as place_store
from tests.adapters.slack_stage import words_of
from tests.dialogues.drivers import DRIVERS
from tests.dialogues.slack_driver import InTown, OnSlack
from tests.dialogues.talk import Agent, playing
from tests.stage import Stage

PLACE = UUID(int=7)
WORDS = {"nl": "dank voor je hulp gisteren", "en": "thanks for your help yesterday"}


@dataclass
class Town:
    """Three colleagues in Slack, of whom q0 thanks, and a channel."""

    stage: Stage
    giver: Agent
    language: Language

    @property
    def slack(self) -> InTown:
        platform = self.stage.app.platforms["slack"]
        assert isinstance(platform, InTown)
        return platform

    @property
    def phone(self) -> OnSlack:
        assert isinstance(self.giver.driver, OnSlack)
        return self.giver.driver

    @property
    def open(self) -> str:
        """What the dialog says that is open."""
        return words_of(self.phone.person.views[-1].blocks)

    @property
    def picked(self) -> list[str]:
        """Who stands in the form that is open."""
        parts = [block["element"] for block in self.phone.person.views[-1].blocks if block["type"] == "input"]
        users: list[str] = next(part for part in parts if part["action_id"] == "people").get("initial_users", [])
        return users

    def told(self, who: str) -> str:
        """What the newest message says that somebody has."""
        return words_of(self.slack.person(who).messages()[-1].blocks)

    def channel(self) -> list[str]:
        return [message.text for message in self.slack.team.said("C1")]


@asynccontextmanager
async def in_slack(house: tuple[Server, Settings], language: Language) -> AsyncIterator[Town]:
    async with playing(house, "slack", language, size=3) as play, play.meet() as giver:
        town = Town(play.stage, giver, language)
        town.slack.team.channel("C1", name="dank", members=["q0", "q1", "q2"])
        async with play.stage.app.database.begin() as connection:
            roundup = play.stage.clock() + timedelta(days=7)
            await place_store.add(connection, Place(PLACE, "slack", "C1", "#dank", language, roundup))
        yield town


@pytest.fixture(params=LANGUAGES)
async def town(house: tuple[Server, Settings], request: pytest.FixtureRequest) -> AsyncIterator[Town]:
    async with in_slack(house, request.param) as town:
        yield town


async def test_what_is_typed_after_the_command_goes_to_whom_it_mentions(town: Town) -> None:
    t, words = town.giver.t, WORDS[town.language]
    seen = await town.phone.typed(f"@q1, @q2: {words}")
    assert t("kudos.preview.title") in seen
    assert words in seen
    assert t("kudos.sent.title") in await town.phone.tap(t("kudos.preview.send"))
    await town.stage.tick()
    assert [words in town.told(who) for who in ("q0", "q1", "q2")] == [False, True, True]
    assert town.channel() == []


async def test_one_tap_says_thanks_back(town: Town) -> None:
    t = town.giver.t
    await town.phone.typed(f"@q1 {WORDS[town.language]}")
    await town.phone.tap(t("kudos.preview.send"))
    await town.stage.tick()
    async with DRIVERS["slack"].door(town.stage, "q1") as driver:
        await driver.tap(t("kudos.card.back"))
        assert t("kudos.card.back") not in (await driver.screen()).split("\n")


async def test_a_form_that_is_sent_stands_in_the_channel_that_was_chosen_and_can_be_taken_back(town: Town) -> None:
    t = town.giver.t
    assert t("kudos.give.title") in await town.phone.typed("")
    look = t("kudos.give.look")
    await town.phone.send(look, people="q1", text=WORDS[town.language], where=str(PLACE))
    await town.phone.tap(t("kudos.preview.send"))
    await town.stage.tick()
    (before,) = town.channel()
    await town.phone.tap(t("kudos.sent.withdraw"))
    await town.stage.tick()
    (after,) = town.channel()
    assert "q1" in before
    assert "q1" not in after
    (message,) = town.slack.team.said("C1")
    assert WORDS[town.language] not in words_of(message.blocks)


async def test_a_refused_form_keeps_whom_and_what_it_was_about(town: Town) -> None:
    await town.phone.typed("")
    await town.phone.send(town.giver.t("kudos.give.look"), people="q2,q1", text="🌿")
    assert town.giver.t("kudos.give.title") in town.open
    assert town.picked == ["q2", "q1"]
    assert "🌿" in town.open


@pytest.mark.parametrize("everybody", ["@here", "@channel", "@everyone"])
async def test_a_mention_of_everybody_is_refused_and_loses_no_word(everybody: str, town: Town) -> None:
    await town.phone.typed(f"@q1 {WORDS[town.language]} {everybody}")
    assert town.giver.t("kudos.give.title") in town.open
    assert town.picked == ["q1"]
    assert WORDS[town.language] in town.open


async def test_whoever_wrote_a_message_stands_in_the_form_that_opens_on_it(town: Town) -> None:
    message = town.slack.person("q2").says("Opgelost: het was de printer", "C1")
    await town.phone.person.calls_on(message, THANK_FOR)
    await town.slack.settle()
    assert (town.picked, town.giver.t("kudos.give.title") in town.open) == (["q2"], True)
    assert "printer" not in town.open


async def test_on_our_own_message_and_from_anywhere_the_form_is_empty(town: Town) -> None:
    card = town.phone.person.messages()[-1]
    for using in (town.phone.person.calls_on(card, THANK_FOR), town.phone.person.calls(THANK)):
        await using
        await town.slack.settle()
        assert (town.picked, town.giver.t("kudos.give.title") in town.open) == ([], True)
    assert town.phone.person.messages()[-1] == card


async def test_the_other_command_finds_names(town: Town) -> None:
    seen = await town.phone.ask(f"kudos @Agent q1 {WORDS[town.language]}")
    assert town.giver.t("kudos.preview.title") in seen
    assert "Agent q1" in seen
