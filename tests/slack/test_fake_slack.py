"""The fake Slack, met by the official client library: what it takes, what it refuses, and what it remembers."""

from __future__ import annotations

import asyncio

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.slack.conftest import Watch
from tests.slack.fake import FakeSlack
from tests.slack.limits import Limits
from tests.slack.model import Json
from tests.slack.person import Person
from tests.slack.workspace import Workspace

CARD: list[Json] = [
    {"type": "section", "text": {"type": "mrkdwn", "text": "Hoe gaat het?"}},
    {
        "type": "actions",
        "block_id": "answers",
        "elements": [
            {"type": "button", "action_id": "good", "text": {"type": "plain_text", "text": "Goed"}, "value": "1"},
            {"type": "button", "action_id": "bad", "text": {"type": "plain_text", "text": "Slecht"}, "value": "2"},
        ],
    },
]


async def refusal(call: object) -> str:
    """The error with which Slack refuses this call."""
    with pytest.raises(SlackApiError) as caught:
        await call  # type: ignore[misc]
    return str(caught.value.response["error"])


async def test_a_message_to_a_person_opens_their_conversation(client: AsyncWebClient, noor: Person) -> None:
    answer = await client.chat_postMessage(channel="U1", text="Hoe gaat het?", blocks=CARD)
    (message,) = noor.messages()
    assert (answer["channel"], answer["ts"]) == (message.channel, message.ts)
    assert message.channel == noor.dm
    assert message.blocks[1] == CARD[1]


async def test_a_conversation_is_one_channel_however_it_is_reached(client: AsyncWebClient, noor: Person) -> None:
    opened = await client.conversations_open(users="U1")
    await client.chat_postMessage(channel=opened["channel"]["id"], text="Een")
    await client.chat_postMessage(channel="U1", text="Twee")
    assert [message.text for message in noor.messages()] == ["Een", "Twee"]


async def test_an_update_changes_what_stands_and_not_what_was_seen(client: AsyncWebClient, noor: Person) -> None:
    await client.chat_postMessage(channel="U1", text="Hoe gaat het?", blocks=CARD)
    (seen,) = noor.messages()
    await client.chat_update(channel=seen.channel, ts=seen.ts, text="Dank je wel", blocks=[])
    assert (seen.text, [message.text for message in noor.messages()]) == ("Hoe gaat het?", ["Dank je wel"])


async def test_an_ephemeral_message_is_seen_by_one_person_alone(client: AsyncWebClient, noor: Person) -> None:
    await client.chat_postEphemeral(channel=noor.dm, user="U1", text="Alleen jij")
    assert ([m.text for m in noor.ephemeral()], noor.messages()) == (["Alleen jij"], [])


@pytest.mark.parametrize(
    ("channel", "error"),
    [
        ("U9", "user_not_found"),
        ("D9", "channel_not_found"),
        ("UGONE", "user_disabled"),
        ("UBOT", "cannot_dm_bot"),
        ("USLACKBOT", "cannot_dm_bot"),
        ("C1", "not_in_channel"),
    ],
)
async def test_who_cannot_be_written_to_is_refused_by_name(
    client: AsyncWebClient, team: Workspace, channel: str, error: str
) -> None:
    team.user("UGONE", name="Weg", deleted=True)
    team.user("UBOT", name="Robot", is_bot=True)
    team.channel("C1", name="algemeen", with_bot=False)
    assert await refusal(client.chat_postMessage(channel=channel, text="Hallo")) == error


async def test_limits_of_a_channel_are_judged_on_the_clock_of_the_fake(
    slack: FakeSlack, client: AsyncWebClient, noor: Person, watch: Watch
) -> None:
    slack.limits = Limits(messages_a_second=1)
    await client.chat_postMessage(channel="U1", text="Een")
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel=noor.dm, text="Twee")
    assert (caught.value.response.status_code, caught.value.response.headers["Retry-After"]) == (429, "1")
    watch.seconds += 1
    await client.chat_postMessage(channel=noor.dm, text="Twee")
    assert [call.outcome for call in slack.calls] == ["ok", "ratelimited", "ok"]


async def test_a_workspace_takes_so_many_messages_a_minute_and_says_when_to_come_back(
    slack: FakeSlack, client: AsyncWebClient, team: Workspace, watch: Watch
) -> None:
    slack.limits = Limits(messages_a_minute=2)
    for person in ("U1", "U2", "U3"):
        team.user(person, name=person)
    await client.chat_postMessage(channel="U1", text="Een")
    watch.seconds += 20
    await client.chat_postMessage(channel="U2", text="Twee")
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel="U3", text="Drie")
    assert caught.value.response.headers["Retry-After"] == "40"
    watch.seconds += 40
    await client.chat_postMessage(channel="U3", text="Drie")


async def test_published_tiers_count_for_each_method_and_workspace(slack: FakeSlack, client: AsyncWebClient) -> None:
    other = slack.workspace("T2", name="Zomer")
    slack.limits = Limits(tiers=True)
    for _ in range(20):
        await client.users_list()
    assert await refusal(client.users_list()) == "ratelimited"
    await client.users_info(user="USLACKBOT")
    await client.users_list(token=other.bot_token)


async def test_a_list_of_people_comes_in_pages_with_bots_and_those_who_left(
    client: AsyncWebClient, team: Workspace
) -> None:
    team.user("U1", name="Noor", locale="en-GB", tz="Europe/Lisbon")
    team.user("U2", name="Bram", deleted=True)
    team.user("U3", name="Gast", is_restricted=True)
    members: dict[str, Json] = {}
    async for page in await client.users_list(limit=2, include_locale=True):
        members |= {member["id"]: member for member in page["members"]}
    assert list(members) == ["USLACKBOT", "UT1BOT", "U1", "U2", "U3"]
    assert (members["U1"]["locale"], members["U1"]["tz"]) == ("en-GB", "Europe/Lisbon")
    assert members["U2"]["deleted"]
    assert "tz" not in members["U2"]
    assert members["U3"]["is_restricted"]


async def test_an_address_is_shown_only_with_its_own_scope(slack: FakeSlack) -> None:
    shy = slack.workspace("T2", name="Zomer", scopes={"users:read"})
    shy.user("U1", name="Noor", email="noor@lente.example")
    client = AsyncWebClient(shy.bot_token, base_url=slack.api_base)
    assert "email" not in (await client.users_info(user="U1"))["user"]["profile"]


async def test_groups_and_their_members_are_listed(client: AsyncWebClient, team: Workspace) -> None:
    team.usergroup("S1", handle="ochtend", members=["U1", "U2"])
    (group,) = (await client.usergroups_list(include_users=True))["usergroups"]
    assert (group["handle"], group["users"]) == ("ochtend", ["U1", "U2"])
    assert (await client.usergroups_users_list(usergroup="S1"))["users"] == ["U1", "U2"]


async def test_a_missing_scope_is_named(slack: FakeSlack) -> None:
    narrow = slack.workspace("T2", name="Zomer", scopes={"commands"})
    client = AsyncWebClient(narrow.bot_token, base_url=slack.api_base)
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel="U1", text="Hallo")
    answer = caught.value.response
    assert (answer["error"], answer["needed"], answer["provided"]) == ("missing_scope", "chat:write", "commands")


async def test_a_token_stops_for_the_reason_that_slack_would_give(client: AsyncWebClient, team: Workspace) -> None:
    assert await refusal(client.auth_test(token="xoxb-unknown")) == "invalid_auth"
    team.rules.active = False
    assert await refusal(client.auth_test()) == "account_inactive"
    team.ground.tokens.revoke("T1")
    assert await refusal(client.auth_test()) == "token_revoked"


async def test_a_closed_conversation_opens_again_with_a_message_to_the_person(
    client: AsyncWebClient, noor: Person
) -> None:
    await client.chat_postMessage(channel="U1", text="Een")
    noor.closes_dm()
    assert await refusal(client.chat_postMessage(channel=noor.dm, text="Twee")) == "channel_not_found"
    await client.chat_postMessage(channel="U1", text="Drie")
    assert [message.text for message in noor.messages()] == ["Een", "Drie"]


async def test_a_deleted_message_cannot_be_updated(client: AsyncWebClient, noor: Person) -> None:
    sent = await client.chat_postMessage(channel="U1", text="Een")
    noor.deletes(noor.messages()[0])
    assert await refusal(client.chat_update(channel=noor.dm, ts=sent["ts"], text="Twee")) == "message_not_found"


async def test_without_a_messages_tab_nothing_can_be_sent(
    client: AsyncWebClient, team: Workspace, noor: Person
) -> None:
    team.rules.messages_tab = False
    assert await refusal(client.chat_postMessage(channel="U1", text="Een")) == "messages_tab_disabled"


async def test_a_home_view_is_replaced_only_if_it_is_still_the_one_that_was_seen(
    client: AsyncWebClient, noor: Person
) -> None:
    home = {"type": "home", "blocks": CARD}
    first = await client.views_publish(user_id="U1", view=home)
    await client.views_publish(user_id="U1", view=home, hash=first["view"]["hash"])
    assert await refusal(client.views_publish(user_id="U1", view=home, hash=first["view"]["hash"])) == "hash_conflict"
    assert noor.home is not None
    assert noor.home.id == first["view"]["id"]


async def test_an_outage_answers_in_html_and_does_nothing(
    slack: FakeSlack, client: AsyncWebClient, noor: Person
) -> None:
    with slack.outage(), pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel="U1", text="Een")
    assert caught.value.response.status_code == 503
    assert noor.messages() == []


async def test_a_connection_can_drop_after_the_message_was_written(
    slack: FakeSlack, client: AsyncWebClient, noor: Person
) -> None:
    with slack.outage(status=0, after=True), pytest.raises(aiohttp.ClientConnectionError):
        await client.chat_postMessage(channel="U1", text="Een")
    assert [message.text for message in noor.messages()] == ["Een"]


async def test_an_outage_ends_by_the_clock(slack: FakeSlack, client: AsyncWebClient, watch: Watch) -> None:
    slack.outage(seconds=30)
    with pytest.raises(SlackApiError):
        await client.auth_test()
    watch.seconds += 30
    await client.auth_test()


async def test_a_refusal_can_be_ordered_for_one_person(
    slack: FakeSlack, client: AsyncWebClient, team: Workspace, noor: Person
) -> None:
    team.user("U2", name="Bram")
    slack.fail("chat.postMessage", "restricted_action", where=lambda arguments: arguments["channel"] == "U2")
    await client.chat_postMessage(channel="U1", text="Een")
    assert await refusal(client.chat_postMessage(channel="U2", text="Een")) == "restricted_action"
    await client.chat_postMessage(channel="U2", text="Twee")


async def test_every_call_is_written_down_with_its_moment_and_without_its_token(
    slack: FakeSlack, client: AsyncWebClient, noor: Person, watch: Watch
) -> None:
    await client.conversations_open(users="U1")  # this client puts arguments in the query, others in the body
    await client.chat_postMessage(channel="U1", text="Een")
    assert [(call.method, call.team, call.moment, call.outcome) for call in slack.calls] == [
        ("conversations.open", "T1", watch.seconds, "ok"),
        ("chat.postMessage", "T1", watch.seconds, "ok"),
    ]
    assert slack.calls[0].arguments == {"users": "U1"}
    assert "xoxb" not in str([call.arguments for call in slack.calls])


async def test_slowness_is_slept_and_not_counted_as_a_fault(slack: FakeSlack, client: AsyncWebClient) -> None:
    slack.slow(0.05)
    async with asyncio.timeout(5):
        started = asyncio.get_running_loop().time()
        await client.auth_test()
    assert asyncio.get_running_loop().time() - started >= 0.05


async def test_a_picture_arrives_in_a_conversation_with_its_words(
    client: AsyncWebClient, team: Workspace, noor: Person
) -> None:
    await client.files_upload_v2(
        channel=noor.dm, content=b"PNG", filename="chart.png", alt_txt="Een lijn die daalt", initial_comment="Rustiger"
    )
    (message,) = noor.messages()
    (file,) = message.body["files"]
    assert (message.text, file["alt_txt"], team.files[file["id"]].data) == ("Rustiger", "Een lijn die daalt", b"PNG")
