"""How the application is known to Microsoft, and what a developer's own machine may do without that."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from adapters.port import DeliveryError
from adapters.teams.activity import Place
from adapters.teams.app import TeamsApp
from adapters.teams.exchange import Post
from adapters.teams.service import is_here, may_be_called
from tests.adapters.teams_bench import teams_before
from tests.teams.fake import APP, BOT, CHAT, TENANT, FakeTeams


def nobody(teams: FakeTeams) -> dict[str, Any]:
    return {"id": "", "secret": "", "tenant": "", "development": True}


@pytest.mark.parametrize(
    ("settings", "what"),
    [
        ({"id": ""}, "app id"),
        ({"id": "", "secret": "s", "tenant": "t"}, "app id"),
        ({"id": APP, "secret": "s"}, "tenant"),
        ({"id": APP, "tenant": "t"}, "client secret"),
        ({"id": APP, "type": "MultiTenant", "tenants": frozenset({"t"})}, "client secret"),
        ({"id": APP, "type": "MultiTenant", "secret": "s"}, "every organisation"),
        ({"id": APP, "type": "UserAssignedMSI"}, "every organisation"),
        ({"id": APP, "development": True, "secret": "s"}, "tenant"),
    ],
)
def test_settings_that_would_let_anybody_in_are_refused(settings: dict[str, Any], what: str) -> None:
    with pytest.raises(ValueError, match=what):
        TeamsApp(**settings)


@pytest.mark.parametrize(
    "settings",
    [
        {"id": "", "development": True},
        {"id": APP, "secret": "s", "tenant": "t"},
        {"id": APP, "type": "MultiTenant", "secret": "s", "tenants": frozenset({"t"})},
        {"id": APP, "type": "UserAssignedMSI", "tenant": "t"},
    ],
)
def test_settings_that_are_enough_are_taken(settings: dict[str, Any]) -> None:
    assert TeamsApp(**settings).lets_in("t")


OURS = {"id": APP, "secret": "s", "tenant": "t"}


@pytest.mark.parametrize(
    ("settings", "what"),
    [
        ({"groups": ("Agents",)}, "read through Microsoft Graph"),
        ({"graph": True, "groups": tuple(f"g{number}" for number in range(51))}, "at most 50 groups"),
        ({"graph": True, "id": "", "development": True}, "without an id"),
        ({"graph": True, "type": "UserAssignedMSI", "tenants": frozenset({"u"})}, "its own tenant alone"),
        ({"graph": True, "graph_api": "http://graph.microsoft.com/v1.0"}, "https alone"),
    ],
)
def test_settings_with_which_graph_would_tell_nothing_are_refused(settings: dict[str, Any], what: str) -> None:
    with pytest.raises(ValueError, match=what):
        TeamsApp(**(OURS | settings))


def test_graph_may_be_asked_with_a_secret_or_a_managed_identity() -> None:
    for settings in ({}, {"type": "UserAssignedMSI", "secret": ""}, {"type": "MultiTenant", "tenants": {"u"}}):
        assert TeamsApp(**(OURS | {"graph": True, "groups": ("Agents",)} | settings)).lets_in("t")  # type: ignore[arg-type]


def test_a_tenant_is_alone_when_no_other_is_let_in() -> None:
    several = TeamsApp(APP, "s", "MultiTenant", "t", frozenset({"u", "t"}))
    assert (TeamsApp(APP, "s", tenant="t").alone, several.alone, several.let_in) == ("t", "", ("t", "u"))
    assert TeamsApp("", development=True).alone == ""


def test_the_secret_is_not_shown() -> None:
    assert "the-secret" not in repr(TeamsApp(APP, "the-secret", tenant="t"))


def test_an_empty_tenant_is_no_tenant() -> None:
    assert not TeamsApp(APP, "s", "MultiTenant", tenants=frozenset({"t"})).lets_in("")


async def test_in_development_a_request_from_this_machine_needs_no_token(tmp_path: Path) -> None:
    async with teams_before(tmp_path, nobody) as bench:
        assert (await bench.post(token="")).status_code == 200
        await bench.connection.send(bench.place, Post(text="hallo"))
    (sent,) = bench.teams.connector.calls
    assert "Authorization" not in sent.headers
    assert (bench.teams.entra.calls, bench.teams.metadata.calls) == ([], [])


async def test_in_development_a_token_is_refused_since_nobody_can_check_it(tmp_path: Path) -> None:
    async with teams_before(tmp_path, nobody) as bench:
        assert (await bench.post()).status_code == 401
    assert bench.hearing.activities == []


@pytest.mark.parametrize("url", ["https://smba.trafficmanager.net/emea/", "http://10.0.0.1/", "http://evil.example/"])
async def test_in_development_nobody_beyond_this_machine_is_talked_to(url: str, tmp_path: Path) -> None:
    async with teams_before(tmp_path, nobody) as bench:
        assert (await bench.post(bench.teams.activity(serviceUrl=url), token="")).status_code == 401
        with pytest.raises(DeliveryError) as caught:
            await bench.connection.send(Place(url, CHAT, TENANT, BOT), Post(text="hallo"))
    assert (caught.value.permanent, bench.hearing.activities) == (True, [])


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:56150/_connector", "http://localhost/", "https://[::1]:1/a", "http://127.9.9.9"]
)
def test_this_machine_is_known_by_its_names(url: str) -> None:
    assert is_here(url)
    assert may_be_called(url, only_here=True)


@pytest.mark.parametrize(
    "url",
    [
        *("http://127.0.0.1.evil.example/", "http://localhost.evil.example/", "http://127.0.0.1@evil.example/"),
        *("http://evil.example\\@127.0.0.1/", "http://evil.example#@127.0.0.1/", "http://0.0.0.0/", "//127.0.0.1/"),
        *("http://127.0.0.1/a?b", "http://127.0.0.1/%2e", "http://127.0.0.1/\n", "HTTP://127.0.0.1/", "http://[::]/"),
    ],
)
def test_what_only_looks_like_this_machine_is_not(url: str) -> None:
    assert not is_here(url)
    assert not may_be_called(url, only_here=False)


def test_elsewhere_it_must_be_encrypted() -> None:
    assert may_be_called("https://smba.trafficmanager.net/emea/", only_here=False)
    assert not may_be_called("http://smba.trafficmanager.net/emea/", only_here=False)
    assert not may_be_called("https://smba.trafficmanager.net/emea/", only_here=True)
