"""Receiving thanks: a card in private, thanks back in one tap, off the wall, or to the administrators."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest

from adapters.port import Message
from bot.texts import Texts
from tests.kudos.thanks import CHANNEL, PLACE, WORDS, Floor, House, floor

NL = Texts("nl")


@pytest.fixture
async def here(house: House) -> AsyncIterator[Floor]:
    async with floor(house) as there:
        yield there


def actions(message: Message) -> list[str]:
    return [choice.action for choice in message.choices]


async def test_thanks_back_take_one_tap_and_the_giver_hears_them_once(here: Floor) -> None:
    await here.gives("o1", "o3")
    await here.arrives()
    await here.chat.tap("o3", "kudos_back")
    (card,) = here.chat.inbox("o3")
    assert NL("kudos.card.backed") in card.paragraphs
    assert "kudos_back" not in actions(card)
    await here.asks("o3", "kudos_back", kudos=str((await here.all())[0].id))
    await here.arrives()
    (heard,) = here.chat.inbox("o1")
    assert heard.title == NL("kudos.back.title", receiver="Agent o3")


async def test_of_several_who_thank_back_at_once_the_giver_hears_in_one_message(here: Floor) -> None:
    await here.gives("o1", "o3", "o5")
    await here.arrives()
    for who in ("o3", "o5"):
        await here.chat.tap(who, "kudos_back")
    await here.arrives()
    assert len(here.titles("o1")) == 1
    assert {"Agent o3", "Agent o5"} <= set(re.findall(r"Agent o\d", here.titles("o1")[0]))


async def test_whoever_thanks_back_while_the_giver_is_told_of_another_is_named_as_well(here: Floor) -> None:
    await here.gives("o1", "o3", "o5")
    await here.arrives()
    await here.chat.tap("o3", "kudos_back")

    async def meanwhile(_: float) -> None:
        await here.asks("o5", "kudos_back", kudos=str((await here.all())[0].id))

    here.line.during = meanwhile
    await here.arrives()
    await here.arrives()
    assert {"Agent o3", "Agent o5"} <= set(re.findall(r"Agent o\d", "".join(here.titles("o1"))))


async def test_thanks_back_for_a_kudos_without_a_name_reach_its_giver_and_name_nobody(house: House) -> None:
    async with floor(house, kudos_anonymous=True) as here:
        await here.gives("o1", "o3", where="anonymous")
        here.stage.clock.forward(hours=4)
        await here.arrives()
        await here.chat.tap("o3", "kudos_back")
        await here.arrives()
        assert "o1" not in repr(here.chat.inbox("o3"))
        assert here.titles("o1") == [NL("kudos.back.title", receiver="Agent o3")]


async def test_whoever_was_thanked_takes_it_off_the_wall_and_out_of_the_channel_for_everybody(here: Floor) -> None:
    await here.gives("o1", "o3", "o5", where=str(PLACE))
    await here.arrives()
    await here.chat.tap("o3", "kudos_hide")
    await here.arrives()
    assert here.titles(CHANNEL) == [NL("kudos.post.gone.title")]
    for who in ("o3", "o5"):
        (card,) = here.chat.inbox(who)
        assert WORDS in card.paragraphs
        assert NL("kudos.card.hidden") in card.notes
    assert not (await here.all())[0].public


async def test_a_private_kudos_has_no_wall_to_be_taken_off(here: Floor) -> None:
    await here.gives("o1", "o3")
    await here.arrives()
    assert actions(here.chat.inbox("o3")[0]) == ["kudos_back", "kudos_report"]


async def test_what_is_reported_goes_off_the_wall_and_to_the_administrators_alone(here: Floor) -> None:
    await here.gives("o1", "o3", where=str(PLACE))
    await here.arrives()
    asked = await here.chat.tap("o3", "kudos_report")
    assert asked.dialog is not None
    assert NL("kudos.report.told") in asked.dialog.notes
    await here.presses("o3", asked.dialog, "kudos_report_send")
    await here.arrives()
    assert here.titles(CHANNEL) == [NL("kudos.post.gone.title")]
    assert here.titles("ada") == [NL("kudos.told.title")]
    assert here.titles("o1") == here.titles("noor") == []


async def test_an_administrator_who_got_it_without_a_name_reads_none_by_reporting_it(house: House) -> None:
    async with floor(house, kudos_anonymous=True) as here:
        await here.gives("o1", "ada", "o3", where="anonymous")
        here.stage.clock.forward(hours=4)
        await here.arrives()
        await here.asks("ada", "kudos_report_send", kudos=str((await here.all())[0].id))
        await here.arrives()
        assert NL("kudos.told.title") in here.titles("ada")
        assert "o1" not in repr(here.chat.inbox("ada"))


@pytest.mark.parametrize("command", ["kudos_hide", "kudos_report_send"])
async def test_a_giver_hears_nothing_of_that_where_a_channel_lets_nothing_be_taken_away(
    here: Floor, command: str
) -> None:
    await here.gives("o1", "o3", where=str(PLACE))
    await here.arrives()
    here.chat.fail(CHANNEL)
    await here.asks("o3", command, kudos=str((await here.all())[0].id))
    for _ in range(3):
        await here.arrives()
    assert here.titles("o1") == []


async def test_an_administrator_removes_it_with_a_reason_that_its_giver_reads(here: Floor) -> None:
    await here.gives("o1", "o3", where=str(PLACE))
    (kudos,) = await here.all()
    await here.arrives()
    await here.asks("o3", "kudos_report_send", kudos=str(kudos.id))
    await here.arrives()
    (told,) = here.chat.inbox("ada")
    asked = await here.presses("ada", told, "kudos_moderate")
    assert asked.dialog is not None
    empty = await here.asks("ada", "kudos_moderate_send", kudos=str(kudos.id), reason=" ")
    assert empty.notice == NL("kudos.moderate.empty")
    done = await here.asks("ada", "kudos_moderate_send", kudos=str(kudos.id), reason="Dit ging over een klant")
    assert done.notice == NL("kudos.moderate.done")
    await here.arrives()
    assert here.titles("o3") == [NL("kudos.card.moderated.title")]
    (heard,) = here.chat.inbox("o1")
    assert NL("kudos.reason.why", reason="Dit ging over een klant") in heard.paragraphs
    jar = (await here.asks("o3", "kudos_jar")).dialog
    assert WORDS not in repr(jar)


async def test_crisis_language_in_a_reason_gets_help_and_reaches_nobody(here: Floor) -> None:
    await here.gives("o1", "o3")
    (kudos,) = await here.all()
    helped = await here.asks("ada", "kudos_moderate_send", kudos=str(kudos.id), reason="ik wil niet meer leven")
    assert helped.dialog is not None
    assert helped.dialog.links
    assert await here.all() == [kudos]


@pytest.mark.parametrize("who", ["o1", "o3", "noor"])
async def test_nobody_else_removes_anything(here: Floor, who: str) -> None:
    await here.gives("o1", "o3")
    (kudos,) = await here.all()
    for action in ("kudos_moderate", "kudos_moderate_send"):
        refused = await here.asks(who, action, kudos=str(kudos.id), reason="zomaar")
        assert refused.notice == NL("kudos.moderate.not_allowed")
    assert (await here.all())[0].words == WORDS


async def test_a_card_that_somebody_else_copied_does_nothing(here: Floor) -> None:
    await here.gives("o1", "o3", where="wall")
    (kudos,) = await here.all()
    for action in ("kudos_back", "kudos_hide", "kudos_report", "kudos_report_send"):
        assert (await here.asks("o5", action, kudos=str(kudos.id))).notice == NL("kudos.not_yours")
    assert (await here.all())[0].public


async def test_an_old_card_of_what_was_taken_back_becomes_the_sentence_that_says_so(here: Floor) -> None:
    sent = await here.gives("o1", "o3")
    await here.arrives()
    await here.takes_back("o1", sent)
    pressed = await here.chat.tap("o3", "kudos_back")
    assert pressed.message is not None
    assert pressed.message.title == NL("kudos.card.gone.title")
    await here.arrives()
    assert here.titles("o1") == []


async def test_the_jar_holds_what_somebody_got_newest_first_a_page_at_a_time(here: Floor) -> None:
    for number in range(12):
        await here.gives("o1", "o3", text=f"dank voor nummer {number}")
        here.stage.clock.forward(minutes=20)
    first = (await here.asks("o3", "kudos_jar")).dialog
    assert first is not None
    assert len(first.paragraphs) == 10
    assert "nummer 11" in first.paragraphs[0]
    older = (await here.presses("o3", first, "kudos_jar")).dialog
    assert older is not None
    assert [line[line.index("nummer") :].split(" (")[0] for line in older.paragraphs] == ["nummer 1", "nummer 0"]


async def test_the_jar_tells_of_being_asked_only_whom_it_asks(here: Floor) -> None:
    await here.gives("o1", "o3")
    giver, receiver = (await here.asks("o1", "kudos_jar")).dialog, (await here.asks("o3", "kudos_jar")).dialog
    assert giver is not None
    assert receiver is not None
    assert NL("kudos.jar.note.nudge") in giver.notes
    assert receiver.notes == (NL("kudos.jar.note"),)


async def test_what_was_given_just_now_is_taken_back_from_the_jar(here: Floor) -> None:
    await here.gives("o1", "o3")
    jar = (await here.asks("o1", "kudos_jar")).dialog
    assert jar is not None
    assert not (await here.presses("o1", jar, "kudos_withdraw")).failed
    again = (await here.asks("o1", "kudos_jar")).dialog
    assert again is not None
    assert "kudos_withdraw" not in actions(again)


async def test_an_emptied_jar_forgets_what_somebody_got_and_leaves_the_others_theirs(here: Floor) -> None:
    await here.gives("o1", "o3", where=str(PLACE), text="alleen voor jou")
    await here.gives("o1", "o3", "o5", text="voor jullie samen")
    await here.arrives()
    sure = (await here.asks("o3", "kudos_empty")).dialog
    assert sure is not None
    await here.presses("o3", sure, "kudos_empty_now")
    await here.arrives()
    assert here.titles(CHANNEL) == [NL("kudos.post.gone.title")]
    (left,) = (await here.asks("o3", "kudos_jar")).dialog.paragraphs  # type: ignore[union-attr]
    assert left == NL("kudos.jar.empty")
    assert "voor jullie samen" in repr((await here.asks("o5", "kudos_jar")).dialog)
    assert "alleen voor jou" not in repr(await here.stage.rows("SELECT k::text FROM kudos.kudos k"))


async def test_who_was_thanked_in_their_quiet_hours_hears_it_when_they_work_again(here: Floor) -> None:
    here.stage.clock.forward(hours=12)
    await here.gives("o1", "o3")
    await here.arrives()
    assert here.titles("o3") == []
    here.stage.clock.forward(hours=11)
    await here.arrives()
    assert here.titles("o3") == ["Agent o1 bedankt je"]


async def test_who_stopped_with_check_ins_is_still_thanked(here: Floor) -> None:
    await here.asks("o3", "stop_now")
    await here.gives("o1", "o3")
    await here.arrives()
    assert here.titles("o3") == ["Agent o1 bedankt je"]


async def test_a_channel_that_the_application_left_is_told_to_the_giver_and_offered_no_more(here: Floor) -> None:
    here.chat.open_channels.clear()
    await here.gives("o1", "o3", where=str(PLACE))
    await here.arrives()
    await here.arrives()
    assert here.titles("o1") == [NL("kudos.lost.posting.title", place="#bedankt")]
    assert here.titles("o3") == ["Agent o1 bedankt je"]
    form = (await here.asks("o1")).dialog.form  # type: ignore[union-attr]
    assert form is not None
    assert str(PLACE) not in repr(form)


async def test_a_card_that_waits_goes_where_its_reader_is_by_then(here: Floor) -> None:
    await here.gives("o1", "o3")
    await here.stage.run("UPDATE kudos.posting SET platform = 'left', address = 'o3 of before'")
    await here.arrives()
    await here.arrives()
    assert here.titles("o3") == ["Agent o1 bedankt je"]


async def test_a_card_is_replaced_also_where_its_reader_is_reached_no_more(here: Floor) -> None:
    sent = await here.gives("o1", "o3")
    await here.arrives()
    await here.stage.run("DELETE FROM people.address WHERE address = 'o3'")
    await here.takes_back("o1", sent)
    await here.arrives()
    assert here.titles("o3") == [NL("kudos.card.gone.title")]


async def test_what_fails_for_a_while_arrives_in_the_end_and_once(here: Floor) -> None:
    here.chat.fail("o3", permanent=False)
    await here.gives("o1", "o3")
    for _ in range(4):
        await here.arrives()
        here.stage.clock.forward(minutes=10)
    here.chat.recover("o3")
    await here.arrives()
    await here.arrives()
    assert here.titles("o3") == ["Agent o1 bedankt je"]


async def test_a_platform_that_asks_to_wait_is_left_alone_that_long(here: Floor) -> None:
    here.chat.fail("o3", permanent=False, retry_after=300)
    await here.gives("o1", "o3")
    await here.arrives()
    here.chat.recover("o3")
    here.stage.clock.forward(seconds=200)
    await here.arrives()
    assert here.titles("o3") == []
    here.stage.clock.forward(seconds=101)
    await here.arrives()
    assert here.titles("o3") == ["Agent o1 bedankt je"]


async def test_home_shows_the_last_thanks_that_somebody_got(here: Floor) -> None:
    await here.gives("o1", "o3", text="de eerste")
    here.stage.clock.forward(minutes=20)
    await here.gives("o5", "o3", text="de laatste")
    home = (await here.asks("o3", "home")).dialog
    assert home is not None
    (line,) = [one for one in home.paragraphs if "Agent o5" in one]
    assert "de laatste" in line
    assert "de eerste" not in repr(home)
