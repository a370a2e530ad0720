"""A check-in as a conversation, in both languages, on every platform that exists."""

from __future__ import annotations

from collections.abc import AsyncIterator
from itertools import product

import pytest
import pytest_asyncio

from bot.break_cards import lasting
from bot.server import Server
from bot.settings import Settings
from bot.texts import Texts
from surveys.break_library import shipped_breaks
from surveys.model import LANGUAGES
from tests.dialogues.drivers import DRIVERS
from tests.dialogues.talk import Agent, Play, playing

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=product(sorted(DRIVERS), LANGUAGES), ids="-".join)
async def play(request: pytest.FixtureRequest, house: tuple[Server, Settings]) -> AsyncIterator[Play]:
    async with playing(house, *request.param) as one:
        yield one


@pytest_asyncio.fixture(loop_scope="module")
async def agent(play: Play) -> AsyncIterator[Agent]:
    async with play.meet() as one:
        yield one


async def test_a_check_in_is_a_tap_for_each_question_and_then_thanks(agent: Agent) -> None:
    await agent.sees(agent.question(0), agent.t("checkin.step", number=1, of=2))
    await agent.taps(agent.option(0, 4), agent.question(1))
    await agent.sees(agent.question(1), agent.t("checkin.step", number=2, of=2), never=(agent.question(0),))
    await agent.taps(agent.option(1, 2), agent.t("checkin.thanks.title"))
    await agent.sees(agent.t("checkin.thanks.body"), never=(agent.question(0), agent.question(1)))


async def test_a_card_says_who_reads_it_and_what_is_not_kept(agent: Agent) -> None:
    said = (agent.t("checkin.readers", others=19), agent.t("checkin.kept"), agent.t("safety.help.footer"))
    await agent.sees(*said)
    await agent.taps(agent.option(0, 1), *said)


async def test_every_card_has_skip_later_and_help(agent: Agent) -> None:
    ways_out = (agent.t("checkin.skip"), agent.t("checkin.later"), agent.t("safety.help.button"))
    await agent.sees(*ways_out)
    await agent.taps(agent.option(0, 1), *ways_out)


async def test_the_first_card_does_not_call_itself_a_reminder(agent: Agent) -> None:
    await agent.sees(never=(agent.t("checkin.reminder"),))


async def test_skipping_both_questions_ends_in_the_same_thanks(agent: Agent) -> None:
    await agent.taps(agent.t("checkin.skip"), agent.question(1))
    await agent.taps(agent.t("checkin.skip"), agent.t("checkin.thanks.title"))
    await agent.sees(agent.t("checkin.thanks.body"))


async def test_thanks_offers_a_break_a_change_a_withdrawal_and_help(agent: Agent) -> None:
    await agent.answers(5, 1)
    ways_on = ("checkin.break", "checkin.change", "checkin.withdraw", "safety.help.button")
    await agent.sees(*map(agent.t, ways_on), never=(agent.t("checkin.comment"),))


async def test_an_answer_can_be_changed(agent: Agent) -> None:
    await agent.answers(5, 1)
    await agent.taps(agent.t("checkin.change"), agent.question(0))
    await agent.taps(agent.option(0, 2), agent.question(1))
    await agent.taps(agent.option(1, 2), agent.t("checkin.thanks.title"))


async def test_an_answer_can_be_withdrawn_and_given_again(agent: Agent) -> None:
    await agent.answers(5, 1)
    await agent.taps(agent.t("checkin.withdraw"), agent.t("checkin.withdrawn.title"), agent.t("checkin.withdrawn.body"))
    await agent.taps(agent.t("checkin.withdrawn.again"), agent.question(0))
    await agent.answers(1, 1)
    await agent.sees(agent.t("checkin.thanks.title"))


async def test_a_card_that_is_opened_again_stands_where_it_was_left(agent: Agent) -> None:
    await agent.taps(agent.option(0, 3))
    await agent.sees(agent.question(1))
    await agent.sees(agent.question(1))
    assert agent.question(1) in await agent.driver.forge(await agent.driver.token(), "show")


async def test_help_comes_at_once_and_leaves_the_card_as_it_was(agent: Agent) -> None:
    heard = await agent.taps(agent.t("safety.help.button"), agent.t("safety.help.title"), agent.t("safety.help.told"))
    assert "113" in heard
    await agent.sees(agent.question(0), never=(agent.t("safety.help.told"),))


async def test_a_break_for_now_is_one_of_three_and_then_its_steps(agent: Agent) -> None:
    await agent.answers(5, 2)
    heard = await agent.taps(agent.t("checkin.break"), agent.t("break.title"), agent.t("break.body"))
    labels = {lasting(Texts(agent.language), one): one for one in shipped_breaks()}
    offered = [label for label in labels if label in heard]
    assert len(offered) == 3
    chosen = labels[offered[1]]
    await agent.taps(offered[1], *chosen.steps[agent.language])
    await agent.sees(agent.t("checkin.thanks.title"), never=(chosen.title[agent.language],))


async def test_without_a_comment_form_a_comment_only_shows_the_card(agent: Agent) -> None:
    await agent.answers(3, 3)
    token = await agent.driver.token()
    for action in ("comment", "comment_anyway"):
        heard = await agent.driver.forge(token, action, text="de roosters zijn krap")
        assert agent.t("checkin.thanks.title") in heard
        assert agent.t("checkin.comment.label") not in heard


async def test_crisis_language_gets_help_also_where_no_comment_is_asked(agent: Agent) -> None:
    heard = await agent.driver.forge(await agent.driver.token(), "comment", text="ik wil niet meer leven")
    assert agent.t("safety.explicit.title") in heard
    assert agent.t("safety.restore") not in heard
