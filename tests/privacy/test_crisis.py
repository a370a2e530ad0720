"""PRIVACY 16: crisis language."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from bot.safety import check, help_card
from surveys.model import LANGUAGES, Language
from tests.everything import everything, logged
from tests.privacy.wave import House, token_of, wave
from tests.stage import Stage

FILES = sorted((Path(__file__).resolve().parents[1] / "data").glob("crisis*.tsv"))


def phrases() -> list[tuple[Language, str]]:
    """Return texts for which the help card comes, of every kind in both languages."""
    tables = (file.read_text(encoding="utf-8").splitlines() for file in FILES)
    lines = [line for table in tables for line in csv.DictReader(table, delimiter="\t")]
    both = [(language, line["text"]) for line in lines for language in LANGUAGES if line["lang"] == language]
    return [(language, text) for language, text in both if check(text, language)]


async def write(stage: Stage, language: Language, text: str) -> str:
    """Write a comment and return what comes back, with everything that was logged."""
    who = {"nl": "o1", "en": "o2"}[language]
    with logged() as lines:
        reply = await stage.recording.act(who, language, "comment", token=token_of(stage, who), texts={"comment": text})
    assert reply.message is None
    assert reply.dialog is not None
    assert reply.dialog.links, text
    return repr(reply) + lines.getvalue()


@pytest.mark.parametrize("comments", [True, False])
async def test_crisis_language_is_neither_stored_nor_logged_nor_told(house: House, comments: bool) -> None:
    """A text in crisis language gets a help card at once and is dropped: no row, no log line and no message has it,
    and nobody is told, whether or not the comment form is on."""
    async with wave(house, settings={"comments": comments}) as stage:
        await stage.answer("o1", 5, 1)
        await stage.answer("o2", 5, 1)
        before, sent = everything(stage.server), list(stage.recording.sent)
        updates = list(stage.recording.updates)
        texts = phrases()
        assert len(texts) > 40
        for language, text in texts:
            assert text not in await write(stage, language, text)
        assert everything(stage.server) == before
        assert (stage.recording.sent, stage.recording.updates) == (sent, updates)


async def test_an_ordinary_text_is_stored_so_the_test_above_can_fail(house: House) -> None:
    async with wave(house, settings={"comments": True}) as stage:
        before = everything(stage.server)
        await stage.recording.act(
            "o1", "nl", "comment", token=token_of(stage, "o1"), texts={"comment": "de roosters zijn krap"}
        )
        assert everything(stage.server) != before


@pytest.mark.parametrize("language", LANGUAGES)
async def test_help_is_on_every_card_and_leaves_no_trace(house: House, language: Language) -> None:
    """Every card of a check-in has the help button; pressing it stores and sends nothing."""
    async with wave(house) as stage:
        who = {"nl": "o1", "en": "o2"}[language]
        for action, position in (("answer", (0, 4)), ("answer", (1, 2)), ("withdraw", None), ("change", None)):
            before, written = everything(stage.server), len(stage.recording.updates)
            reply = await stage.recording.tap(who, "help")
            assert reply.dialog == help_card(language, "NL")
            assert reply.message is None
            assert everything(stage.server) == before
            assert len(stage.recording.updates) == written
            await stage.recording.tap(who, action, position)
        await stage.recording.tap(who, "later")
        assert (await stage.recording.tap(who, "help")).dialog == help_card(language, "NL")
