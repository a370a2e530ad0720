"""Thanking in a Slack that others wrote: by a command, by the form, in a channel, and by who is thanked.

The emulator draws no field of people, so that people are named in the words; it does not bind the buttons of a dialog,
so that their presses are sent beside the page; and it has no shortcuts, which the tests of the adapter press.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pytest
from playwright.sync_api import expect

from bot.texts import Texts
from tests.emulator.conftest import Sit
from tests.emulator.office import LANGUAGES, language_of
from tests.emulator.seat import Seat

pytestmark = pytest.mark.browser
CHANNEL: Final = "#algemeen"
WORDS: Final[Mapping[str, str]] = {
    "nl": "dank dat je gisteren bleef tot de wachtrij leeg was. Dat scheelde mij een hele avond.",
    "en": "thanks for staying until the queue was empty. It saved me a whole evening.",
}


def texts(me: Seat) -> Texts:
    return Texts(language_of(me.number))  # type: ignore[arg-type]


def words(me: Seat) -> str:
    return WORDS[language_of(me.number)]


@pytest.mark.parametrize(("giver", "receiver"), [(1, 3), (2, 4)], ids=LANGUAGES)
def test_thanks_typed_at_once_are_looked_at_sent_and_answered_in_one_tap(giver: int, receiver: int, sit: Sit) -> None:
    with sit(giver, "kudos-typed") as me:
        t, said = texts(me), words(me)
        me.thank(receiver, said)
        me.sees(t("kudos.preview.to", names=f"Agent {receiver}"), on=me.dialog, picture="1-preview")
        expect(me.dialog).to_contain_text(said)
        me.press_there(t("kudos.preview.change"))
        me.sees(t("kudos.give.words"), on=me.dialog, picture="2-changing")
        me.closes(close(t))
        me.thank(receiver, said)
        me.press_there(t("kudos.preview.send"))
        me.sees(t("kudos.sent.title"), on=me.dialog, picture="3-sent")
        me.closes(close(t))
    with sit(receiver, "kudos-thanked") as them:
        them.sees(t("kudos.card.title", giver=f"Agent {giver}"), on=them.card, picture="1-card")
        them.press(t("kudos.card.back"), on=them.card)
        them.sees(t("kudos.card.backed"), on=them.card, picture="2-backed")
        expect(them.card.get_by_role("button", name=t("kudos.card.back"))).to_have_count(0)
    with sit(giver, "kudos-answered") as me:
        me.sees(t("kudos.back.title", receiver=f"Agent {receiver}"), on=me.card, picture="1-back")


@pytest.mark.parametrize(("giver", "receiver"), [(5, 7), (6, 8)], ids=LANGUAGES)
def test_thanks_in_a_channel_are_replaced_everywhere_when_they_are_taken_back(
    giver: int, receiver: int, sit: Sit
) -> None:
    with sit(giver, "kudos-channel") as me:
        t, said = texts(me), words(me)
        me.type("/kudos")
        me.sees(t("kudos.give.title"), on=me.dialog, picture="1-form")
        me.fill(t("kudos.give.words"), f"@Agent {receiver} {said}")
        me.choose(t("kudos.give.where"), t("kudos.where.place", place=CHANNEL))
        me.press(t("kudos.give.look"), on=me.dialog)
        me.sees(t("kudos.preview.to", names=f"Agent {receiver}"), on=me.dialog, picture="2-preview")
        expect(me.dialog).to_contain_text(t("kudos.where.place", place=CHANNEL))
        me.press_there(t("kudos.preview.send"))
        me.sees(t("kudos.sent.title"), on=me.dialog, picture="3-sent")
        expect(me.dialog).to_contain_text(t("kudos.where.place", place=CHANNEL))
        me.closes(close(t))
    with sit(receiver, "kudos-posted") as them:
        them.sees(said, on=them.card, picture="1-card")
        expect(them.card).to_contain_text(t("kudos.card.place", place=CHANNEL))
        them.go_to_channel()
        them.sees(said, on=them.card, picture="2-channel")
    with sit(giver, "kudos-withdrawn") as me:
        me.go_home()
        me.press(t("home.to.kudos_jar"), on=me.home)
        me.sees(t("kudos.jar.title"), on=me.dialog, picture="1-jar")
        me.press_there(f": Agent {receiver}")  # before it stands when they were given
        me.sees(t("kudos.withdrawn.title"), on=me.dialog, picture="2-withdrawn")
        me.closes(close(t))
    with sit(receiver, "kudos-gone") as them:
        them.sees(t("kudos.card.gone.title"), on=them.card, picture="1-card")
        expect(them.visit.page.locator(".messages")).not_to_contain_text(said)
        them.go_to_channel()
        them.sees(Texts("nl")("kudos.post.gone.title"), on=them.card, picture="2-channel")
        expect(them.visit.page.locator(".messages")).not_to_contain_text(said)


@pytest.mark.parametrize("number", [9, 10], ids=LANGUAGES)
def test_a_form_without_anybody_keeps_the_words_and_says_what_to_mend(number: int, sit: Sit) -> None:
    with sit(number, "kudos-refused") as me:
        t, said = texts(me), words(me)
        me.type("/kudos")
        me.fill(t("kudos.give.words"), said)
        me.press(t("kudos.give.look"), on=me.dialog)
        me.sees(t("kudos.refusal.nobody"), on=me.dialog, picture="dialog")
        expect(me.dialog.locator("input").first).to_have_value(said)
        me.closes(close(t))


@pytest.mark.parametrize(("giver", "receiver"), [(9, 11), (10, 12)], ids=LANGUAGES)
def test_the_home_tab_offers_to_thank_and_shows_the_last_thanks(giver: int, receiver: int, sit: Sit) -> None:
    with sit(giver, "kudos-given") as me:
        t, said = texts(me), words(me)
        me.go_home()
        me.press(t("home.to.kudos"), on=me.home)
        me.sees(t("kudos.give.title"), on=me.dialog, picture="1-form")
        me.fill(t("kudos.give.words"), f"@Agent {receiver} {said}")
        me.press(t("kudos.give.look"), on=me.dialog)
        me.press_there(t("kudos.preview.send"))
        me.sees(t("kudos.sent.title"), on=me.dialog)
        me.closes(close(t))
    with sit(receiver, "kudos-home") as them:
        them.sees(said, on=them.card)
        them.go_home()
        them.sees(said, on=them.home, picture="1-tab")
        them.press(t("home.to.kudos_jar"), on=them.home)
        them.sees(t("kudos.jar.title"), on=them.dialog, picture="2-jar")
        expect(them.dialog).to_contain_text(said)
        them.closes(close(t))


def close(t: Texts) -> str:
    return {"nl": "Sluiten", "en": "Close"}[t.language]
