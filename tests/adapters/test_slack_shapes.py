"""Slack in odd shapes: payloads that it would never sign, and messages that are larger than it takes."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from typing import Any
from urllib.parse import urlencode

import pytest

from adapters.port import Choice, Command, Field, Form, Message
from adapters.slack import render
from tests.adapters.test_slack_http import SLACK_FORM, TAP, TOKEN, WORDS, Bench, slack_before
from tests.adapters.test_slack_rough import no_pause
from tests.slack.blockcheck import check_message, message_problems, view_problems
from tests.slack.model import Json


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    async with slack_before(sleep=no_pause) as bench:
        yield bench


def without(payload: Json, *names: str) -> Json:
    """The same, with something missing."""
    return {name: value for name, value in payload.items() if name not in names}


VIEW: Json = {"id": "V1", "type": "modal", "callback_id": "nl/comment/form", "private_metadata": TOKEN, "blocks": []}
VIEW |= {"title": {"type": "plain_text", "text": "Toelichten"}, "state": {"values": {}}}
SENT: Json = {"type": "view_submission", "user": {"id": "U1"}, "team": {"id": "T1"}, "view": VIEW}
SEND: Json = {"type": "button", "block_id": "b", "action_id": "nl/comment/form", "value": TOKEN}
SLASH = {"command": "/adempauze", "text": "help", "user_id": "U1", "team_id": "T1", "trigger_id": "1"}
OPENED: Json = {"type": "app_home_opened", "user": "U1", "tab": "home", "channel": "D1"}
EVENT: Json = {"type": "event_callback", "team_id": "T1", "event_id": "E1", "event": OPENED}

BODIES: Mapping[str, tuple[bytes, str]] = {
    "a list": (b"[1]", "application/json"),
    "null": (b"null", "application/json"),
    "a string": (b'"text"', "application/json"),
    "a number": (b"1", "application/json"),
    "nothing": (b"", "application/json"),
    "an empty object": (b"{}", "application/json"),
    "an interaction that is a list": (urlencode({"payload": "[1]"}).encode(), SLACK_FORM),
    "an interaction that is null": (urlencode({"payload": "null"}).encode(), SLACK_FORM),
    "an interaction that is a string": (urlencode({"payload": '"text"'}).encode(), SLACK_FORM),
    "an interaction of nothing": (urlencode({"payload": "{}"}).encode(), SLACK_FORM),
    "lists within lists": (b"[" * 200_000 + b"]" * 200_000, "application/json"),
    "objects within objects": (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "application/json"),
    "lists within an interaction": (b"payload=" + b"[" * 200_000 + b"]" * 200_000, SLACK_FORM),
}
INTERACTIONS: Mapping[str, Json] = {
    "a tap by nobody": without(TAP, "user"),
    "a tap by null": {**TAP, "user": None},
    "a tap by somebody without an id": {**TAP, "user": {}},
    "a tap in no workspace": without(TAP, "team"),
    "a tap in a workspace that is text": {**TAP, "team": "T1"},
    "a tap without actions": without(TAP, "actions"),
    "a tap with a container that is null": {**TAP, "container": None},
    "a tap with a view that is a list": {**TAP, "view": [1]},
    "a sent form without values": {**TAP, "actions": [SEND], "state": {"values": None}},
    "a sent form with a list of values": {**TAP, "actions": [SEND], "state": {"values": [1]}},
    "a submission without a view": without(SENT, "view"),
    "a submission by nobody": without(SENT, "user"),
    "a submission without a state": {**SENT, "view": {**VIEW, "state": None}},
    "a submission without values": {**SENT, "view": {**VIEW, "state": {"values": None}}},
    "a submission with values that are text": {**SENT, "view": {**VIEW, "state": {"values": {"b": "text"}}}},
}
UNASKED: Mapping[str, Json] = {
    "view_closed": {**SENT, "type": "view_closed", "is_cleared": False},
    "shortcut": {"type": "shortcut", "callback_id": "x", "user": {"id": "U1"}, "team": {"id": "T1"}},
    "message_action": {"type": "message_action", "callback_id": "x", "user": {"id": "U1"}, "team": {"id": "T1"}},
    "block_suggestion": {"type": "block_suggestion", "action_id": "x", "block_id": "b", "value": "x"},
    "something of next year": {"type": "something_of_next_year", "user": {"id": "U1"}, "team": {"id": "T1"}},
}
EVENTS: Mapping[str, Json] = {
    "home without a user": {**EVENT, "event": without(OPENED, "user")},
    "home without a workspace": without(EVENT, "team_id"),
    "home without a tab": {**EVENT, "event": without(OPENED, "tab")},
    "app_rate_limited": {"type": "app_rate_limited", "team_id": "T1", "api_app_id": "A1", "minute_rate_limited": 1},
}


@pytest.mark.parametrize("name", sorted(BODIES))
async def test_a_signed_body_of_another_shape_breaks_nothing(name: str, bench: Bench) -> None:
    body, kind = BODIES[name]
    assert (await bench.post(body, kind)).status_code in {200, 400}
    assert (bench.conversation.heard, bench.slack.calls) == ([], [])


@pytest.mark.parametrize("name", sorted(INTERACTIONS))
async def test_an_interaction_of_another_shape_is_acknowledged_and_not_heard(name: str, bench: Bench) -> None:
    answer = await bench.interacts(INTERACTIONS[name])
    assert (answer.status_code, answer.content) == (200, b"")
    assert (bench.conversation.heard, bench.slack.calls) == ([], [])


@pytest.mark.parametrize("name", sorted(UNASKED))
async def test_an_interaction_that_nobody_waits_for_is_acknowledged(name: str, bench: Bench) -> None:
    assert (await bench.interacts(UNASKED[name])).status_code == 200
    assert (bench.conversation.heard, bench.slack.calls) == ([], [])


@pytest.mark.parametrize("missing", ["team_id", "user_id"])
async def test_a_command_of_nobody_is_acknowledged_and_not_heard(missing: str, bench: Bench) -> None:
    answer = await bench.post(urlencode(without(SLASH, missing)).encode(), SLACK_FORM)
    assert (answer.status_code, bench.conversation.heard) == (200, [])


@pytest.mark.parametrize("name", sorted(EVENTS))
async def test_an_event_of_another_shape_is_acknowledged_and_not_heard(name: str, bench: Bench) -> None:
    assert (await bench.post(json.dumps(EVENTS[name]).encode())).status_code == 200
    await bench.noor.opens_home()
    await bench.slack.until(lambda: bench.noor.home)
    assert bench.conversation.heard == [Command("home", "slack", "U1", "nl")]


async def test_the_shapes_that_are_varied_here_are_heard_as_they_are(bench: Bench) -> None:
    await bench.interacts(TAP)
    await bench.interacts({**TAP, "actions": [SEND], "state": {"values": {}}})
    await bench.interacts(SENT)
    await bench.post(urlencode(SLASH).encode(), SLACK_FORM)
    await bench.post(json.dumps(EVENT).encode())
    await bench.slack.until(lambda: bench.noor.home)
    assert len(bench.conversation.heard) == 5


def last(content: Mapping[str, Any]) -> str:
    """The words of the last block."""
    return str(content["blocks"][-1]["text"]["text"])


def long(paragraphs: int) -> Message:
    """A message of a title and so many paragraphs."""
    return Message("Veel", "nl", tuple(f"alinea {number}" for number in range(1, paragraphs + 1)))


@pytest.mark.parametrize("paragraphs", [50, 51, 200])
def test_a_message_of_too_many_blocks_ends_with_a_sign_that_there_was_more(paragraphs: int) -> None:
    content = render.message(long(paragraphs))
    check_message(content)
    assert (len(content["blocks"]), last(content)) == (50, "…")


@pytest.mark.parametrize("paragraphs", [100, 101, 300])
def test_a_view_of_too_many_blocks_ends_with_a_sign_that_there_was_more(paragraphs: int) -> None:
    views = {"modal": render.modal(long(paragraphs), WORDS["nl"]), "home": render.home(long(paragraphs))}
    assert {kind: view_problems(view, kind) for kind, view in views.items()} == {"modal": [], "home": []}
    assert {(len(view["blocks"]), last(view)) for view in views.values()} == {(100, "…")}


def test_what_just_fits_ends_with_its_own_words() -> None:
    assert (last(render.message(long(49))), last(render.home(long(99)))) == ("alinea 49", "alinea 99")


def test_a_dialog_with_a_notice_has_no_more_blocks_than_fit() -> None:
    view = render.modal(long(99), WORDS["nl"], notice="Te lang")
    assert (view_problems(view, "modal"), view["blocks"][0]["text"]["text"], last(view)) == ([], "Te lang", "…")


def test_more_buttons_than_a_message_holds_end_with_a_sign_that_there_was_more() -> None:
    many = Message("V", "nl", choices=tuple(Choice("answer", "x", (at, 1)) for at in range(50 * 25)))
    content = render.message(many)
    assert (message_problems(content["blocks"]), last(content)) == ([], "…")


def only(field: Field) -> tuple[Message, Json]:
    """A dialog with this one input, and the input as Slack is handed it."""
    message = Message("Toelichten", "nl", form=Form("settings", (field,), "Stuur"), token=TOKEN)
    (block,) = [one for one in render.home(message)["blocks"] if one["type"] == "input"]
    return message, block["element"]


def taken(message: Message) -> bool:
    """Whether Slack takes it, as a dialog and on the Home tab alike."""
    return not view_problems(render.modal(message, WORDS["nl"]), "modal") + view_problems(render.home(message), "home")


@pytest.mark.parametrize(("chosen", "stands"), [("7", {"=7"}), ("149", set()), ("", set())])
def test_a_select_of_too_many_options_has_the_first_hundred(chosen: str, stands: set[str]) -> None:
    options = tuple((str(number), f"optie {number}") for number in range(150))
    message, element = only(Field("team", "Team", "select", chosen, options))
    assert (taken(message), [one["value"] for one in element["options"]]) == (True, [f"={n}" for n in range(100)])
    assert {element[name]["value"] for name in element if name == "initial_option"} == stands


@pytest.mark.parametrize("limit", [1, 80, 280, 3000])
def test_a_text_that_is_longer_than_its_limit_begins_within_it(limit: int) -> None:
    message, element = only(Field("comment", "Toelichting", "text", "x" * 3001, limit=limit))
    assert (taken(message), element["initial_value"], element["max_length"]) == (True, "x" * limit, limit)
