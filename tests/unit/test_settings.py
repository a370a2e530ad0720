from __future__ import annotations

from pathlib import Path

import pytest

from bot.settings import PREFIX, Settings, load_settings
from surveys.errors import SettingsError
from surveys.store.database import postgres_url

SECRET = "geheim-wachtwoord"
URL = f"postgresql://noor:{SECRET}@localhost/adempauze"


def test_settings_come_from_the_environment_that_is_handed_in() -> None:
    assert load_settings({"ADEMPAUZE_PORT": "9000", "PATH": "/bin"}).port == 9000


def test_a_setting_may_be_read_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "url").write_text(f"{URL}\n")
    loaded = load_settings({"ADEMPAUZE_DATABASE_URL_FILE": str(tmp_path / "url")})
    assert loaded.database_url is not None
    assert loaded.database_url.get_secret_value() == URL


def test_a_file_that_cannot_be_read_is_named_with_its_setting(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"ADEMPAUZE_DATABASE_URL_FILE names .*nothing.*: check path and mode"):
        load_settings({"ADEMPAUZE_DATABASE_URL_FILE": str(tmp_path / "nothing")})


def test_a_setting_that_we_do_not_know_is_refused() -> None:
    with pytest.raises(SettingsError, match="ADEMPAUZE_DATABSE_URL is not a setting"):
        load_settings({"ADEMPAUZE_DATABSE_URL": URL})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "0"),
        ("PORT", "many"),
        ("TICK_SECONDS", "-1"),
        ("IN_FLIGHT", "51"),
        ("CHUNK_SIZE", "0"),
        ("COUNTRY", "Nederland"),
        ("PUBLIC_URL", "pauze.example.org"),
        ("APP_ROLE", 'x"; DROP ROLE y'),
        ("ORGANISATION", ""),
        ("TIMEZONE", "Europe/Atlantis"),
        ("LANGUAGE", "fr"),
        ("PRESET", "loose"),
        ("COMMENTS", "maybe"),
    ],
)
def test_a_wrong_value_names_its_setting(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"ADEMPAUZE_{name} is wrong: .+"):
        load_settings({f"ADEMPAUZE_{name}": value})


@pytest.mark.parametrize(
    "given", [f"mysql://noor:{SECRET}@localhost/x", f"nonsense {SECRET}", SECRET, f"sqlite:///{SECRET}"]
)
def test_a_database_that_is_not_postgresql_is_refused_without_repeating_it(given: str) -> None:
    with pytest.raises(SettingsError, match=r"ADEMPAUZE_DATABASE_URL .*: give postgresql://") as refused:
        postgres_url(given)
    assert SECRET not in str(refused.value)


def test_no_refusal_repeats_a_secret() -> None:
    for name in secrets():
        with pytest.raises(SettingsError) as refused:
            load_settings({}, **{name: [SECRET]})
        assert PREFIX + name.upper() in str(refused.value)
        assert SECRET not in str(refused.value)


def test_no_secret_is_ever_printed() -> None:
    loaded = load_settings({}, **(dict.fromkeys(secrets(), URL) | {"slack_bot_token": None, "slack_client_id": "1.2"}))
    assert SECRET not in repr(loaded) + str(loaded) + repr(loaded.model_dump())


def test_a_planted_secret_is_seen() -> None:
    assert SECRET in repr(load_settings({}, organisation=SECRET))


def secrets() -> list[str]:
    """The settings that hold one."""
    found = [name for name, field in Settings.model_fields.items() if "Secret" in repr(field.annotation)]
    assert "database_url" in found
    return found


def test_user_groups_are_handles_in_the_order_given() -> None:
    given = {"ADEMPAUZE_SLACK_GROUPS": " @Planners, agents,, @agents,"}
    assert load_settings(given).slack_groups == ("planners", "agents")
    assert load_settings({"ADEMPAUZE_SLACK_GROUPS": ""}).slack_groups == ()


@pytest.mark.parametrize("given", ["team noord", "agents;planners", "@@agents", "<!subteam^S1>"])
def test_what_is_no_handle_is_refused_with_an_example(given: str) -> None:
    with pytest.raises(SettingsError, match=r"ADEMPAUZE_SLACK_GROUPS is wrong: .*@agents,@planners"):
        load_settings({"ADEMPAUZE_SLACK_GROUPS": given})


def test_every_setting_says_what_it_is_for() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_settings_do_not_change_after_the_start() -> None:
    with pytest.raises(ValueError, match="frozen"):
        load_settings({}).port = 1


@pytest.mark.parametrize(
    ("given", "mend"),
    [
        ({"client_id": "1.2"}, "go together"),
        ({"client_secret": "geheim"}, "go together"),
        ({"client_id": "1.2", "client_secret": "geheim"}, "SIGNING_SECRET"),
        ({"client_id": "1.2", "client_secret": "geheim", "bot_token": "xoxb-1", "app_token": "xapp-1"}, "one of them"),
        ({"bot_token": "xoxb-1"}, "SIGNING_SECRET"),
    ],
)
def test_half_a_connection_to_slack_is_refused_with_the_mend(given: dict[str, str], mend: str) -> None:
    with pytest.raises(SettingsError, match=mend):
        load_settings({f"ADEMPAUZE_SLACK_{name.upper()}": value for name, value in given.items()})


APP, TENANT = "11111111-2222-3333-4444-5555555555AA", "99999999-8888-7777-6666-5555555555BB"
SINGLE = {"app_id": APP, "app_secret": "geheim", "tenant": TENANT}


def teams(**given: str) -> dict[str, str]:
    return {f"ADEMPAUZE_TEAMS_{name.upper()}": value for name, value in given.items()}


@pytest.mark.parametrize(
    ("given", "mend"),
    [
        ({"app_id": APP, "app_secret": "geheim"}, "needs ADEMPAUZE_TEAMS_TENANT"),
        ({"app_id": APP, "tenant": TENANT}, "needs ADEMPAUZE_TEAMS_APP_SECRET"),
        ({"app_id": APP, "app_secret": "geheim", "app_type": "MultiTenant"}, "every organisation"),
        ({"app_id": APP, "app_type": "UserAssignedMSI"}, "every organisation"),
        (SINGLE | {"groups": "Agents"}, "ADEMPAUZE_TEAMS_GRAPH=true"),
        (SINGLE | {"app_id": "pauze"}, "ADEMPAUZE_TEAMS_APP_ID is wrong"),
        (SINGLE | {"tenants": f"{TENANT},lente.example"}, "'lente.example' is not the id of a tenant"),
    ],
)
def test_half_a_connection_to_teams_is_refused_with_the_mend(given: dict[str, str], mend: str) -> None:
    with pytest.raises(SettingsError, match=mend):
        load_settings(teams(**given))


def test_ids_of_microsoft_are_the_same_in_capitals() -> None:
    loaded = load_settings(teams(**SINGLE, tenants=f" {APP},{APP.lower()}, "))
    assert (loaded.teams_app_id, loaded.teams_tenant, loaded.teams_tenants) == (
        APP.lower(),
        TENANT.lower(),
        (APP.lower(),),
    )


def test_groups_of_entra_may_have_spaces_in_their_names() -> None:
    loaded = load_settings(teams(**SINGLE, graph="true", groups="Team Noord, Team Zuid,"))
    assert loaded.teams_groups == ("Team Noord", "Team Zuid")


@pytest.mark.parametrize("there", [{"ADEMPAUZE_HOST": "0.0.0.0"}, {"ADEMPAUZE_PUBLIC_URL": "https://pauze.example"}])
def test_where_others_reach_us_teams_needs_an_app_id_also_in_development(there: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match="of this machine alone"):
        load_settings(teams(development="true") | there)
    assert load_settings(teams(development="true", **SINGLE) | there).teams_app_id


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_on_one_machine_teams_may_be_tried_without_an_app_id(host: str) -> None:
    assert load_settings(teams(development="true") | {"ADEMPAUZE_HOST": host}).teams_app_id is None
