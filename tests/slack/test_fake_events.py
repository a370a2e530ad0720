"""What the fake Slack tells an app about people, groups and windows that close, seen on the wire."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from urllib.parse import parse_qs

import httpx
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.slack.fake import FakeSlack
from tests.slack.model import Json
from tests.slack.person import Person
from tests.slack.test_fake_slack import CARD
from tests.slack.workspace import Workspace

PLAIN: Json = {"type": "plain_text", "text": "Pauze"}
WINDOW: Json = {"type": "modal", "title": PLAIN, "blocks": CARD, "notify_on_close": True}


@dataclass
class Wire:
    """An app that writes down what it hears, and answers with these statuses before it answers 200."""

    statuses: list[int] = field(default_factory=list)
    heard: list[Json] = field(default_factory=list)
    retries: list[str | None] = field(default_factory=list)

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        body = request.read().decode()
        is_event = request.headers["Content-Type"] == "application/json"
        self.heard.append(json.loads(body if is_event else parse_qs(body)["payload"][0]))
        self.retries.append(request.headers.get("X-Slack-Retry-Reason"))
        return httpx.Response(self.statuses.pop(0) if self.statuses else 200)


@pytest.fixture
async def wire(slack: FakeSlack) -> AsyncIterator[Wire]:
    wire = Wire()
    async with httpx.AsyncClient(transport=httpx.MockTransport(wire), base_url="http://app.test") as carrier:
        slack.connect(carrier)
        yield wire


async def window(client: AsyncWebClient, wire: Wire, noor: Person) -> None:
    """Open a window for Noor, after a tap on a card."""
    await client.chat_postMessage(channel="U1", text="Hoe gaat het?", blocks=CARD)
    await noor.taps("good", on=noor.messages()[-1])
    await client.views_open(trigger_id=wire.heard[-1]["trigger_id"], view=WINDOW)


async def test_a_changed_person_is_told_as_they_are_now(wire: Wire, client: AsyncWebClient, noor: Person) -> None:
    await noor.changes(email="n@lente.example", locale="en-GB")
    told = wire.heard[0]["event"]
    assert (told["type"], told["user"]["profile"]["email"]) == ("user_change", "n@lente.example")
    assert told["user"] == (await client.users_info(user="U1", include_locale=True))["user"]


async def test_a_new_colleague_is_told(wire: Wire, team: Workspace) -> None:
    await team.joins(team.user("U2", name="Bram"))
    assert wire.heard[0]["event"]["user"]["id"] == "U2"


async def test_a_changed_group_tells_who_came_and_who_went(wire: Wire, team: Workspace) -> None:
    team.usergroup("S1", handle="ochtend", members=["U1", "U2"])
    await team.regroups("S1", members=["U2", "U3"])
    told = wire.heard[0]["event"]
    assert (told["subteam_id"], told["added_users"], told["removed_users"]) == ("S1", ["U3"], ["U1"])


async def test_slack_insists_until_the_app_takes_an_event(wire: Wire, noor: Person) -> None:
    wire.statuses = [500, 500]
    ack = await noor.team.event({"type": "team_join", "user": noor.as_json()}, insist=True)
    assert ack.ok
    assert wire.retries == [None, "http_error", "http_error"]
    assert len({heard["event_id"] for heard in wire.heard}) == 1


async def test_slack_gives_up_after_the_third_repetition(wire: Wire, noor: Person) -> None:
    wire.statuses = [500] * 9
    ack = await noor.team.event({"type": "team_join", "user": noor.as_json()}, insist=True)
    assert (ack.status, len(wire.heard)) == (500, 4)


async def test_a_tap_on_an_ephemeral_message_does_not_carry_it(
    wire: Wire, client: AsyncWebClient, noor: Person
) -> None:
    await client.chat_postEphemeral(channel=noor.dm, user="U1", text="Hoe gaat het?", blocks=CARD)
    await noor.taps("good", on=noor.ephemeral()[0])
    assert "message" not in wire.heard[0]
    assert wire.heard[0]["container"]["is_ephemeral"]


async def test_a_closed_window_is_told_to_an_app_that_asked_for_it(
    wire: Wire, client: AsyncWebClient, noor: Person
) -> None:
    await window(client, wire, noor)
    await noor.closes(noor.views[0])
    assert (wire.heard[-1]["type"], noor.views) == ("view_closed", [])


async def test_windows_lie_three_deep_and_no_deeper(wire: Wire, client: AsyncWebClient, noor: Person) -> None:
    await window(client, wire, noor)
    for _ in range(2):
        await noor.taps("good", on=noor.views[-1])
        await client.views_push(trigger_id=wire.heard[-1]["trigger_id"], view=WINDOW)
    top = noor.views[-1].body
    assert (top["previous_view_id"], top["root_view_id"]) == (noor.views[1].id, noor.views[0].id)
    await noor.taps("good", on=noor.views[-1])
    with pytest.raises(SlackApiError, match="push_limit_reached"):
        await client.views_push(trigger_id=wire.heard[-1]["trigger_id"], view=WINDOW)


async def test_a_window_is_updated_only_if_it_is_still_the_one_that_was_seen(
    wire: Wire, client: AsyncWebClient, noor: Person
) -> None:
    await window(client, wire, noor)
    seen = noor.views[0]
    await client.views_update(view_id=seen.id, hash=seen.hash, view=WINDOW)
    with pytest.raises(SlackApiError, match="hash_conflict"):
        await client.views_update(view_id=seen.id, hash=seen.hash, view=WINDOW)
