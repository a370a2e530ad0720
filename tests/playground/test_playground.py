"""The real `adempauze serve` in Microsoft's own playground for Teams, in a real browser, in Dutch and in English.

`make playground` runs it. What the playground lacks is said in tests/playground/playground.py: it opens no dialog, so
that what opens one is sent as its "custom activity", and the card that comes back is drawn in its chat for a picture.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pytest
from playwright.sync_api import expect

from surveys.model import LANGUAGES
from tests.acceptance.sentences import SENTENCES
from tests.playground.conftest import Sit
from tests.playground.office import COLLEAGUES, Office
from tests.playground.seat import Seat
from tests.stage import roster_csv
from tests.teams.client import Invoke, Json, button, buttons, inputs, press
from tests.teams.person import words_of

pytestmark = pytest.mark.browser
TEAMS: Final[dict[str, Any]] = {
    "nl": {
        "welcome": "Hier krijg je af en toe een korte check-in",
        "idle": ("wat een dag", "Op losse berichten kan ik geen antwoord geven."),
        "help": ("hulp", "Bij direct gevaar: bel 112."),
        "typed": {
            "overzicht": ("Mijn overzicht", "Jouw overzicht"),
            "instellingen": ("Instellingen", "Instellingen"),
            "pauze": ("Pauze nemen van check-ins", "Pauze nemen van check-ins"),
            "privacy": ("Wat is er over mij bewaard", "Wat er nu over jou bewaard is"),
            "uitleg": ("Zo werkt een check-in", "Dit is Adempauze"),
        },
        "digest": ("teamoverzicht", "Teamoverzicht", "Overzicht van Ochtend"),
    },
    "en": {
        "welcome": "Now and then you get a short check-in",
        "idle": ("what a day", "I cannot answer messages."),
        "help": ("help", "In immediate danger: call 112."),
        "typed": {
            "home": ("My overview", "Your overview"),
            "settings": ("Settings", "Settings"),
            "pause": ("Pause check-ins", "Pause check-ins"),
            "privacy": ("What is stored about me", "What is stored about you now"),
            "introduction": ("How a check-in works", "This is Adempauze"),
        },
        "privately": "This is Adempauze. I talk with everyone in private",
        "digest": ("digest", "Team digest", "Overview of Service"),
    },
}
SAYS: Final[dict[str, Any]] = {language: SENTENCES[language] | TEAMS[language] for language in TEAMS}
EVERYBODY: Final = roster_csv().splitlines()[1:]


@pytest.mark.parametrize("key", ["o1", "o2"], ids=LANGUAGES)
def test_who_gets_the_app_is_welcomed_once(key: str, sit: Sit) -> None:
    with sit(key, "welcome") as me:
        says = SAYS[me.me.language]
        me.happens("Uninstall application")
        before = len(me.cards)
        me.happens("Install application")
        me.waits(lambda: len(me.cards) > before, "there was no welcome")
        me.sees(says["welcome"], "1-card")
        me.happens("Install application")
        me.type(says["idle"][0])
        me.sees(says["idle"][1], "2-typed")
        assert len(me.cards) == before + 2


@pytest.mark.parametrize("key", ["o1", "o2"], ids=LANGUAGES)
def test_a_card_that_comes_by_itself_is_answered_and_replaced_in_its_place(key: str, sit: Sit, office: Office) -> None:
    with sit(key, "answering") as me:
        office.ask(key)
        me.sees(SAYS[me.me.language]["first"], "1-card")
        sent = me.messages
        answer(me, SAYS[me.me.language]["answer"])
        me.shot("2-thanks")
        assert me.messages == sent


@pytest.mark.parametrize("key", ["o3", "o4"], ids=LANGUAGES)
def test_a_conversation_is_begun_with_somebody_with_whom_there_is_none(key: str, sit: Sit, office: Office) -> None:
    with sit(key, "begun") as me:
        me.happens("Uninstall application")
        me.waits(lambda: "remove" in me.told("installationUpdate"), "the app was not removed")
        office.ask(key)
        me.sees(SAYS[me.me.language]["first"], "card")
        assert len(me.told("createConversation")) == 1


@pytest.mark.parametrize("key", ["o3", "o4"], ids=LANGUAGES)
def test_an_answer_is_changed_and_withdrawn(key: str, sit: Sit, office: Office) -> None:
    with sit(key, "changing") as me:
        says = SAYS[me.me.language]
        office.ask(key)
        answer(me, says["answer"])
        me.press(says["change"])
        me.sees(says["first"], "1-once-more")
        answer(me, says["other"])
        me.press(says["withdraw"])
        me.sees(says["withdrawn"], "2-withdrawn")


@pytest.mark.parametrize("key", ["o1", "o4"], ids=LANGUAGES)
def test_a_break_is_offered_in_a_dialog_that_leaves_nothing_in_the_chat(key: str, sit: Sit, office: Office) -> None:
    """The dialog itself is beyond the playground: see the head of this file."""
    with sit(key, "break") as me:
        says = SAYS[me.me.language]
        office.ask(key)
        answer(me, says["answer"])
        sent = me.messages
        offered = me.opens(says["break"], "1-dialog")
        assert says["nothing_kept"] in words_of(offered)
        assert len(buttons(offered)) == 3
        shown = me.dialog(*press(offered, buttons(offered)[0], dialog=True), "2-steps")
        assert shown["speak"] in buttons(offered)[0]["title"]
        assert me.messages == sent


@pytest.mark.parametrize("key", ["o3", "o2"], ids=LANGUAGES)
def test_what_is_typed_brings_a_card_whose_first_button_opens_it(key: str, sit: Sit) -> None:
    with sit(key, "typed") as me:
        for typed, (label, title) in SAYS[me.me.language]["typed"].items():
            assert buttons(me.asks(typed))[0]["title"] == label
            assert me.opens(label, typed)["speak"] == title
        me.type(SAYS[me.me.language]["help"][0])
        me.sees(SAYS[me.me.language]["help"][1], "help")


@pytest.mark.parametrize("key", ["o3", "o4"], ids=LANGUAGES)
def test_settings_are_saved_and_a_form_that_is_refused_keeps_what_was_typed(key: str, sit: Sit) -> None:
    """The dialog itself is beyond the playground: see the head of this file."""
    with sit(key, "settings") as me:
        says = SAYS[me.me.language]
        me.asks(says["settings"])
        form = me.opens(says["settings"])
        refused = me.dialog(*fill(form, says["save"], {"quiet_start": "18:00"}), "1-refused")
        assert [one["value"] for one in inputs(refused) if one["id"] == "field.quiet_start"] == ["18:00"]
        saved = me.dialog(*fill(refused, says["save"], {"quiet_end": "08:00", "moment": "10:30"}), "2-saved")
        assert saved["speak"] == says["saved"]
        assert says["chosen"] in words_of(saved)


@pytest.mark.parametrize("key", ["noor", "bram"], ids=LANGUAGES)
def test_a_digest_has_a_chart_that_teams_draws_itself(key: str, sit: Sit) -> None:
    """The dialog itself is beyond the playground, the chart is not: see the head of this file."""
    with sit(key, "digest") as me:
        typed, label, title = SAYS[me.me.language]["digest"]
        me.asks(typed)
        me.sees(label, "1-typed")
        digest = me.opens(label)
        assert digest["speak"] == title
        with me.drawn(digest) as drawn:
            expect(drawn.get_by_role("listbox", name="Legend").get_by_role("option")).to_have_count(2)
            me.visit.shot("2-chart", only=drawn)


def test_in_a_group_it_says_only_where_it_is_to_be_found(sit: Sit) -> None:
    """In English alone: a group has no language of its own, and the playground says that its people read English."""
    with sit("o2", "group") as me:
        me.goes_to("Groep")
        me.mention("Adempauze", "home")
        said = SAYS["en"]["privately"]
        me.waits(lambda: said in " ".join(one.get("text", "") for one in me.messages), "it did not answer a mention")
        me.shot("mentioned")
        assert {one["conversation"]["id"] for one in me.messages if "attachments" in one} <= {me.me.chat}


def test_the_members_of_a_team_are_read_for_the_roster(sit: Sit, office: Office) -> None:
    with sit("o1", "team") as me:
        me.goes_to("Lente - General")
        me.waits(lambda: bool(me.messages) and "text" in me.messages[-1], "it said nothing in the channel")
        me.shot("channel")
        told = office.house.told("roster", "members", "teams", "--dry-run")
        assert f"{len(EVERYBODY) - len(COLLEAGUES)} of the roster not there; 0 members are not in the roster" in told


def answer(me: Seat, answers: tuple[str, str]) -> None:
    """Answer both questions, and see the thanks."""
    says = SAYS[me.me.language]
    me.sees(says["first"])
    me.press(answers[0])
    me.sees(says["second"])
    me.press(answers[1])
    me.sees(says["thanks"])


def fill(form: Json, label: str, typed: Mapping[str, str]) -> tuple[Invoke, Json]:
    """Return what a form sends with these words typed into its fields."""
    return press(form, button(form, label), dialog=True, typed={f"field.{name}": text for name, text in typed.items()})
