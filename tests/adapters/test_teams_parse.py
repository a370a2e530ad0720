"""What Teams sends becomes a Submission or a Command: only what a button, a form or a message of ours asks."""

from __future__ import annotations

import copy
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.port import SUBMISSIONS, Command, Message, Submission
from adapters.teams import cards, parse
from adapters.teams.parse import Heard, Unreadable
from tests.adapters.test_slack_render import messages
from tests.adapters.test_teams_cards import CARD, DIALOG, TOKEN
from tests.teams.client import Json, button, buttons, heard, press
from tests.teams.words import WORDS

SHOWN = cards.message(CARD, WORDS["nl"])
OPENED = cards.dialog(DIALOG, WORDS["nl"])
ANSWER: Json = press(SHOWN, button(SHOWN, "2"))[1]
HELP: Json = press(SHOWN, button(SHOWN, "Hulp"))[1]
SAVED: Json = press(OPENED, button(OPENED, "Bewaar"), dialog=True)[1]
READERS: list[Callable[[object], Heard]] = [
    lambda value: parse.executed(value, "noor"),
    lambda value: parse.fetched(value, "noor"),
    lambda value: parse.submitted(value, "noor"),
    lambda value: parse.pressed(value, "noor"),
]


def answer(**data: object) -> Json:
    """An answer whose button carries something else."""
    value = copy.deepcopy(ANSWER)
    value["action"]["data"] |= data
    value["action"]["verb"] = value["action"]["data"]["do"]
    return value


def saved(**data: object) -> Json:
    """A form that was sent with something else."""
    return {"data": copy.deepcopy(SAVED["data"]) | data}


def test_an_answer_becomes_a_submission_without_its_sender() -> None:
    found = parse.executed(ANSWER, "noor")
    assert found.asked == Submission(TOKEN, "answer", "nl", ((0, 2),))
    assert "noor" not in repr(found)


def test_an_older_client_asks_the_same() -> None:
    assert heard(*press(SHOWN, button(SHOWN, "2"), older=True)) == parse.executed(ANSWER, "noor")


def test_what_opens_a_dialog_becomes_a_command() -> None:
    assert parse.fetched(HELP, "noor").asked == Command("help", "teams", "noor", "nl", {}, TOKEN)


def test_a_form_brings_every_field_and_what_teams_leaves_out_was_left_empty() -> None:
    expected = {"rhythm": "2", "words": "vrij", "moment": "09:30", "until": ""}
    assert parse.submitted(SAVED, "noor").asked == Command("settings_save", "teams", "noor", "nl", expected, TOKEN)


@pytest.mark.parametrize("action", sorted(SUBMISSIONS))
def test_without_a_token_an_action_of_a_card_is_a_question_about_oneself(action: str) -> None:
    found = parse.submitted({"data": {"do": f"en/{action}"}}, "noor")
    assert found.asked == Command(action, "teams", "noor", "en")


@given(messages(st.text(st.characters(exclude_characters="\0"), max_size=8), most=8, token=TOKEN))
def test_every_button_and_form_comes_back(message: Message) -> None:
    for dialog, card in (
        (False, cards.message(message, WORDS[message.locale])),
        (True, cards.dialog(message, WORDS[message.locale])),
    ):
        asked = [heard(*press(card, one, dialog=dialog)).asked for one in buttons(card) if "data" in one]
        names = sorted(one.action if isinstance(one, Submission) else one.name for one in asked)
        wanted = [choice.action for choice in message.choices] + ([message.form.action] if message.form else [])
        assert names == sorted(wanted)
        assert {one.token for one in asked} <= {message.token}


@given(st.text(st.characters(exclude_characters="\0\r", exclude_categories=["Cs"]), max_size=300))
def test_a_text_is_kept_as_it_was_written(text: str) -> None:
    found = parse.submitted(saved(**{"field.words": text}), "noor")
    assert isinstance(found.asked, Command)
    assert found.asked.fields["words"] == text
    assert found.again
    assert found.again.form
    assert [field.value for field in found.again.form.fields if field.name == "words"] == [text]


@given(st.text(max_size=100))
def test_whatever_is_typed_is_told_as_words(text: str) -> None:
    asked = parse.written(text, "noor", "nl")
    assert asked == Command("said", "teams", "noor", "nl", {"text": text.replace("\0", "")})


def test_of_an_endless_message_the_beginning_is_told() -> None:
    assert len(parse.written("a" * 30_000, "noor", "nl").fields["text"]) == parse.MOST_TYPED


FORGED: dict[str, Json] = {
    "a language that we do not speak": answer(do="de/answer/0:2"),
    "a position that no card has": answer(do="nl/answer/1000:1"),
    "two positions": answer(do="nl/answer/0:1/0:2"),
    "an end of line": answer(do="nl/answer/0:2\n"),
    "a name that is no text": answer(do=["nl/answer/0:2"]),
    "a token that is no text": answer(token=7),
    "an empty token": answer(token=""),
    "a token with a space": answer(token="a b"),
    "a token without end": answer(token="t" * 2001),
    "something more": answer(answer="5"),
    "a dialog from an answer": answer(msteams={"type": "task/fetch"}),
    "an outcome for one person as a card of the chat": answer(do="nl/breaks"),
    "another verb": {"action": {**ANSWER["action"], "verb": "nl/withdraw"}},
    "another kind of action": {"action": {**ANSWER["action"], "type": "Action.Submit"}},
    "a card that refreshes itself": {**ANSWER, "trigger": "automatic"},
    "no action": {},
}


@pytest.mark.parametrize("what", FORGED)
def test_an_answer_that_no_button_of_ours_sends_is_refused(what: str) -> None:
    with pytest.raises(Unreadable):
        parse.executed(FORGED[what], "noor")


def test_a_card_of_the_chat_cannot_come_up_in_a_dialog() -> None:
    with pytest.raises(Unreadable):
        parse.fetched({"data": ANSWER["action"]["data"]}, "noor")


BAD: dict[str, Json] = {
    "a field of another form": saved(**{"field.other": "x"}),
    "an option without its mark": saved(**{"choice.rhythm": "2"}),
    "a text that is a number": saved(**{"field.words": 3}),
    "a text that is a list": saved(**{"field.words": ["x"]}),
    "a text without end": saved(**{"field.words": "x" * 10_001}),
    "a NUL": saved(**{"field.words": "a\0b"}),
    "half of a character": saved(**{"field.words": "\ud800"}),
    "names that are no names": saved(names="rhythm Words"),
    "more names than a form has": saved(names=" ".join(f"a{n}" for n in range(61))),
    "a dialog that is no dialog": saved(again="x"),
    "a dialog without fields": saved(again={"title": "x"}),
    "a dialog with a field too few parts": saved(again={**SAVED["data"]["again"], "fields": [["a"]]}),
    "a dialog with another kind of field": saved(
        again={**SAVED["data"]["again"], "fields": [["a", "A", "file", "", 9, "", []]]}
    ),
    "a dialog with a limit of no size": saved(
        again={**SAVED["data"]["again"], "fields": [["a", "A", "text", "", True, "", []]]}
    ),
}


@pytest.mark.parametrize("what", BAD)
def test_a_form_that_no_dialog_of_ours_sends_is_refused(what: str) -> None:
    with pytest.raises(Unreadable):
        parse.submitted(BAD[what], "noor")


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=8), inside, max_size=3),
    max_leaves=8,
)
ALMOST = st.builds(
    lambda do, more, action: {"data": {"do": do} | more, "action": {"data": {"do": do} | more, "verb": do} | action},
    st.sampled_from(["nl/answer/0:2", "nl/help", "en/settings_save/form", "nl/x/form"]) | ANYTHING,
    st.dictionaries(st.sampled_from(["token", "names", "again", "msteams", "field.a", "choice.a", "b"]), ANYTHING),
    st.dictionaries(st.sampled_from(["type", "verb", "data"]), ANYTHING | st.just("Action.Execute")),
)


@given(ANYTHING | ALMOST, st.sampled_from(READERS))
def test_whatever_comes_in_is_read_or_refused(value: object, read: Callable[[object], Heard]) -> None:
    with suppress(Unreadable):
        read(value)


@given(st.dictionaries(st.sampled_from(list(SAVED["data"]["again"])), ANYTHING), st.text(max_size=5))
def test_whatever_a_dialog_says_it_was_is_read_or_refused(more: Json, names: str) -> None:
    with suppress(Unreadable):
        parse.submitted(saved(again={**SAVED["data"]["again"], **more}, names=names), "noor")


def test_nothing_is_too_deep_to_be_refused() -> None:
    deep: object = "x"
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(Unreadable):
        parse.submitted(saved(again=deep), "noor")
    while isinstance(deep, list):
        deep = deep.pop()


def test_a_refusal_does_not_hold_what_somebody_wrote() -> None:
    with pytest.raises(Unreadable) as refusal:
        parse.submitted(saved(**{"field.words": "geheim\0"}), "noor")
    assert refusal.value.__suppress_context__
    assert "geheim" not in repr(refusal.value)
