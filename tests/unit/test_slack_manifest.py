"""The manifest of the app in Slack: least scopes, one address, texts in both languages within Slack's limits."""

from __future__ import annotations

import inspect
import json
import re
from dataclasses import fields
from typing import Any, cast
from unittest.mock import Mock

import pytest

from adapters.slack.asking import THANK, THANK_FOR, WORDS
from adapters.slack.changes import Changes
from adapters.slack.platform import Slack
from bot.cli.edge import Edge
from bot.cli.entry import run
from bot.commands import commands
from bot.kudos.recognition import Recognition
from bot.slack_manifest import Wanted, manifest
from bot.texts import Texts
from surveys.errors import InputError
from surveys.model import LANGUAGES, Language
from tests.slack.ground import AppCard

BASE = "https://pauze.example.org"
ALWAYS = ["chat:write", "commands", "files:write", "channels:read", "groups:read"]
NOBODY: Any = None
LONGEST = {"name": 35, "description": 140, "long_description": 4000}
SHORTEST_LONG_DESCRIPTION = 174
"""Slack's page refuses a shorter one."""


class Unused:
    """A digest that nobody asks for."""

    command = None


def unused_kudos() -> Recognition:
    """Kudos that nobody asks for, of however many parts."""
    return Recognition(*(cast(Any, Mock()) for _ in fields(Recognition)))


def addresses(part: object) -> set[str]:
    """Every web address in a manifest."""
    return set(re.findall(r"https?://[^\"\s]+", json.dumps(part)))


def test_over_http_everything_goes_to_one_address() -> None:
    made = manifest(f"{BASE}/", Texts("nl"))
    events = f"{BASE}/slack/events"
    assert {command["url"] for command in made["features"]["slash_commands"]} == {events}
    assert made["settings"]["event_subscriptions"]["request_url"] == events
    assert made["settings"]["interactivity"]["request_url"] == events
    assert addresses(made) == {events}
    assert made["settings"]["socket_mode_enabled"] is False


def test_over_socket_mode_slack_is_given_no_address() -> None:
    made = manifest("http://127.0.0.1:8321", Texts("nl"), Wanted(socket=True))
    assert addresses(made) == set()
    assert made["settings"]["socket_mode_enabled"] is True
    assert made["settings"]["interactivity"] == {"is_enabled": True}


@pytest.mark.parametrize(
    "base",
    [
        "http://pauze.example.org",
        "pauze.example.org",
        "https://",
        "https://127.0.0.1:8321",
        "https://localhost",
        "https://pauze.example.org?team=1",
    ],
)
def test_an_address_that_slack_cannot_reach_is_refused_with_the_mend(base: str) -> None:
    with pytest.raises(InputError, match=re.escape(repr(base)) + r".*--base https://.*--socket"):
        manifest(base, Texts("nl"))


def test_it_asks_for_no_more_than_it_needs() -> None:
    asked = manifest(BASE, Texts("nl"))["oauth_config"]
    assert asked == {"scopes": {"bot": ALWAYS}}


def test_reading_who_is_a_member_is_asked_for_only_when_wanted() -> None:
    scopes = manifest(BASE, Texts("nl"), Wanted(members=True))["oauth_config"]["scopes"]["bot"]
    assert scopes == [*ALWAYS, "users:read", "users:read.email"]


def test_for_several_workspaces_there_is_a_way_back_from_consenting_and_it_asks_for_what_it_then_asks_slack() -> None:
    asked = manifest(BASE, Texts("nl"), Wanted(several=True))["oauth_config"]
    assert asked["redirect_urls"] == [f"{BASE}/slack/oauth_redirect"]
    assert asked["scopes"] == {"bot": list(Wanted(members=True).scopes)}


def test_over_socket_mode_the_way_back_still_needs_an_address() -> None:
    made = manifest(BASE, Texts("nl"), Wanted(socket=True, several=True))
    assert addresses(made) == {f"{BASE}/slack/oauth_redirect"}
    with pytest.raises(InputError, match="--base"):
        manifest("http://127.0.0.1:8321", Texts("nl"), Wanted(socket=True, several=True))


def test_reading_user_groups_is_asked_for_only_when_wanted_and_needs_the_members() -> None:
    scopes = manifest(BASE, Texts("nl"), Wanted(groups=True))["oauth_config"]["scopes"]["bot"]
    assert scopes == [*ALWAYS, "users:read", "users:read.email", "usergroups:read"]


def listened_to(kind: type) -> set[str]:
    return set(re.findall(r'bolt\.event\("(\w+)"\)', inspect.getsource(kind)))


def heard(**may: bool) -> list[str]:
    events: list[str] = manifest(BASE, Texts("nl"), Wanted(**may))["settings"]["event_subscriptions"]["bot_events"]
    return events


def test_it_hears_of_what_the_platform_listens_to_and_of_nothing_else() -> None:
    assert set(heard()) == listened_to(Slack)
    assert set(heard(groups=True)) == listened_to(Slack) | listened_to(Changes)


def test_it_hears_of_members_and_of_groups_only_when_it_may_read_them() -> None:
    assert heard(members=True) == [*heard(), "team_join", "user_change"]
    assert heard(groups=True) == [*heard(members=True), "subteam_members_changed", "subteam_updated"]


def test_nobody_can_write_to_it() -> None:
    """Without a messages tab no card arrives; with a writable one people would write what nobody reads."""
    assert manifest(BASE, Texts("nl"))["features"]["app_home"] == {
        "home_tab_enabled": True,
        "messages_tab_enabled": True,
        "messages_tab_read_only_enabled": True,
    }


@pytest.mark.parametrize("several", [False, True])
def test_tokens_rotate_where_they_can(*, several: bool) -> None:
    """A token that stands in the settings cannot."""
    assert manifest(BASE, Texts("nl"), Wanted(several=several))["settings"]["token_rotation_enabled"] is several


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_texts_keep_within_the_limits_of_slack(language: Language) -> None:
    shown = manifest(BASE, Texts(language))["display_information"]
    assert {name: limit for name, limit in LONGEST.items() if len(shown[name]) > limit} == {}
    assert len(shown["long_description"]) >= SHORTEST_LONG_DESCRIPTION


def test_the_texts_are_in_the_language_that_was_asked_for() -> None:
    nl, en = (manifest(BASE, Texts(language)) for language in ("nl", "en"))
    for name in ("description", "long_description"):
        assert nl["display_information"][name] != en["display_information"][name]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_of_the_hint_is_a_command(language: Language) -> None:
    known = commands(NOBODY, NOBODY, cast(Any, Unused), unused_kudos(), "NL")
    command = manifest(BASE, Texts(language))["features"]["slash_commands"][0]
    words = command["usage_hint"].strip("[]").split("|")
    assert len(words) == 7
    assert set(words) <= set(known)


def test_slack_says_who_is_meant_in_thanks_and_leaves_the_other_command_as_it_was_typed() -> None:
    features = manifest(BASE, Texts("nl"))["features"]
    assert {one["command"]: one["should_escape"] for one in features["slash_commands"]} == {
        "/adempauze": False,
        **dict.fromkeys(AppCard().escaped, True),
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_somebody_can_be_thanked_for_a_message_and_from_anywhere(language: Language) -> None:
    found = manifest(BASE, Texts(language))["features"]["shortcuts"]
    assert [(one["type"], one["callback_id"]) for one in found] == [("message", THANK_FOR), ("global", THANK)]
    assert all(len(one["name"]) <= 24 and len(one["description"]) <= 150 for one in found)


def test_every_word_after_which_thanks_are_read_asks_for_the_form() -> None:
    known = commands(NOBODY, NOBODY, cast(Any, Unused), unused_kudos(), "NL")
    assert {known[word] for word in WORDS} == {known["kudos"]}


def test_the_command_prints_json_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["slack", "manifest", "--base", BASE, "--members", "--language", "en"], Edge({})) == 0
    assert json.loads(capsys.readouterr().out) == manifest(BASE, Texts("en"), Wanted(members=True))


def test_the_command_asks_for_groups(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["slack", "manifest", "--base", BASE, "--groups", "--language", "en"], Edge({})) == 0
    assert json.loads(capsys.readouterr().out) == manifest(BASE, Texts("en"), Wanted(members=True, groups=True))


def test_without_options_it_takes_address_and_language_from_the_settings(capsys: pytest.CaptureFixture[str]) -> None:
    given = {"ADEMPAUZE_PUBLIC_URL": BASE, "ADEMPAUZE_LANGUAGE": "en"}
    assert run(["slack", "manifest"], Edge(given)) == 0
    assert json.loads(capsys.readouterr().out) == manifest(BASE, Texts("en"))


def test_an_address_on_this_machine_alone_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["slack", "manifest"], Edge({})) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("adempauze: Slack cannot reach 'http://127.0.0.1:8321': ")
    assert said.err.count("\n") == 1


def test_socket_mode_needs_no_address(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["slack", "manifest", "--socket"], Edge({})) == 0
    assert json.loads(capsys.readouterr().out)["settings"]["socket_mode_enabled"] is True
