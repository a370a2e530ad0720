"""What the fake Slack sends, received by an app on the official framework over HTTP."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.slack.conftest import Watch
from tests.slack.fake import FakeSlack
from tests.slack.model import Json, ScreenError
from tests.slack.person import Person
from tests.slack.test_fake_slack import CARD
from tests.slack.workspace import Workspace


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def field(name: str, element: Json, **more: Any) -> Json:
    return {"type": "input", "block_id": name, "label": plain(name), "element": {**element, "action_id": name}, **more}


WEEKLY = {"text": plain("Elke week"), "value": "weekly"}
DIALOG: Json = {
    "type": "modal",
    "callback_id": "settings",
    "title": plain("Instellingen"),
    "submit": plain("Bewaar"),
    "blocks": [
        field("comment", {"type": "plain_text_input", "max_length": 20}),
        field("rhythm", {"type": "static_select", "options": [WEEKLY]}, optional=True),
        field("from", {"type": "timepicker", "initial_time": "18:00"}, optional=True),
        field("pause", {"type": "datepicker"}, optional=True),
    ],
}


async def card_for(client: AsyncWebClient) -> None:
    await client.chat_postMessage(channel="U1", text="Hoe gaat het?", blocks=CARD)


@pytest.fixture
def dialogs(app: AsyncApp) -> AsyncApp:
    """The app opens the dialog at every tap on "good"."""

    @app.action("good")
    async def _(ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=DIALOG)

    return app


async def opened(client: AsyncWebClient, noor: Person) -> None:
    await card_for(client)
    await noor.taps("good", on=noor.messages()[0])
    await noor.team.ground.until(lambda: noor.views, 5)


async def test_a_tap_carries_the_button_and_the_message(app: AsyncApp, client: AsyncWebClient, noor: Person) -> None:
    heard: list[Json] = []

    @app.action("bad")
    async def _(ack: AsyncAck, body: Json) -> None:
        heard.append(body)
        await ack()

    await card_for(client)
    ack = await noor.taps("bad", on=noor.messages()[0])
    (body,) = heard
    assert ack.ok
    assert (body["user"]["id"], body["team"]["id"], body["channel"]["id"]) == ("U1", "T1", noor.dm)
    assert (body["actions"][0]["block_id"], body["actions"][0]["value"]) == ("answers", "2")
    assert body["message"]["ts"] == body["container"]["message_ts"] == noor.messages()[0].ts


async def test_a_forged_tap_says_what_the_client_wants(app: AsyncApp, client: AsyncWebClient, noor: Person) -> None:
    heard: list[str] = []

    @app.action("bad")
    async def _(ack: AsyncAck, action: Json) -> None:
        heard.append(action["value"])
        await ack()

    await card_for(client)
    await noor.taps("bad", on=noor.messages()[0], forge={"value": "of somebody else"})
    assert heard == ["of somebody else"]


async def test_a_tap_that_is_not_on_the_screen_is_refused(client: AsyncWebClient, noor: Person) -> None:
    await card_for(client)
    with pytest.raises(ScreenError, match="ugly"):
        await noor.taps("ugly", on=noor.messages()[0])


async def test_a_card_is_replaced_through_its_response_url(
    app: AsyncApp, client: AsyncWebClient, slack: FakeSlack, noor: Person
) -> None:
    @app.action("good")
    async def _(ack: AsyncAck, respond: AsyncRespond) -> None:
        await respond(text="Dank je wel", replace_original=True)
        await ack()

    await card_for(client)
    await noor.taps("good", on=noor.messages()[0])
    (message,) = noor.messages()
    assert (message.text, message.blocks) == ("Dank je wel", [])
    assert [(call.method, call.outcome) for call in slack.calls][-1] == ("response_url", "ok")


async def test_a_response_url_counts_five_times_within_half_an_hour(
    app: AsyncApp, client: AsyncWebClient, noor: Person, watch: Watch
) -> None:
    urls: list[str] = []

    @app.action("good")
    async def _(ack: AsyncAck, body: Json) -> None:
        urls.append(body["response_url"])
        await ack()

    await card_for(client)
    await noor.taps("good", on=noor.messages()[0])
    await noor.taps("good", on=noor.messages()[0])
    async with httpx.AsyncClient() as browser:
        answers = [(await browser.post(urls[0], json={"text": "Hallo"})).status_code for _ in range(6)]
        watch.seconds += 1801
        late = await browser.post(urls[1], json={"text": "Hallo"})
    assert answers == [200] * 5 + [404]
    assert late.json()["error"] == "expired_url"
    assert len(noor.ephemeral()) == 5


async def test_a_submission_carries_typed_values_and_closes_the_dialog(
    dialogs: AsyncApp, client: AsyncWebClient, noor: Person
) -> None:
    heard: list[Json] = []

    @dialogs.view("settings")
    async def _(ack: AsyncAck, view: Json) -> None:
        heard.append(view["state"]["values"])
        await ack()

    await opened(client, noor)
    await noor.submits(noor.views[0], {"comment": "Rustig", "rhythm": "weekly", "pause": "2026-03-09"})
    assert heard == [
        {
            "comment": {"comment": {"type": "plain_text_input", "value": "Rustig"}},
            "rhythm": {"rhythm": {"type": "static_select", "selected_option": WEEKLY}},
            "from": {"from": {"type": "timepicker", "selected_time": "18:00"}},
            "pause": {"pause": {"type": "datepicker", "selected_date": "2026-03-09"}},
        }
    ]
    assert noor.views == []


async def test_an_empty_or_too_long_field_never_reaches_the_app(
    dialogs: AsyncApp, client: AsyncWebClient, noor: Person
) -> None:
    await opened(client, noor)
    for text in ("", "x" * 21):
        with pytest.raises(ScreenError, match="comment"):
            await noor.submits(noor.views[0], {"comment": text})


@pytest.mark.parametrize(
    ("answer", "titles"),
    [
        ({"response_action": "update", "view": {**DIALOG, "title": plain("Klaar")}}, ["Klaar"]),
        ({"response_action": "push", "view": {**DIALOG, "title": plain("Meer")}}, ["Instellingen", "Meer"]),
        ({"response_action": "clear"}, []),
        ({"response_action": "errors", "errors": {"comment": "Te kort"}}, ["Instellingen"]),
    ],
)
async def test_a_dialog_does_what_the_acknowledgement_says(
    dialogs: AsyncApp, client: AsyncWebClient, noor: Person, answer: Json, titles: list[str]
) -> None:
    @dialogs.view("settings")
    async def _(ack: AsyncAck) -> None:
        await ack(**answer)

    await opened(client, noor)
    ack = await noor.submits(noor.views[0], {"comment": "Rustig"})
    assert ack.ok
    assert [view.title for view in noor.views] == titles
    assert [dict(view.errors) for view in noor.views][-1:] == ([answer.get("errors", {})] if titles else [])


async def test_an_error_beside_no_input_is_trouble_that_the_person_sees(
    dialogs: AsyncApp, client: AsyncWebClient, noor: Person
) -> None:
    @dialogs.view("settings")
    async def _(ack: AsyncAck) -> None:
        await ack(response_action="errors", errors={"elsewhere": "Te kort"})

    await opened(client, noor)
    ack = await noor.submits(noor.views[0], {"comment": "Rustig"})
    assert "errors must name input blocks" in (ack.trouble or "")
    assert len(noor.views) == 1


async def test_a_trigger_opens_one_dialog_within_three_seconds(
    app: AsyncApp, client: AsyncWebClient, noor: Person, watch: Watch
) -> None:
    triggers: list[str] = []

    @app.action("good")
    async def _(ack: AsyncAck, body: Json) -> None:
        triggers.append(body["trigger_id"])
        await ack()

    await card_for(client)
    await noor.taps("good", on=noor.messages()[0])
    await noor.taps("good", on=noor.messages()[0])
    await client.views_open(trigger_id=triggers[0], view=DIALOG)
    watch.seconds += 4
    for trigger, error in zip(triggers, ("exchanged_trigger_id", "expired_trigger_id"), strict=True):
        with pytest.raises(SlackApiError) as caught:
            await client.views_open(trigger_id=trigger, view=DIALOG)
        assert caught.value.response["error"] == error


async def test_a_command_is_answered_to_its_writer_alone(app: AsyncApp, noor: Person) -> None:
    @app.command("/adempauze")
    async def _(ack: AsyncAck, command: Json) -> None:
        await ack(f"{command['user_id']} vroeg om {command['text']}")

    ack = await noor.writes("/adempauze", "privacy")
    assert ack.ok
    assert ([m.text for m in noor.ephemeral()], noor.messages()) == (["U1 vroeg om privacy"], [])


async def test_an_opened_home_is_published_and_seen(app: AsyncApp, client: AsyncWebClient, noor: Person) -> None:
    done = asyncio.Event()

    @app.event("app_home_opened")
    async def _(event: Json) -> None:
        await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": CARD})
        done.set()

    assert (await noor.opens_home()).ok
    await asyncio.wait_for(done.wait(), 5)
    assert noor.home is not None
    assert noor.home.blocks[1] == CARD[1]


async def test_a_retried_event_keeps_its_id_and_says_which_time_it_is(app: AsyncApp, team: Workspace) -> None:
    heard: list[tuple[str, list[str]]] = []

    @app.middleware
    async def _(req: Any, body: Json, next_: Any) -> None:
        heard.append((body["event_id"], req.headers.get("x-slack-retry-num", [])))
        await next_()

    @app.event("team_join")
    async def _() -> None: ...

    await team.event({"type": "team_join", "user": {"id": "U7"}}, retries=2)
    assert heard == [("Ev00000001", []), ("Ev00000001", ["1"]), ("Ev00000001", ["2"])]


async def test_a_wrong_signature_is_refused_by_the_app(app: AsyncApp, slack: FakeSlack) -> None:
    body = b'{"type": "event_callback"}'
    headers = {"Content-Type": "application/json", **slack.http.signature(body)}
    assert (await slack.http.post(body + b" ", headers)).status == 401


async def test_an_app_that_takes_too_long_is_trouble(
    app: AsyncApp, client: AsyncWebClient, slack: FakeSlack, noor: Person
) -> None:
    @app.action("good")
    async def _(ack: AsyncAck) -> None:
        await asyncio.sleep(0.3)
        await ack()

    slack.http.patience = 0.1
    await card_for(client)
    ack = await noor.taps("good", on=noor.messages()[0])
    assert (ack.status, ack.trouble) == (0, "operation_timeout")
