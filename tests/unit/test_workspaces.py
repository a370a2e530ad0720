"""The page where workspaces of Slack are connected: who gets there, and that nobody else can finish the way."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from httpx import ASGITransport, AsyncClient, Response

from adapters.slack.app import SlackApp
from adapters.slack.oauth import OAuthClient
from adapters.slack.platform import Slack
from bot.texts import Texts
from bot.web.app import create_app
from bot.web.links import ONE_TIME
from bot.web.workspaces import PURPOSE, SEAT, WorkspacePages
from surveys.model import LANGUAGES
from tests.adapters.contract import Conversation
from tests.adapters.test_slack_http import WORDS
from tests.adapters.web_stage import MemoryBoard, MemoryKeep
from tests.slack.fake import FakeSlack, fake_slack
from tests.unit.test_web_app import Site

BASE = "https://pauze.test"
CALLBACK = "/slack/oauth_redirect"


@dataclass
class Office:
    """The site, an administrator's browser, and the workspaces behind both."""

    site: Site
    slack: FakeSlack
    platform: Slack
    browser: AsyncClient

    async def signs_in(self, purpose: str = PURPOSE, subject: str = SEAT) -> Response:
        """Open a new link from the command line."""
        return await self.browser.post(f"/l/{await self.site.links.one_time(subject, purpose)}", follow_redirects=True)

    async def goes_to_slack(self) -> str:
        """Press the button, consent or not; return where Slack sends the browser back to."""
        sent = await self.browser.get("/slack/install")
        assert sent.status_code == 302
        async with httpx.AsyncClient() as outside:
            return (await outside.get(sent.headers["location"])).headers["location"]

    async def comes_back(self, address: str) -> Response:
        parts = urlsplit(address)
        assert address.startswith(f"{BASE}{CALLBACK}?")
        return await self.browser.get(f"{parts.path}?{parts.query}")

    async def connected(self) -> list[str]:
        assert self.platform.workspaces
        return [one.name for one in await self.platform.workspaces.connected()]


@pytest.fixture
async def office() -> AsyncIterator[Office]:
    site, conversation = Site(), Conversation()

    async def nobody(_: object) -> None:
        return None

    def now() -> float:
        return site.now.timestamp()

    async with fake_slack(now=now) as slack:
        slack.workspace("T1", name="Lente <1>").user("U1", name="Noor")
        platform = Slack(
            SlackApp("secret", client=OAuthClient(slack.client_id, slack.client_secret), api=slack.api_base),
            receive=conversation.receive,
            belongs=conversation.belongs,
            speaks=nobody,
            changed=nobody,
            keep=MemoryKeep(),
            words=WORDS,
            locale="nl",
            board=MemoryBoard(now),
        )
        assert platform.workspaces
        pages = WorkspacePages(site.doors, platform.workspaces, BASE)
        app = create_app([site.doors.router(), pages.router()], log=site, ticks=lambda: 0.0)
        async with AsyncClient(transport=ASGITransport(app), base_url=BASE) as browser:
            browser.headers["accept-language"] = "en"
            yield Office(site, slack, platform, browser)
        await platform.close()


def says(response: Response, text: str, **values: object) -> bool:
    return Texts("en")(f"slack.workspaces.{text}", **values).replace("<", "&lt;").replace(">", "&gt;") in response.text


async def test_a_link_leads_to_the_page_and_the_way_through_slack_connects_a_workspace(office: Office) -> None:
    page = await office.signs_in()
    assert (page.status_code, page.url.path) == (200, "/slack/workspaces")
    assert says(page, "none")
    done = await office.comes_back(await office.goes_to_slack())
    assert done.status_code == 200
    assert says(done, "done", name="Lente <1>")
    assert await office.connected() == ["Lente <1>"]
    assert "Lente &lt;1&gt;" in (await office.browser.get("/slack/workspaces")).text


@pytest.mark.parametrize("path", ["/slack/workspaces", "/slack/install"])
async def test_without_a_link_nobody_gets_there(office: Office, path: str) -> None:
    refused = await office.browser.get(path)
    assert refused.status_code == 403
    assert says(refused, "signed_out.title")


@pytest.mark.parametrize("purpose", ["chat", "digest", "council"])
async def test_a_session_for_another_page_opens_nothing_here(office: Office, purpose: str) -> None:
    await office.browser.post(f"/l/{await office.site.links.one_time('person:1', purpose)}")
    assert (await office.browser.get("/slack/install")).status_code == 403


async def test_somebody_elses_session_for_this_page_opens_nothing(office: Office) -> None:
    assert (await office.signs_in(subject="person:1")).status_code == 403


async def test_the_state_travels_in_a_cookie_that_comes_back_from_slack_and_is_kept_from_scripts(
    office: Office,
) -> None:
    await office.signs_in()
    cookie = (await office.browser.get("/slack/install")).headers["set-cookie"]
    assert cookie.startswith("__Host-adempauze-workspaces-state=")
    for part in ("HttpOnly", "SameSite=lax", "Secure", "Path=/", "Max-Age=600"):
        assert part in cookie


async def test_another_browser_cannot_finish_the_way(office: Office) -> None:
    """An attacker's code in the browser of an administrator, or the other way round, connects nothing."""
    await office.signs_in()
    address = await office.goes_to_slack()
    office.browser.cookies.clear()
    refused = await office.comes_back(address)
    assert refused.status_code == 403
    assert says(refused, "lost.title")
    assert await office.connected() == []


async def test_a_state_is_good_once(office: Office) -> None:
    await office.signs_in()
    address = await office.goes_to_slack()
    state = parse_qs(urlsplit(address).query)["state"][0]
    await office.comes_back(address)
    office.browser.cookies.set("__Host-adempauze-workspaces-state", state, domain="pauze.test", path="/")
    assert (await office.comes_back(address)).status_code == 403


async def test_a_state_is_good_for_ten_minutes(office: Office) -> None:
    await office.signs_in()
    address = await office.goes_to_slack()
    office.site.now += ONE_TIME
    assert (await office.comes_back(address)).status_code == 403


async def test_a_link_to_a_page_is_no_state(office: Office) -> None:
    """And it is not spent by trying."""
    link = await office.site.links.one_time("person:1", "chat")
    office.browser.cookies.set("__Host-adempauze-workspaces-state", link, domain="pauze.test", path="/")
    refused = await office.browser.get(CALLBACK, params={"state": link, "code": "code"})
    assert refused.status_code == 403
    assert await office.site.links.check(link)


@pytest.mark.parametrize("query", ["", "?code=c", "?state=", "?state=x&code=c", "?state=%ff%00&code=c"])
async def test_a_request_out_of_nowhere_is_refused(office: Office, query: str) -> None:
    assert (await office.browser.get(f"{CALLBACK}{query}")).status_code == 403
    assert office.slack.called("oauth.v2.access") == []


async def test_whoever_declines_in_slack_connects_nothing(office: Office) -> None:
    await office.signs_in()
    office.slack.oauth.declines = True
    page = await office.comes_back(await office.goes_to_slack())
    assert (page.status_code, says(page, "declined")) == (200, True)
    assert await office.connected() == []


@pytest.mark.parametrize(("error", "said"), [("bad_client_secret", "refused"), ("internal_error", "later")])
async def test_what_slack_refuses_is_told_with_its_mend(office: Office, error: str, said: str) -> None:
    await office.signs_in()
    office.slack.fail("oauth.v2.access", error)
    page = await office.comes_back(await office.goes_to_slack())
    assert (page.status_code, says(page, said)) == (502, True)


async def test_no_address_of_the_way_is_logged(office: Office) -> None:
    await office.signs_in()
    await office.comes_back(await office.goes_to_slack())
    assert office.site.logged == []


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_page_speaks_the_language_of_the_browser(office: Office, language: str) -> None:
    office.browser.headers["accept-language"] = language
    page = await office.signs_in()
    assert f'<html lang="{language}"' in page.text
    assert Texts("nl" if language == "nl" else "en")("slack.workspaces.button") in page.text
