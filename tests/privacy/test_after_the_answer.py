"""PRIVACY 11: after the answer."""

from __future__ import annotations

from itertools import product

import pytest

from adapters.port import Message
from adapters.web.platform import WebChat
from bot.break_cards import THANKING
from surveys.break_library import shipped_breaks
from surveys.model import LANGUAGES, Language
from tests.dialogues.drivers import DRIVERS
from tests.dialogues.talk import playing
from tests.privacy.wave import House, wave

OPTIONS = tuple(product(range(1, 6), repeat=2))
WHO = {"nl": "o1", "en": "o2"}
HIGH = 4
"""From this option of the first item on, somebody is tense."""


def all_the_same(written: list[list[Message]]) -> bool:
    """Whether each run wrote the same messages, byte for byte."""
    return len({repr(messages) for messages in written}) == 1


@pytest.mark.parametrize("language", LANGUAGES)
async def test_thanks_are_the_same_for_every_answer(house: House, language: Language) -> None:
    """Whatever is answered, the platform is given the same to show, byte for byte: the next question, then thanks."""
    async with wave(house) as stage:
        who, written = WHO[language], []
        for first, second in OPTIONS:
            before = len(stage.recording.updates)
            await stage.answer(who, first, second)
            written.append([message for _, message in stage.recording.updates[before:]])
            await stage.recording.tap(who, "change")
        assert {len(messages) for messages in written} == {2}
        assert all_the_same(written)
        assert not all_the_same([*written, [Message("Bedankt", language)]])


@pytest.mark.parametrize("language", LANGUAGES)
async def test_thanking_somebody_stands_under_the_thanks_whatever_was_answered(
    house: House, language: Language
) -> None:
    """*Thank someone* is a button of the thanks after every answer and every skip, in the same place, and the text
    says nothing of it."""
    async with wave(house) as stage:
        who, thanks = WHO[language], list[Message]()
        for first, second in OPTIONS:
            await stage.answer(who, first, second)
            thanks.append(stage.card(who))
            await stage.recording.tap(who, "change")
        for position in (0, 1):
            await stage.recording.tap(who, "skip", (position, 0))
        thanks.append(stage.card(who))
        assert len(thanks) == len(OPTIONS) + 1
        assert {[choice.action for choice in message.choices].index("kudos") for message in thanks} == {1}
        assert not any("kudos" in text.casefold() for text in (*thanks[0].paragraphs, *thanks[0].notes))


async def test_after_a_favourable_answer_only_the_dialog_mentions_thanking_first(house: House) -> None:
    """A calm answer puts thanking somebody before the other breaks, and a tense one does not offer it; that stands in
    the dialog alone, while the message in the chat stays as it was."""
    async with wave(house) as stage:
        one = next(each for each in shipped_breaks() if each.id == THANKING)
        first, written = dict[tuple[int, ...], str](), list[Message]()
        for options in OPTIONS:
            await stage.answer("o1", *options)
            offered = await stage.recording.tap("o1", "breaks")
            assert offered.dialog is not None
            first[options] = offered.dialog.choices[0].label
            written.append(stage.card("o1"))
            await stage.recording.tap("o1", "change")
        mentioned = {options for options, label in first.items() if one.title["nl"] in label}
        assert (1, 5) in mentioned
        assert not {options for options in mentioned if options[0] >= HIGH}
        assert all_the_same([[message] for message in written])


async def test_the_dialog_leads_on_to_thanking_and_leaves_no_word_in_the_chat(house: House) -> None:
    async with wave(house) as stage:
        await stage.answer("o1", 1, 5)
        thanks = stage.card("o1")
        offered = await stage.recording.tap("o1", "breaks")
        assert offered.dialog is not None
        steps = await stage.recording.tap("o1", "break", (0, 1), on=offered.dialog)
        assert steps.dialog is not None
        assert [(choice.action, choice.prominent) for choice in steps.dialog.choices] == [("kudos", True)]
        form = await stage.recording.tap("o1", "kudos", on=steps.dialog)
        assert form.dialog is not None
        assert form.dialog.form is not None
        assert (offered.message, steps.message, form.message, stage.card("o1")) == (None, None, None, thanks)


async def test_a_skip_gets_the_same_thanks(house: House) -> None:
    """Skipping looks the same as answering."""
    async with wave(house) as stage:
        await stage.answer("o1", 5, 1)
        thanks = stage.card("o1")
        await stage.recording.tap("o1", "change")
        await stage.recording.tap("o1", "skip", (0, 0))
        await stage.recording.tap("o1", "skip", (1, 0))
        assert stage.card("o1") == thanks


async def written_after(house: House, first: int, second: int) -> tuple[list[object], set[str]]:
    """Answer, ask for a break and take one; return all that the platform was given, and what the dialogs showed."""
    async with wave(house) as stage:
        platform = stage.recording
        await stage.answer("o1", first, second)
        offered = await platform.tap("o1", "breaks")
        shown = set()
        assert offered.dialog is not None
        for number in (1, 2, 3):
            chosen = await platform.tap("o1", "break", (0, number), on=offered.dialog)
            assert chosen.message is None
            assert chosen.dialog is not None
            shown.add(chosen.dialog.title)
        assert offered.message is None
        return [*platform.sent, *platform.updates], shown


async def test_what_fits_an_answer_is_shown_in_a_dialog_alone(house: House) -> None:
    """Breaks are chosen from the own sealed row, and neither they nor the answer are ever written into the chat."""
    stressed, for_stress = await written_after(house, 5, 1)
    calm, for_calm = await written_after(house, 1, 5)
    assert for_stress != for_calm
    assert titles(stressed) == titles(calm)
    assert [title for title in for_stress | for_calm if title in repr(stressed + calm)] == []


def titles(written: list[object]) -> list[str]:
    messages = [one[1] if isinstance(one, tuple) else one.message for one in written]  # type: ignore[attr-defined]
    return [message.title for message in messages]


@pytest.mark.parametrize("answers", [(5, 1), (1, 5)])
async def test_a_page_keeps_nothing_of_an_answer(house: House, answers: tuple[int, int]) -> None:
    """On the web the record of what waits for somebody is the same before and after an answer and a break."""
    async with playing(house, "web", "nl", size=1) as play, play.meet() as agent:
        chat = play.stage.app.platforms["web"]
        assert isinstance(chat, WebChat)
        before, sealed = await chat.waiting(agent.who), await play.stage.rows("SELECT sealed FROM platform.record")
        await agent.answers(*answers)
        await agent.taps(agent.t("checkin.break"))
        await agent.sees(agent.t("checkin.thanks.title"))
        assert await chat.waiting(agent.who) == before
        assert await play.stage.rows("SELECT sealed FROM platform.record") == sealed


@pytest.mark.parametrize("platform", sorted(DRIVERS))
async def test_after_the_answer_no_screen_shows_what_it_was(house: House, platform: str) -> None:
    """Opened again, the chat shows the same to somebody who answered 1 and to somebody who answered 5."""
    async with playing(house, platform, "nl", size=2) as play:
        screens = []
        for option in (1, 5):
            async with play.meet() as agent:
                await agent.answers(option, option)
                screens.append(await agent.driver.screen())
        assert screens[0] == screens[1]
