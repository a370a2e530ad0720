"""What `doctor` says of Teams: how it is connected, the mend of each fault, and never a secret."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.doctor_teams import ask_teams, check_teams
from bot.settings import Settings, load_settings
from tests.teams.fake import APP, TENANT, FakeTeams, fake_teams

PUBLIC = "https://pauze.example.org"
SECRET = "geheim-0123456789"
CONNECTED = {"app_id": APP, "app_secret": SECRET, "tenant": TENANT}


def settings(public_url: str = PUBLIC, **given: Any) -> Settings:
    return load_settings({}, public_url=public_url, **{f"teams_{name}": value for name, value in given.items()})


@pytest.fixture
async def teams(tmp_path: Path) -> AsyncIterator[FakeTeams]:
    async with fake_teams(tmp_path) as one:
        yield one


def before(teams: FakeTeams, **other: Any) -> Settings:
    services = {"metadata": teams.metadata_url, "login": teams.entra.base, "ca": teams.certificate}
    return settings(**(CONNECTED | services | other))


async def asked(of: Settings) -> list[tuple[bool, str, str]]:
    found = await ask_teams(of, lambda: 1_772_438_400.0)
    assert SECRET not in repr(found)
    return [(finding.ok, finding.what, finding.mend) for finding in found]


def test_an_installation_without_teams_hears_nothing_of_it() -> None:
    assert check_teams(settings()) == []


def test_it_says_how_teams_is_connected_and_for_whom() -> None:
    (finding,) = check_teams(settings(**CONNECTED))
    assert (finding.ok, finding.what) == (
        True,
        f"the app {APP} (SingleTenant) for {TENANT}, over HTTP at {PUBLIC}/teams/messages",
    )


@pytest.mark.parametrize("given", [{"app_secret": SECRET}, {"tenant": TENANT}, {"graph": True}])
def test_settings_that_connect_nothing_are_told(given: dict[str, Any]) -> None:
    (finding,) = check_teams(settings(**given))
    assert (finding.ok, "ADEMPAUZE_TEAMS_APP_ID" in finding.mend) == (False, True)
    assert SECRET not in repr(finding)


@pytest.mark.parametrize("url", ["http://pauze.example.org", "https://127.0.0.1:8321"])
def test_an_address_that_teams_cannot_reach_is_told(url: str) -> None:
    (finding,) = check_teams(settings(url, **CONNECTED))
    assert (finding.ok, "ADEMPAUZE_PUBLIC_URL" in finding.mend) == (False, True)


def test_an_installation_for_development_is_told_as_such() -> None:
    (finding,) = check_teams(settings("http://127.0.0.1:8321", development=True))
    assert "only this machine" in finding.what


async def test_microsoft_is_asked_for_a_token_and_for_its_keys(teams: FakeTeams) -> None:
    assert [ok for ok, _, _ in await asked(before(teams))] == [True, True]
    assert (teams.tokens, teams.connector.calls) == (1, [])


async def test_a_secret_that_ended_is_told_with_the_mend(teams: FakeTeams) -> None:
    teams.no_secret = True
    (token, keys) = await asked(before(teams))
    assert (token[0], "secret has not ended" in token[2], keys[0]) == (False, True, True)


async def test_keys_that_cannot_be_reached_are_told_with_the_place(teams: FakeTeams) -> None:
    _, keys = await asked(before(teams, metadata="http://127.0.0.1:1/keys"))
    assert (keys[0], "127.0.0.1" in keys[2]) == (False, True)


async def test_nobody_is_asked_where_the_settings_are_wrong(teams: FakeTeams) -> None:
    assert await ask_teams(before(teams).model_copy(update={"public_url": "http://x"}), lambda: 0.0) == []
    assert teams.tokens == 0
