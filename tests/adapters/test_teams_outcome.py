"""What Teams is answered: a card in place of a card, a dialog for one person, or a sentence."""

from __future__ import annotations

from dataclasses import replace

import pytest

from adapters.port import Message, Reply
from adapters.teams import cards, outcome
from adapters.teams.texts import Json
from tests.adapters.test_teams_cards import CARD, DIALOG, said
from tests.teams.words import WORDS

NL = WORDS["nl"]
THANKS = Message("Dank je wel", "nl")
PRIVATE = Message("Wat bij jouw antwoord past", "nl")


def content(answer: Json) -> Json:
    """The card in a dialog."""
    card: Json = answer["task"]["value"]["card"]
    assert card["contentType"] == "application/vnd.microsoft.card.adaptive"
    shown: Json = card["content"]
    return shown


def test_a_message_takes_the_place_of_the_card() -> None:
    assert outcome.acted(Reply(THANKS), NL) == {
        "statusCode": 200,
        "type": "application/vnd.microsoft.card.adaptive",
        "value": cards.message(THANKS, NL),
    }


@pytest.mark.parametrize("failed", [False, True])
def test_a_notice_leaves_the_card_as_it_is(failed: bool) -> None:
    answer = outcome.acted(Reply(notice="De ronde is gesloten.", failed=failed), NL)
    assert (answer["type"], answer["value"]) == (outcome.SENTENCE, "De ronde is gesloten.")


def test_a_failure_without_words_asks_to_try_again() -> None:
    assert outcome.acted(Reply(failed=True), NL)["value"] == NL.again
    assert outcome.shown(Reply(failed=True), NL) == {"task": {"type": "message", "value": NL.again}}


def test_what_is_for_one_person_alone_is_never_a_card_of_the_chat() -> None:
    answer = outcome.acted(Reply(dialog=PRIVATE, notice="Past bij jouw antwoord."), NL)
    assert answer == outcome.sentence(NL.again)


def test_a_dialog_is_shown_to_whoever_asked() -> None:
    answer = outcome.shown(Reply(dialog=PRIVATE), NL)
    assert (answer["task"]["type"], answer["task"]["value"]["title"]) == ("continue", "Adempauze")
    assert said(content(answer)) == [PRIVATE.title]


def test_a_message_that_comes_of_a_dialog_is_shown_in_it() -> None:
    assert said(content(outcome.shown(Reply(THANKS), NL))) == [THANKS.title]


def test_a_dialog_can_have_a_notice_above_it() -> None:
    assert said(content(outcome.shown(Reply(dialog=DIALOG, notice="Bewaard."), NL)))[:2] == ["Bewaard.", DIALOG.title]


def test_a_notice_alone_stands_where_the_dialog_would() -> None:
    assert outcome.shown(Reply(notice="Bewaard."), NL) == {"task": {"type": "message", "value": "Bewaard."}}


def test_a_form_that_is_refused_stays_open() -> None:
    answer = outcome.shown(Reply(notice="Te lang.", failed=True), NL, again=DIALOG)
    assert said(content(answer))[:2] == ["Te lang.", DIALOG.title]


def test_a_form_that_is_taken_closes() -> None:
    assert outcome.shown(Reply(notice="Bewaard."), NL, again=DIALOG)["task"]["type"] == "message"


def test_what_cannot_be_read_is_answered_as_an_error() -> None:
    answer = outcome.unreadable(NL)
    assert (answer["statusCode"], answer["type"]) == (400, "application/vnd.microsoft.error")
    assert answer["value"] == {"code": "BadRequest", "message": NL.unreadable}


def test_a_dialog_is_as_tall_as_what_it_says() -> None:
    heights = [
        outcome.opened(shown, NL)["task"]["value"]["height"]
        for shown in (CARD, DIALOG, replace(CARD, paragraphs=("x" * 700,)))
    ]
    assert heights == ["medium", "medium", "large"]
