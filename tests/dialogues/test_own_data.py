"""The export as a file: by a link that works once, and on the web page."""

from __future__ import annotations

import json
from datetime import timedelta

import httpx
import pytest

from bot.reading import subject_for
from bot.server import Server
from bot.settings import Settings
from bot.texts import Texts
from bot.web.app import create_app
from bot.web.own_data import OwnData
from surveys.model import LANGUAGES, Language
from tests.dialogues.drivers import browser, sign_in
from tests.dialogues.own_page import dialog, exported, furnish, sent
from tests.dialogues.talk import company
from tests.stage import Stage, staged

WHO: dict[Language, str] = {"nl": "o1", "en": "o2"}


class Silent:
    """A log that nobody reads."""

    def info(self, event: str, **values: object) -> None:
        """Forget it."""


def visiting(stage: Stage) -> httpx.AsyncClient:
    """A browser before the doors and the file alone, as for somebody who comes from a chat platform."""
    own = OwnData(stage.app.doors, stage.app.database, stage.app.keys, stage.app.world.now)
    app = create_app([stage.app.doors.router(), own.router()], log=Silent(), ticks=lambda: 0.0)
    transport = httpx.ASGITransport(app)
    return httpx.AsyncClient(transport=transport, base_url="http://localhost", follow_redirects=True)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_link_from_the_chat_gives_the_file_once(stage: Stage, language: Language) -> None:
    """The link opens for ten minutes and once; what it opens ends with the download."""
    await furnish(stage, WHO[language])
    (link,) = (await dialog(stage, WHO[language], "export")).links
    assert link.label == Texts(language)("export.file")
    path = link.url.removeprefix(stage.app.settings.public_url)
    async with visiting(stage) as client:
        assert (await client.get(path)).status_code == 200
        file = await client.post(path)
        assert file.headers["content-disposition"] == 'attachment; filename="adempauze-own-data.json"'
        assert file.headers["cache-control"] == "no-store"
        assert file.json()["roster"]["external_id"] == WHO[language]
        assert (await client.get("/export")).status_code == 401
        assert (await client.post(path)).status_code == 403


async def test_the_file_is_what_the_chat_shows(stage: Stage) -> None:
    await furnish(stage, "o1")
    (link,) = (await dialog(stage, "o1", "export")).links
    async with visiting(stage) as client:
        file = (await client.post(link.url.removeprefix(stage.app.settings.public_url))).json()
    shown = await exported(stage, "o1")
    assert len(shown.pop("links")) == len(file.pop("links")) + 1  # asking for it again made another
    assert shown == file


async def test_nobody_gets_a_file_without_a_link(stage: Stage) -> None:
    async with visiting(stage) as client:
        refused = await client.get("/export", headers={"accept-language": "en"})
    assert refused.status_code == 401
    assert Texts("en")("export.signed_out.title") in refused.text


async def test_whoever_was_erased_gets_no_file_any_more(stage: Stage) -> None:
    """The link is erased with its person, also one that was shown before."""
    (link,) = (await dialog(stage, "o1", "export")).links
    await dialog(stage, "o1", "erase_now")
    async with visiting(stage) as client:
        assert (await client.post(link.url.removeprefix(stage.app.settings.public_url))).status_code == 403


@pytest.mark.parametrize("language", LANGUAGES)
async def test_on_the_web_the_own_session_is_enough(house: tuple[Server, Settings], language: Language) -> None:
    """The page links to the file without a link of its own, so that asking for it leaves no row."""
    async with staged(*house, roster=company("web", language, 3), platforms=None) as stage:
        await sent(stage)
        person = stage.people["q0"]
        link = await stage.app.links.personal(subject_for(person), "chat", timedelta(days=30))
        async with browser(stage) as client:
            await sign_in(client, f"/l/{link}")
            page = await client.post("/chat/command", data={"name": "export"})
            assert 'href="/export"' in page.text
            file = await client.get("/export")
            assert json.loads(file.text)["roster"]["external_id"] == "q0"
            assert len(file.json()["links"]) == 1
            await client.post("/chat/command", data={"name": "erase_now"})
            assert (await client.get("/export")).status_code == 401
