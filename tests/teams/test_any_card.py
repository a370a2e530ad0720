"""Whatever a message holds, Microsoft's own renderer takes its card; and it does notice a bad one."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings

from adapters.port import Message
from adapters.teams import cards
from tests.adapters.test_slack_render import TEXTS, WORD, messages
from tests.adapters.test_teams_cards import TOKEN
from tests.teams.client import Json
from tests.teams.peer.running import Checker
from tests.teams.words import WORDS


@settings(max_examples=50)
@given(messages(WORD, most=8, token=TOKEN) | messages(TEXTS, most=12, token=TOKEN))
def test_every_card_of_the_chat_is_valid(checker: Checker, message: Message) -> None:
    with suppress(cards.CardTooLarge):
        assert checker.problems(cards.message(message, WORDS[message.locale])) == []


@settings(max_examples=50)
@given(messages(WORD, most=8, token=TOKEN) | messages(TEXTS, most=12, token=TOKEN))
def test_every_card_of_a_dialog_is_valid(checker: Checker, message: Message) -> None:
    with suppress(cards.CardTooLarge):
        assert checker.problems(cards.dialog(message, WORDS[message.locale], notice="Nog eens")) == []


PLANTED: dict[str, Json] = {
    "an unknown element": {"type": "Baloon"},
    "an input without an id": {"type": "Input.Text"},
    "a link to nowhere": {"type": "ActionSet", "actions": [{"type": "Action.OpenUrl", "title": "x"}]},
    "six buttons in a row": {"type": "ActionSet", "actions": [{"type": "Action.Submit", "title": "x"}] * 6},
    "a colour of our own": {"type": "TextBlock", "text": "x", "color": "mauve"},
    "too much": {"type": "TextBlock", "text": "x" * 15_000},
    "nobody to choose from": {"type": "Input.ChoiceSet", "id": "a", "label": "A", "choices": []},
    "people of somewhere else": {
        **{"type": "Input.ChoiceSet", "id": "a", "label": "A", "isMultiSelect": True, "choices": []},
        "choices.data": {"type": "Data.Query", "dataset": "graph.microsoft.com/groups"},
    },
}


@pytest.mark.parametrize("what", PLANTED)
def test_a_bad_card_does_not_pass(checker: Checker, what: str) -> None:
    card: Json = {"type": "AdaptiveCard", "version": "1.5", "lang": "nl", "body": [PLANTED[what]]}
    assert checker.problems(card) != []
    assert checker.problems(card | {"body": []}) == []


def test_two_inputs_with_one_id_or_another_version_do_not_pass(checker: Checker) -> None:
    twice = {"type": "Input.Text", "id": "a", "label": "A"}
    assert checker.problems({"type": "AdaptiveCard", "version": "1.5", "body": [twice, twice]}) != []
    assert checker.problems({"type": "AdaptiveCard", "version": "1.6", "body": []}) != []
