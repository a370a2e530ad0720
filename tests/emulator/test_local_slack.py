"""The real `adempauze serve` in a Slack that others wrote, in a real browser, over HTTP and over Socket Mode.

`make slack-emulator` runs it. What the emulator lacks is said in tests/emulator/local_slack.py.
"""

from __future__ import annotations

from typing import Any, Final

import pytest
from playwright.sync_api import expect

from tests.acceptance.sentences import SENTENCES
from tests.emulator.conftest import Sit
from tests.emulator.office import LANGUAGES, Office, language_of
from tests.emulator.seat import Seat

pytestmark = pytest.mark.browser
SLACK: Final[dict[str, Any]] = {
    "nl": {
        "close": "Sluiten",
        "choices": {"Taal": "Nederlands", "Ritme": "elke tweede check-in", "Kanaal": "Slack"},
        "moment": "Moment van de dag",
        "help": ("/adempauze hulp", "Bij direct gevaar: bel 112."),
    },
    "en": {
        "close": "Close",
        "choices": {"Language": "English", "Rhythm": "every second check-in", "Channel": "Slack"},
        "moment": "Time of day",
        "help": ("/adempauze help", "In immediate danger: call 112."),
    },
}
SAYS: Final[dict[str, Any]] = {language: SENTENCES[language] | SLACK[language] for language in LANGUAGES}


@pytest.mark.parametrize("number", [1, 2], ids=LANGUAGES)
def test_a_card_is_answered_to_the_thanks_by_its_buttons(number: int, sit: Sit, office: Office) -> None:
    says = SAYS[language_of(number)]
    with sit(number, "answering") as me:
        me.sees(says["first"], on=me.card, picture="1-card")
        answer(me, says["answer"])
        me.visit.shot("2-thanks")
        assert len(office.slack.messages(f"U{number}")) == 1


def test_the_thanks_are_the_same_whatever_was_answered(sit: Sit, office: Office) -> None:
    for number, given in ((3, "answer"), (5, "other")):
        with sit(number, "thanks") as me:
            answer(me, SAYS["nl"][given])
            me.visit.shot(str(number))
    one, other = (without_tokens(office.slack.messages(f"U{number}")[-1]) for number in (3, 5))
    assert one == other
    assert without_tokens(office.slack.messages("U7")[-1]) != one


@pytest.mark.parametrize("number", [7, 4], ids=LANGUAGES)
def test_an_answer_is_changed_and_withdrawn(number: int, sit: Sit) -> None:
    says = SAYS[language_of(number)]
    with sit(number, "changing") as me:
        answer(me, says["answer"])
        me.press(says["change"], on=me.card)
        me.sees(says["first"], on=me.card, picture="1-once-more")
        answer(me, says["other"])
        me.press(says["withdraw"], on=me.card)
        me.sees(says["withdrawn"], on=me.card, picture="2-withdrawn")


@pytest.mark.parametrize("number", [9, 6], ids=LANGUAGES)
def test_a_break_is_offered_in_a_dialog_that_leaves_nothing_behind(number: int, sit: Sit, office: Office) -> None:
    says = SAYS[language_of(number)]
    with sit(number, "break") as me:
        answer(me, says["answer"])
        before = office.slack.messages(f"U{number}")
        me.press(says["break"], on=me.card)
        me.sees(says["nothing_kept"], on=me.dialog, picture="dialog")
        expect(me.dialog.locator(".bk-actions .bk-button")).to_have_count(3)
        me.closes(says["close"])
        assert office.slack.messages(f"U{number}") == before


@pytest.mark.parametrize("number", [11, 8], ids=LANGUAGES)
def test_settings_are_opened_and_saved_on_the_home_tab(number: int, sit: Sit) -> None:
    says = SAYS[language_of(number)]
    with sit(number, "home") as me:
        me.go_home()
        me.sees(says["home"], on=me.home, picture="1-tab")
        me.press(says["settings"], on=me.home)
        me.sees(says["moment"], on=me.dialog, picture="2-settings")
        for label, choice in says["choices"].items():
            me.choose(label, choice)
        me.fill(says["moment"], "10:30")
        me.press(says["save"], on=me.dialog)
        me.sees(says["saved"], on=me.dialog, picture="3-saved")
        me.closes(says["close"])
        me.sees(says["chosen"], on=me.home, picture="4-chosen")


@pytest.mark.parametrize("number", [11, 8], ids=LANGUAGES)
def test_a_refused_form_keeps_what_was_typed_and_says_what_to_mend(number: int, sit: Sit) -> None:
    says = SAYS[language_of(number)]
    with sit(number, "refused") as me:
        me.go_home()
        me.press(says["settings"], on=me.home)
        for label, choice in says["choices"].items():
            me.choose(label, choice)
        me.fill(says["moment"], "half elf")
        me.press(says["save"], on=me.dialog)
        me.sees("09:30", on=me.dialog, picture="dialog")
        expect(me.dialog.locator("input").first).to_have_value("half elf")
        me.closes(says["close"])


@pytest.mark.parametrize("number", [11, 12], ids=LANGUAGES)
def test_the_command_shows_the_own_page_and_help_in_a_dialog(number: int, sit: Sit, office: Office) -> None:
    says = SAYS[language_of(number)]
    typed, told = says["help"]
    before = office.slack.messages(f"U{number}")
    with sit(number, "command") as me:
        me.type("/adempauze")
        me.sees(says["home"], on=me.dialog, picture="1-own")
        me.closes(says["close"])
        me.type(typed)
        me.sees(told, on=me.dialog, picture="2-help")
        me.closes(says["close"])
    assert office.slack.messages(f"U{number}") == before


def answer(me: Seat, answers: tuple[str, str]) -> None:
    """Answer both questions, and see the thanks."""
    says = SAYS[language_of(me.number)]
    me.press(answers[0], on=me.card)
    me.sees(says["second"], on=me.card)
    me.press(answers[1], on=me.card)
    me.sees(says["thanks"], on=me.card)


def without_tokens(message: Any) -> Any:
    """Everything of a message but what is of one person: moment, channel and the token of each button."""
    if isinstance(message, dict):
        return {
            name: without_tokens(value) for name, value in message.items() if name not in {"ts", "channel", "value"}
        }
    return [without_tokens(one) for one in message] if isinstance(message, list) else message
