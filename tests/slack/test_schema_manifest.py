"""The manifest of our application, held to the type that Slack publishes for it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from itertools import product
from typing import Any

import pytest

from bot.slack_manifest import Wanted, manifest
from bot.texts import Texts
from surveys.model import LANGUAGES, Language
from tests.slack.schema.check import manifest_problems

BASE = "https://pauze.example.org"
Part = dict[str, Any]


EVERYTHING = [Wanted(*flags) for flags in product([False, True], repeat=4)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("wanted", EVERYTHING, ids=str)
def test_slacks_type_knows_every_manifest(language: Language, wanted: Wanted) -> None:
    assert manifest_problems(manifest(BASE, Texts(language), wanted)) == []


FAULTS: dict[str, tuple[Callable[[Part], object], str]] = {
    "a scope nobody knows": (lambda made: made["oauth_config"]["scopes"]["bot"].append("chat:read"), "/scopes/bot/5"),
    "an event nobody knows": (
        lambda made: made["settings"]["event_subscriptions"]["bot_events"].append("home_opened"),
        "/bot_events/3",
    ),
    "a part nobody knows": (lambda made: made.update(setting={}), "[json-pointer:]"),
    "a setting nobody knows": (lambda made: made["settings"].update(socket_mode=True), "/settings"),
    "a name of 36": (lambda made: made["display_information"].update(name="x" * 36), "/name"),
    "a description of 141": (lambda made: made["display_information"].update(description="x" * 141), "/description"),
    "no name": (lambda made: made["display_information"].pop("name"), "/display_information"),
    "a switch that is text": (lambda made: made["settings"].update(socket_mode_enabled="yes"), "/socket_mode_enabled"),
    "a command without words": (
        lambda made: made["features"]["slash_commands"][0].pop("description"),
        "/slash_commands/0",
    ),
    "a command of 33": (
        lambda made: made["features"]["slash_commands"][0].update(command="/" + "x" * 32),
        "/slash_commands/0/command",
    ),
    "a shortcut of another kind": (
        lambda made: made["features"]["shortcuts"][0].update(type="channel"),
        "/shortcuts/0",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_refused_where_it_is(name: str) -> None:
    spoil, place = FAULTS[name]
    spoil(made := copy.deepcopy(manifest(BASE, Texts("nl"))))
    assert place in "".join(manifest_problems(made))
