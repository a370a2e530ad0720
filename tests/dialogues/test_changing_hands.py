"""Two people swap their addresses on the web: each keeps their session, and neither sees what the other got."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest

from bot.reading import subject_for
from bot.server import Server
from bot.settings import Settings
from surveys.roster import parse_people
from tests.dialogues.drivers import browser, sign_in
from tests.stage import Stage, roster_csv, staged

WEB = roster_csv("web")
SWAPPED = WEB.replace(",o1\n", ",?\n").replace(",o3\n", ",o1\n").replace(",?\n", ",o3\n")


@pytest.fixture
async def web(house: tuple[Server, Settings]) -> AsyncIterator[Stage]:
    async with staged(*house, roster=WEB, platforms=None) as stage:
        yield stage


async def swap(stage: Stage) -> None:
    await stage.app.rostering.import_people(parse_people(SWAPPED), lambda _: None, limit=0.2)


async def enter(stage: Stage, client: httpx.AsyncClient, who: str) -> None:
    link = await stage.app.links.personal(subject_for(stage.people[who]), "chat", timedelta(days=30))
    await sign_in(client, f"/l/{link}")


async def asker(client: httpx.AsyncClient) -> str:
    """Return what is exported to whoever this is."""
    page = await client.post("/chat/command", content="name=export", headers={"content-type": FORM})
    return page.raise_for_status().text


FORM = "application/x-www-form-urlencoded"


async def test_a_session_stays_with_its_person_when_addresses_are_swapped(web: Stage) -> None:
    async with browser(web) as client:
        await enter(web, client, "o1")
        assert "o1@lente.example" in await asker(client)
        await swap(web)
        assert "o1@lente.example" in await asker(client)


async def test_what_waited_at_an_address_is_not_for_whoever_has_it_next(web: Stage) -> None:
    await web.deliver()
    kept = "SELECT key FROM platform.record WHERE key IN ('web/mailbox/o1', 'web/mailbox/o3')"
    assert len(await web.rows(kept)) == 2
    await swap(web)
    assert await web.rows(kept) == []


async def test_a_card_not_yet_sent_goes_to_the_new_address(web: Stage) -> None:
    await web.tick()
    await swap(web)
    for who, address in (("o1", "o3"), ("o3", "o1")):
        mine = f"SELECT address FROM platform.delivery WHERE person_id = '{web.people[who].id}'"
        assert await web.rows(mine) == [(address,)]
    await web.deliver()
    async with browser(web) as client:
        await enter(web, client, "o1")
        assert 'name="token"' in (await client.get("/chat")).text
