"""A workspace with something of everything, and an app that only listens: where the fake shows what it says."""

from __future__ import annotations

import json
from urllib.parse import parse_qsl

import httpx
from slack_sdk.web.async_client import AsyncWebClient

from tests.slack.fake import FakeSlack
from tests.slack.model import Json
from tests.slack.person import Person
from tests.slack.test_fake_interactions import DIALOG
from tests.slack.test_fake_slack import CARD
from tests.slack.workspace import Workspace

HOME: Json = {"type": "home", "blocks": CARD}
FORM: Json = {**DIALOG, "notify_on_close": True, "blocks": [*DIALOG["blocks"], *CARD]}


NO_OBJECT, NO_STRING = "None is not of type 'object'", "None is not of type 'string'"
IN_NO_ENTERPRISE = {f"{NO_OBJECT} [json-pointer:/enterprise]"}


class Office:
    """A workspace with something of everything, the official client, and an app that only listens."""

    def __init__(self, slack: FakeSlack, team: Workspace, client: AsyncWebClient, noor: Person) -> None:
        self.slack, self.team, self.client, self.noor = slack, team, client, noor
        self.heard: list[Json] = []
        team.user("U2", name="Vertrokken", deleted=True)
        team.user("U3", name="Gast van Buiten", is_restricted=True)
        team.usergroup("S1", handle="lijn", members=["U1"])
        team.channel("C1", name="dank", members=["U1"])

    async def card(self) -> Json:
        """Send a card; returns where it is."""
        posted = await self.client.chat_postMessage(channel="U1", text="Hoe gaat het?", blocks=CARD)
        return {"channel": posted["channel"], "ts": posted["ts"]}

    def trigger(self, inside: str | None = None) -> str:
        """Return a trigger, outside or inside a modal."""
        return self.team.ground.triggers.issue("T1", "U1", inside)

    async def modal(self) -> str:
        """Open a modal; returns its id."""
        opened = await self.client.views_open(trigger_id=self.trigger(), view=FORM)
        return str(opened["view"]["id"])

    async def upload(self) -> str:
        """Bring a file; returns its id."""
        announced = await self.client.files_getUploadURLExternal(filename="a.png", length=3)
        async with httpx.AsyncClient() as carrier:
            await carrier.post(announced["upload_url"], content=b"png")
        return str(announced["file_id"])

    def hear(self, request: httpx.Request) -> httpx.Response:
        """Take what Slack says, as an app would read it."""
        body = request.content.decode()
        if request.headers["content-type"] == "application/json":
            self.heard.append(json.loads(body))
        else:
            form = dict(parse_qsl(body, keep_blank_values=True))
            self.heard.append(json.loads(form["payload"]) if "payload" in form else form)
        return httpx.Response(200)
