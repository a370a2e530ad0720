"""Socket Mode of the fake Slack, met by the official client."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.slack.fake import FakeSlack
from tests.slack.model import Json
from tests.slack.person import Person
from tests.slack.test_fake_slack import CARD
from tests.slack.workspace import Workspace


@pytest.fixture
async def app(slack: FakeSlack, client: AsyncWebClient, team: Workspace) -> AsyncIterator[AsyncApp]:
    """An app on the official framework that is connected over Socket Mode."""
    app = AsyncApp(client=client, signing_secret="not used")
    web_client = AsyncWebClient(team.app_token, base_url=slack.api_base)
    handler = AsyncSocketModeHandler(app, team.app_token, web_client=web_client, ping_interval=0.2)
    slack.socket_mode = True
    await handler.connect_async()  # type: ignore[no-untyped-call]
    await slack.sockets.wait()
    yield app
    await _close(handler)


async def _close(handler: AsyncSocketModeHandler) -> None:
    client = handler.client
    running = [client.message_processor, client.current_session_monitor, client.message_receiver]
    await handler.close_async()  # type: ignore[no-untyped-call]
    for task in filter(None, running):
        with suppress(asyncio.CancelledError):
            await task


async def test_a_tap_goes_over_the_socket_and_is_acknowledged(
    app: AsyncApp, client: AsyncWebClient, noor: Person
) -> None:
    heard: list[Json] = []

    @app.action("good")
    async def _(ack: AsyncAck, body: Json) -> None:
        heard.append(body)
        await ack()

    await client.chat_postMessage(channel="U1", text="Hoe gaat het?", blocks=CARD)
    ack = await noor.taps("good", on=noor.messages()[0])
    assert ack.ok
    assert heard[0]["user"]["id"] == "U1"


async def test_words_of_an_acknowledgement_reach_the_writer_of_a_command(app: AsyncApp, noor: Person) -> None:
    @app.command("/adempauze")
    async def _(ack: AsyncAck, command: Json) -> None:
        await ack(text=f"Over {command['text']}")

    await noor.writes("/adempauze", "privacy")
    assert [message.text for message in noor.ephemeral()] == ["Over privacy"]


async def test_an_event_arrives_once_for_each_connection_in_turn(app: AsyncApp, team: Workspace, noor: Person) -> None:
    heard: list[str] = []

    @app.event("app_home_opened")
    async def _(event: Json) -> None:
        heard.append(event["user"])

    assert (await noor.opens_home()).ok
    assert (await noor.opens_home()).ok
    await asyncio.sleep(0)
    assert heard == ["U1", "U1"]


async def test_an_app_that_is_asked_to_connects_anew(app: AsyncApp, slack: FakeSlack, noor: Person) -> None:
    @app.command("/adempauze")
    async def _(ack: AsyncAck) -> None:
        await ack("Hier")

    await slack.sockets.refresh()
    await slack.sockets.wait()
    assert (await noor.writes("/adempauze")).ok
    assert len(slack.called("apps.connections.open")) == 2


async def test_an_app_comes_back_after_a_lost_connection(app: AsyncApp, slack: FakeSlack, noor: Person) -> None:
    @app.command("/adempauze")
    async def _(ack: AsyncAck) -> None:
        await ack("Hier")

    await slack.sockets.drop()
    assert (await noor.writes("/adempauze")).trouble == "not_connected"
    await slack.sockets.wait()
    assert (await noor.writes("/adempauze")).ok


async def test_an_app_that_says_nothing_is_trouble(app: AsyncApp, slack: FakeSlack, noor: Person) -> None:
    slack.sockets.patience = 0.1
    assert (await noor.writes("/unknown")).trouble == "operation_timeout"


async def test_a_bot_token_opens_no_connection(client: AsyncWebClient) -> None:
    with pytest.raises(SlackApiError, match="not_allowed_token_type"):
        await client.apps_connections_open(app_token=str(client.token))
