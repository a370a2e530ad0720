"""What the fake sends to the app, held to the types that Slack publishes for it.

Where the fake follows Slack's documentation instead, the difference stands in `KNOWN`, to the letter.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

import httpx
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.slack.fake import FakeSlack
from tests.slack.office import HOME, IN_NO_ENTERPRISE, NO_STRING, Office
from tests.slack.person import Person
from tests.slack.schema.check import wire_problems
from tests.slack.test_fake_slack import CARD
from tests.slack.workspace import Workspace

IN_NO_CONTEXT = {f"{NO_STRING} [json-pointer:/context_enterprise_id]"}
NO_RESPONSE_URL = {"'response_url' is a required property [json-pointer:]"}  # there is none outside messages
USERNAME = {"Additional properties are not allowed ('username' was unexpected) [json-pointer:/user]"}
KNOWN: Mapping[str, set[str]] = {
    "a tap in the chat": IN_NO_ENTERPRISE,
    "a tap on a whisper": IN_NO_ENTERPRISE,
    "a shortcut": IN_NO_ENTERPRISE,
    "a shortcut with a message": IN_NO_ENTERPRISE,
    "people who are picked": IN_NO_ENTERPRISE,
    "a tap in a modal": IN_NO_ENTERPRISE | NO_RESPONSE_URL,
    "a tap on the Home tab": IN_NO_ENTERPRISE
    | NO_RESPONSE_URL
    | {"'title' is a required property [json-pointer:/view]"},
    "a submission": IN_NO_ENTERPRISE | USERNAME,
    "a closed modal": IN_NO_ENTERPRISE | USERNAME,
    "the first look at the Home tab": IN_NO_CONTEXT,
    "a colleague who joins": IN_NO_CONTEXT,
    "a colleague who changes": IN_NO_CONTEXT,
    "a group that changes": IN_NO_CONTEXT,
    "the end of a token": IN_NO_CONTEXT,
    "the end of the app": IN_NO_CONTEXT,
}


@pytest.fixture
async def office(slack: FakeSlack, team: Workspace, client: AsyncWebClient, noor: Person) -> AsyncIterator[Office]:
    office = Office(slack, team, client, noor)
    transport = httpx.MockTransport(office.hear)
    async with httpx.AsyncClient(transport=transport, base_url="http://app.test") as carrier:
        slack.connect(carrier)
        yield office


async def tap_in_the_chat(office: Office) -> None:
    await office.card()
    await office.noor.taps("good", on=office.noor.messages()[0])


async def tap_on_a_whisper(office: Office) -> None:
    channel = (await office.card())["channel"]
    await office.client.chat_postEphemeral(channel=channel, user="U1", text="Even wachten", blocks=CARD)
    await office.noor.taps("good", on=office.noor.ephemeral()[0])


async def tap_in_a_modal(office: Office) -> None:
    await office.modal()
    await office.noor.taps("good", on=office.noor.views[0], values={"comment": "x", "rhythm": "weekly"})


async def tap_at_home(office: Office) -> None:
    await office.client.views_publish(user_id="U1", view=HOME)
    assert office.noor.home is not None
    await office.noor.taps("good", on=office.noor.home)


async def submission(office: Office) -> None:
    await office.modal()
    await office.noor.submits(office.noor.views[0], {"comment": "x", "rhythm": "weekly", "from": "09:00"})


async def closed(office: Office) -> None:
    await office.modal()
    await office.noor.closes(office.noor.views[0])


async def command(office: Office) -> None:
    await office.noor.writes("/adempauze", "help")


async def shortcut(office: Office) -> None:
    await office.noor.calls("thank")


async def shortcut_on_a_message(office: Office) -> None:
    await office.noor.calls_on(office.noor.says("Opgelost", "C1"), "thank_for")


async def pick(office: Office) -> None:
    part = {"type": "multi_users_select", "action_id": "people", "initial_users": ["U1"]}
    label = {"type": "plain_text", "text": "Wie"}
    blocks = [*CARD, {"type": "input", "block_id": "wie", "label": label, "element": part}]
    await office.client.chat_postMessage(channel="U1", text="Wie", blocks=blocks)
    await office.noor.taps("people", on=office.noor.messages()[0], values={"people": ["U1", "U3"]})


async def first_look(office: Office) -> None:
    await office.noor.opens_home()


async def joins(office: Office) -> None:
    await office.team.joins(office.noor)


async def changes(office: Office) -> None:
    await office.noor.changes(tz="Europe/Lisbon")


async def regroups(office: Office) -> None:
    await office.team.regroups("S1", members=["U3"])


async def token_ends(office: Office) -> None:
    await office.team.removes_app()
    del office.heard[1]


async def app_ends(office: Office) -> None:
    await office.team.removes_app()
    del office.heard[0]


SAID: Mapping[str, tuple[str, Callable[[Office], Awaitable[None]]]] = {
    "a tap in the chat": ("block_actions", tap_in_the_chat),
    "a tap on a whisper": ("block_actions", tap_on_a_whisper),
    "a tap in a modal": ("block_actions", tap_in_a_modal),
    "a tap on the Home tab": ("block_actions", tap_at_home),
    "a submission": ("view_submission", submission),
    "a closed modal": ("view_closed", closed),
    "a command": ("slash_command", command),
    "a shortcut": ("shortcut", shortcut),
    "a shortcut with a message": ("message_action", shortcut_on_a_message),
    "people who are picked": ("block_actions", pick),
    "the first look at the Home tab": ("app_home_opened", first_look),
    "a colleague who joins": ("team_join", joins),
    "a colleague who changes": ("user_change", changes),
    "a group that changes": ("subteam_members_changed", regroups),
    "the end of a token": ("tokens_revoked", token_ends),
    "the end of the app": ("app_uninstalled", app_ends),
}


@pytest.mark.parametrize("name", SAID)
async def test_what_the_fake_sends_is_what_slacks_types_know(name: str, office: Office) -> None:
    kind, happens = SAID[name]
    await happens(office)
    (payload,) = office.heard
    assert set(wire_problems(kind, payload)) == KNOWN.get(name, set())


async def test_a_planted_payload_is_refused(office: Office) -> None:
    await tap_in_the_chat(office)
    (payload,) = office.heard
    problems = " ".join(wire_problems("block_actions", {**payload, "user": {"id": 1}, "actions": None}))
    assert "[json-pointer:/user/id]" in problems
    assert "[json-pointer:/actions]" in problems
