"""The recording platform's own conveniences, beyond the contract."""

from __future__ import annotations

import asyncio
from functools import partial

import pytest

from adapters.port import Choice, Command, DeliveryError, Member, Message, Reply, Submission
from adapters.recording import Recording
from tests.adapters.contract import Conversation

CARD = Message("Check-in", "nl", choices=(Choice("answer", "Soms", (0, 2)), Choice("breaks", "Pauze")), token="t")


@pytest.fixture
def conversation() -> Conversation:
    return Conversation(owners={"t": "noor"})


@pytest.fixture
def chat(conversation: Conversation) -> Recording:
    return Recording(receive=conversation.receive, belongs=conversation.belongs)


async def test_what_was_sent_stays_as_it_was_sent(chat: Recording) -> None:
    ref = await chat.send("noor", CARD)
    await chat.update(ref, Message("Dank je wel", "nl"))
    assert [(sent.address, sent.message, sent.ref) for sent in chat.sent] == [("noor", CARD, ref)]
    assert chat.inbox("noor") == [Message("Dank je wel", "nl")]


async def test_messages_are_kept_in_the_order_in_which_they_were_sent(chat: Recording) -> None:
    for address in ("noor", "daan", "noor"):
        await chat.send(address, CARD)
    assert [sent.address for sent in chat.sent] == ["noor", "daan", "noor"]


async def test_it_can_be_told_to_wait(conversation: Conversation) -> None:
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    slow = Recording(receive=conversation.receive, belongs=conversation.belongs, latency=0.2, sleep=sleep)
    await slow.update(await slow.send("noor", CARD), CARD)
    assert waited == [0.2, 0.2]


async def test_calls_in_flight_together_get_references_of_their_own(conversation: Conversation) -> None:
    slow = partial(asyncio.sleep, 0)
    chat = Recording(
        receive=conversation.receive, belongs=conversation.belongs, latency=0.1, sleep=lambda _seconds: slow()
    )
    refs = await asyncio.gather(*(chat.send("noor", CARD) for _ in range(20)))
    assert len(set(refs)) == 20


async def test_it_can_be_told_to_ask_for_patience_and_to_recover(chat: Recording) -> None:
    chat.fail("noor", permanent=False, retry_after=30.0)
    with pytest.raises(DeliveryError) as failure:
        await chat.send("noor", CARD)
    assert (failure.value.permanent, failure.value.retry_after) == (False, 30.0)
    chat.recover("noor")
    await chat.send("noor", CARD)
    assert len(chat.sent) == 1


async def test_a_failed_send_records_nothing(chat: Recording) -> None:
    chat.fail("noor")
    with pytest.raises(DeliveryError):
        await chat.send("noor", CARD)
    assert chat.sent == []


async def test_a_message_in_the_reply_replaces_the_card(chat: Recording, conversation: Conversation) -> None:
    await chat.send("noor", CARD)
    conversation.reply = Reply(message=Message("Dank je wel", "nl"))
    await chat.tap("noor", "answer", (0, 2))
    assert chat.inbox("noor") == [Message("Dank je wel", "nl")]


async def test_a_button_of_a_dialog_can_be_pressed(chat: Recording, conversation: Conversation) -> None:
    await chat.send("noor", CARD)
    conversation.reply = Reply(dialog=Message("Pauze", "nl", choices=(Choice("break", "Raam", (0, 1)),), token="t"))
    shown = (await chat.tap("noor", "breaks")).dialog
    await chat.tap("noor", "break", (0, 1), on=shown)
    assert conversation.heard[-1] == Submission("t", "break", "nl", ((0, 1),))


async def test_a_button_that_is_not_there_cannot_be_pressed(chat: Recording) -> None:
    await chat.send("noor", CARD)
    with pytest.raises(LookupError, match="no button 'answer' at \\(0, 5\\)"):
        await chat.tap("noor", "answer", (0, 5))


async def test_another_persons_tap_is_refused(chat: Recording, conversation: Conversation) -> None:
    ref = await chat.send("noor", CARD)
    reply = await chat.tap(ref, "answer", (0, 2), by="daan")
    assert reply.failed
    assert conversation.heard == []


async def test_a_command_can_be_typed_without_a_card(chat: Recording, conversation: Conversation) -> None:
    await chat.act("noor", "en", "home")
    assert conversation.heard == [Command("home", "recording", "noor", "en")]


async def test_the_position_of_a_command_is_one_of_its_fields(chat: Recording, conversation: Conversation) -> None:
    await chat.send("noor", Message("Later", "nl", choices=(Choice("later", "16.00", (0, 3)),)))
    await chat.tap("noor", "later", (0, 3))
    assert conversation.heard == [Command("later", "recording", "noor", "nl", {"position": "0:3"})]


async def test_it_lists_the_members_it_was_given(conversation: Conversation) -> None:
    noor = Member("noor", "Noor", "noor@example.org", "nl", "Europe/Amsterdam")
    chat = Recording(receive=conversation.receive, belongs=conversation.belongs, members=[noor])
    assert [member async for member in chat.members()] == [noor]
