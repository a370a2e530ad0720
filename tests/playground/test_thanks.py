"""Thanking in Microsoft's own playground for Teams: at a message, in a channel, and by who is thanked.

The dialog of a message extension is the one that the playground draws. It has no manifest, so that the name of the
command is typed; its picker finds nobody, so that people are named in the words.
"""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from bot.texts import Texts
from surveys.model import LANGUAGES
from tests.playground.conftest import Sit
from tests.playground.office import Office
from tests.playground.seat import Seat
from tests.teams.client import Json, inputs
from tests.teams.person import words_of

pytestmark = pytest.mark.browser
CHANNEL, SHOWN_AS = "19:noord@thread.tacv2", "Lente: Noord"
WORDS: Mapping[str, str] = {"nl": "dank voor je hulp bij dat gesprek", "en": "thanks for your help with that call"}


def texts(me: Seat) -> Texts:
    return Texts(me.me.language)  # type: ignore[arg-type]


def value_of(card: Json, name: str) -> str:
    """What stands in an input."""
    (found,) = [one for one in inputs(card) if one["id"].partition(".")[2] == name]
    return str(found.get("value", ""))


@pytest.mark.parametrize("key", ["o1", "o2"], ids=LANGUAGES)
def test_at_a_message_its_author_is_filled_in_and_a_refusal_loses_no_word(key: str, sit: Sit) -> None:
    with sit(key, "thanking") as me:
        t, said = texts(me), WORDS[me.me.language]
        me.asks(said)
        form = me.thanks(said, "1-form")
        assert (form["speak"], value_of(form, "people")) == (t("kudos.give.title"), me.me.id)
        refused = me.presses_there(t("kudos.give.look"), "2-refused", **{t("kudos.give.words"): said})
        assert (value_of(refused, "people"), value_of(refused, "text")) == (me.me.id, said)
        me.leaves()


def offered(me: Seat) -> bool:
    """Open the form, and close it again when it does not offer the channel yet."""
    if SHOWN_AS in words_of(me.thanks()):
        return True
    me.leaves()
    return False


@pytest.mark.parametrize("key", ["o3", "o4"], ids=LANGUAGES)
def test_thanks_for_a_channel_stand_there_until_they_are_taken_back(key: str, sit: Sit, office: Office) -> None:
    with sit(key, "channel") as me:
        t, said = texts(me), WORDS[me.me.language]
        me.goes_to("Lente - General")
        me.waits(lambda: "add" in me.told("installationUpdate"), "the app was not added to the team")
        assert SHOWN_AS in office.opens(CHANNEL)
        me.goes_to("Personal Chat")  # in a channel the page closes the dialog when a post comes
        me.waits(lambda: offered(me), "the channel is not offered")
        me.chooses_there(t("kudos.give.where"), SHOWN_AS)
        preview = me.presses_there(t("kudos.give.look"), "1-preview", **{t("kudos.give.words"): f"@Agent a1 {said}"})
        assert {t("kudos.preview.to", names="Agent a1"), said} <= set(words_of(preview).splitlines())
        me.presses_there(t("kudos.preview.send"), "2-sent")
        me.waits(lambda: said in words_of(me.messages[-1:]), "nothing was posted")
        me.presses_there(t("kudos.sent.withdraw"))
        me.leaves()
        me.goes_to("Lente - Noord")
        me.sees(Texts("nl")("kudos.post.gone.title"), "3-taken-back")
        assert {one["conversation"]["id"] for one in me.messages if said in words_of(one)} == {CHANNEL}


@pytest.mark.parametrize("key", ["o1", "o2"], ids=LANGUAGES)
def test_whoever_is_thanked_says_thanks_back_in_one_tap(key: str, sit: Sit, office: Office) -> None:
    with sit(key, "thanked") as me:
        t, said = texts(me), WORDS[me.me.language]
        office.thanked("a1", me.me.name, said)
        me.sees(t("kudos.card.title", giver="Agent a1"), "1-card")
        me.press(t("kudos.card.back"))
        me.sees(t("kudos.card.backed"), "2-backed")
        me.waits(lambda: t("kudos.card.backed") in words_of(me.messages[-1:]), "what was posted did not follow")
