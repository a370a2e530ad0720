"""PRIVACY 10, 15 and 17: what is asked, what becomes of a comment, and that nothing is inferred from anybody."""

from __future__ import annotations

import ast
import tomllib
from dataclasses import fields, replace
from pathlib import Path

import pytest

from adapters.port import Submission
from surveys.instrument import shipped_instrument
from surveys.model import LANGUAGES, Mode, Response, WaveState
from surveys.policy import to_content
from surveys.store import surveys as store
from tests.architecture.tree import ROOT, sources
from tests.ceremony import agree
from tests.everything import everything
from tests.privacy.test_nobody_is_shown import pages
from tests.privacy.wave import House, token_of, wave
from tests.stage import staged

WEIGHING = ("textblob", "vader", "transformers", "torch", "spacy", "flair", "nrclex", "text2emotion", "deepface")
"""Packages that weigh language, voice or faces."""


async def test_what_is_asked_is_about_the_work(house: House) -> None:
    """Every question that is shipped is one that employers may act on, and a wave asks no other."""
    assert {item.mode for item in shipped_instrument().items} == {Mode.WORK}
    async with staged(*house) as stage:
        instrument = stage.app.instrument
        symptom = replace(next(item for item in instrument.items if item.driver), mode=Mode.ARBO)
        planted = replace(instrument, items=tuple(symptom if one.id == symptom.id else one for one in instrument.items))
        opening = replace(stage.app.opening, instrument=planted)
        await opening.open_due(stage.clock())
        async with stage.app.database.begin() as connection:
            policy, asked, _ = await opening.agreed(connection, await store.survey(connection, "pulse"))
            (there,) = await store.waves(connection, state=WaveState.OPEN)
    assert policy
    assert not asked.knows(symptom.id)
    assert symptom.id not in there.items


async def test_what_somebody_wrote_is_published_nowhere(house: House) -> None:
    """A comment is sealed with the answer and destroyed with it: no page, message or Release ever holds its words."""
    words = "de roosters zijn krap sinds de verhuizing"
    async with wave(house, settings={"comments": True}) as stage:
        for number in range(1, 13):
            await stage.answer(f"o{number}", 3, 3)
            text = {"comment": words}
            await stage.recording.act(f"o{number}", "nl", "comment", token=token_of(stage, f"o{number}"), texts=text)
        await stage.close()
        shown, kept = await pages(stage), everything(stage.server)
        sent = repr([*stage.recording.sent, *stage.recording.updates])
    assert [page for page, text in shown.items() if words in text] == []
    assert words not in repr(kept)
    assert words.encode().hex() not in repr(kept)
    assert words not in sent
    assert words in f"{sent}{words}"


@pytest.mark.parametrize("name", ["verbatim_comments", "tone"])
async def test_what_is_off_stays_off_until_two_keys_switch_it_on(house: House, name: str) -> None:
    """Comments word for word and their tone are off in a first agreement, whatever settings ask for."""
    async with staged(*house, live=False) as stage:
        assert to_content(await stage.app.agreeing.draft())[name] is False
    async with staged(*house) as stage:
        before = (await stage.app.seats.standing()).head[0]
        standing = await agree(stage.app, stage.clock(), comments=True, **{name: True})
        assert standing.head[0] == before + 2  # a proposal of the one, and the word of the other


def test_nothing_is_inferred_from_how_somebody_answers() -> None:
    """Of an answer nothing is taken but what was chosen or written, and where it counts: no time, speed or device."""
    assert {field.name for field in fields(Response)} == {"cohort", "answers", "comment", "withdrawn", "facet"}
    assert {field.name for field in fields(Submission)} == {"token", "action", "locale", "positions", "texts"}
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = [one for one in project["project"]["dependencies"] if one.lower().startswith(WEIGHING)]
    assert wanted == ["textblob==0.20.1"]  # for who writes thanks, and nothing else: see below
    assert len(LANGUAGES) == 2


def test_how_a_text_sounds_is_looked_at_for_thanks_alone() -> None:
    """Of kudos the tone is checked, for their writer; nothing that deals with answers or comments reaches it."""
    asking = [path for path, tree in sources(ROOT) if "analytics.tone" in imported(tree)]
    assert [path for path in asking if "kudos" not in path] == []
    assert "analytics.tone" in imported(ast.parse("def late():\n    from analytics import tone"))


def imported(tree: ast.AST) -> set[str]:
    """The modules that a file imports, and what it takes from them, wherever in it."""
    plain = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    found = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module]
    taken = {f"{one.module}.{name.name}" for one in found for name in one.names}
    return plain | taken | {str(one.module) for one in found}
