"""The real `adempauze demo` in a real browser: as an agent, as a manager, as the works council."""

from __future__ import annotations

import re
from collections.abc import Iterator
from statistics import fmean

import pytest
from playwright.sync_api import Browser, expect

from tests.acceptance.running_demo import DESKTOP, PHONE, Demo, chromium, running_demo, visit

pytestmark = pytest.mark.browser
INVENTED = {"nl": "Voorbeeld: iedereen hier is verzonnen", "en": "Example: everybody here is invented"}
SUPPRESSED = "Te weinig antwoorden om iedereen te beschermen"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with running_demo(tmp_path_factory.mktemp("demo")) as ready:
        yield ready


@pytest.fixture(scope="module")
def browser(demo: Demo) -> Iterator[Browser]:
    with chromium() as running:
        yield running


def test_an_agent_answers_gets_a_break_and_finds_their_own_page(demo: Demo, browser: Browser) -> None:
    with visit(browser, "agent-phone", PHONE) as mine:
        mine.enter(demo.agent)
        assert INVENTED["nl"] in mine.page.inner_text("body")
        assert "Hoe stressvol was je werk de afgelopen week?" in mine.text()
        mine.shot("1-first")
        mine.press("Redelijk")
        expect(mine.page.locator("#messages")).to_contain_text("Vraag 2 van 2")
        mine.shot("2-second")
        mine.page.locator("#messages .options button").nth(1).click()
        expect(mine.page.locator("#messages h2").first).to_have_text("Dank je wel")
        mine.shot("3-thanks")
        mine.press("Een pauze voor nu")
        assert mine.dialog()
        assert mine.page.locator("dialog[open] .options button").count() == 3
        mine.shot("4-breaks")
        mine.page.locator("dialog[open] .options button").first.click()
        expect(mine.page.locator("dialog[open] ol.steps li").first).to_be_visible()
        mine.shot("5-break")
        mine.close_dialog()
        mine.press("Hulp")
        assert "113" in mine.dialog()
        mine.shot("6-help")
        mine.close_dialog()
        mine.press("Mijn overzicht")
        assert "Jouw overzicht" in mine.dialog()
        mine.shot("7-home")
        mine.press("Teamoverzicht")
        expect(mine.page.locator("dialog[open] figure img")).to_be_visible()
        mine.shot("8-team")
        assert mine.complaints == []
        assert mine.hosts == {demo.address.removeprefix("http://")}


def test_an_agent_chooses_english_and_is_spoken_to_in_english(demo: Demo, browser: Browser) -> None:
    with visit(browser, "agent-desktop", DESKTOP) as mine:
        mine.enter(demo.agent)
        mine.shot("1-chat")
        mine.press("Instellingen")
        mine.dialog()
        mine.page.locator("dialog[open] select[name='field.language']").select_option("en")
        mine.press("Bewaren")
        mine.page.wait_for_timeout(500)
        mine.page.goto(f"{demo.address}/chat")
        assert INVENTED["en"] in mine.page.inner_text("body")
        mine.press("Help")
        assert "Talk to someone" in mine.dialog()
        mine.shot("2-help")
        assert mine.complaints == []


def test_an_agent_finds_thanks_in_the_chat_in_the_jar_and_on_a_wall_that_lives(demo: Demo, browser: Browser) -> None:
    with visit(browser, "agent-thanks", PHONE) as mine:
        mine.enter(demo.agent)
        assert "bedankt je" in mine.text()
        mine.page.goto(f"{demo.address}/wall")
        assert mine.page.locator("main .wall li").count() == 30
        assert mine.page.locator("main .valued li").count() >= 3
        mine.shot("wall")
        mine.page.locator("main .pages a[rel=next]").click()
        assert mine.page.locator("main .wall li").count() > 10
        mine.page.goto(f"{demo.address}/wall")
        mine.page.locator("main form.thank button").click()
        expect(mine.page.locator("main form textarea, main form input[type='text']").first).to_be_visible()
        mine.shot("thanking")
        assert mine.complaints == []


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_manager_reads_the_line_of_their_team(size: tuple[int, int], demo: Demo, browser: Browser) -> None:
    with visit(browser, f"manager-{size[0]}", size) as mine:
        mine.enter(demo.manager)
        assert INVENTED["nl"] in mine.page.inner_text("body")
        assert re.search(r"waarschijnlijk tussen \d,\d\sen\s\d,\d", mine.text())
        line = mine.page.locator("main figure img, main figure svg").first
        expect(line).to_be_visible()
        told = [row.locator("td").first.inner_text() for row in mine.page.locator("main table tbody tr").all()]
        figures = [float(one.replace(",", ".")) for one in told if one[0].isdigit()]
        assert len(told) == 12
        assert fmean(figures[-4:]) > fmean(figures[:4]) + 0.4
        mine.shot("digest")
        assert mine.complaints == []


def test_where_a_group_is_too_small_the_one_text_stands(demo: Demo, browser: Browser) -> None:
    with visit(browser, "council-group", DESKTOP) as mine:
        mine.enter(demo.council)
        assert re.search(r"de keten van \d\d vrijgaven klopt", mine.text())
        mine.shot("council")
        mine.page.locator("main details summary").click()
        groups = mine.page.locator("main details a")
        addresses = [group.get_attribute("href") or "" for group in groups.all()]
        pages = []
        for address in addresses:
            mine.page.goto(demo.address + address)
            pages.append(mine.text())
        assert any(SUPPRESSED in page for page in pages)
        assert all("waarschijnlijk tussen" in page or SUPPRESSED in page for page in pages)
        assert mine.complaints == []


def test_a_stranger_is_shown_nothing(demo: Demo, browser: Browser) -> None:
    with visit(browser, "stranger", PHONE, "en-GB") as stranger:
        for place in ("/chat", "/digest", "/council"):
            response = stranger.page.goto(demo.address + place)
            assert response is not None
            assert response.status in (401, 403)
            assert "Hyacint" not in stranger.text()
