"""Channels of Teams: which there are, and what happens to what stands in one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from adapters.port import Channel, Choice, DeliveryError, Field, Form, Link, Message, MessageRef
from adapters.teams.addresses import Addresses
from adapters.teams.channels import MANY
from tests.adapters.teams_stage import TeamsStage, before_teams, in_a_team
from tests.teams.fake import TENANT
from tests.teams.rooms import Team
from tests.teams.served import Json

NOORD, STIL = "19:noord_A@thread.tacv2", "19:stil@thread.tacv2"
THANKS = Message(
    "Noor bedankt Daan", "nl", paragraphs=("Voor de dienst.",), links=(Link("Alles", "https://x.example"),)
)
SENTENCE = Message("Ingetrokken", "nl")


@pytest.fixture
async def stage() -> AsyncIterator[TeamsStage]:
    async with in_a_team("nl") as one:
        one.teams.teams[one.channel].channels[NOORD] = "Noord"
        yield one


async def listed(stage: TeamsStage) -> list[Channel]:
    return [one async for one in stage.platform.channels()]


def in_channel(stage: TeamsStage, channel: str) -> list[Json]:
    """The messages that stand there."""
    return [message for key, message in stage.teams.messages.items() if key.startswith(f"{channel}/")]


async def refusal(stage: TeamsStage, channel: str) -> DeliveryError:
    with pytest.raises(DeliveryError) as refused:
        await stage.platform.post(channel, THANKS)
    return refused.value


async def test_a_channel_is_named_after_its_team_and_the_first_one_by_it_alone(stage: TeamsStage) -> None:
    assert await listed(stage) == [Channel(stage.channel, "Dank"), Channel(NOORD, "Dank: Noord")]


async def test_a_private_channel_is_none_of_ours(stage: TeamsStage) -> None:
    stage.teams.teams[stage.channel].private[STIL] = "Stil"
    assert STIL not in [one.address for one in await listed(stage)]


async def test_a_channel_that_got_another_name_is_listed_by_that(stage: TeamsStage) -> None:
    team = stage.teams.teams[stage.channel]
    team.name, team.channels[NOORD] = "Lente\n  ", "Noord en West"
    assert [one.name for one in await listed(stage)] == ["Lente", "Lente: Noord en West"]


async def test_every_team_in_which_the_app_stands_is_looked_at(stage: TeamsStage) -> None:
    await stage.teams.stands_in(Team("19:tweede@thread.tacv2", "Tweede"), stage.told)
    assert [one.name for one in await listed(stage)] == ["Dank", "Dank: Noord", "Tweede"]


async def test_a_team_that_the_app_left_unheard_hides_no_other(stage: TeamsStage) -> None:
    await stage.teams.stands_in(Team("19:tweede@thread.tacv2", "Tweede"), stage.told)
    stage.teams.teams[stage.channel].installed = False
    assert [one.name for one in await listed(stage)] == ["Tweede"]


async def test_a_failure_that_may_pass_is_one_of_the_list(stage: TeamsStage) -> None:
    stage.teams.script(*[503] * 20)
    with pytest.raises(DeliveryError) as failure:
        await listed(stage)
    assert not failure.value.permanent


@pytest.mark.parametrize("body", ["[]", '{"conversations": 7}', '{"conversations": [{"name": "x"}]}', "{}"])
async def test_a_list_of_another_shape_is_a_failure_of_this_time(body: str, stage: TeamsStage) -> None:
    stage.teams.script(*[200] * 20, body=body)
    with pytest.raises(DeliveryError) as failure:
        await listed(stage)
    assert not failure.value.permanent


async def test_no_more_channels_are_listed_than_anybody_can_choose_from(stage: TeamsStage) -> None:
    for number in range(4):
        many = {f"19:{number}_{at}@thread.tacv2": f"Kanaal {at}" for at in range(900)}
        await stage.teams.stands_in(Team(f"19:{number}@thread.tacv2", "Groot", many), stage.told)
    assert len(await listed(stage)) == MANY


async def test_a_post_begins_a_thread_with_a_card_that_has_links_and_no_buttons(stage: TeamsStage) -> None:
    form = Form("kudos_preview", (Field("text", "T", "text"),), "Verder", kept={"kudos": "1"})
    whole = replace(THANKS, form=form, choices=(Choice("kudos_back", "Terug", kept={"kudos": "1"}),))
    await stage.platform.post(NOORD, whole)
    (message,) = in_channel(stage, NOORD)
    assert message["summary"] == "Noor bedankt Daan"
    assert "replyToId" not in message
    card = repr(message["attachments"])
    assert ("Action.OpenUrl" in card, "Action.Submit" in card, "Input." in card) == (True, False, False)


async def test_an_address_from_within_a_thread_begins_a_new_one(stage: TeamsStage) -> None:
    ref = await stage.platform.post(f"{NOORD};messageid=1611060744833", THANKS)
    assert (len(in_channel(stage, NOORD)), ref.id.partition("/")[0]) == (1, NOORD)


async def test_a_process_that_just_began_posts_and_replaces_all_the_same(stage: TeamsStage) -> None:
    ref = await stage.platform.post(NOORD, THANKS)
    async with before_teams(stage.teams, "nl") as other:
        other.keep.records = stage.keep.records
        await other.platform.update(ref, SENTENCE)
        await other.platform.post(NOORD, THANKS)
    first, second = in_channel(stage, NOORD)
    assert ("Ingetrokken" in repr(first), "Noor bedankt Daan" in repr(second)) == (True, True)


async def test_a_team_that_the_app_entered_before_another_process_a_moment_ago_is_known(stage: TeamsStage) -> None:
    async with before_teams(stage.teams, "nl") as other:
        await other.platform.tend()
        other.keep.records = stage.keep.records
        await other.platform.post(NOORD, THANKS)
    assert len(in_channel(stage, NOORD)) == 1


async def test_a_post_goes_where_its_team_is_served(stage: TeamsStage) -> None:
    """A tenant may have teams in several regions."""
    there = Team("19:ver@thread.tacv2", "Ver")
    stage.teams.teams[there.id] = there
    await stage.told(
        stage.teams.activity(
            type="installationUpdate",
            action="add",
            serviceUrl=f"{stage.teams.connector.base}/emea/",
            conversation={"conversationType": "channel", "tenantId": TENANT, "id": there.id},
            channelData={"tenant": {"id": TENANT}, "team": {"id": there.id}},
            text=None,
        )
    )
    key = next(key for key in stage.keep.records if key.endswith(there.id))
    stage.keep.records[key] = stage.keep.records[key].replace(b"/emea/", b"/amer/")
    async with before_teams(stage.teams, "nl") as other:
        other.keep.records = stage.keep.records
        await other.platform.post(there.id, THANKS)
    assert stage.teams.connector.calls[-1].path.startswith("/amer/v3/conversations/")


async def test_an_answer_that_comes_late_is_one_all_the_same(stage: TeamsStage) -> None:
    await listed(stage)
    stage.teams.connector.seconds = 0.3
    ref = await asyncio.create_task(stage.platform.post(NOORD, THANKS))
    await stage.platform.update(ref, SENTENCE)
    (message,) = in_channel(stage, NOORD)
    assert "Ingetrokken" in repr(message)


async def test_a_post_that_was_carried_out_and_not_answered_may_be_tried_again(stage: TeamsStage) -> None:
    await listed(stage)
    stage.teams.script(504, after=True)
    assert not (await refusal(stage, NOORD)).permanent
    assert len(in_channel(stage, NOORD)) == 1


async def test_replacing_what_somebody_removed_makes_no_sense_again(stage: TeamsStage) -> None:
    ref = await stage.platform.post(NOORD, THANKS)
    stage.teams.messages.clear()
    with pytest.raises(DeliveryError) as refused:
        await stage.platform.update(ref, SENTENCE)
    assert refused.value.permanent


async def test_replacing_waits_for_its_turn_among_many_posts(stage: TeamsStage) -> None:
    """Nobody waits for it, as they do for a card that was pressed."""
    ref = await stage.platform.post(NOORD, THANKS)
    stage.platform._posting.hurried, stage.teams.connector.seconds = 0.01, 0.1
    await stage.platform.update(ref, SENTENCE)
    assert "Ingetrokken" in repr(in_channel(stage, NOORD))


async def test_replacing_that_takes_for_ever_is_tried_again_later(stage: TeamsStage) -> None:
    ref = await stage.platform.post(NOORD, THANKS)
    stage.platform._posting.unhurried, stage.teams.connector.seconds = 0.05, 1.0
    with pytest.raises(DeliveryError) as late:
        await stage.platform.update(ref, SENTENCE)
    assert not late.value.permanent


async def test_where_the_app_was_taken_out_no_call_is_made(stage: TeamsStage) -> None:
    ref = await stage.platform.post(NOORD, THANKS)
    await stage.leaves_channel()
    calls = len(stage.teams.connector.calls)
    assert (await refusal(stage, NOORD)).permanent
    with pytest.raises(DeliveryError) as refused:
        await stage.platform.update(ref, SENTENCE)
    assert (refused.value.permanent, len(stage.teams.connector.calls)) == (True, calls)


async def test_where_the_app_was_taken_out_unheard_teams_says_so(stage: TeamsStage) -> None:
    await listed(stage)
    stage.teams.teams[stage.channel].installed = False
    assert (await refusal(stage, NOORD)).permanent


async def test_a_channel_that_is_gone_is_a_permanent_failure(stage: TeamsStage) -> None:
    await listed(stage)
    del stage.teams.teams[stage.channel].channels[NOORD]
    assert (await refusal(stage, NOORD)).permanent


async def test_a_channel_of_no_team_of_ours_is_a_permanent_failure(stage: TeamsStage) -> None:
    assert (await refusal(stage, "19:elders@thread.tacv2")).permanent


async def test_when_teams_asks_to_wait_so_does_everything(stage: TeamsStage) -> None:
    await listed(stage)
    stage.teams.script(429, headers={"Retry-After": "7"})
    refused = await refusal(stage, NOORD)
    assert (refused.permanent, refused.retry_after) == (False, 7.0)


async def test_posts_keep_the_pace_of_messages(stage: TeamsStage) -> None:
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    stage.platform._posting.sleep = sleep
    for _ in range(3):
        await stage.platform.post(NOORD, THANKS)
    assert waited == [1.0, 1.0]


def test_a_channel_among_several_tenants_is_named_with_its_own_and_keeps_its_capitals() -> None:
    assert Addresses("").channel(TENANT.upper(), NOORD) == f"{TENANT}/{NOORD}"
    assert Addresses("").parts(f"{TENANT}/{NOORD}") == (TENANT, NOORD)
    assert Addresses(TENANT).channel(TENANT, NOORD) == NOORD


async def test_a_person_is_no_channel(stage: TeamsStage) -> None:
    assert (await refusal(stage, stage.address)).permanent
    with pytest.raises(DeliveryError):
        await stage.platform.update(MessageRef("teams", "lente/19:x", "19:x/1"), THANKS)
