"""Thanking in Teams: at a message that others read along, in a channel, and by who types it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest

from bot.server import Server
from bot.settings import Settings
from surveys.kudos.model import Place
from surveys.model import LANGUAGES, Language
from surveys.store import kudos_places as place_store
from tests.dialogues.drivers import DRIVERS
from tests.dialogues.talk import Agent, playing
from tests.dialogues.teams_driver import InTenant, OnTeams
from tests.stage import Stage
from tests.teams.client import button, filled, inputs, member
from tests.teams.person import Person, words_of
from tests.teams.rooms import Team
from tests.teams.served import Json

PLACE = UUID(int=7)
TEAM, CHANNEL = "19:lente@thread.tacv2", "19:Dank_B@thread.tacv2"
WORDS = {"nl": "dank voor je hulp gisteren", "en": "thanks for your help yesterday"}


@dataclass
class Tenant:
    """Three colleagues in Teams, of whom q0 thanks, and a team with a channel."""

    stage: Stage
    giver: Agent
    language: Language

    @property
    def teams(self) -> InTenant:
        platform = self.stage.app.platforms["teams"]
        assert isinstance(platform, InTenant)
        return platform

    @property
    def phone(self) -> Person:
        assert isinstance(self.giver.driver, OnTeams)
        return self.giver.driver.person

    @property
    def dialog(self) -> Json:
        """The card in the dialog that is open."""
        assert self.phone.dialog is not None
        return self.phone.dialog

    def stands(self, name: str) -> str:
        """What stands in an input of the dialog."""
        (found,) = [one for one in inputs(self.dialog) if one["id"].partition(".")[2] == name]
        return str(found.get("value", ""))

    async def presses(self, msgid: str, **texts: str) -> str:
        """Press a button of the dialog, with its form filled in so; return what it shows then."""
        pressed = button(self.dialog, self.giver.t(msgid))
        await self.phone.presses_in_dialog(pressed, filled(self.dialog, texts))
        return words_of(self.dialog)

    def channel(self) -> list[str]:
        """What stands in the channel."""
        there = [one for key, one in self.teams.teams.messages.items() if key.startswith(f"{CHANNEL}/")]
        return [words_of(part["content"]) for one in there for part in one.get("attachments") or ()]


@asynccontextmanager
async def in_teams(house: tuple[Server, Settings], language: Language) -> AsyncIterator[Tenant]:
    async with playing(house, "teams", language, size=3) as play, play.meet() as giver:
        tenant = Tenant(play.stage, giver, language)
        team = Team(TEAM, "Lente", {CHANNEL: "Dank"})
        await tenant.teams.teams.stands_in(team, lambda activity: tenant.phone.posts(**activity))
        async with play.stage.app.database.begin() as connection:
            roundup = play.stage.clock() + timedelta(days=7)
            await place_store.add(connection, Place(PLACE, "teams", CHANNEL, "Lente: Dank", language, roundup))
        yield tenant


@pytest.fixture(params=LANGUAGES)
async def tenant(house: tuple[Server, Settings], request: pytest.FixtureRequest) -> AsyncIterator[Tenant]:
    async with in_teams(house, request.param) as tenant:
        yield tenant


async def test_whoever_wrote_a_message_stands_in_the_form_that_opens_on_it(tenant: Tenant) -> None:
    tenant.phone.in_channel = f"{CHANNEL};messageid=1611060744833"
    await tenant.phone.thanks(member("q2"))
    assert tenant.dialog["speak"] == tenant.giver.t("kudos.give.title")
    assert tenant.stands("people") == "q2"
    assert "Geheim" not in repr(tenant.dialog)
    assert tenant.channel() == []


async def test_at_a_message_thanks_go_from_the_form_to_who_gets_them(tenant: Tenant) -> None:
    t, words = tenant.giver.t, WORDS[tenant.language]
    tenant.phone.in_channel = CHANNEL
    await tenant.phone.thanks(member("q2"))
    assert t("kudos.preview.to", names="Agent q2") in await tenant.presses("kudos.give.look", text=words)
    assert t("kudos.sent.title") in await tenant.presses("kudos.preview.send")
    await tenant.stage.tick()
    async with DRIVERS["teams"].door(tenant.stage, "q2") as driver:
        assert {t("kudos.card.title", giver="Agent q0"), words} <= set((await driver.screen()).splitlines())
        assert t("kudos.card.backed") in await driver.tap(t("kudos.card.back"))
    assert tenant.channel() == []


async def test_where_a_message_is_written_nobody_is_filled_in(tenant: Tenant) -> None:
    await tenant.phone.thanks(where="compose")
    assert (tenant.dialog["speak"], tenant.stands("people")) == (tenant.giver.t("kudos.give.title"), "")


async def test_a_refused_form_keeps_whom_and_what_it_was_about(tenant: Tenant) -> None:
    await tenant.phone.thanks(member("q0"))
    refused = await tenant.presses("kudos.give.look", text=WORDS[tenant.language])
    assert tenant.giver.t("kudos.refusal.yourself") in refused
    assert (tenant.stands("people"), tenant.stands("text")) == ("q0", WORDS[tenant.language])


async def test_what_was_filled_in_can_be_changed_after_it_was_looked_at(tenant: Tenant) -> None:
    await tenant.phone.thanks(where="compose")
    await tenant.presses("kudos.give.look", people="q2,q1", text=WORDS[tenant.language], where=str(PLACE))
    await tenant.presses("kudos.preview.change")
    assert (tenant.stands("people"), tenant.stands("text")) == ("q2,q1", WORDS[tenant.language])
    assert tenant.stands("where") == f"={PLACE}"


async def test_thanks_stand_in_the_channel_that_was_chosen_and_can_be_taken_back(tenant: Tenant) -> None:
    await tenant.phone.thanks(where="compose")
    await tenant.presses("kudos.give.look", people="q1", text=WORDS[tenant.language], where=str(PLACE))
    await tenant.presses("kudos.preview.send")
    await tenant.stage.tick()
    (before,) = tenant.channel()
    await tenant.presses("kudos.sent.withdraw")
    await tenant.stage.tick()
    (after,) = tenant.channel()
    assert [WORDS[tenant.language] in one for one in (before, after)] == [True, False]
    assert "Agent q1" not in after


async def test_who_was_thanked_takes_it_out_of_the_channel(tenant: Tenant) -> None:
    await tenant.phone.thanks(member("q1"))
    await tenant.presses("kudos.give.look", text=WORDS[tenant.language], where=str(PLACE))
    await tenant.presses("kudos.preview.send")
    await tenant.stage.tick()
    async with DRIVERS["teams"].door(tenant.stage, "q1") as driver:
        await driver.tap(tenant.giver.t("kudos.card.hide"))
        await tenant.stage.tick()
        assert WORDS[tenant.language] in await driver.screen()
    (after,) = tenant.channel()
    assert "Agent" not in after


async def test_where_the_app_was_taken_out_the_giver_hears_it(tenant: Tenant) -> None:
    t = tenant.giver.t
    await tenant.phone.thanks(where="compose")
    await tenant.presses("kudos.give.look", people="q1", text=WORDS[tenant.language], where=str(PLACE))
    await tenant.presses("kudos.preview.send")
    tenant.teams.teams.teams[TEAM].installed = False
    for _ in range(2):
        await tenant.stage.tick()
    assert t("kudos.lost.posting.title", place="Lente: Dank") in await tenant.giver.driver.screen()


async def test_who_types_it_is_shown_the_way(tenant: Tenant) -> None:
    assert tenant.giver.t("kudos.give.title") in await tenant.giver.driver.ask("kudos")
