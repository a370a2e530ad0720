"""The answers of the fake's Web API, held to the types that Slack publishes for them.

Where the fake follows Slack's documentation instead, the difference stands in `KNOWN`, to the letter.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.slack.fake import FakeSlack
from tests.slack.methods import METHODS
from tests.slack.model import Json
from tests.slack.office import FORM, HOME, IN_NO_ENTERPRISE, NO_OBJECT, NO_STRING, Office
from tests.slack.person import Person
from tests.slack.schema.check import answer_problems
from tests.slack.test_fake_slack import CARD
from tests.slack.workspace import Workspace

OF_A_VIEW = {  # the types were read off one modal that had a way out and nothing filled in
    f"{NO_OBJECT} [json-pointer:/view/close]",
    "Additional properties are not allowed ('values' was unexpected) [json-pointer:/view/state]",
}
AT_THE_BOTTOM = {f"{NO_STRING} [json-pointer:/view/previous_view_id]"}
KNOWN: Mapping[str, set[str]] = {
    "auth.revoke": {"Additional properties are not allowed ('revoked' was unexpected) [json-pointer:]"},
    "oauth.v2.access": IN_NO_ENTERPRISE,
    "usergroups.list": {
        "Additional properties are not allowed ('auto_type' was unexpected) [json-pointer:/usergroups/0]",
        f"{NO_STRING} [json-pointer:/usergroups/0/deleted_by]",
    },
    "users.info": {"Additional properties are not allowed ('fields' was unexpected) [json-pointer:/user/profile]"},
    "views.open": OF_A_VIEW | AT_THE_BOTTOM,
    "views.push": OF_A_VIEW,
    "views.update": OF_A_VIEW | AT_THE_BOTTOM,
    "views.publish": OF_A_VIEW | AT_THE_BOTTOM | {f"{NO_OBJECT} [json-pointer:/view/submit]"},
}


@pytest.fixture
def office(slack: FakeSlack, team: Workspace, client: AsyncWebClient, noor: Person) -> Office:
    return Office(slack, team, client, noor)


Ask = Callable[[Office], Awaitable[Json]]


async def nothing(office: Office) -> Json:
    return {}


async def updated(office: Office) -> Json:
    return {**await office.card(), "text": "Dank", "blocks": CARD}


async def whispered(office: Office) -> Json:
    return {"channel": (await office.card())["channel"], "user": "U1", "text": "Even wachten", "blocks": CARD}


async def shared(office: Office) -> Json:
    return {"files": [{"id": await office.upload()}], "channel_id": (await office.card())["channel"]}


async def pushed(office: Office) -> Json:
    return {"trigger_id": office.trigger(await office.modal()), "view": FORM}


async def replaced(office: Office) -> Json:
    return {"view_id": await office.modal(), "view": FORM}


def with_these(**arguments: Any) -> Ask:
    async def ask(office: Office) -> Json:
        return arguments

    return ask


async def opened(office: Office) -> Json:
    return {"trigger_id": office.trigger(), "view": FORM}


async def secrets(office: Office) -> Json:
    return {"client_id": office.slack.client_id, "client_secret": office.slack.client_secret}


async def consented(office: Office) -> Json:
    return {**await secrets(office), "code": office.slack.oauth.code(office.team, "U1")}


ASKED: Mapping[str, Ask] = {
    "apps.connections.open": nothing,
    "apps.uninstall": secrets,
    "auth.revoke": nothing,
    "auth.test": nothing,
    "chat.delete": Office.card,
    "chat.postEphemeral": whispered,
    "chat.postMessage": with_these(channel="U1", text="Hoe gaat het?", blocks=CARD),
    "chat.update": updated,
    "conversations.open": with_these(users="U1"),
    "files.completeUploadExternal": shared,
    "files.getUploadURLExternal": with_these(filename="a.png", length=3),
    "oauth.v2.access": consented,
    "usergroups.list": with_these(include_users=True),
    "usergroups.users.list": with_these(usergroup="S1"),
    "users.conversations": with_these(types="public_channel,private_channel"),
    "users.info": with_these(user="U1", include_locale=True),
    "users.list": with_these(include_locale=True),
    "views.open": opened,
    "views.publish": with_these(user_id="U1", view=HOME),
    "views.push": pushed,
    "views.update": replaced,
}


def test_every_method_of_the_fake_is_asked() -> None:
    assert set(ASKED) == {*METHODS, "apps.connections.open", "oauth.v2.access"}


@pytest.mark.parametrize("method", ASKED)
async def test_an_answer_is_one_that_slacks_types_know(method: str, office: Office) -> None:
    arguments = await ASKED[method](office)
    token = office.slack.app_token if method == "apps.connections.open" else office.team.bot_token
    answer = await AsyncWebClient(token, base_url=office.slack.api_base).api_call(method, json=arguments)
    assert set(answer_problems(method, answer.data)) == KNOWN.get(method, set())


@pytest.mark.parametrize(("method", "error"), [("users.list", "missing_scope"), ("chat.postMessage", "invalid_blocks")])
async def test_a_refusal_is_one_that_slacks_types_know(method: str, error: str, slack: FakeSlack) -> None:
    team = slack.workspace("T2", name="Zomer", scopes=["chat:write"])
    team.user("U1", name="Noor")
    client = AsyncWebClient(team.bot_token, base_url=slack.api_base)
    with pytest.raises(SlackApiError, match=error) as refused:
        await client.api_call(method, json={"channel": "U1", "text": "x", "blocks": [{"type": "balloon"}]})
    assert answer_problems(method, refused.value.response.data) == []


def test_a_planted_answer_is_refused() -> None:
    answer = {"ok": True, "members": [{"id": 1, "name": "noor", "colour": "green"}]}
    problems = " ".join(answer_problems("users.list", answer))
    assert "'colour' was unexpected) [json-pointer:/members/0]" in problems
    assert "[json-pointer:/members/0/id]" in problems
