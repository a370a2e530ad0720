from __future__ import annotations

import logging
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from itertools import count
from typing import Any

import pytest
from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import HTMLResponse, Response
from httpx import ASGITransport, AsyncClient
from starlette.datastructures import Headers

from bot.texts import Texts
from bot.web.app import create_app
from bot.web.auth import TARGETS, Behind, Doors
from bot.web.chrome import Chrome
from bot.web.guard import cross_site
from bot.web.headers import HEADERS
from bot.web.links import Links
from bot.web.linkstores import LinksInMemory
from bot.web.quietlog import NoTraces
from bot.web.sessions import Sessions
from bot.web.words import web_words
from surveys.errors import NotFound
from surveys.model import LANGUAGES, Language

NL = {"accept-language": "nl"}


@dataclass
class Site:
    """A small site behind the real application, with a clock that a test can move."""

    now: datetime = datetime(2025, 3, 3, 9, tzinfo=UTC)
    store: LinksInMemory = field(default_factory=LinksInMemory)
    addresses: dict[str, str | None] = field(default_factory=dict)
    logged: list[dict[str, Any]] = field(default_factory=list)
    links: Links = field(init=False)
    doors: Doors = field(init=False)
    app: FastAPI = field(init=False)

    def __post_init__(self) -> None:
        numbers = count(1)
        entropy = lambda size: next(numbers).to_bytes(size, "big")  # noqa: E731
        sessions = Sessions(b"s" * 32, self.store, now=lambda: self.now, entropy=entropy)
        self.links = Links(b"k" * 32, self.store, now=lambda: self.now, entropy=entropy)
        self.doors = Doors(self.links, sessions, Chrome(), self.behind, TARGETS)
        routers = [self.doors.router(), self.rooms()]
        self.app = create_app(routers, log=self, ticks=iter(0.123 * n for n in count()).__next__)

    async def behind(self, subject: str) -> Behind:
        return Behind("en" if subject == "sam" else None, self.addresses.get(subject, subject))

    def info(self, event: str, **values: Any) -> None:
        self.logged.append(values)

    def rooms(self) -> APIRouter:
        router = APIRouter()

        @router.get("/chat")
        async def chat(request: Request) -> Response:
            visitor = await self.doors.visitor(request)
            return HTMLResponse(f"{visitor.address} {visitor.locale}" if visitor else "nobody")

        @router.post("/chat/submit")
        async def submit() -> Response:
            return HTMLResponse("stored")

        @router.get("/breaks")
        async def breaks() -> Response:
            raise RuntimeError("noor wrote: secret")

        @router.get("/gone")
        async def gone() -> Response:
            raise NotFound

        @router.get("/number/{n}")
        async def number(n: int) -> Response:
            return HTMLResponse(str(n))

        return router


@pytest.fixture
def site() -> Site:
    return Site()


@pytest.fixture
async def browser(site: Site) -> AsyncIterator[AsyncClient]:
    transport = ASGITransport(site.app, raise_app_exceptions=False)
    async with AsyncClient(transport=transport, base_url="https://pauze.test", headers=NL) as client:
        yield client


async def test_a_link_leads_to_an_address_without_it(site: Site, browser: AsyncClient) -> None:
    link = await site.links.one_time("noor", "chat")
    entered = await browser.post(f"/l/{link}")
    assert (entered.status_code, entered.headers["location"]) == (303, "/chat")
    assert (await browser.get("/chat")).text == "noor nl"


async def test_the_session_cookie_is_kept_from_scripts_other_sites_and_plain_http(
    site: Site, browser: AsyncClient
) -> None:
    cookie = (await browser.post(f"/l/{await site.links.one_time('noor', 'chat')}")).headers["set-cookie"]
    assert cookie.startswith("__Host-adempauze-chat=")
    for part in ("HttpOnly", "SameSite=strict", "Secure", "Path=/", "Max-Age=28800"):
        assert part in cookie
    assert "noor" not in cookie


async def test_a_robot_that_looks_at_a_link_changes_nothing(site: Site, browser: AsyncClient) -> None:
    link = await site.links.one_time("noor", "chat")
    before = dict(site.store.links)
    page = await browser.get(f"/l/{link}")
    assert page.text.count("<button") == 1
    assert "set-cookie" not in page.headers
    assert site.store.links == before


async def test_a_person_is_spoken_to_in_the_own_language(site: Site, browser: AsyncClient) -> None:
    link = await site.links.personal("sam", "chat", timedelta(days=1))
    assert '<html lang="en">' in (await browser.get(f"/l/{link}")).text


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_every_link_that_opens_nothing_gets_the_same_page(site: Site, browser: AsyncClient, method: str) -> None:
    spent = await site.links.one_time("noor", "chat")
    await browser.post(f"/l/{spent}")
    expired = await site.links.one_time("noor", "chat")
    site.now += timedelta(minutes=11)
    foreign = await site.links.personal("noor", "nowhere", timedelta(days=1))
    revoked = await site.links.personal("eva", "chat", timedelta(days=1))
    await site.store.revoke_all_of("eva")
    before = dict(site.store.links)
    answers = [await browser.request(method, f"/l/{t}") for t in ("x", "A" * 64, spent, expired, foreign, revoked)]
    assert {answer.status_code for answer in answers} == {403}
    assert len({answer.text for answer in answers}) == 1
    assert Texts("nl")("web.link.refused.text") in answers[0].text
    assert not any("set-cookie" in answer.headers for answer in answers)
    assert site.store.links == before


async def test_a_session_follows_its_person_and_never_an_address(site: Site, browser: AsyncClient) -> None:
    """When an address changes hands, the old session shows the new address of its own person."""
    site.addresses = {"person:1": "noor", "person:2": "sam"}
    await browser.post(f"/l/{await site.links.personal('person:1', 'chat', timedelta(days=1))}")
    assert (await browser.get("/chat")).text == "noor nl"
    site.addresses = {"person:1": "sam", "person:2": "noor"}
    assert (await browser.get("/chat")).text == "sam nl"
    site.addresses = {"person:1": None}
    assert (await browser.get("/chat")).text == "nobody"


async def test_signing_out_takes_the_session_out_of_this_browser(site: Site, browser: AsyncClient) -> None:
    await browser.post(f"/l/{await site.links.personal('noor', 'chat', timedelta(days=1))}")
    await browser.post("/sign-out")
    assert (await browser.get("/chat")).text == "nobody"


@pytest.mark.parametrize("path", ["/chat", "/healthz", "/nope", "/breaks", "/static/style.css", "/number/x"])
async def test_every_response_carries_the_security_headers(browser: AsyncClient, path: str) -> None:
    headers = (await browser.get(path)).headers
    for name, value in HEADERS.items():
        assert headers[name] == value


@pytest.mark.parametrize("path", ["/chat", "/l/x", "/breaks", "/nope"])
async def test_a_personal_page_is_kept_nowhere(browser: AsyncClient, path: str) -> None:
    assert (await browser.get(path)).headers["cache-control"] == "no-store"


async def test_a_static_file_may_be_kept_as_long_as_its_content(browser: AsyncClient) -> None:
    page = (await browser.get("/nope")).text
    addresses = re.findall(r'"(/static/[^"]+)"', page)
    assert len(addresses) == 4
    for address in addresses:
        found = await browser.get(address)
        assert found.status_code == 200
        assert "immutable" in found.headers["cache-control"]


@pytest.mark.parametrize(
    ("headers", "refused"),
    [
        ({}, False),
        ({"sec-fetch-site": "same-origin", "origin": "null"}, False),
        ({"sec-fetch-site": "none"}, False),
        ({"sec-fetch-site": "cross-site"}, True),
        ({"sec-fetch-site": "same-site"}, True),
        ({"origin": "https://pauze.test"}, False),
        ({"origin": "https://elders.test"}, True),
        ({"origin": "null"}, True),
    ],
)
async def test_a_post_from_another_site_is_refused(
    browser: AsyncClient, headers: dict[str, str], refused: bool
) -> None:
    answer = await browser.post("/chat/submit", headers=headers)
    assert answer.status_code == (403 if refused else 200)
    assert not cross_site("GET", Headers({"sec-fetch-site": "cross-site"}))


@pytest.mark.parametrize(
    ("path", "status", "msgid"),
    [
        ("/nope", 404, "web.error.missing"),
        ("/gone", 404, "web.error.missing"),
        ("/number/x", 422, "web.error.unreadable"),
        ("/breaks", 500, "web.error.broken"),
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
async def test_what_goes_wrong_is_said_kindly_and_without_a_trace(
    browser: AsyncClient, path: str, status: int, msgid: str, language: Language
) -> None:
    answer = await browser.get(path, headers={"accept-language": language})
    assert answer.status_code == status
    assert Texts(language)(f"{msgid}.title").split("'")[0] in answer.text
    assert not re.search("Traceback|Error|secret", answer.text)


async def test_what_goes_wrong_under_htmx_is_a_sentence_beside_the_card(browser: AsyncClient) -> None:
    answer = await browser.get("/breaks", headers={"hx-request": "true"})
    assert answer.headers["hx-retarget"] == "next .notice"
    assert "<html" not in answer.text


async def test_the_log_holds_a_route_a_class_and_rounded_time(site: Site, browser: AsyncClient) -> None:
    await browser.get("/healthz?who=noor")
    assert site.logged == [{"route": "/healthz", "status": "2xx", "ms": 120}]


async def test_nothing_is_logged_about_personal_routes(site: Site, browser: AsyncClient) -> None:
    for path in ("/chat", "/l/x", "/breaks", "/number/3", "/unknown"):
        await browser.get(path)
    await browser.post("/chat/submit")
    assert site.logged == []


def test_an_error_in_the_log_is_its_kind_and_place_only(caplog: pytest.LogCaptureFixture) -> None:
    logger = logging.getLogger("a-server")
    logger.addFilter(NoTraces())
    try:
        raise RuntimeError("noor wrote: secret")
    except RuntimeError:
        logger.exception("Exception in ASGI application")
    assert "secret" not in caplog.text
    assert "RuntimeError at tests.unit.test_web_app:" in caplog.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_has_language_landmarks_and_a_skip_link(language: Language) -> None:
    page = Chrome()("Titel", "<p>inhoud</p>", language, nav=(("/chat", "Chat"),), sign_out=True)
    for part in (f'<html lang="{language}">', '<main id="main"', 'href="#main"', "<header>", "<nav ", "<footer>"):
        assert part in page
    assert not re.search(r"<style|<script>|\sstyle=|\son[a-z]+=|https?://", page)


def test_htmx_is_told_to_need_no_inline_style_eval_or_storage() -> None:
    page = Chrome()("Titel", "", "nl")
    for setting in ('"includeIndicatorStyles": false', '"allowEval": false', '"historyCacheSize": 0'):
        assert setting in page


def test_a_title_is_never_markup() -> None:
    assert "<script>alert" not in Chrome()("<script>alert(1)</script>", "", "nl")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_web_chat_has_all_its_words(language: Language) -> None:
    words = web_words(language)
    assert all(getattr(words, name) for name in type(words).__slots__)


def palettes() -> dict[str, dict[str, str]]:
    css = (files("bot.web") / "static" / "style.css").read_text("utf-8")
    blocks = re.findall(r":root \{(.*?)\}", css, re.DOTALL)
    light, dark = (dict(re.findall(r"--([a-z-]+): (#[0-9A-F]{6});", block)) for block in blocks)
    return {"light": light, "dark": dark}


def luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance of an sRGB colour."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


TEXT_ON = [
    *[("ink", ground) for ground in ("paper", "sky", "card", "option", "option-hover", "said", "failed")],
    *[("soft", ground) for ground in ("paper", "sky", "card")],
    *[("accent", ground) for ground in ("paper", "sky", "card", "option-hover", "said")],
    ("on-accent", "accent"),
    ("on-accent", "accent-hover"),
]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT_ON)
def test_every_text_can_be_read_on_its_ground(theme: str, text: str, ground: str) -> None:
    colours = palettes()[theme]
    assert contrast(colours[text], colours[ground]) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_edge_of_a_field_can_be_seen(theme: str) -> None:
    colours = palettes()[theme]
    assert min(contrast(colours["edge"], colours[ground]) for ground in ("paper", "card")) >= 3


def test_white_on_white_is_no_contrast() -> None:
    assert contrast("#FFFFFF", "#FFFFFF") == 1
    assert round(contrast("#000000", "#FFFFFF")) == 21
