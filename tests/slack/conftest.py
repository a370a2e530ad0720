"""A fake Slack with one workspace and one person in it, and the clients that meet it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI, Request, Response
from slack_bolt.adapter.fastapi.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from tests.slack.fake import FakeSlack, fake_slack
from tests.slack.person import Person
from tests.slack.workspace import Workspace


class Watch:
    """Time that moves only when told to."""

    def __init__(self) -> None:
        self.seconds = 1_772_438_400.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
async def slack(watch: Watch) -> AsyncIterator[FakeSlack]:
    async with fake_slack(now=watch) as slack:
        yield slack


@pytest.fixture
def team(slack: FakeSlack) -> Workspace:
    return slack.workspace("T1", name="Lente")


@pytest.fixture
def noor(team: Workspace) -> Person:
    return team.user("U1", name="Noor", email="noor@lente.example")


@pytest.fixture
def client(slack: FakeSlack, team: Workspace) -> AsyncWebClient:
    """The official client, which here never repeats a call by itself."""
    return AsyncWebClient(team.bot_token, base_url=slack.api_base, retry_handlers=[])


@pytest.fixture
async def app(slack: FakeSlack, client: AsyncWebClient) -> AsyncIterator[AsyncApp]:
    """An app on the official framework that hears the fake over HTTP; a test adds listeners."""
    app = AsyncApp(client=client, signing_secret=slack.signing_secret)
    handler, web = AsyncSlackRequestHandler(app), FastAPI()

    @web.post("/slack/events")
    async def hear(request: Request) -> Response:
        return await handler.handle(request)

    async with httpx.AsyncClient(transport=httpx.ASGITransport(web), base_url="http://app.test") as carrier:
        slack.connect(carrier)
        yield app
