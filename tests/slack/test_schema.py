"""Slack's own types as JSON schemas: what they know passes, what they don't is named with its place."""

from __future__ import annotations

import json

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.slack.fake import fake_slack
from tests.slack.model import Json
from tests.slack.schema.check import HERE, wire_problems
from tests.slack.test_blockcheck import (
    GOOD,
    IMAGE,
    MODAL,
    TEXT_INPUT,
    actions,
    button,
    line,
    options,
    pie,
    plain,
    section,
)
from tests.slack.test_fake_interactions import DIALOG

BAD: dict[str, tuple[Json, str]] = {
    "a block nobody knows": ({"type": "balloon"}, "/type"),
    "a block without a type": ({"text": plain("x")}, "/type"),
    "a block that is text": ("text", ""),  # type: ignore[dict-item]
    "a property nobody knows": ({**section(), "colour": "green"}, ""),
    "a property of a text nobody knows": ({"type": "section", "text": {**plain("x"), "bold": True}}, "/text"),
    "a text that is a number": ({"type": "section", "text": {"type": "mrkdwn", "text": 3}}, "/text/text"),
    "a text that is a string": ({"type": "section", "text": "Hallo"}, "/text"),
    "an empty text": (section(""), "/text/text"),
    "a text of 3001": (section("x" * 3001), "/text/text"),
    "eleven fields": ({"type": "section", "fields": [plain("x")] * 11}, "/fields"),
    "a field of 2001": ({"type": "section", "fields": [plain("x" * 2001)]}, "/fields/0/text"),
    "a header of 151": ({"type": "header", "text": plain("x" * 151)}, "/text/text"),
    "a header in mrkdwn": ({"type": "header", "text": {"type": "mrkdwn", "text": "Kop"}}, "/text/type"),
    "a header without text": ({"type": "header"}, ""),
    "a block_id of 256": ({**section(), "block_id": "x" * 256}, "/block_id"),
    "26 buttons": (actions(*[button()] * 26), "/elements"),
    "a button of 76": (actions(button(text=plain("x" * 76))), "/elements/0/text/text"),
    "a button without text": (actions({"type": "button", "action_id": "a"}), "/elements/0"),
    "a button with a value that is none": (actions(button(value=None)), "/elements/0/value"),
    "a value of 2001": (actions(button(value="x" * 2001)), "/elements/0/value"),
    "a style nobody knows": (actions(button(style="happy")), "/elements/0/style"),
    "an input as a button": (actions(TEXT_INPUT), "/elements/0/type"),
    "101 options": (actions({"type": "static_select", "options": options(101)}), "/elements/0/options"),
    "a choice of numbers": (actions({"type": "static_select", "options": [1]}), "/elements/0/options/0"),
    "a question before a tap that cannot be answered": (
        actions(button(confirm={"title": plain("x")})),
        "/elements/0/confirm",
    ),
    "eleven small words": ({"type": "context", "elements": [plain("x")] * 11}, "/elements"),
    "a picture without words": ({"type": "image", "image_url": IMAGE["image_url"]}, ""),
    "markdown of 12001": ({"type": "markdown", "text": "x" * 12_001}, "/text"),
    "a chart without a title": ({name: part for name, part in line().items() if name != "title"}, ""),
    "a chart of a kind nobody knows": (line(type="radar"), "/chart/type"),
    "a pie with nothing in it": (pie(0), "/chart/segments/0/value"),
    "a value that is text": (
        line(series=[{"name": "x", "data": [{"label": "W1", "value": "3"}]}]),
        "/chart/series/0/data/0/value",
    ),
    "21 categories": (line(axis_config={"categories": ["W"] * 21}), "/chart/axis_config/categories"),
    "thirteen series": (line(series=line()["chart"]["series"] * 13), "/chart/series"),
}
BAD_VIEWS: dict[str, tuple[str, Json, str]] = {
    "no title": ("Modal", {name: part for name, part in MODAL.items() if name != "title"}, ""),
    "a title of 25": ("Modal", {**MODAL, "title": plain("x" * 25)}, "/title/text"),
    "a close that is text": ("Modal", {**MODAL, "close": "Sluit"}, "/close"),
    "a property nobody knows": ("Modal", {**MODAL, "notify": True}, ""),
    "metadata of 3001": ("Modal", {**MODAL, "private_metadata": "x" * 3001}, "/private_metadata"),
    "a chart": ("Modal", {**MODAL, "blocks": [line()]}, "/blocks/0/type"),
    "101 blocks": ("Modal", {**MODAL, "blocks": [section()] * 101}, "/blocks"),
    "an input without a label": ("Modal", {**MODAL, "blocks": [{"type": "input", "element": TEXT_INPUT}]}, "/blocks/0"),
    "a modal as a Home view": ("Home", MODAL, "/type"),
    "a Home view with a title": ("Home", {"type": "home", "blocks": [], "title": plain("x")}, ""),
    "an action nobody knows": ("ResponseAction", {"response_action": "refresh"}, ""),
    "an update without a view": ("ResponseAction", {"response_action": "update"}, ""),
    "an error that is a list": ("ResponseAction", {"response_action": "errors", "errors": {"a": ["x"]}}, "/errors/a"),
    "an answer to nobody in particular": ("Response", {"text": "x", "response_type": "everybody"}, "/response_type"),
    "an answer that replaces in a misspelt way": ("Response", {"text": "x", "replace_orignal": True}, ""),
}
ERRORS: Json = {"response_action": "errors", "errors": {"comment": "Te lang"}}
GOOD_OTHERS: dict[str, tuple[str, Json]] = {
    "a modal": ("Modal", MODAL),
    "a dialog with every input": ("Modal", DIALOG),
    "a Home view": ("Home", {"type": "home", "blocks": GOOD["a card"]}),
    "errors": ("ResponseAction", ERRORS),
    "an update": ("ResponseAction", {"response_action": "update", "view": MODAL}),
    "the end of all modals": ("ResponseAction", {"response_action": "clear"}),
    "a whisper": ("Response", {"text": "Even wachten", "response_type": "ephemeral"}),
    "a card in place of another": ("Response", {"text": "Dank", "blocks": GOOD["a card"], "replace_original": True}),
}


@pytest.mark.parametrize("name", GOOD)
def test_blocks_that_the_types_know_pass(name: str) -> None:
    assert wire_problems("Message", {"text": "x", "blocks": GOOD[name]}) == []


@pytest.mark.parametrize("name", GOOD_OTHERS)
def test_other_things_that_the_types_know_pass(name: str) -> None:
    assert wire_problems(*GOOD_OTHERS[name]) == []


@pytest.mark.parametrize("name", BAD)
def test_a_block_that_the_types_do_not_know_is_refused_where_it_goes_wrong(name: str) -> None:
    block, pointer = BAD[name]
    assert f"[json-pointer:/blocks/1{pointer}]" in "".join(wire_problems("Message", {"blocks": [section(), block]}))


@pytest.mark.parametrize("name", BAD_VIEWS)
def test_a_view_or_answer_that_the_types_do_not_know_is_refused_where_it_goes_wrong(name: str) -> None:
    kind, body, pointer = BAD_VIEWS[name]
    assert f"[json-pointer:{pointer}]" in "".join(wire_problems(kind, body))


def test_51_blocks_are_too_many_for_a_message() -> None:
    assert wire_problems("Message", {"blocks": [section()] * 51})[0].endswith("[json-pointer:/blocks]")


def test_a_complaint_is_short_however_long_the_text() -> None:
    (problem,) = wire_problems("Message", {"text": "x", "blocks": [{"type": "markdown", "text": "x" * 13_000}]})
    assert problem.endswith("is too long [json-pointer:/blocks/0/text]")
    assert len(problem) < 200


@pytest.mark.parametrize("name", ["wire", "answers", "manifest"])
def test_the_schemas_hold_no_prose(name: str) -> None:
    assert '"description":"' not in (HERE / f"{name}.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["wire", "answers", "manifest"])
def test_the_schemas_say_what_they_derive_from(name: str) -> None:
    comment = json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))["$comment"]
    assert "@slack/types@3.2.0" in comment
    assert "MIT" in comment


OVERFLOW: Json = {"type": "overflow", "action_id": "more", "options": [{**options(1)[0], "colour": "green"}]}


async def test_the_fake_refuses_what_only_the_types_know_to_be_wrong_and_the_test_fails() -> None:
    with pytest.raises(AssertionError, match=r"'colour' was unexpected.*json-pointer:/blocks/0/elements/0/options/0"):
        await a_test_that_sends(actions(OVERFLOW))


async def a_test_that_sends(block: Json) -> None:
    async with fake_slack() as slack:
        team = slack.workspace("T1", name="Lente")
        team.user("U1", name="Noor")
        client = AsyncWebClient(team.bot_token, base_url=slack.api_base, retry_handlers=[])
        with pytest.raises(SlackApiError, match="unlike_the_types"):
            await client.chat_postMessage(channel="U1", text="x", blocks=[block])
