"""The app package, held to the schemas that Microsoft publishes for it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from bot.teams_package import VERSION, Packed, localisation, manifest
from surveys.model import LANGUAGES, Language
from tests.teams.peer.schemas import manifest_problems, newest, schemas_installed, texts_problems, versions

pytestmark = pytest.mark.skipif(not schemas_installed(), reason="no app-manifest: npm ci in tests/teams/peer")

PACKED = Packed("11111111-2222-3333-4444-555555555555", "https://pauze.example.org", "1.0.0")
Part = dict[str, Any]


def test_the_manifest_has_the_newest_version_that_is_locked_here() -> None:
    assert newest() == VERSION


@pytest.mark.parametrize("language", LANGUAGES)
def test_microsofts_schema_takes_the_manifest(language: Language) -> None:
    assert manifest_problems(manifest(PACKED, language)) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_microsofts_schema_takes_the_texts(language: Language) -> None:
    assert texts_problems(localisation(language), VERSION) == []


def test_a_cloud_that_is_behind_takes_it_with_its_own_version() -> None:
    older = versions()[versions().index("1.19") :]
    assert len(older) > 10
    for version in older:
        assert manifest_problems(manifest(PACKED, "nl") | {"manifestVersion": version}) == []
        assert texts_problems(localisation("nl"), version) == []


FAULTS: dict[str, tuple[Callable[[Part], object], str]] = {
    "a name of 31": (lambda made: made["name"].update(short="x" * 31), "$.name.short"),
    "a description of 81": (lambda made: made["description"].update(short="x" * 81), "$.description.short"),
    "a long description of 4001": (lambda made: made["description"].update(full="x" * 4001), "$.description.full"),
    "no description": (lambda made: made.pop("description"), "$: 'description'"),
    "a part nobody knows": (lambda made: made.update(bot={}), "$: Additional properties"),
    "an id that is none": (lambda made: made.update(id="adempauze"), "$.id"),
    "a bot without an id": (lambda made: made["bots"][0].pop("botId"), "$.bots[0]"),
    "a place nobody knows": (lambda made: made["bots"][0]["scopes"].append("groupchat"), "$.bots[0].scopes[3]"),
    "a command without a title": (
        lambda made: made["bots"][0]["commandLists"][0]["commands"][0].pop("title"),
        "$.bots[0].commandLists[0].commands[0]",
    ),
    "thirteen commands": (
        lambda made: made["bots"][0]["commandLists"][1].update(commands=[{"title": "x"}] * 13),
        "$.bots[0].commandLists[1].commands",
    ),
    "a message extension with a title of 33": (
        lambda made: made["composeExtensions"][0]["commands"][0].update(title="x" * 33),
        "$.composeExtensions[0].commands[0].title",
    ),
    "a message extension in a place nobody knows": (
        lambda made: made["composeExtensions"][0]["commands"][0]["context"].append("messages"),
        "$.composeExtensions[0].commands[0].context",
    ),
    "a message extension of nobody": (
        lambda made: made["composeExtensions"][0].update(botId="adempauze"),
        "$.composeExtensions[0].botId",
    ),
    "a permission nobody knows": (lambda made: made["permissions"].append("files"), "$.permissions"),
    "a colour in words": (lambda made: made.update(accentColor="teal"), "$.accentColor"),
    "an address that is none": (
        lambda made: made["developer"].update(privacyUrl="pauze.example.org"),
        "$.developer.privacyUrl",
    ),
    "no icon": (lambda made: made["icons"].pop("outline"), "$.icons"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_in_the_manifest_is_refused_where_it_is(name: str) -> None:
    spoil, place = FAULTS[name]
    spoil(made := copy.deepcopy(manifest(PACKED, "nl")))
    assert any(problem.startswith(place) for problem in manifest_problems(made))


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda made: made.pop("name.short"), "'name.short' is a required property"),
        (
            lambda made: made.update({"bots[0].commandLists[3].commands[0].title": "x"}),
            "does not match any of the regexes",
        ),
        (lambda made: made.update({"bots[0].commandLists[0].commands[0].title": "x" * 129}), "is too long"),
        (lambda made: made.update({"composeExtensions[0].commands[0].title": "x" * 33}), "is too long"),
        (lambda made: made.update({"description.full": " "}), "does not match"),
    ],
)
def test_a_planted_fault_in_the_texts_is_refused(spoil: Callable[[Part], object], said: str) -> None:
    spoil(made := dict(localisation("nl")))
    assert said in "".join(texts_problems(made, VERSION))
