"""The page for whoever is not known, to which directories of apps lead."""

from __future__ import annotations

from unittest.mock import Mock

import pytest
from httpx import ASGITransport, AsyncClient, Response

from bot.texts import Texts
from bot.web.about import ABOUT, PRIVACY, TERMS, About
from bot.web.app import create_app
from bot.web.chrome import Chrome
from surveys.model import LANGUAGES, Language


async def page(language: str, *channels: str) -> Response:
    app = create_app([About(Chrome(), channels).router()], log=Mock(), ticks=lambda: 0.0)
    async with AsyncClient(transport=ASGITransport(app), base_url="http://127.0.0.1") as browser:
        return await browser.get(ABOUT, headers={"accept-language": language})


@pytest.mark.parametrize("language", LANGUAGES)
async def test_it_opens_for_anybody_in_the_language_of_the_browser_and_sets_no_cookie(language: Language) -> None:
    shown = await page(language)
    assert shown.status_code == 200
    assert Texts(language)("about.title") in shown.text
    assert "set-cookie" not in shown.headers


async def test_it_says_what_is_not_stored_with_its_limits() -> None:
    text = (await page("en", "web", "teams")).text
    for said in ("privacy.no_list", "privacy.limit.web", "privacy.limit.chat", "privacy.limit.operator"):
        assert Texts("en")(said) in text


async def test_without_a_chat_platform_it_speaks_of_none() -> None:
    assert Texts("en")("privacy.limit.chat") not in (await page("en", "web")).text


async def test_both_parts_to_which_a_link_may_lead_are_there() -> None:
    text = (await page("nl")).text
    assert [f'id="{part}"' in text for part in (PRIVACY, TERMS)] == [True, True]
