"""What is stored about me now: as sentences and as one document, from the rows that exist."""

from __future__ import annotations

import pytest

from bot.texts import Texts
from surveys.model import LANGUAGES, Language
from tests.dialogues.own_page import actions, dialog, exported, furnish, sent
from tests.stage import Stage

WHO: dict[Language, str] = {"nl": "o1", "en": "o2"}


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_page_names_every_kind_of_row_and_the_limits(stage: Stage, language: Language) -> None:
    """The privacy page tells what is stored about its reader, with the promises and their limits."""
    who, texts = WHO[language], Texts(language)
    await furnish(stage, who)
    card = await dialog(stage, who, "privacy")
    said = "\n".join(card.steps)
    assert f"Agent {who}" in said
    assert f"{who}@lente.example" in said
    assert "Noord/Service/Ochtend" in said
    assert "10:00" in said
    assert texts("privacy.has.sealed") in card.steps
    assert texts("privacy.has.digests", count=1) in card.steps
    assert texts("privacy.has.record", channel="recording", kb=1) in card.steps
    link = texts("privacy.has.links", count=1, last="/").partition("/")[0]
    assert any(line.startswith(link) for line in card.steps)
    assert card.notes == tuple(texts(f"privacy.limit.{limit}") for limit in ("chat", "operator", "pooling"))
    assert actions(card) == ["export", "erase", "introduction", "home", "help"]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_whoever_has_nothing_open_is_told_so(stage: Stage, language: Language) -> None:
    card = await dialog(stage, WHO[language], "privacy")
    assert Texts(language)("privacy.has.no_choices") in card.steps
    assert Texts(language)("privacy.has.no_delivery") in card.steps


async def test_a_card_that_was_put_off_shows_as_such(stage: Stage) -> None:
    await sent(stage)
    stage.clock.forward(hours=-6)
    await stage.recording.tap("o1", "later")
    assert "je koos later vandaag" in "\n".join((await dialog(stage, "o1", "privacy")).steps)


async def test_the_export_is_one_complete_document(stage: Stage) -> None:
    """The export holds every row about its reader, and no row about anybody else."""
    await furnish(stage, "o1")
    document = await exported(stage, "o1")
    assert document["roster"]["external_id"] == "o1"
    assert document["roster"]["team"] == "Noord/Service/Ochtend"
    assert document["choices"]["moment"] == "10:00:00"
    once = ("shifts", "cards", "records", "digests", "introductions")
    assert {name: len(document[name]) for name in once} == dict.fromkeys(once, 1)
    assert [link["purpose"] for link in document["links"]] == ["digest", "export"]
    assert document["cards"][0]["person"] == str(stage.people["o1"].id)
    assert document["cards"][0]["sealed_row"] == "present"


async def test_the_export_holds_no_key_no_slot_and_no_token(stage: Stage) -> None:
    """Nothing in an export would help a thief of the database to find a sealed row."""
    await furnish(stage, "o1")
    text = "\n".join((await dialog(stage, "o1", "export")).paragraphs)
    secret = await stage.rows("select encode(slot, 'hex') from surveys.response")
    secret += await stage.rows("select encode(salt, 'hex') from surveys.wave_salt")
    secret += await stage.rows("select encode(id, 'hex') from platform.link")
    assert secret
    assert not [value for (value,) in secret if str(value) in text]
    token = stage.card("o1").token
    assert token
    assert token not in text
