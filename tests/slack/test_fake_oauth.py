"""Installing the app in the fake Slack, by the official client."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.slack.conftest import Watch
from tests.slack.fake import FakeSlack
from tests.slack.model import Json
from tests.slack.person import Person
from tests.slack.workspace import Workspace

# aiohttp finds the way in which the client sends its secret old-fashioned; the client is not ours.
pytestmark = pytest.mark.filterwarnings("ignore:.*BasicAuth:DeprecationWarning")

BACK = "https://app.example/slack/oauth_redirect"


async def consent(slack: FakeSlack, **more: str) -> dict[str, list[str]]:
    """What a browser brings back to the app."""
    asked = {"client_id": slack.client_id, "scope": "chat:write", "state": "s", "redirect_uri": BACK, **more}
    async with httpx.AsyncClient() as browser:
        answer = await browser.get(slack.authorize_url, params=asked)
    location = urlsplit(answer.headers["Location"])
    assert f"{location.scheme}://{location.netloc}{location.path}" == BACK
    return parse_qs(location.query)


async def exchange(slack: FakeSlack, **more: str) -> Json:
    """Trade something for a token, as the app does."""
    client = AsyncWebClient(base_url=slack.api_base)
    answer = await client.oauth_v2_access(client_id=slack.client_id, client_secret=slack.client_secret, **more)
    assert isinstance(answer.data, dict)
    return answer.data


async def test_consent_brings_a_code_that_becomes_a_token_with_the_asked_scopes(slack: FakeSlack, noor: Person) -> None:
    brought = await consent(slack)
    answer = await exchange(slack, code=brought["code"][0], redirect_uri=BACK)
    assert (brought["state"], answer["scope"], answer["team"]["id"]) == (["s"], "chat:write", "T1")
    assert answer["authed_user"]["id"] == "U1"
    client = AsyncWebClient(answer["access_token"], base_url=slack.api_base)
    assert (await client.auth_test())["team_id"] == "T1"


async def test_consent_can_be_withheld(slack: FakeSlack, noor: Person) -> None:
    slack.oauth.declines = True
    assert await consent(slack) == {"state": ["s"], "error": ["access_denied"]}


async def test_consent_is_given_for_the_workspace_that_is_asked_for(slack: FakeSlack, noor: Person) -> None:
    slack.workspace("T2", name="Zomer").user("U2", name="Bram")
    brought = await consent(slack, team="T2")
    assert (await exchange(slack, code=brought["code"][0], redirect_uri=BACK))["team"]["name"] == "Zomer"


async def test_a_code_counts_once_and_only_where_it_was_sent(slack: FakeSlack, team: Workspace, noor: Person) -> None:
    code = slack.oauth.code(team, "U1", redirect_uri=BACK)
    for more, error in (({"redirect_uri": "https://elsewhere.example"}, "bad_redirect_uri"), ({}, "bad_redirect_uri")):
        with pytest.raises(SlackApiError, match=error):
            await exchange(slack, code=code, **more)
    await exchange(slack, code=code, redirect_uri=BACK)
    with pytest.raises(SlackApiError, match="code_already_used"):
        await exchange(slack, code=code, redirect_uri=BACK)


async def test_a_wrong_secret_gets_nothing(slack: FakeSlack, team: Workspace, noor: Person) -> None:
    client = AsyncWebClient(base_url=slack.api_base)
    with pytest.raises(SlackApiError, match="bad_client_secret"):
        await client.oauth_v2_access(
            client_id=slack.client_id, client_secret="guess", code=slack.oauth.code(team, "U1")
        )


async def test_a_rotating_token_ends_and_its_refresh_token_brings_the_next_once(
    slack: FakeSlack, team: Workspace, noor: Person, watch: Watch
) -> None:
    slack.oauth.rotation = True
    first = await exchange(slack, code=slack.oauth.code(team, "U1"))
    watch.seconds += first["expires_in"]
    client = AsyncWebClient(first["access_token"], base_url=slack.api_base)
    with pytest.raises(SlackApiError, match="token_expired"):
        await client.auth_test()
    second = await exchange(slack, grant_type="refresh_token", refresh_token=first["refresh_token"])
    assert (await client.auth_test(token=second["access_token"]))["ok"]
    with pytest.raises(SlackApiError, match="invalid_refresh_token"):
        await exchange(slack, grant_type="refresh_token", refresh_token=first["refresh_token"])


async def test_a_removed_app_has_dead_tokens_when_it_hears_of_it(
    slack: FakeSlack, team: Workspace, client: AsyncWebClient
) -> None:
    heard: list[tuple[str, str]] = []

    async def hear(request: httpx.Request) -> httpx.Response:
        try:
            await client.auth_test()
        except SlackApiError as refused:
            heard.append((request.read().decode(), refused.response["error"]))
        return httpx.Response(200)

    async with httpx.AsyncClient(transport=httpx.MockTransport(hear), base_url="http://app.test") as carrier:
        slack.connect(carrier)
        await team.removes_app()
    assert [error for _, error in heard] == ["token_revoked", "token_revoked"]
    assert ["tokens_revoked" in heard[0][0], "app_uninstalled" in heard[1][0]] == [True, True]
