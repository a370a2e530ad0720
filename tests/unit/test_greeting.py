"""What somebody is shown who types something: help before anything else, and a way to what they asked for."""

from __future__ import annotations

import pytest

from adapters.port import IN_PLACE, Command, Locale, Message
from bot.commands import DUTCH
from bot.greeting import WAYS, Greeting
from bot.safety import help_card
from bot.texts import Texts
from tests.saying import CRISIS

GREETING = Greeting("NL", DUTCH)


async def answer(text: str, locale: Locale = "nl") -> Message:
    reply = await GREETING.said(Command("said", "teams", "noor", locale, {"text": text}))
    assert (reply.dialog, reply.notice) == (None, "")
    assert reply.message
    return reply.message


def first(shown: Message) -> str:
    return next(choice.action for choice in shown.choices if choice.prominent)


@pytest.mark.parametrize("word", [*WAYS, *DUTCH])
async def test_a_word_that_asks_for_something_is_answered_with_its_button_first(word: str) -> None:
    wanted = DUTCH.get(word, word)
    if wanted != "help":
        assert first(await answer(f"/{word.upper()} graag")) == wanted


@pytest.mark.parametrize("text", ["", "   ", "hoi", "answer 3", "1", "ik vind mijn werk zwaar"])
async def test_other_words_get_the_ways_on(text: str) -> None:
    shown = await answer(text)
    assert (first(shown), shown.paragraphs) == ("home", (Texts("nl")("start.said"),))


@pytest.mark.parametrize("locale", ["nl", "en"])
async def test_help_is_there_at_once_for_who_asks(locale: Locale) -> None:
    assert await answer("help", locale) == help_card(locale, "NL", in_chat=True)


@pytest.mark.parametrize("locale", ["nl", "en"])
async def test_whoever_writes_that_they_are_in_need_gets_the_numbers(locale: Locale) -> None:
    shown = await answer(f"overzicht {CRISIS[locale]}", locale)
    assert "113" in " ".join(shown.paragraphs)
    assert Texts(locale)("safety.kept.chat") in shown.notes


@pytest.mark.parametrize("locale", ["nl", "en"])
async def test_nothing_that_somebody_typed_comes_back(locale: Locale) -> None:
    assert "geheim" not in repr(await answer("geheim woord", locale))


async def test_every_button_opens_something_for_one_person_alone() -> None:
    assert {choice.action for choice in (await answer("")).choices} & IN_PLACE == set()


async def test_what_is_typed_behind_the_word_for_thanking_goes_on_with_its_button() -> None:
    reply = await Greeting("NL", DUTCH).said(
        Command("said", "teams", "noor", "nl", {"text": "bedank @Sanne @Bilal voor de hulp"})
    )
    assert reply.message is not None
    kept = {choice.action: dict(choice.kept) for choice in reply.message.choices}
    assert kept.pop("kudos") == {"text": "@Sanne @Bilal voor de hulp"}
    assert not any(kept.values())
