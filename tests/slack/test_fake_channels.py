"""Channels of the fake Slack, mentions after a command, and picking people, as the official client meets them."""

from __future__ import annotations

import asyncio

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.slack.blockcheck import view_problems
from tests.slack.escaping import marked, signs
from tests.slack.fake import FakeSlack
from tests.slack.model import Json, ScreenError
from tests.slack.person import Person
from tests.slack.test_fake_interactions import DIALOG, field
from tests.slack.test_fake_slack import refusal
from tests.slack.workspace import Workspace

BOTH = "public_channel,private_channel"
PICK: Json = {"type": "multi_users_select", "max_selected_items": 2}


async def names(client: AsyncWebClient, **asked: object) -> list[str]:
    answer = await client.users_conversations(**asked)  # type: ignore[arg-type]
    return [one["name"] for one in answer["channels"]]


async def test_only_channels_with_the_app_in_them_are_listed(client: AsyncWebClient, team: Workspace) -> None:
    team.channel("C1", name="dank")
    team.channel("C2", name="elders", with_bot=False)
    team.channel("G1", name="lijn", private=True)
    assert await names(client) == ["dank"]
    assert await names(client, types=BOTH) == ["dank", "lijn"]


async def test_archived_channels_are_listed_unless_left_out(client: AsyncWebClient, team: Workspace) -> None:
    team.channel("C1", name="oud").archives()
    assert await names(client) == ["oud"]
    assert await names(client, exclude_archived=True) == []


async def test_a_list_of_channels_has_pages(client: AsyncWebClient, team: Workspace) -> None:
    for number in range(3):
        team.channel(f"C{number}", name=f"k{number}")
    first = await client.users_conversations(limit=2)
    cursor = first["response_metadata"]["next_cursor"]
    assert await names(client, cursor=cursor, limit=2) == ["k2"]


async def test_each_kind_of_channel_needs_a_scope_of_its_own(slack: FakeSlack) -> None:
    team = slack.workspace("T2", name="Zomer", scopes=["chat:write", "channels:read"])
    client = AsyncWebClient(team.bot_token, base_url=slack.api_base, retry_handlers=[])
    assert await names(client) == []
    assert await refusal(client.users_conversations(types=BOTH)) == "missing_scope"
    assert await refusal(client.users_conversations(types="rooms")) == "invalid_types"


async def test_nothing_is_written_where_the_app_is_not_or_nobody_writes(
    client: AsyncWebClient, team: Workspace
) -> None:
    team.channel("C1", name="dank").removes_app()
    team.channel("G1", name="lijn", private=True).removes_app()
    team.channel("C2", name="oud").archives()
    said = [await refusal(client.chat_postMessage(channel=one, text="x")) for one in ("C1", "G1", "C2", "C404")]
    assert said == ["not_in_channel", "channel_not_found", "is_archived", "channel_not_found"]


async def test_a_message_reads_whoever_is_in_its_channel(client: AsyncWebClient, team: Workspace, noor: Person) -> None:
    team.channel("C1", name="dank", members=["U1"])
    team.channel("C2", name="elders")
    await client.chat_postMessage(channel="C1", text="Dank")
    assert [message.text for message in noor.reads("C1")] == ["Dank"]
    with pytest.raises(ScreenError, match="Noor is not in C2"):
        noor.reads("C2")


async def test_a_late_answer_is_done_before(slack: FakeSlack, client: AsyncWebClient, team: Workspace) -> None:
    team.channel("C1", name="dank")
    slack.late("chat.postMessage", 0.1)
    posting = asyncio.create_task(client.chat_postMessage(channel="C1", text="Dank"))
    await slack.until(lambda: team.said("C1"))
    assert not posting.done()
    assert (await posting)["ts"] == team.said("C1")[0].ts


def test_slack_says_whom_and_what_a_text_mentions(team: Workspace, noor: Person) -> None:
    team.channel("C1", name="dank")
    team.usergroup("S1", handle="lijn", members=["U1"])
    typed = "@noor @sanne a & b in #dank @lijn @here https://x.example/a?b noor@x.example"
    assert marked(team, typed) == (
        "<@U1|noor> @sanne a &amp; b in <#C1|dank> <!subteam^S1|@lijn> <!here> <https://x.example/a?b> noor@x.example"
    )
    assert marked(team, "@noor #dank", labels=False) == "<@U1> <#C1>"
    assert signs("<@U1> & co") == "&lt;@U1&gt; &amp; co"


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ({"max_selected_items": 0}, "1 or more"),
        ({"initial_users": ["U1", "U2", "U3"]}, "more than may be selected"),
        ({"initial_users": ["sanne de wit"]}, "ids of users"),
        ({"options": []}, "options"),
    ],
)
def test_a_field_of_people_has_rules(more: Json, problem: str) -> None:
    view = {**DIALOG, "blocks": [field("people", {**PICK, **more})]}
    assert problem in " ".join(view_problems(view, "modal"))
    assert view_problems({**DIALOG, "blocks": [field("people", PICK)]}, "modal") == []


async def test_nobody_picks_more_people_than_they_may(client: AsyncWebClient, team: Workspace, noor: Person) -> None:
    trigger = team.ground.triggers.issue("T1", "U1")
    view = {**DIALOG, "blocks": [field("people", PICK)]}
    await client.views_open(trigger_id=trigger, view=view)
    with pytest.raises(ScreenError, match="more than 2"):
        await noor.submits(noor.views[0], {"people": ["U1", "U2", "U3"]})
