"""Taking back within a quarter of an hour: everywhere, also when the platform is late or says no."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.texts import Texts
from tests.kudos.thanks import CHANNEL, PLACE, WORDS, Floor, House, floor

NL = Texts("nl")
GONE = NL("kudos.card.gone.title")
OFF = NL("kudos.post.gone.title")


@pytest.fixture
async def here(house: House) -> AsyncIterator[Floor]:
    async with floor(house) as there:
        yield there


async def test_what_stands_is_replaced_everywhere_by_a_sentence_without_its_words(here: Floor) -> None:
    sent = await here.gives("o1", "o3", "o5", where=str(PLACE))
    await here.arrives()
    taken = await here.takes_back("o1", sent)
    assert taken.dialog is not None
    assert taken.dialog.title == NL("kudos.withdrawn.title")
    await here.arrives()
    assert here.titles("o3") == here.titles("o5") == [GONE]
    assert here.titles(CHANNEL) == [OFF]
    seen = [here.chat.inbox(who) for who in ("o3", "o5", CHANNEL)]
    assert WORDS not in repr(seen)


async def test_of_what_is_taken_back_no_word_is_kept(here: Floor) -> None:
    await here.takes_back("o1", await here.gives("o1", "o3"))
    assert WORDS not in repr(await here.stage.rows("SELECT k::text FROM kudos.kudos k"))


async def test_what_was_not_sent_yet_never_is(here: Floor) -> None:
    await here.takes_back("o1", await here.gives("o1", "o3", where=str(PLACE)))
    await here.arrives()
    assert here.titles("o3") == here.titles(CHANNEL) == []


async def test_taken_back_while_the_platform_is_late_it_is_replaced_when_the_answer_comes(here: Floor) -> None:
    sent = await here.gives("o1", "o3")

    async def meanwhile(_: float) -> None:
        await here.takes_back("o1", sent)

    here.line.during = meanwhile
    await here.arrives()
    await here.arrives()
    assert here.titles("o3") == [GONE]


async def test_taken_back_while_the_platform_answers_with_an_error_it_is_not_sent_again(here: Floor) -> None:
    sent = await here.gives("o1", "o3")

    async def meanwhile(_: float) -> None:
        await here.takes_back("o1", sent)
        here.chat.fail("o3", permanent=False)

    here.line.during = meanwhile
    await here.arrives()
    here.chat.recover("o3")
    await here.arrives()
    assert here.titles("o3") == []


async def test_a_replacement_that_fails_is_tried_until_it_stands(here: Floor) -> None:
    sent = await here.gives("o1", "o3")
    await here.arrives()
    here.chat.fail("o3", permanent=False)
    await here.takes_back("o1", sent)
    await here.arrives()
    assert here.titles("o3") == ["Agent o1 bedankt je"]
    here.chat.recover("o3")
    here.stage.clock.forward(minutes=2)
    await here.arrives()
    assert here.titles("o3") == [GONE]


async def test_what_can_not_be_taken_from_a_channel_is_told_to_its_giver(here: Floor) -> None:
    sent = await here.gives("o1", "o3", where=str(PLACE))
    await here.arrives()
    here.chat.fail(CHANNEL)
    await here.takes_back("o1", sent)
    await here.arrives()
    await here.arrives()
    assert here.titles("o1") == [NL("kudos.lost.taking.title", place="#bedankt")]


async def test_a_call_that_a_kill_cut_off_is_told_to_its_giver_when_it_was_taken_back(here: Floor) -> None:
    sent = await here.gives("o1", "o3", where=str(PLACE))
    await here.stage.run("UPDATE kudos.posting SET calling = true WHERE kind = 'post'")
    await here.takes_back("o1", sent)
    await here.arrives()
    await here.arrives()
    assert here.titles(CHANNEL) == []
    assert here.titles("o1") == [NL("kudos.lost.taking.title", place="#bedankt")]


async def test_an_answer_that_was_lost_is_told_to_its_giver_when_it_was_taken_back(here: Floor) -> None:
    sent = await here.gives("o1", "o3", where=str(PLACE))
    here.chat.fail(CHANNEL, permanent=False)
    await here.arrives()
    here.chat.recover(CHANNEL)
    here.stage.clock.forward(minutes=2)
    await here.arrives()
    assert len(here.in_channel()) == 1
    await here.takes_back("o1", sent)
    for _ in range(3):
        await here.arrives()
    assert here.titles(CHANNEL) == [OFF]
    assert here.titles("o1") == [NL("kudos.lost.taking.title", place="#bedankt")]


async def test_a_card_that_may_lie_with_somebody_twice_is_told_of_when_it_was_taken_back(here: Floor) -> None:
    sent = await here.gives("o1", "o3")
    here.chat.fail("o3", permanent=False)
    await here.arrives()
    await here.takes_back("o1", sent)
    for _ in range(2):
        await here.arrives()
    assert here.titles("o1") == [NL("kudos.lost.card.title")]


async def test_a_card_that_can_not_be_replaced_is_told_of_when_it_was_taken_back(here: Floor) -> None:
    sent = await here.gives("o1", "o3")
    await here.arrives()
    here.chat.fail("o3")
    await here.takes_back("o1", sent)
    for _ in range(2):
        await here.arrives()
    assert here.titles("o1") == [NL("kudos.lost.card.title")]


async def test_of_what_never_stood_in_a_channel_nobody_is_sent_to_look_there(here: Floor) -> None:
    sent = await here.gives("o1", where=str(PLACE), text="@Agent o3 dank voor je hulp")

    async def meanwhile(_: float) -> None:
        await here.takes_back("o1", sent)
        here.chat.fail(CHANNEL)

    await here.stage.run("UPDATE kudos.posting SET due = due + interval '1 hour' WHERE kind = 'card'")
    here.line.during = meanwhile
    for _ in range(3):
        await here.arrives()
    assert here.titles("o1") == here.titles(CHANNEL) == []


async def test_after_a_quarter_of_an_hour_it_stands_and_that_is_said(here: Floor) -> None:
    sent = await here.gives("o1", "o3")
    await here.arrives()
    here.stage.clock.forward(minutes=14, seconds=59)
    early = await here.asks("o1", "kudos_withdraw", kudos=str((await here.all())[0].id))
    assert not early.failed
    late = await here.gives("o1", "o3")
    here.stage.clock.forward(minutes=15)
    refused = await here.takes_back("o1", late)
    assert refused.failed
    assert refused.notice == NL("kudos.withdraw.late")
    assert sent != late


async def test_taking_back_twice_says_the_same(here: Floor) -> None:
    sent = await here.gives("o1", "o3")
    assert await here.takes_back("o1", sent) == await here.takes_back("o1", sent)


async def test_nobody_else_takes_it_back(here: Floor) -> None:
    await here.gives("o1", "o3")
    (kudos,) = await here.all()
    for other in ("o3", "o5", "ada"):
        refused = await here.asks(other, "kudos_withdraw", kudos=str(kudos.id))
        assert refused.notice == NL("kudos.not_yours")
    assert (await here.all())[0].words == WORDS


@pytest.mark.parametrize("kept", ["", "nonsense", "00000000-0000-0000-0000-000000000000"])
async def test_a_button_of_nothing_says_so(here: Floor, kept: str) -> None:
    assert (await here.asks("o1", "kudos_withdraw", kudos=kept)).failed
    for action in ("kudos_back", "kudos_hide", "kudos_report", "kudos_report_send"):
        assert (await here.asks("o1", action, kudos=kept)).notice == NL("kudos.closed")
