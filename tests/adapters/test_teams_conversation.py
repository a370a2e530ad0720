"""Buttons, forms and typed words in Teams: what each is answered, in time, in the right place and language."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from adapters.port import Choice, Command, Field, Form, Locale, Message, Reply, Submission
from tests.adapters.teams_stage import TeamsStage, executing, on_teams
from tests.everything import logged
from tests.teams.client import button, press
from tests.teams.person import words_of
from tests.teams.served import Json

TOKEN = "token-of-noor"
CARD = Message("Hoe druk?", "nl", choices=(Choice("answer", "Nooit", (0, 1)), Choice("help", "Hulp")), token=TOKEN)
THANKS = Message("Dank je wel", "nl")
FORM = Message("Instellingen", "nl", form=Form("settings_save", (Field("words", "Woorden", "text"),), "Bewaar"))


@pytest.fixture
async def stage() -> AsyncIterator[TeamsStage]:
    async with on_teams("nl") as one:
        one.conversation.owners[TOKEN] = one.address
        one.conversation.reply = Reply(message=THANKS)
        yield one


async def card_of(stage: TeamsStage) -> tuple[str, Json]:
    """Send the card, and return its id and what stands there."""
    await stage.platform.send(stage.address, CARD)
    return stage.noor.cards[-1]


def answered(stage: TeamsStage, data: Json) -> Any:
    return stage.noor.sends("adaptiveCard/action", executing(data))


async def test_the_answer_to_a_button_is_the_card_that_takes_its_place(stage: TeamsStage) -> None:
    name, card = await card_of(stage)
    await stage.noor.presses(name, button(card, "Nooit"))
    ((_, now),) = stage.noor.cards
    assert "Dank je wel" in words_of(now)


async def test_an_outcome_that_comes_late_leaves_the_card_and_is_carried_out(stage: TeamsStage) -> None:
    name, card = await card_of(stage)
    done = asyncio.Event()
    receive = stage.conversation.receive

    async def slowly(asked: Submission | Command) -> Reply:
        await asyncio.sleep(0.1)
        done.set()
        return await receive(asked)

    stage.platform._conversation.receive, stage.platform._conversation.seconds = slowly, 0.02
    await stage.noor.presses(name, button(card, "Nooit"))
    assert (stage.noor.said, stage.noor.cards) == ("Probeer het nog eens.", [(name, card)])
    await asyncio.wait_for(done.wait(), 2)
    await stage.platform._conversation.settle()
    assert stage.conversation.heard == [Submission(TOKEN, "answer", "nl", ((0, 1),))]


async def test_a_failure_on_our_side_leaves_the_card_and_says_so(stage: TeamsStage) -> None:
    name, card = await card_of(stage)

    async def broken(asked: Submission | Command) -> Reply:
        raise RuntimeError("geheim")

    stage.platform._conversation.receive = broken
    with logged() as lines:
        await stage.noor.presses(name, button(card, "Nooit"))
    assert (stage.noor.said, stage.noor.cards) == ("Probeer het nog eens.", [(name, card)])
    assert "geheim" not in lines.getvalue()


async def test_a_button_opens_a_dialog_and_leaves_the_chat_as_it_was(stage: TeamsStage) -> None:
    name, card = await card_of(stage)
    stage.conversation.reply = Reply(dialog=Message("Hulplijnen", "nl"))
    await stage.noor.presses(name, button(card, "Hulp"))
    assert ("Hulplijnen" in words_of(stage.noor.dialog), stage.noor.cards) == (True, [(name, card)])


async def test_what_was_typed_stays_in_a_form_that_was_refused(stage: TeamsStage) -> None:
    name, card = await card_of(stage)
    stage.conversation.reply = Reply(dialog=FORM)
    await stage.noor.presses(name, button(card, "Hulp"))
    stage.conversation.reply = Reply(notice="Dat kan niet.", failed=True)
    assert stage.noor.dialog
    await stage.noor.presses_in_dialog(button(stage.noor.dialog, "Bewaar"), {"field.words": "mijn tekst"})
    assert {"Dat kan niet.", "mijn tekst"} <= set(words_of(stage.noor.dialog).splitlines())


@pytest.mark.parametrize("data", [{"do": "nl/answer/0:1", "token": 7}, {"do": "nl/erase"}, {"do": "x"}, {"do": ""}])
async def test_what_no_button_sends_is_told_so_and_reaches_nobody(data: Json, stage: TeamsStage) -> None:
    answer = await answered(stage, data)
    assert (answer.status_code, answer.json()["value"]["message"]) == (200, "Dit kan ik niet lezen.")
    assert stage.conversation.heard == []


async def test_what_no_button_sends_has_nobody_looked_up(stage: TeamsStage) -> None:
    """It is answered in the language of their Teams: a look-up would take time that nobody measures here."""

    async def speaks(address: str) -> Locale | None:
        raise RuntimeError

    stage.platform._conversation.speaks = speaks
    assert (await answered(stage, {"do": "x"})).json()["value"]["message"] == "Dit kan ik niet lezen."


async def test_an_invoke_that_nothing_of_ours_sends_is_not_implemented(stage: TeamsStage) -> None:
    answer = await stage.noor.sends("composeExtension/query", {"commandId": "x"})
    assert (answer.status_code, stage.conversation.heard) == (501, [])


async def test_somebody_elses_button_says_whose_it_is_not(stage: TeamsStage) -> None:
    await card_of(stage)
    stage.conversation.owners.clear()
    await answered(stage, {"do": "nl/answer/0:1", "token": TOKEN})
    assert (stage.noor.said, stage.conversation.heard) == ("Niet van jou.", [])


async def test_an_older_client_gets_the_new_card_in_the_place_of_the_old_one(stage: TeamsStage) -> None:
    name, card = await card_of(stage)
    kind, value = press(card, button(card, "Nooit"), older=True)
    await stage.noor.sends(kind, value, name)
    ((same, now),) = stage.noor.cards
    assert (same, "Dank je wel" in words_of(now)) == (name, True)
    assert stage.conversation.heard == [Submission(TOKEN, "answer", "nl", ((0, 1),))]


async def test_an_older_client_that_sends_nonsense_is_told_so(stage: TeamsStage) -> None:
    await stage.noor.sends("message", {"do": "nl/erase"})
    assert (stage.noor.messages[-1][1]["text"], stage.conversation.heard) == ("Dit kan ik niet lezen.", [])


async def test_typed_words_reach_the_conversation_and_no_log(stage: TeamsStage) -> None:
    with logged() as lines:
        await stage.noor.types("Ik wil mijn geheim kwijt")
    (asked,) = stage.conversation.heard
    assert isinstance(asked, Command)
    assert (asked.name, asked.fields) == ("said", {"text": "Ik wil mijn geheim kwijt"})
    assert "geheim" not in lines.getvalue()
    assert b"geheim" not in json.dumps({key: str(value) for key, value in stage.keep.records.items()}).encode()


@pytest.mark.parametrize(
    ("own", "told", "spoken"),
    [("en", "nl-NL", "en"), (None, "en-GB", "en"), (None, "nl-BE", "nl"), (None, "de-DE", "nl"), (None, "", "nl")],
)
async def test_people_are_spoken_to_in_their_own_language(
    own: Locale | None, told: str, spoken: Locale, stage: TeamsStage
) -> None:
    async def speaks(address: str) -> Locale | None:
        return own

    stage.platform._conversation.speaks = speaks
    stage.noor.locale = told
    await stage.noor.types("hallo")
    assert [heard.locale for heard in stage.conversation.heard] == [spoken]


async def test_an_address_is_the_object_id_however_it_is_written(stage: TeamsStage) -> None:
    stage.noor.entra = stage.noor.entra.upper()
    await stage.noor.types("hallo")
    assert [heard.sender for heard in stage.conversation.heard if isinstance(heard, Command)] == [stage.address]
