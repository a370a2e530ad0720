"""What Slack sends becomes a Submission or a Command: only what a button, a form or a command of ours asks."""

from __future__ import annotations

import copy
from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.port import SUBMISSIONS, Command, Link, Message, Submission
from adapters.slack import asking, parse
from adapters.slack.parse import Addresses, Heard
from tests.adapters.test_slack_http import TAP, TOKEN, Bench, slack_before
from tests.slack.model import Json

ALONE, MANY = Addresses(alone=True), Addresses(alone=False)
ACTION: Json = TAP["actions"][0]


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    async with slack_before() as bench:
        yield bench


def tap(**action: object) -> Json:
    """A tap on a button that differs from the usual in this."""
    return copy.deepcopy(TAP | {"actions": [ACTION | action]})


def asked(heard: Heard | None) -> Submission | Command:
    """What is asked."""
    assert heard is not None
    return heard.asked


def form(values: Json, **view: object) -> Json:
    """A dialog that was sent with these values."""
    body = {"id": "V1", "type": "modal", "callback_id": "nl/comment/form", "private_metadata": TOKEN, "blocks": []}
    return {**TAP, "type": "view_submission", "view": {**body, "state": {"values": values}, **view}}


def test_an_answer_becomes_a_submission_without_its_sender() -> None:
    assert asked(parse.tap_of(tap(), ALONE)) == Submission(TOKEN, "answer", "nl", ((0, 2),))
    assert "U1" not in repr(asked(parse.tap_of(tap(), ALONE)))


@pytest.mark.parametrize("action", sorted(SUBMISSIONS))
def test_without_a_token_an_action_of_a_card_is_a_question_about_oneself(action: str) -> None:
    heard = asked(parse.tap_of(tap(action_id=f"en/{action}", value=""), ALONE))
    assert heard == Command(action, "slack", "U1", "en")


def test_a_question_about_oneself_carries_its_position_and_its_token() -> None:
    heard = asked(parse.tap_of(tap(action_id="nl/later/0:2"), ALONE))
    assert heard == Command("later", "slack", "U1", "nl", {"position": "0:2"}, TOKEN)


def test_somebody_of_one_workspace_among_many_has_its_id_in_their_address() -> None:
    heard = asked(parse.tap_of(tap(action_id="nl/help", value=""), MANY))
    assert heard == Command("help", "slack", "T1/U1", "nl")


def test_somebody_from_another_workspace_keeps_their_own() -> None:
    payload = tap(action_id="nl/help", value="") | {"user": {"id": "U7", "team_id": "T7"}}
    assert asked(parse.tap_of(payload, MANY)) == Command("help", "slack", "T7/U7", "nl")


def test_the_words_on_a_button_are_never_read() -> None:
    assert parse.tap_of(tap(text="altijd"), ALONE) == parse.tap_of(tap(text="nooit"), ALONE)


@given(st.text(max_size=2000))
def test_a_text_is_kept_as_it_was_written(text: str) -> None:
    values = {"field/comment": {"comment": {"type": "plain_text_input", "value": text}}}
    heard = asked(parse.submitted_of(form(values), ALONE))
    assert heard == Submission(TOKEN, "comment", "nl", (), {"comment": text.replace("\r\n", "\n")})


def test_what_was_left_empty_is_empty() -> None:
    values: Json = {
        "field/comment": {"comment": {"type": "plain_text_input", "value": None}},
        "field/rhythm": {"rhythm": {"type": "static_select", "selected_option": None}},
        "field/day": {"day": {"type": "datepicker", "selected_date": None}},
    }
    heard = asked(parse.submitted_of(form(values), ALONE))
    assert isinstance(heard, Submission)
    assert heard.texts == {"comment": "", "rhythm": "", "day": ""}


@given(st.text(max_size=60))
def test_an_option_comes_back_as_it_was_offered(value: str) -> None:
    values = {"field/rhythm": {"rhythm": {"type": "static_select", "selected_option": {"value": f"={value}"}}}}
    heard = asked(parse.submitted_of(form(values, callback_id="nl/settings/form", private_metadata=""), ALONE))
    assert heard == Command("settings", "slack", "U1", "nl", {"rhythm": value.replace("\r\n", "\n")})


def test_an_input_of_a_kind_that_we_never_show_is_not_read() -> None:
    values = {"field/file": {"file": {"type": "file_input", "files": [{"id": "F1"}]}}}
    heard = asked(parse.submitted_of(form(values), ALONE))
    assert isinstance(heard, Submission)
    assert heard.texts == {}


@given(st.text(max_size=100))
def test_whatever_is_typed_after_a_command_is_a_command(text: str) -> None:
    body = {"text": text, "team_id": "T1", "user_id": "U1"}
    heard = asked(asking.slash_of(body, ALONE, "nl"))
    assert isinstance(heard, Command)
    assert (heard.sender, dict(heard.fields), heard.token) == ("U1", {}, None)


@pytest.mark.parametrize(
    ("text", "name"),
    [("", "home"), ("  ", "home"), ("HELP", "help"), ("later 10:00", "later"), ("1", "unknown"), ("x" * 41, "unknown")],
)
def test_the_first_word_names_the_command(text: str, name: str) -> None:
    body = {"text": text, "team_id": "T1", "user_id": "U1"}
    assert asked(asking.slash_of(body, ALONE, "nl")) == Command(name, "slack", "U1", "nl")


@given(st.text(max_size=60) | st.from_regex(r"(nl|en|de)/[a-z]{1,4}(/[0-9:form]{0,6}){0,2}", fullmatch=True))
def test_a_name_asks_something_only_in_the_shape_of_ours(action_id: str) -> None:
    heard = parse.tap_of(tap(action_id=action_id), ALONE)
    language, _, rest = action_id.partition("/")
    assert heard is None or (language in {"nl", "en"} and rest.split("/")[0] in repr(heard.asked))


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=5), inside, max_size=3),
    max_leaves=6,
)
IGNORED = ["text", "type", "block_id", "action_ts", "style", "url", "confirm"]


@given(st.dictionaries(st.sampled_from(IGNORED), ANYTHING))
def test_nothing_else_on_a_button_matters(more: Json) -> None:
    assert parse.tap_of(tap(**more), ALONE) == parse.tap_of(tap(), ALONE)


@given(ANYTHING, ANYTHING)
def test_whatever_a_button_bears_is_taken_as_a_name_and_a_token(action_id: object, value: object) -> None:
    parse.tap_of(tap(action_id=action_id, value=value), ALONE)


@given(ANYTHING, ANYTHING)
def test_whatever_a_dialog_bears_is_taken_as_a_name_and_a_token(callback_id: object, metadata: object) -> None:
    parse.submitted_of(form({}, callback_id=callback_id, private_metadata=metadata), ALONE)


@pytest.mark.parametrize("view", [{"id": None}, {"blocks": None}, {"blocks": [5]}, {"blocks": [{"type": "input"}]}])
def test_a_dialog_that_could_not_be_turned_back_asks_nothing(view: Json) -> None:
    sent = form({}, **view)
    sent["view"] = {name: value for name, value in sent["view"].items() if value is not None}
    assert parse.heard_in(lambda: parse.submitted_of(form({}), ALONE)) is not None
    assert parse.heard_in(lambda: parse.submitted_of(sent, ALONE)) is None


async def test_a_link_is_followed_and_asks_nothing(bench: Bench) -> None:
    await bench.card(Message("Meer", "nl", links=(Link("Lees", "https://example.org"),)))
    await bench.taps("link/0")
    assert (bench.conversation.heard, bench.noor.ephemeral()) == ([], [])


STRANGE = ["", "answer", "de/answer/0:2", "nl/ANSWER/0:2", "nl/answer/0:2/0:3", "nl/answer/1000:1", "nl/answer/0:2\n"]


@pytest.mark.parametrize("action_id", STRANGE)
async def test_a_button_that_is_not_ours_is_taken_and_asks_nothing(action_id: str, bench: Bench) -> None:
    actions: list[Json] = [TAP["actions"][0] | {"action_id": action_id}]
    assert (await bench.interacts(TAP | {"actions": actions})).status_code == 200
    assert bench.conversation.heard == []
