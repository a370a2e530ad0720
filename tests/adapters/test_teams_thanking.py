"""Thanking by the message extension of Teams: at any message, in any chat, for nobody else to see."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from adapters.port import Choice, Command, Field, Form, Locale, Message, Reply, Submission
from tests.adapters.teams_stage import TeamsStage, on_teams
from tests.everything import logged
from tests.teams.client import COMMAND, button, filled, member, thanking
from tests.teams.fake import TENANT
from tests.teams.person import words_of
from tests.teams.served import Json

DAAN = "bbbbbbbb-0000-0000-0000-00000000000D"
FORM = Message(
    "Iemand bedanken",
    "nl",
    form=Form(
        "kudos_preview",
        (Field("people", "Wie", "people", DAAN.lower(), ((DAAN.lower(), "Daan"),)), Field("text", "Waarvoor", "text")),
        "Verder",
        kept={"source": "message"},
    ),
)
PREVIEW = Message("Zo komt het aan", "nl", choices=(Choice("kudos_send", "Stuur", kept={"text": "dank"}),))
CHANNEL = "19:noord@thread.tacv2;messageid=1611060744833"
BETWEEN_TWO = "19:daan_noor@unq.gbl.spaces"


@pytest.fixture
async def stage() -> AsyncIterator[TeamsStage]:
    async with on_teams("nl") as one:
        one.conversation.reply = Reply(dialog=FORM)
        yield one


def asked(stage: TeamsStage) -> Submission | Command:
    return stage.conversation.heard[-1]


def thanks(stage: TeamsStage, locale: Locale = "nl", **fields: str) -> Command:
    """What the conversation hears of who chooses the message extension."""
    return Command("kudos", "teams", stage.address, locale, fields)


async def test_whoever_thanks_for_a_message_gets_a_form_with_its_author(stage: TeamsStage) -> None:
    await stage.noor.thanks(member(DAAN))
    assert asked(stage) == thanks(stage, people=DAAN.lower())
    assert "Iemand bedanken" in words_of(stage.noor.dialog)
    assert stage.noor.cards == []


@pytest.mark.parametrize("where", ["compose", "commandBox"])
async def test_where_a_message_is_written_nobody_is_filled_in(where: str, stage: TeamsStage) -> None:
    await stage.noor.thanks(where=where)
    assert asked(stage) == thanks(stage)


NOBODY: dict[str, Json | None] = {
    "an application": {"application": {"applicationIdentityType": "bot", "id": DAAN, "displayName": "Bot"}},
    "nobody at all": None,
    "a guest without an account": member(DAAN, "anonymousGuest"),
    "somebody of another organisation": member(DAAN, "federatedUser"),
    "a phone": member("4:+31612345678", "phoneUser"),
    "an id of another kind": member("8:orgid:daan"),
}


@pytest.mark.parametrize("who", NOBODY)
async def test_a_message_of_nobody_who_can_be_thanked_fills_nobody_in(who: str, stage: TeamsStage) -> None:
    await stage.noor.thanks(NOBODY[who])
    assert asked(stage) == thanks(stage)


async def test_of_the_message_nothing_but_its_author_goes_on(stage: TeamsStage) -> None:
    with logged() as lines:
        await stage.noor.thanks(member(DAAN))
    everything = repr((stage.conversation.heard, stage.noor.dialog, stage.keep.records)) + lines.getvalue()
    assert "Geheim" not in everything
    assert "1611060744833" not in everything


async def test_in_the_dialog_one_thing_follows_another(stage: TeamsStage) -> None:
    await stage.noor.thanks(member(DAAN))
    stage.conversation.reply = Reply(dialog=PREVIEW)
    assert stage.noor.dialog
    typed = filled(stage.noor.dialog, {"people": f"{DAAN},{stage.colleague}", "text": "dank"})
    await stage.noor.presses_in_dialog(button(stage.noor.dialog, "Verder"), typed)
    filled_in = {"people": f"{DAAN.lower()},{stage.colleague}", "text": "dank", "source": "message"}
    assert asked(stage) == Command("kudos_preview", "teams", stage.address, "nl", filled_in)
    stage.conversation.reply = Reply(notice="Het is verstuurd.")
    await stage.noor.presses_in_dialog(button(stage.noor.dialog, "Stuur"))
    assert asked(stage) == Command("kudos_send", "teams", stage.address, "nl", {"text": "dank"})
    assert "Het is verstuurd." in words_of(stage.noor.dialog)


async def test_what_was_typed_stays_in_a_form_that_was_refused(stage: TeamsStage) -> None:
    await stage.noor.thanks(member(DAAN))
    stage.conversation.reply = Reply(notice="Niet jezelf.", failed=True)
    assert stage.noor.dialog
    typed = filled(stage.noor.dialog, {"people": stage.address, "text": "mijn woorden"})
    await stage.noor.presses_in_dialog(button(stage.noor.dialog, "Verder"), typed)
    assert {"Niet jezelf.", "mijn woorden", stage.address} <= set(words_of(stage.noor.dialog).splitlines())


@pytest.mark.parametrize("chat", [CHANNEL, "19:groep@thread.v2"])
async def test_where_others_read_along_it_is_answered_all_the_same(chat: str, stage: TeamsStage) -> None:
    stage.noor.in_channel = chat
    await stage.noor.thanks(member(DAAN))
    assert asked(stage) == thanks(stage, people=DAAN.lower())
    assert stage.noor.dialog
    await stage.noor.presses_in_dialog(button(stage.noor.dialog, "Verder"))
    assert isinstance(asked(stage), Command)
    assert stage.teams.messages == {}


@pytest.mark.parametrize("kind", ["task/fetch", "task/submit", "adaptiveCard/action"])
async def test_a_card_that_was_carried_into_a_channel_stays_refused(kind: str, stage: TeamsStage) -> None:
    stage.noor.in_channel = CHANNEL
    await stage.noor.sends(kind, {"data": {"do": "nl/kudos"}, "action": {}})
    assert (stage.noor.said, stage.conversation.heard) == ("Schrijf me apart.", [])


async def test_a_chat_between_two_people_is_never_taken_for_one_with_us(stage: TeamsStage) -> None:
    """Teams calls both personal, and whatever is meant for one person would be read by two."""
    stage.noor.own_chat = BETWEEN_TWO
    await stage.noor.thanks(member(DAAN))
    assert stage.noor.dialog
    await stage.noor.presses_in_dialog(button(stage.noor.dialog, "Verder"))
    stage.noor.own_chat = ""
    await stage.platform.send(stage.address, Message("Hoe druk?", "nl"))
    assert [key for key in stage.teams.messages if key.startswith(BETWEEN_TWO)] == []
    assert stage.keep.records == {}


async def test_it_is_answered_in_the_language_of_who_thanks(stage: TeamsStage) -> None:
    async def speaks(address: str) -> Locale | None:
        return "en"

    stage.platform._conversation.speaks = speaks
    stage.noor.in_channel = CHANNEL
    await stage.noor.thanks(member(DAAN))
    assert asked(stage) == thanks(stage, "en", people=DAAN.lower())


async def test_somebody_unknown_is_answered_in_the_language_of_their_teams(stage: TeamsStage) -> None:
    stage.noor.locale = "en-GB"
    stage.conversation.reply = Reply(notice="I do not know you.", failed=True)
    await stage.noor.thanks()
    assert asked(stage) == thanks(stage, "en")
    assert "I do not know you." in words_of(stage.noor.dialog)


async def test_what_takes_too_long_is_asked_to_be_tried_again(stage: TeamsStage) -> None:
    async def slowly(asked: Submission | Command) -> Reply:
        await asyncio.sleep(5)
        return Reply()

    stage.platform._conversation.receive, stage.platform._conversation.seconds = slowly, 0.02
    await stage.noor.thanks(member(DAAN))
    assert "Probeer het nog eens." in words_of(stage.noor.dialog)


async def test_what_is_sent_too_slowly_can_be_sent_once_more_as_the_same(stage: TeamsStage) -> None:
    """Whoever had to begin anew would thank twice: what was begun goes on to its end."""
    stage.conversation.reply = Reply(dialog=PREVIEW)
    await stage.noor.thanks(member(DAAN))
    receive, seconds = stage.conversation.receive, stage.platform._conversation.seconds

    async def slowly(asked: Submission | Command) -> Reply:
        await asyncio.sleep(0.1)
        return await receive(asked)

    stage.platform._conversation.receive, stage.platform._conversation.seconds = slowly, 0.02
    assert stage.noor.dialog
    await stage.noor.presses_in_dialog(button(stage.noor.dialog, "Stuur"))
    assert "Dit duurt lang." in words_of(stage.noor.dialog)
    stage.platform._conversation.receive, stage.platform._conversation.seconds = receive, seconds
    await stage.platform._conversation.settle()
    first = asked(stage)
    await stage.noor.presses_in_dialog(button(stage.noor.dialog, "Nog een keer"))
    assert (asked(stage), len(stage.conversation.heard)) == (first, 3)


async def test_a_failure_on_our_side_says_so_and_nothing_else(stage: TeamsStage) -> None:
    async def speaks(address: str) -> Locale | None:
        raise RuntimeError("geheim")

    stage.platform._conversation.speaks = speaks
    with logged() as lines:
        await stage.noor.thanks(member(DAAN))
    assert "Probeer het nog eens." in words_of(stage.noor.dialog)
    assert "geheim" not in lines.getvalue()


BAD: dict[str, Any] = {
    "another command": thanking(where="compose") | {"commandId": "query"},
    "no command": {"commandContext": "compose"},
    "a message that is a text": thanking(where="compose") | {"messagePayload": "dank"},
    "an author that is a text": thanking({"user": "daan"}),
    "an author with a number": thanking(member(7)),  # type: ignore[arg-type]
    "an author with two ids": thanking(member(["a", "b"])),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("name", BAD)
async def test_what_no_message_extension_of_ours_sends_is_told_so_and_reaches_nobody(
    name: str, stage: TeamsStage
) -> None:
    await stage.noor.sends("composeExtension/fetchTask", BAD[name])
    assert ("Dit kan ik niet lezen." in words_of(stage.noor.dialog), stage.conversation.heard) == (True, [])


SUBMITTED: dict[str, Json] = {
    "another command": {"commandId": "query", "data": {"do": "nl/kudos_jar"}},
    "no data": {"commandId": COMMAND},
    "the preview of a bot": {"commandId": COMMAND, "botMessagePreviewAction": "send", "botActivityPreview": [{}]},
    "a button of the chat": {"commandId": COMMAND, "data": {"do": "nl/kudos_jar", "msteams": {"type": "task/fetch"}}},
}


@pytest.mark.parametrize("name", SUBMITTED)
async def test_what_no_button_there_sends_is_told_so_and_reaches_nobody(name: str, stage: TeamsStage) -> None:
    await stage.noor.sends("composeExtension/submitAction", SUBMITTED[name])
    assert ("Dit kan ik niet lezen." in words_of(stage.noor.dialog), stage.conversation.heard) == (True, [])


async def test_somebody_elses_token_reaches_nobody_there_either(stage: TeamsStage) -> None:
    await stage.noor.sends(
        "composeExtension/submitAction", {"commandId": COMMAND, "data": {"do": "nl/breaks", "token": "of-daan"}}
    )
    assert ("Niet van jou." in words_of(stage.noor.dialog), stage.conversation.heard) == (True, [])


async def test_whoever_is_of_another_tenant_thanks_nobody(stage: TeamsStage) -> None:
    elsewhere = {"tenant": {"id": TENANT.replace("9", "8")}}
    answer = await stage.noor.posts(
        type="invoke",
        name="composeExtension/fetchTask",
        value=json.loads(json.dumps(thanking())),
        text=None,
        channelData=elsewhere,
        conversation={"conversationType": "channel", "id": CHANNEL},
    )
    assert (answer.status_code, stage.conversation.heard) == (403, [])
