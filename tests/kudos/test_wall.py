"""The wall: what everybody may see, for members alone, newest first, without a number or a trace of who looks."""

from __future__ import annotations

import html
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from httpx import ASGITransport, AsyncClient
from structlog.testing import capture_logs

from bot.cli.web import web_app
from bot.metrics import Ticks
from bot.reading import subject_for
from bot.texts import Texts
from surveys.model import LANGUAGES, Language
from tests.dialogues.drivers import browser, sign_in
from tests.kudos.thanks import PLACE, Floor, House, floor
from tests.stage import roster_csv, staged

NL = Texts("nl")
WHO: dict[Language, str] = {"nl": "o1", "en": "o2"}


@pytest.fixture
async def here(house: House) -> AsyncIterator[Floor]:
    async with floor(house) as there:
        yield there


@asynccontextmanager
async def looking(here: Floor, who: str | None = "o1", purpose: str = "wall") -> AsyncIterator[AsyncClient]:
    """Open a browser before the whole application, signed in by a link of this purpose."""
    app = here.stage.app
    transport = ASGITransport(web_app(app, Ticks()))
    async with AsyncClient(transport=transport, base_url="https://pauze.test") as client:
        if who is not None:
            link = await app.links.one_time(subject_for(here.stage.people[who]), purpose)
            await client.post(f"/l/{link}")
        yield client


async def seen(client: AsyncClient, address: str = "/wall") -> str:
    answer = await client.get(address)
    assert answer.status_code == 200
    return html.unescape(answer.text)


def titles(page: str) -> list[str]:
    return re.findall(r"<h3>(.*?)</h3>", page)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_link_from_the_chat_opens_the_wall_in_the_language_of_whoever_looks(
    here: Floor, language: Language
) -> None:
    who, t = WHO[language], Texts(language)
    shown = (await here.asks(who, "wall")).dialog
    assert shown is not None
    (link,) = shown.links
    async with looking(here, None) as client:
        entered = await client.post("/l/" + link.url.rpartition("/")[2])
        assert (entered.status_code, entered.headers["location"]) == (303, "/wall")
        page = await seen(client)
    assert f'<html lang="{language}">' in page
    assert f"<h1>{t('kudos.wall.title')}</h1>" in page
    assert t("kudos.wall.empty") in page


async def test_what_is_public_stands_there_newest_first_and_nothing_else_does(here: Floor) -> None:
    await here.gives("o1", "o3", where="wall", text="Dank voor de koffie")
    here.stage.clock.forward(minutes=1)
    await here.gives("o3", "o5", where=str(PLACE))
    await here.gives("o1", "o5", text="Dit is van ons samen")
    async with looking(here, "p1") as client:
        page = await seen(client)
    assert titles(page) == ["Agent o3 bedankt Agent o5", "Agent o1 bedankt Agent o3"]
    assert "Dank voor de koffie" in page
    assert NL("kudos.wall.channel", place="#bedankt") in page
    assert "Dit is van ons samen" not in page


async def test_the_day_stands_there_and_the_time_does_not(here: Floor) -> None:
    here.stage.clock.forward(hours=3, minutes=17)
    await here.gives("o1", "o3", where="wall")
    async with looking(here) as client:
        page = await seen(client)
    assert '<time datetime="2026-03-02">maandag 2 maart 2026</time>' in page
    assert not re.search(r"\b\d\d:\d\d\b", page)


async def test_whoever_is_signed_out_sees_nothing(here: Floor) -> None:
    await here.gives("o1", "o3", where="wall")
    async with looking(here, None) as client:
        refused = await client.get("/wall", headers={"accept-language": "nl"})
    assert refused.status_code == 401
    assert NL("kudos.wall.signed_out.title") in refused.text
    assert "Agent" not in refused.text


@pytest.mark.parametrize("purpose", ["digest", "export"])
async def test_a_link_to_another_page_does_not_open_the_wall(here: Floor, purpose: str) -> None:
    async with looking(here, "o1", purpose) as client:
        assert (await client.get("/wall")).status_code == 401


async def test_whoever_left_sees_the_wall_no_more(here: Floor) -> None:
    async with looking(here, "o1") as client:
        await seen(client)
        await here.stage.run("DELETE FROM people.person WHERE external_id = 'o1'")
        assert (await client.get("/wall")).status_code == 401


async def test_the_session_lasts_a_working_day_as_that_of_the_digest_does(here: Floor) -> None:
    async with looking(here, "o1") as client:
        here.stage.clock.forward(hours=7, minutes=59)
        await seen(client)
        here.stage.clock.forward(minutes=2)
        assert (await client.get("/wall")).status_code == 401


@pytest.mark.parametrize(
    ("gone", "said"), [("o1", "Een collega bedankt Agent o3"), ("o3", "Agent o1 bedankt een collega")]
)
async def test_who_left_is_a_colleague_without_a_name(here: Floor, gone: str, said: str) -> None:
    await here.gives("o1", "o3", where="wall")
    await here.stage.run(f"DELETE FROM people.person WHERE external_id = '{gone}'")
    async with looking(here, "p1") as client:
        assert titles(await seen(client)) == [said]


async def test_what_a_customer_said_is_told_as_that(here: Floor) -> None:
    await here.gives("o1", "o3", where="wall", said="customer")
    async with looking(here) as client:
        assert titles(await seen(client)) == ["Een klant over Agent o3, doorgegeven door Agent o1"]


async def test_what_is_taken_off_the_wall_stands_there_no_more(here: Floor) -> None:
    sent = await here.gives("o1", "o3", where="wall", text="Dank voor de koffie")
    async with looking(here) as client:
        assert "koffie" in await seen(client)
        await here.takes_back("o1", sent)
        assert "koffie" not in await seen(client)


async def test_words_are_told_apart_from_the_page_in_any_script(here: Floor) -> None:
    """What looks like a page is words, and words from right to left stay within their own lines."""
    await here.gives("o1", "o3", where="wall", text="<b>dank</b> & 'groet' \"x\" {{ 7 * 7 }}")
    await here.gives("o2", "o3", where="wall", text="شكرا جزيلا لك")
    async with looking(here) as client:
        raw = (await client.get("/wall")).text
    assert "&lt;b&gt;dank&lt;/b&gt; &amp; &#39;groet&#39; &#34;x&#34; {{ 7 * 7 }}" in raw
    assert '<p class="words" lang="en" dir="auto">شكرا جزيلا لك</p>' in raw


async def test_names_of_people_and_channels_are_words_too(house: House) -> None:
    odd = "x1,<i>Sanne</i>,x1@lente.example,Noord/Service/Ochtend,,agent,nl,Europe/Amsterdam,x1\n"
    async with floor(house, roster=roster_csv() + odd) as here:
        await here.stage.run("UPDATE kudos.place SET name = '#<u>dank'")
        await here.gives("o1", "x1", where=str(PLACE))
        async with looking(here) as client:
            raw = (await client.get("/wall")).text
    assert "&lt;i&gt;Sanne&lt;/i&gt;" in raw
    assert "#&lt;u&gt;dank" in raw


async def test_older_thanks_stand_on_further_pages_whose_addresses_hold_nothing_personal(house: House) -> None:
    async with floor(house, kudos_hourly=1000) as here:
        for number in range(31):
            await here.gives("o1", "o3", where="wall", text=f"Dank voor klus nummer {number}")
            here.stage.clock.forward(minutes=1)
        async with looking(here) as client:
            first, second = await seen(client), await seen(client, "/wall?page=2")
            beyond = await client.get("/wall?page=3")
            absurd = [(await client.get(f"/wall?page={page}")).status_code for page in ("0", "-1", "10000", "x")]
    assert len(titles(first)) == 30
    assert "nummer 30" in first
    assert re.findall(r'href="(/wall[^"]*)"', first) == ["/wall?page=2"]
    assert re.findall(r"nummer \d+", second) == ["nummer 0"]
    assert re.findall(r'href="(/wall[^"]*)"', second) == ["/wall"]
    assert NL("kudos.wall.empty") in html.unescape(beyond.text)
    assert absurd == [404, 404, 404, 422]


async def test_tags_are_a_picture_in_three_sizes_with_words_and_without_numbers(house: House) -> None:
    async with floor(house, kudos_hourly=1000) as here:
        for giver in ("o1", "o3", "o5"):
            for _ in range(3):
                await here.gives(giver, "o7", where="wall", tag="calm")
        async with looking(here) as client:
            assert NL("kudos.wall.valued.title") in await seen(client)
            await here.gives("o9", "o7", where="wall", tag="idea")
            page = await seen(client)
    (picture,) = re.findall(r'<section class="card valued".*?</section>', page, re.DOTALL)
    assert '<li class="often">Bleef rustig bij een boze klant<span class="unseen">: vaak</span></li>' in picture
    assert '<li class="sometimes">Had een goed idee<span class="unseen">: soms</span></li>' in picture
    assert not re.search(r"\d", re.sub(r"</?h\d", "", picture))


async def test_there_is_no_picture_where_a_tag_would_be_a_person(house: House) -> None:
    async with floor(house, kudos_hourly=1000) as here:
        for giver in ("o1", "o3", "o1", "o3", "o1"):
            await here.gives(giver, "o7", where="wall", tag="calm")
        async with looking(here) as client:
            assert NL("kudos.wall.valued.title") not in await seen(client)


async def test_the_picture_is_of_the_last_eight_weeks(here: Floor) -> None:
    for giver in ("o1", "o3", "o5", "o1", "o3"):
        await here.gives(giver, "o7", where="wall", tag="calm")
    here.stage.clock.forward(weeks=8, minutes=1)
    async with looking(here) as client:
        page = await seen(client)
    assert NL("kudos.wall.valued.title") not in page
    assert len(titles(page)) == 5


async def test_on_the_web_chat_the_own_session_is_enough_and_thanking_begins_there(house: House) -> None:
    async with staged(*house, survey=None, roster=roster_csv("web"), platforms=None, live=False) as stage:
        link = await stage.app.links.personal(subject_for(stage.people["o1"]), "chat", timedelta(days=30))
        async with browser(stage) as client:
            await sign_in(client, f"/l/{link}")
            page = (await client.get("/wall")).text
            assert 'action="/chat/command"' in page
            form = await client.post("/chat/command", data=dict(re.findall(r'name="(name)" value="(\w+)"', page)))
    assert NL("kudos.give.title") in form.text


async def test_whoever_comes_by_a_link_is_offered_no_button_that_they_cannot_use(here: Floor) -> None:
    async with looking(here) as client:
        assert "/chat" not in await seen(client)


async def test_looking_at_the_wall_leaves_no_line_in_the_log(here: Floor) -> None:
    with capture_logs() as lines:
        async with looking(here) as client:
            await seen(client)
    assert lines == []
