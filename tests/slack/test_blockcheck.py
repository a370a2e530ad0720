"""The Block Kit checker of the fake: what Slack takes passes, what Slack refuses is named."""

from __future__ import annotations

from typing import Any

import pytest

from tests.slack.blockcheck import check_message, check_view, message_problems, view_problems
from tests.slack.model import Json, SlackError
from tests.slack.test_fake_slack import CARD


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def section(text: str = "Hallo") -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def button(**more: Any) -> Json:
    return {"type": "button", "action_id": "good", "text": plain("Goed"), **more}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def options(count: int) -> list[Json]:
    return [{"text": plain(f"Keuze {n}"), "value": str(n)} for n in range(count)]


def line(**more: Any) -> Json:
    series = [{"name": "Ochtend", "data": [{"label": "W1", "value": 3}, {"label": "W2", "value": 4}]}]
    chart = {"type": "line", "series": series, "axis_config": {"categories": ["W1", "W2"]}, **more}
    return {"type": "data_visualization", "title": "Belasting", "chart": chart}


def pie(value: float) -> Json:
    chart = {"type": "pie", "segments": [{"label": "Ochtend", "value": value}]}
    return {"type": "data_visualization", "title": "Belasting", "chart": chart}


IMAGE = {"type": "image", "image_url": "https://app.example/chart.png", "alt_text": "Een lijn die daalt"}
TEXT_INPUT = {"type": "plain_text_input", "action_id": "comment", "max_length": 3000}
INPUT = {"type": "input", "label": plain("Opmerking"), "element": TEXT_INPUT}
MODAL: Json = {"type": "modal", "title": plain("Instellingen"), "submit": plain("Bewaar"), "blocks": [INPUT]}

GOOD: dict[str, list[Json]] = {
    "a card": CARD,
    "fifty blocks": [section()] * 50,
    "the longest text": [section("x" * 3000)],
    "a picture": [IMAGE],
    "twenty-five buttons": [actions(*(button(action_id=str(n)) for n in range(25)))],
    "a hundred options": [actions({"type": "static_select", "action_id": "a", "options": options(100)})],
    "the same action in two blocks": [actions(button()), actions(button())],
    "two charts": [line(), pie(1)],
    "fields": [{"type": "section", "fields": [plain("x" * 2000)] * 5}],
    "a header, a line and a small word": [
        {"type": "header", "text": plain("x" * 150)},
        {"type": "divider"},
        {"type": "context", "elements": [{"type": "mrkdwn", "text": "Klein"}]},
    ],
}

BAD: dict[str, list[Json]] = {
    "51 blocks": [section()] * 51,
    "an empty text": [section("")],
    "a text of 3001": [section("x" * 3001)],
    "a section without text": [{"type": "section"}],
    "eleven fields": [{"type": "section", "fields": [plain("x")] * 11}],
    "a header of 151": [{"type": "header", "text": plain("x" * 151)}],
    "a header in mrkdwn": [{"type": "header", "text": {"type": "mrkdwn", "text": "Kop"}}],
    "a block nobody knows": [{"type": "balloon"}],
    "no actions": [actions()],
    "26 buttons": [actions(*(button(action_id=str(n)) for n in range(26)))],
    "one action twice in a block": [actions(button(), button())],
    "one block_id twice": [{**section(), "block_id": "same"}, {**section(), "block_id": "same"}],
    "a block_id of 256": [{**section(), "block_id": "x" * 256}],
    "an action_id of 256": [actions(button(action_id="x" * 256))],
    "a button of 76": [actions(button(text=plain("x" * 76)))],
    "a button in mrkdwn": [actions(button(text={"type": "mrkdwn", "text": "Goed"}))],
    "a value of 2001": [actions(button(value="x" * 2001))],
    "a label for screen readers of 76": [actions(button(accessibility_label="x" * 76))],
    "a style nobody knows": [actions(button(style="happy"))],
    "a property nobody knows": [actions(button(colour="green"))],
    "an input as a button": [actions(TEXT_INPUT)],
    "101 options": [actions({"type": "static_select", "action_id": "a", "options": options(101)})],
    "no options": [actions({"type": "static_select", "action_id": "a", "options": []})],
    "an initial option that is not offered": [
        actions({"type": "radio_buttons", "action_id": "a", "options": options(2), "initial_option": options(3)[2]})
    ],
    "eleven radio buttons": [actions({"type": "radio_buttons", "action_id": "a", "options": options(11)})],
    "six things behind the dots": [actions({"type": "overflow", "action_id": "a", "options": options(6)})],
    "a picture without words": [{name: value for name, value in IMAGE.items() if name != "alt_text"}],
    "a picture with empty words": [{**IMAGE, "alt_text": ""}],
    "eleven small words": [{"type": "context", "elements": [plain("x")] * 11}],
    "a long question before a tap": [
        actions(
            button(confirm={"title": plain("x" * 101), "text": plain("?"), "confirm": plain("J"), "deny": plain("N")})
        )
    ],
    "three charts": [line(), line(), pie(1)],
    "a pie with nothing in it": [pie(0)],
    "a series without one of the categories": [line(axis_config={"categories": ["W1", "W2", "W3"]})],
    "21 categories": [line(axis_config={"categories": [f"W{n}" for n in range(21)]})],
    "thirteen series": [line(series=line()["chart"]["series"] * 13)],
    "a chart without a title": [{name: value for name, value in line().items() if name != "title"}],
    "a chart of a kind nobody knows": [line(type="radar")],
    "too much markdown": [{"type": "markdown", "text": "x" * 6001}] * 2,
}

BAD_MODALS: dict[str, Json] = {
    "no title": {**MODAL, "title": None},
    "a title of 25": {**MODAL, "title": plain("x" * 25)},
    "an input without submit": {name: value for name, value in MODAL.items() if name != "submit"},
    "metadata of 3001": {**MODAL, "private_metadata": "x" * 3001},
    "a callback_id of 256": {**MODAL, "callback_id": "x" * 256},
    "101 blocks": {**MODAL, "blocks": [section()] * 101},
    "a chart": {**MODAL, "blocks": [line()]},
    "a field of 3001": {**MODAL, "blocks": [{**INPUT, "element": {**TEXT_INPUT, "max_length": 3001}}]},
    "an input without a label": {**MODAL, "blocks": [{"type": "input", "element": TEXT_INPUT}]},
    "a time that is none": {
        **MODAL,
        "blocks": [{**INPUT, "element": {"type": "timepicker", "action_id": "a", "initial_time": "25:00"}}],
    },
}


@pytest.mark.parametrize("name", GOOD)
def test_what_slack_takes_passes(name: str) -> None:
    assert message_problems(GOOD[name]) == []


@pytest.mark.parametrize("name", BAD)
def test_what_slack_refuses_is_named(name: str) -> None:
    assert message_problems(BAD[name])


def test_a_modal_that_slack_takes_passes() -> None:
    assert view_problems(MODAL, "modal") == []


@pytest.mark.parametrize("name", BAD_MODALS)
def test_a_modal_that_slack_refuses_is_named(name: str) -> None:
    with pytest.raises(SlackError, match="invalid_arguments"):
        check_view(BAD_MODALS[name], "modal")


def test_a_chart_is_refused_where_clients_do_not_know_it() -> None:
    assert message_problems([line()], charts=False)


def test_a_message_without_words_is_refused() -> None:
    with pytest.raises(SlackError, match="no_text"):
        check_message({"text": "", "blocks": []})


def test_blocks_that_are_too_long_together_are_refused() -> None:
    check_message({"text": "Lang", "blocks": [section("x" * 3000)] * 4})
    with pytest.raises(SlackError, match="msg_blocks_too_long"):
        check_message({"text": "Lang", "blocks": [section("x" * 3000)] * 5})
