"""Who has the app in Teams, and who has it no more: each is met once, and what they press is never written."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from adapters.port import Choice, Command, DeliveryError, Message, Reply
from adapters.teams.references import AGAIN
from tests.adapters.teams_stage import TeamsStage, before_teams, on_teams
from tests.teams.fake import BOT, TENANT

TEAM = "19:team-noord@thread.tacv2"
WELCOME = Reply(message=Message("Dit is Adempauze", "nl", choices=(Choice("home", "Overzicht"),)))
CARD = Message("Hoe druk?", "nl", choices=(Choice("answer", "Nooit", (0, 1)),), token="token-of-noor")


@pytest.fixture
async def stage() -> AsyncIterator[TeamsStage]:
    async with on_teams("nl") as one:
        one.conversation.reply = WELCOME
        one.conversation.owners["token-of-noor"] = one.address
        yield one


def asked(stage: TeamsStage) -> list[str]:
    return [heard.name for heard in stage.conversation.heard if isinstance(heard, Command)]


def person(stage: TeamsStage) -> bytes | None:
    return stage.keep.records.get(f"teams/person/{stage.address}")


async def in_team(stage: TeamsStage, **other: Any) -> None:
    """Let something happen in a team."""
    conversation = {"conversationType": "channel", "tenantId": TENANT, "id": f"{TEAM};messageid=1"}
    data = {"tenant": {"id": TENANT}, "team": {"id": TEAM}}
    await stage.noor.posts(**({"conversation": conversation, "channelData": data, "text": None} | other))


def said_in_team(stage: TeamsStage) -> list[str]:
    return [message.get("text", "") for key, message in stage.teams.messages.items() if key.startswith(TEAM)]


async def test_whoever_gets_the_app_is_welcomed_once_however_often_teams_says_so(stage: TeamsStage) -> None:
    await stage.noor.installs()
    await stage.noor.installs("add-upgrade")
    assert (asked(stage), len(stage.noor.cards)) == (["start"], 1)


async def test_whoever_comes_back_is_welcomed_again(stage: TeamsStage) -> None:
    await stage.noor.installs()
    await stage.noor.removes()
    assert person(stage) is None
    await stage.noor.installs()
    assert asked(stage) == ["start", "start"]


async def test_a_conversation_that_we_began_is_no_reason_for_a_welcome(stage: TeamsStage) -> None:
    await stage.noor.posts(type="conversationUpdate", membersAdded=[{"id": BOT}], locale="", text=None)
    assert (stage.keep.records, asked(stage)) == ({}, [])


async def test_a_stranger_is_welcomed_in_the_language_of_their_teams(stage: TeamsStage) -> None:
    stage.noor.locale = "en-GB"
    await stage.noor.installs()
    assert [heard.locale for heard in stage.conversation.heard] == ["en"]


async def test_an_upgrade_is_no_goodbye(stage: TeamsStage) -> None:
    await stage.noor.installs()
    await stage.noor.posts(type="installationUpdate", action="remove-upgrade", text=None)
    assert person(stage) is not None


async def test_a_welcome_that_cannot_be_shown_is_not_tried_for_ever(stage: TeamsStage) -> None:
    stage.teams.script(403)
    await stage.noor.installs()
    assert stage.noor.cards == []
    assert person(stage) is not None


async def test_what_somebody_presses_is_never_written(stage: TeamsStage) -> None:
    """Whatever changed meanwhile: a row would tell who did something."""
    ref = await stage.platform.send(stage.address, CARD)
    before = dict(stage.keep.records)
    await stage.tap(ref, "answer", (0, 1))
    assert stage.keep.records == before == {}


async def test_a_card_to_somebody_who_never_wrote_leaves_no_row(stage: TeamsStage) -> None:
    await stage.platform.send(stage.address, CARD)
    assert stage.keep.records == {}


async def test_a_typed_message_refreshes_where_somebody_is_reached(stage: TeamsStage) -> None:
    await stage.noor.installs()
    moved = {"id": "a:another-chat", "conversationType": "personal", "tenantId": TENANT}
    await stage.noor.types("hallo", conversation=moved)
    assert b"a:another-chat" in (person(stage) or b"")


async def test_whoever_was_erased_gets_no_row_by_typing(stage: TeamsStage) -> None:
    await stage.noor.installs()
    stage.keep.records.clear()
    await stage.noor.types("hallo")
    assert stage.keep.records == {}


async def test_another_process_finds_who_has_the_app(stage: TeamsStage) -> None:
    await stage.noor.installs()
    async with on_teams("nl") as other:
        other.keep.records |= {
            key: value.replace(stage.teams.service_url.encode(), other.teams.service_url.encode())
            for key, value in stage.keep.records.items()
        }
        await other.platform.send(other.address, CARD)
        assert [call.method + call.path for call in other.teams.connector.calls] == [
            f"POST/emea/v3/conversations/a%3Achat-with-{other.address}/activities"
        ]


async def test_in_a_team_it_says_once_that_it_speaks_with_people_in_private(stage: TeamsStage) -> None:
    for _ in range(2):
        await in_team(stage, type="conversationUpdate", membersAdded=[{"id": BOT}])
        await in_team(stage, type="installationUpdate", action="add")
    assert (said_in_team(stage), asked(stage)) == (["Schrijf me apart."], [])


async def test_a_group_chat_is_no_team_whose_members_are_read(stage: TeamsStage) -> None:
    chat = {"conversationType": "groupChat", "tenantId": TENANT, "id": "19:lunch@thread.v2"}
    await stage.noor.posts(type="conversationUpdate", membersAdded=[{"id": BOT}], conversation=chat, text=None)
    assert [key for key in stage.keep.records if "lunch" in key] == ["teams/group/19:lunch@thread.v2"]
    assert await stage.platform._references.teams() == []


async def test_somebody_without_an_object_id_is_not_met(stage: TeamsStage) -> None:
    await stage.noor.posts(type="installationUpdate", action="add", text=None, **{"from": {"id": "29:guest"}})
    assert (stage.keep.records, asked(stage)) == ({}, [])


async def test_a_team_that_took_it_out_is_forgotten(stage: TeamsStage) -> None:
    await in_team(stage, type="conversationUpdate", membersAdded=[{"id": BOT}])
    assert f"teams/team/{TEAM}" in stage.keep.records
    await in_team(stage, type="conversationUpdate", membersRemoved=[{"id": BOT}])
    assert f"teams/team/{TEAM}" not in stage.keep.records


@pytest.mark.parametrize("change", ["membersAdded", "membersRemoved"])
async def test_it_hears_that_members_of_a_team_changed(change: str, stage: TeamsStage) -> None:
    await in_team(stage, type="conversationUpdate", **{change: [{"id": "29:somebody"}]})
    assert stage.changes == [None]


async def test_a_mention_in_a_channel_is_answered_there_with_one_sentence(stage: TeamsStage) -> None:
    mention = {"type": "mention", "text": "<at>Adempauze</at>", "mentioned": {"id": BOT, "name": "Adempauze"}}
    await in_team(stage, text="<at>Adempauze</at> overzicht", entities=[mention])
    assert (said_in_team(stage), asked(stage)) == (["Schrijf me apart."], [])


async def test_what_is_said_in_a_channel_without_a_mention_is_nobodys_business(stage: TeamsStage) -> None:
    await in_team(stage, text="overzicht")
    assert (said_in_team(stage), asked(stage)) == ([], [])


async def test_a_button_of_ours_does_nothing_where_others_read_along(stage: TeamsStage) -> None:
    ref = await stage.platform.send(stage.address, CARD)
    stage.noor.in_channel = TEAM
    heard = await stage.tap(ref, "answer", (0, 1))
    assert ("Schrijf me apart." in heard, stage.conversation.heard) == (True, [])


async def test_whoever_blocked_it_gets_no_further_call_until_they_show_up(stage: TeamsStage) -> None:
    await stage.noor.installs()
    stage.teams.script(403)
    for _ in range(3):
        with pytest.raises(DeliveryError) as refused:
            await stage.platform.send(stage.address, CARD)
        assert refused.value.permanent
    made = len(stage.teams.connector.calls)
    await stage.noor.types("hallo")
    await stage.platform.send(stage.address, CARD)
    assert (made, len(stage.teams.connector.calls)) == (2, 4)


async def test_a_conversation_that_is_gone_is_begun_anew(stage: TeamsStage) -> None:
    await stage.noor.installs()
    stage.teams.script(404)
    ref = await stage.platform.send(stage.address, CARD)
    assert ref.id.startswith(stage.noor.chat)
    assert [call.path.count("activities") for call in stage.teams.connector.calls] == [1, 1, 0, 1]


async def test_whoever_comes_back_is_sent_to_by_a_process_that_heard_nothing_of_it(stage: TeamsStage) -> None:
    """They removed the app, a worker met that, and they have it again: the worker knows it from the rows."""
    async with worker_beside(stage) as (worker, time):
        await stage.noor.installs()
        await stage.noor.removes()
        stage.teams.script(403)
        with pytest.raises(DeliveryError):
            await worker.platform.send(stage.address, CARD)
        with pytest.raises(DeliveryError):
            await worker.platform.send(stage.address, CARD)
        assert len(stage.teams.connector.calls) == 2  # the welcome, and one that was refused
        await stage.noor.installs()
        time[0] += AGAIN
        await worker.platform.tend()
        await worker.platform.send(stage.address, CARD)


async def test_a_process_that_heard_nothing_goes_by_a_row_that_another_one_changed(stage: TeamsStage) -> None:
    """Also when it knows a conversation already, from a row or from its own sending."""
    async with worker_beside(stage) as (worker, time):
        await stage.noor.installs()
        await worker.platform.send(stage.address, CARD)
        moved = {"id": "a:another-chat", "conversationType": "personal", "tenantId": TENANT}
        await stage.noor.types("hallo", conversation=moved)
        time[0] += AGAIN
        await worker.platform.tend()
        ref = await worker.platform.send(stage.address, CARD)
    assert ref.id.startswith("a:another-chat/")


async def test_many_who_send_at_once_wait_for_one_look_at_the_rows(stage: TeamsStage) -> None:
    async with worker_beside(stage) as (worker, _):
        await stage.noor.installs()
        await asyncio.gather(*(worker.platform.send(stage.address, CARD) for _ in range(4)))
        assert not [call for call in stage.teams.connector.calls if "activities" not in call.path]


@asynccontextmanager
async def worker_beside(stage: TeamsStage) -> AsyncIterator[tuple[TeamsStage, list[float]]]:
    """A process that only works: before the same tenant and over the same rows, with a clock of its own."""
    async with before_teams(stage.teams, "nl") as worker:
        time = [worker.platform._references.now()]
        worker.keep.records = stage.keep.records
        worker.platform._references.now = lambda: time[0]
        yield worker, time
