"""The comment form, where an organisation has switched it on."""

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
from tests.truths import held_by

pytestmark = pytest.mark.asyncio(loop_scope="module")

KIND = "Minder gesprekken achter elkaar zou helpen. 🌿 شكرا"
CRISIS = {"nl": "ik wil niet meer leven", "en": "i want to kill myself"}


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=product(sorted(DRIVERS), LANGUAGES), ids="-".join)
async def play(request: pytest.FixtureRequest, house: tuple[Server, Settings]) -> AsyncIterator[Play]:
    async with playing(house, *request.param, settings={"comments": True}) as one:
        yield one


@pytest_asyncio.fixture(loop_scope="module")
async def writer(play: Play) -> AsyncIterator[Agent]:
    """Somebody who answered and has the comment form before them."""
    async with play.meet() as one:
        await one.answers(4, 4)
        await one.taps(one.t("checkin.comment"), one.t("checkin.comment.label"))
        yield one


async def test_a_comment_is_sealed_with_the_answers_and_confirmed_in_a_sentence(writer: Agent, play: Play) -> None:
    await writer.taps(writer.t("checkin.comment.send"), writer.t("checkin.comment.kept"), writes=KIND)
    held = await held_by(play.stage, writer.who)
    assert (held.comment, list(held.answers.values())) == (KIND, [4, 4])


async def test_a_comment_is_never_written_into_the_chat(writer: Agent) -> None:
    await writer.taps(writer.t("checkin.comment.send"), writes=KIND)
    await writer.sees(writer.t("checkin.thanks.title"), never=(KIND, writer.t("checkin.comment.kept")))


async def test_crisis_language_gets_a_help_card_and_is_not_kept(writer: Agent, play: Play) -> None:
    before = await play.stage.rows("SELECT slot, sealed FROM surveys.response ORDER BY slot")
    heard = await writer.taps(
        writer.t("checkin.comment.send"),
        writer.t("safety.explicit.title"),
        writer.t("safety.kept.form"),
        writes=CRISIS[writer.language],
    )
    assert CRISIS[writer.language] not in heard
    assert await play.stage.rows("SELECT slot, sealed FROM surveys.response ORDER BY slot") == before
    await writer.sees(writer.t("checkin.thanks.title"), never=(writer.t("safety.explicit.title"),))


async def test_not_right_go_on_brings_the_empty_box_back(writer: Agent) -> None:
    await writer.taps(writer.t("checkin.comment.send"), writes=CRISIS[writer.language])
    heard = await writer.taps(writer.t("safety.restore"), writer.t("checkin.comment.label"))
    assert CRISIS[writer.language] not in heard
    await writer.taps(writer.t("checkin.comment.send"), writer.t("checkin.comment.kept"), writes=KIND)


async def test_a_comment_that_is_too_long_is_refused_and_the_earlier_one_stays(writer: Agent, play: Play) -> None:
    await writer.taps(writer.t("checkin.comment.send"), writes=KIND)
    await writer.taps(writer.t("checkin.comment"))
    await writer.taps(writer.t("checkin.comment.send"), writer.t("error.too_long"), writes="a" * 281)
    assert (await held_by(play.stage, writer.who)).comment == KIND


async def test_the_longest_comment_of_the_widest_signs_fits(writer: Agent, play: Play) -> None:
    await writer.taps(writer.t("checkin.comment.send"), writer.t("checkin.comment.kept"), writes="🌿" * 280)
    assert (await held_by(play.stage, writer.who)).comment == "🌿" * 280


async def test_an_empty_comment_shows_the_form_again(writer: Agent) -> None:
    await writer.taps(writer.t("checkin.comment.send"), writer.t("checkin.comment.label"), writes=" \n ")


async def test_withdrawing_takes_the_comment_along(writer: Agent, play: Play) -> None:
    await writer.taps(writer.t("checkin.comment.send"), writes=KIND)
    await writer.taps(writer.t("checkin.withdraw"), writer.t("checkin.withdrawn.title"))
    held = await held_by(play.stage, writer.who)
    assert (held.comment, dict(held.answers), held.cohort) == ("", {}, None)
