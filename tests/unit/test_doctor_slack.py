"""What `doctor` says of Slack: how it is connected, the mend of each fault, and never a token."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.slack.api import Api
from adapters.slack.installations import Installation, Installations
from adapters.slack.oauth import OAuthClient
from adapters.slack.workspaces import Workspaces
from adapters.traffic.pace import Pace
from bot.cli.edge import Edge
from bot.cli.entry import run
from bot.doctor_slack import ask_slack, ask_workspaces, check_addresses, check_slack
from bot.settings import Settings, load_settings
from tests.adapters.web_stage import MemoryBoard, MemoryKeep
from tests.slack.fake import FakeSlack, fake_slack
from tests.slack.workspace import SCOPES

PUBLIC = "https://pauze.example.org"
SECRET = "geheim-" + "0123456789"
BOT, APP = f"xoxb-{SECRET}", f"xapp-{SECRET}"


def settings(
    *,
    bot: str = "",
    signing: str = "",
    app: str = "",
    groups: str = "",
    public_url: str = PUBLIC,
    api: str = "http://127.0.0.1:1/api/",
) -> Settings:
    given = {"slack_bot_token": bot, "slack_signing_secret": signing, "slack_app_token": app, "slack_groups": groups}
    return load_settings({}, public_url=public_url, slack_api=api, **{name: v for name, v in given.items() if v})


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with fake_slack(now=lambda: 1_772_438_400.0) as slack:
        slack.workspace("T1", name="Lente")
        yield slack


def test_an_installation_without_slack_hears_nothing_of_it() -> None:
    assert check_slack(settings()) == []


@pytest.mark.parametrize(
    ("given", "way"),
    [
        ({"signing": SECRET}, f"over HTTP at {PUBLIC}/slack/events"),
        ({"app": APP}, "over Socket Mode"),
        ({"app": APP, "signing": SECRET}, f"over Socket Mode, and over HTTP at {PUBLIC}/slack/events"),
    ],
)
def test_it_says_how_slack_is_connected(given: dict[str, str], way: str) -> None:
    (finding,) = check_slack(settings(bot=BOT, **given))
    assert finding.ok
    assert finding.what == f"one workspace by its bot token, {way}"


@pytest.mark.parametrize("public_url", ["http://pauze.example.org", "http://127.0.0.1:8321", "https://localhost"])
def test_over_http_slack_has_to_reach_us(public_url: str) -> None:
    (finding,) = check_slack(settings(bot=BOT, signing=SECRET, public_url=public_url))
    assert finding.what == f"Slack cannot reach {public_url}/slack/events"
    assert "ADEMPAUZE_PUBLIC_URL" in finding.mend


def test_over_socket_mode_it_need_not() -> None:
    assert all(finding.ok for finding in check_slack(settings(bot=BOT, app=APP, public_url="http://127.0.0.1:8321")))


@pytest.mark.parametrize(
    ("given", "setting", "place"),
    [
        ({"bot": f"xoxp-{SECRET}", "signing": SECRET}, "ADEMPAUZE_SLACK_BOT_TOKEN", "OAuth & Permissions"),
        ({"bot": APP, "signing": SECRET}, "ADEMPAUZE_SLACK_BOT_TOKEN", "OAuth & Permissions"),
        ({"bot": BOT, "app": BOT}, "ADEMPAUZE_SLACK_APP_TOKEN", "Basic Information"),
    ],
)
def test_a_token_of_another_kind_is_wrong(given: dict[str, str], setting: str, place: str) -> None:
    (finding,) = check_slack(settings(**given))
    assert finding.what.startswith(f"{setting} does not begin with ")
    assert place in finding.mend


def test_a_token_that_rotates_is_said_to_be_one() -> None:
    (finding,) = check_slack(settings(bot=f"xoxe.{BOT}", signing=SECRET))
    assert finding.what == "ADEMPAUZE_SLACK_BOT_TOKEN is a token that rotates"
    assert "adempauze slack manifest" in finding.mend


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"signing": SECRET}, "ADEMPAUZE_SLACK_SIGNING_SECRET"),
        ({"app": APP}, "ADEMPAUZE_SLACK_APP_TOKEN"),
        ({"groups": "@agents"}, "ADEMPAUZE_SLACK_GROUPS"),
    ],
)
def test_a_way_in_without_a_bot_token_connects_nothing(given: dict[str, str], named: str) -> None:
    (finding,) = check_slack(settings(**given))
    assert finding.what.startswith(f"not connected: {named} alone")
    assert finding.mend.startswith("set ADEMPAUZE_SLACK_BOT_TOKEN too, or ADEMPAUZE_SLACK_CLIENT_ID")


def test_no_finding_holds_a_token() -> None:
    for bot in (BOT, SECRET, f"xoxe.{BOT}"):
        found = check_slack(settings(bot=bot, app=SECRET, signing=SECRET, public_url="http://pauze.example.org"))
        assert found
        assert SECRET not in repr(found)


async def test_slack_says_whose_the_token_is(slack: FakeSlack) -> None:
    token = slack.workspace("T2", name="Zomer").bot_token
    found = await ask_slack(settings(bot=token, signing=SECRET, api=slack.api_base))
    assert [(finding.ok, finding.what) for finding in found] == [(True, "the bot token is of the workspace Zomer (T2)")]
    assert [call.method for call in slack.calls] == ["auth.test"]


async def test_over_socket_mode_the_app_token_is_tried_as_well(slack: FakeSlack) -> None:
    token = slack.workspace("T2", name="Zomer").bot_token
    found = await ask_slack(settings(bot=token, app=slack.app_token, api=slack.api_base))
    assert [finding.what for finding in found][1:] == ["the app token opens connections"]
    assert slack.sockets.connected == 0


async def test_a_token_that_slack_refuses_is_wrong(slack: FakeSlack) -> None:
    found = await ask_slack(settings(bot=BOT, app=APP, api=slack.api_base))
    assert [finding.ok for finding in found] == [False, False]
    assert "OAuth & Permissions" in found[0].mend
    assert "Basic Information" in found[1].mend
    assert SECRET not in repr(found)


async def test_slack_that_gives_no_answer_is_said_so() -> None:
    (finding,) = await ask_slack(settings(bot=BOT, signing=SECRET))
    assert "Slack did not answer" in finding.what
    assert "let this machine reach it" in finding.mend
    assert SECRET not in repr(finding)


async def test_slack_is_not_asked_while_a_setting_is_wrong(slack: FakeSlack) -> None:
    assert await ask_slack(settings(bot=SECRET, signing=SECRET, api=slack.api_base)) == []
    assert slack.calls == []


def test_chosen_groups_are_said() -> None:
    assert [finding.what for finding in check_slack(settings(bot=BOT, app=APP, groups="Agents, @planners"))][1:] == [
        "people are also the members of @agents, @planners"
    ]


async def test_slack_is_asked_for_each_chosen_group(slack: FakeSlack) -> None:
    team = slack.workspace("T2", name="Zomer")
    team.usergroup("S1", handle="agents", members=[])
    team.usergroup("S2", handle="planners", members=[]).disabled = True
    found = await ask_slack(settings(bot=team.bot_token, signing=SECRET, groups="agents,planners", api=slack.api_base))
    assert [finding.what for finding in found[1:]] == ["there is no user group @planners, or it is disabled"]
    assert "ADEMPAUZE_SLACK_GROUPS" in found[1].mend
    found = await ask_slack(settings(bot=team.bot_token, signing=SECRET, groups="agents", api=slack.api_base))
    assert [(finding.ok, finding.what) for finding in found[1:]] == [(True, "Slack knows each chosen user group")]


async def test_groups_that_may_not_be_read_have_their_mend(slack: FakeSlack) -> None:
    token = slack.workspace("T2", name="Zomer", scopes=SCOPES - {"usergroups:read"}).bot_token
    found = await ask_slack(settings(bot=token, signing=SECRET, groups="agents", api=slack.api_base))
    assert "--groups" in found[1].mend


def test_doctor_prints_it_with_its_mend(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    places = {"ADEMPAUZE_DATA_DIR": str(tmp_path / "data"), "ADEMPAUZE_CONFIG_DIR": str(tmp_path / "config")}
    given = {
        "ADEMPAUZE_SLACK_BOT_TOKEN": SECRET,
        "ADEMPAUZE_SLACK_SIGNING_SECRET": SECRET,
        "ADEMPAUZE_PUBLIC_URL": PUBLIC,
    }
    assert run(["doctor"], Edge(places | given)) == 1
    said = capsys.readouterr().out
    assert "wrong slack: ADEMPAUZE_SLACK_BOT_TOKEN does not begin with xoxb-\n      mend: set it to " in said
    assert SECRET not in said


OAUTH = {"slack_client_id": "1.2", "slack_client_secret": SECRET, "slack_signing_secret": SECRET}


def test_it_says_that_workspaces_connect_by_oauth() -> None:
    (finding,) = check_slack(load_settings({}, public_url=PUBLIC, **OAUTH))
    assert finding.ok
    assert finding.what == f"workspaces by OAuth, over HTTP at {PUBLIC}/slack/events"


async def test_before_the_first_workspace_it_says_how_to_connect_one(slack: FakeSlack) -> None:
    (finding,) = await ask_workspaces(workspaces(slack))
    assert finding.mend.startswith("run `adempauze slack connect`")


async def test_each_connected_workspace_has_a_line_and_one_whose_token_is_dead_its_mend(slack: FakeSlack) -> None:
    ours = workspaces(slack)
    for team, token in (("T1", slack.workspace("T1", name="Lente").bot_token), ("T2", "xoxb-dead")):
        await ours.installations.save(Installation(team, token, {"T1": "Lente", "T2": "Zomer"}[team]))
    well, wrong = await ask_workspaces(ours)
    await ours.api.close()
    assert (well.ok, well.what) == (True, "the workspace Lente (T1) is connected")
    assert wrong.what.startswith("the workspace Zomer (T2) is not connected any more")
    assert "xoxb" not in well.what + wrong.what + wrong.mend


def workspaces(slack: FakeSlack) -> Workspaces:
    kept = Installations(MemoryKeep())
    return Workspaces(OAuthClient("1.2", SECRET), Api(slack.api_base, kept, Pace(60_000), MemoryBoard(slack.now)), kept)


@pytest.mark.parametrize(
    ("addresses", "several", "wrong"),
    [(["U1", "U2"], False, 0), (["T1/U1"], True, 0), (["U1", "T1/U2"], True, 1), (["T1/U1"], False, 1)],
)
def test_it_counts_the_addresses_of_another_way_of_connecting(addresses: list[str], several: bool, wrong: int) -> None:
    found = check_addresses(addresses, several=several)
    assert [finding.what.partition(" ")[0] for finding in found] == ["1"] * wrong
