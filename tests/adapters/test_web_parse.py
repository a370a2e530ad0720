from __future__ import annotations

from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.port import Command, Submission
from adapters.web.parse import MAX_TEXT, BadForm, Pairs, command_of, pairs_of, preferred, submission_of
from adapters.web.words import Visitor

NOOR = Visitor("noor", "nl")
ANSWER = [("token", "T"), ("action", "answer"), ("position", "1:4")]


def test_an_answer_becomes_a_submission_without_its_sender() -> None:
    assert submission_of(ANSWER, NOOR) == Submission("T", "answer", "nl", ((1, 4),))
    assert "noor" not in repr(submission_of(ANSWER, NOOR))


def test_a_text_is_kept_as_it_was_written() -> None:
    pairs = [("token", "T"), ("action", "comment"), ("text.comment", "مرحبا 🙂\r\nregel twee")]
    made = submission_of(pairs, NOOR)
    assert isinstance(made, Submission)
    assert made.texts == {"comment": "مرحبا 🙂\nregel twee"}


def test_a_command_carries_fields_position_and_token() -> None:
    pairs = [("name", "later"), ("token", "T"), ("position", "0:2"), ("field.moment", "10:30")]
    expected = Command("later", "web", "noor", "nl", {"moment": "10:30", "position": "0:2"}, "T")
    assert command_of(pairs, NOOR, "web") == expected


@pytest.mark.parametrize(
    ("pairs", "named"),
    [
        ([("action", "answer")], "token"),
        ([("token", "T")], "action"),
        ([*ANSWER, ("answer", "5")], "answer"),
        ([*ANSWER, ("token", "U")], "token"),
        ([("token", "T"), ("action", "drop")], "action"),
        ([("token", "T"), ("action", "answer"), ("position", "1:x")], "position"),
        ([("token", "T"), ("action", "answer"), ("position", "1:-2")], "position"),
        ([("token", "T"), ("action", "answer"), ("position", "1:٣")], "position"),
        ([("token", "T\0"), ("action", "answer")], "token"),
        ([("token", "T" * 2001), ("action", "answer")], "token"),
        ([("token", "T"), ("action", "comment"), ("text.comment", "a\0b")], "text.comment"),
        ([("token", "T"), ("action", "comment"), ("text.A b", "x")], "text.A b"),
    ],
)
def test_a_wrong_field_is_named_with_its_mend(pairs: Pairs, named: str) -> None:
    bad = submission_of(pairs, NOOR)
    assert isinstance(bad, BadForm)
    assert bad.status == 422
    assert named in bad.detail


def test_a_long_text_is_told_from_an_unreadable_one() -> None:
    bad = submission_of([("token", "T"), ("action", "comment"), ("text.comment", "a" * (MAX_TEXT + 1))], NOOR)
    assert isinstance(bad, BadForm)
    assert bad.refusal == "too_long"


def test_a_command_with_a_strange_name_is_refused() -> None:
    assert isinstance(command_of([("name", "../etc")], NOOR, "web"), BadForm)


@pytest.mark.parametrize("body", [b"\xff", b"a=%ff", b"&".join(b"a=1" for _ in range(61))])
def test_a_body_that_is_no_form_is_a_value_not_an_error(body: bytes) -> None:
    assert isinstance(pairs_of(body), BadForm)


@given(
    st.lists(
        st.tuples(st.sampled_from(["token", "action", "position", "text.a", "name"]), st.text(max_size=20)), max_size=6
    )
)
def test_any_form_gives_a_submission_or_a_refusal_never_an_error(pairs: list[tuple[str, str]]) -> None:
    read = pairs_of(urlencode(pairs).encode())
    if not isinstance(read, BadForm):
        assert isinstance(submission_of(read, NOOR), Submission | BadForm)
        assert isinstance(command_of(read, NOOR, "web"), Command | BadForm)


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("en-GB,en;q=0.9,nl;q=0.8", "en"),
        ("nl-NL,nl;q=0.9,en;q=0.8", "nl"),
        ("de,en;q=0.5", "en"),
        ("", "nl"),
        ("fr", "nl"),
        ("en;q=0,nl;q=0.1", "nl"),
        ("en;q=oops", "nl"),
    ],
)
def test_the_language_a_browser_asks_for_is_spoken(asked: str, given: str) -> None:
    assert preferred(asked) == given
