"""The digest: asked for in chat, opened as a page, and sent to leaders an hour after the people may read it."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.port import Message
from analytics.disclosure import protect
from bot.texts import Texts
from surveys.model import LANGUAGES, Language, Response
from surveys.store import releases
from tests.dialogues.own_page import actions, ask, dialog
from tests.published import DRIVERS, TEAMS, browsing, facts_of, hold_back, publish, released_item
from tests.stage import AVOND, OCHTEND, POST, Stage, enrol, roster_csv

WHO: dict[Language, str] = {"nl": "o1", "en": "o2"}


BAR = re.compile(r'<tr><th scope="row">([^<]+)</th><td>([^<]+)</td><td>(?:(<svg)|</td>)')
"""One line of a table with bars: what it is about, its number, and whether it has a bar."""


def words(message: Message) -> str:
    """Everything somebody reads."""
    return "\n".join((message.title, *message.paragraphs, *message.notes))


def path_of(message: Message) -> str:
    """Where the link of a digest leads, without its host."""
    (link,) = message.links
    return "/l/" + link.url.rpartition("/")[2]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_somebody_in_the_queue_reads_the_digest_of_the_own_team(stage: Stage, language: Language) -> None:
    await publish(stage, 12)
    digest, t = await dialog(stage, WHO[language], "digest"), Texts(language)
    assert digest.title == t("digest.title", name="Ochtend")
    assert digest.locale == language
    assert t("digest.caution") in digest.paragraphs
    assert t("digest.organisation") in words(digest)
    assert digest.image is not None
    assert "Ochtend" in digest.image.alt
    assert actions(digest) == ["digest"]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_link_of_the_digest_opens_the_page_once(stage: Stage, language: Language) -> None:
    await publish(stage, 3)
    digest, t = await dialog(stage, WHO[language], "digest"), Texts(language)
    async with browsing(stage, None) as browser:
        assert (await browser.post(path_of(digest))).headers["location"] == "/digest"
        page = await browser.get("/digest")
        assert (await browser.post(path_of(digest))).status_code == 403
    assert f"<h1>{t('digest.title', name='Ochtend')}</h1>" in page.text
    assert f'<html lang="{language}">' in page.text
    assert page.headers["cache-control"] == "no-store"


async def test_chat_and_page_say_the_same(stage: Stage) -> None:
    await publish(stage, 12)
    digest = await dialog(stage, "o1", "digest")
    async with browsing(stage, "o1") as browser:
        page = html.unescape((await browser.get("/digest")).text)
    (level,) = (line for line in digest.paragraphs if line.startswith("Ochtend: waarschijnlijk"))
    assert all(number in page for number in re.findall(r"\d,\d", level))
    assert digest.image is not None
    assert digest.image.alt in page


async def test_people_read_a_release_an_hour_before_their_leader(stage: Stage) -> None:
    """Everybody can read the same digest as the manager, one hour earlier."""
    await publish(stage, 3)
    await hold_back(stage, 3, hours=1)
    assert "Ronde 3" in words(await dialog(stage, "o1", "digest"))
    assert "Ronde 2" in words(await dialog(stage, "noor", "digest"))
    async with browsing(stage, "noor") as browser:
        assert "Ronde 2," in (await browser.get("/digest")).text
        stage.clock.forward(minutes=61)
        assert "Ronde 3," in (await browser.get("/digest")).text
    assert "Ronde 3" in words(await dialog(stage, "noor", "digest"))


async def test_a_leader_is_sent_the_digest_an_hour_after_the_close(stage: Stage) -> None:
    await stage.deliver()
    for number in range(1, 13):
        await stage.answer(f"o{number}", 2 + number % 3, 3)
    await stage.close()
    before = len(stage.recording.inbox("noor"))
    await stage.until(stage.clock() + timedelta(minutes=90))
    assert len(stage.recording.inbox("noor")) == before + 1
    digest = stage.card("noor")
    assert digest.title == "Overzicht van Ochtend"
    assert any("waarschijnlijk tussen" in line for line in digest.paragraphs)
    assert stage.card("bram").title == "Overview of Service"
    assert not any(message.image for who in ("o1", "p1") for message in stage.recording.inbox(who))


async def test_the_button_gives_a_new_link(stage: Stage) -> None:
    await publish(stage, 1)
    first = await dialog(stage, "noor", "digest")
    assert path_of(await dialog(stage, "noor", "digest")) != path_of(first)


@pytest.mark.parametrize(("language", "who"), [("nl", "a1"), ("en", "a2")])
async def test_a_small_team_reads_the_overview_of_its_reporting_period(
    stage: Stage, language: Language, who: str
) -> None:
    await publish(stage, 6)
    digest, t = await dialog(stage, who, "digest"), Texts(language)
    assert digest.title == t("digest.title", name="Avond")
    assert "1" in digest.paragraphs[0]
    assert "4" in digest.paragraphs[0]
    assert t("digest.counts.period") in digest.paragraphs
    assert t("digest.organisation.small") in words(digest)
    assert t("digest.basis.period.one") in words(digest)
    asked = [released_item(driver).wording[language] for driver in DRIVERS]
    assert all(question in words(digest) for question in asked)
    async with browsing(stage, who, language) as browser:
        page = html.unescape((await browser.get("/digest")).text)
        assert t("digest.counts.period") in page
        assert t("digest.organisation.small") in page
        assert t("digest.other.title.many") in page
        assert all(question in page for question in asked)
        assert (await browser.get(f"/digest/{stage.nodes['Noord/Service']}")).status_code == 403


@pytest.mark.parametrize(("language", "who"), [("nl", "a1"), ("en", "a2")])
async def test_until_its_first_period_is_over_a_small_team_sees_its_department(
    stage: Stage, language: Language, who: str
) -> None:
    await publish(stage, 3)
    digest, t = await dialog(stage, who, "digest"), Texts(language)
    assert digest.title == t("digest.title", name="Service")
    assert digest.paragraphs[0] == t("digest.small.waiting", team="Avond", above="Service", waves=4)
    assert t("digest.counts.large") in digest.paragraphs


async def test_a_team_of_fewer_than_five_is_shown_with_the_small_teams_of_its_department(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(TEAMS, AVOND, 4)
    await publish(stage, 4)
    digest, t = await dialog(stage, "a1", "digest"), Texts("nl")
    assert digest.title == t("digest.title", name="Service")
    assert digest.paragraphs[0] == t("digest.small.above", team="Avond", above="Service")
    assert any(t("digest.counts.small", name="Service") in said for said in digest.paragraphs)


async def test_a_small_team_and_its_department_hear_of_a_period_and_a_large_team_does_not(stage: Stage) -> None:
    """A small team's manager reads every fourth wave; whoever leads more also gets the small teams together."""
    await enrol(stage, roster_csv() + f"vera,Vera,v@lente.example,{AVOND},{AVOND},manager,nl,Europe/Amsterdam,vera\n")
    await publish(stage, 4)
    told = {
        (who, seq): message.title if (message := await stage.app.digest.message_for(stage.people[who], seq)) else None
        for who in ("vera", "noor", "bram")
        for seq in (4, 5)
    }
    assert told == {
        **{("vera", 4): None, ("vera", 5): "Overzicht van Avond"},
        **{("noor", 4): "Overzicht van Ochtend", ("noor", 5): None},
        **{("bram", 4): "Overview of Service", ("bram", 5): "Overview of Service"},
    }


async def test_the_leader_of_a_small_team_does_not_read_the_group_they_count_in(stage: Stage) -> None:
    await enrol(stage, roster_csv() + f"vera,Vera,v@lente.example,{AVOND},{AVOND},manager,nl,Europe/Amsterdam,vera\n")
    await publish(stage, 3)
    digest = await dialog(stage, "vera", "digest")
    assert digest.title == "Overzicht van Lente"
    assert digest.paragraphs[0] == Texts("nl")("digest.small.waiting", team="Avond", above="Lente", waves=4)
    assert "Service" not in words(digest)


async def test_a_leader_of_several_groups_is_told_where_the_others_are(stage: Stage) -> None:
    lead = f"{OCHTEND};Zuid"
    await enrol(stage, roster_csv() + f"kim,Kim,k@lente.example,{OCHTEND},{lead},manager,nl,Europe/Amsterdam,kim\n")
    await publish(stage, 2)
    assert "Op de pagina staan ook: Zuid." in (await dialog(stage, "kim", "digest")).notes
    async with browsing(stage, "kim") as browser:
        assert "Zuid</a>" in (await browser.get("/digest")).text


@pytest.mark.parametrize("language", LANGUAGES)
async def test_whoever_has_no_digest_is_told_kindly(stage: Stage, language: Language) -> None:
    person = f"{OCHTEND},,hr,{language},Europe/Amsterdam,hans"
    await enrol(stage, roster_csv() + f"hans,Hans,h@lente.example,{person}\n")
    await publish(stage, 1)
    t = Texts(language)
    assert (await dialog(stage, "hans", "digest")).paragraphs == (t("digest.nobody.text"),)
    async with browsing(stage, "hans", language) as browser:
        page = await browser.get("/digest")
    assert page.status_code == 403
    assert t("digest.nobody.title") in page.text


async def test_nothing_is_shown_before_the_first_wave_has_closed(stage: Stage) -> None:
    assert (await dialog(stage, "o1", "digest")).title == "Nog geen overzicht"
    assert await stage.app.digest.message_for(stage.people["noor"], None) is None
    async with browsing(stage, "o1") as browser:
        assert "Nog geen overzicht" in (await browser.get("/digest")).text


async def test_a_stranger_is_told_that_nothing_is_known(stage: Stage) -> None:
    await publish(stage, 1)
    reply = await ask(stage, "stranger", "digest")
    assert reply.failed
    assert reply.notice == Texts("nl")("error.not_known")


async def test_a_session_ends_when_its_person_has_left(stage: Stage) -> None:
    await publish(stage, 1)
    async with browsing(stage, "o1") as browser:
        assert (await browser.get("/digest")).status_code == 200
        await enrol(stage, "\n".join(line for line in roster_csv().splitlines() if not line.startswith("o1,")))
        assert (await browser.get("/digest")).status_code == 403


@pytest.mark.parametrize("shape", ["wide", "wide-dark", "phone", "phone-dark"])
async def test_the_line_is_drawn_for_every_screen(stage: Stage, shape: str) -> None:
    await publish(stage, 2)
    async with browsing(stage, "o1") as browser:
        drawn = await browser.get(f"/digest/{stage.nodes[OCHTEND]}/{shape}.svg")
        assert drawn.headers["content-type"] == "image/svg+xml"
        assert drawn.text.startswith("<svg")
        assert (await browser.get(f"/digest/{stage.nodes[OCHTEND]}/other.svg")).status_code == 404


async def test_a_department_has_its_larger_teams_and_its_small_teams_on_two_pages(stage: Stage) -> None:
    await publish(stage, 4)
    t, place = Texts("en"), f"/digest/{stage.nodes['Noord/Service']}"
    async with browsing(stage, "bram", "en") as browser:
        weekly, rare = [html.unescape((await browser.get(f"{place}?every={every}")).text) for every in (1, 4)]
        assert (await browser.get(place)).text == (await browser.get(f"{place}?every=1")).text
        lines = {(await browser.get(f"{place}/wide.svg?every={every}")).text for every in (1, 4)}
        assert (await browser.get(f"{place}?every=3")).status_code == 404
        team = html.unescape((await browser.get(f"/digest/{stage.nodes[OCHTEND]}")).text)
    assert len(lines) == 2
    assert t("digest.counts.large") in weekly
    assert f'href="{place}?every=4">{t("digest.length.4")}</a>' in weekly
    assert t("digest.counts.small", name="Service") in rare
    assert f'<strong aria-current="page">{t("digest.length.4")}</strong>' in rare
    assert t("digest.length.1") not in team


async def test_the_works_council_opens_both_pages_of_a_department(stage: Stage) -> None:
    await publish(stage, 4)
    t, place = Texts("nl"), f"/council/digest/{stage.nodes['Noord/Service']}"
    async with browsing(stage, "council", "nl") as browser:
        page = html.unescape((await browser.get(f"{place}?every=4")).text)
    assert t("digest.counts.small", name="Service") in page
    assert f'href="{place}?every=1">{t("digest.length.1")}</a>' in page


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_page_of_a_department_tells_means_by_facet(stage: Stage, language: Language) -> None:
    """Never that of a team. What is not told by facet has the one text."""
    facts, team = await facts_of(stage, 1), stage.nodes[OCHTEND]
    value_of = {team: "early", stage.nodes[POST]: "night"}
    asked = {(node, value): facts.deliveries[node] for node, value in value_of.items()}
    items = [item.id for item in facts.items]
    answers = [
        Response(node, dict.fromkeys(items, 2 + person % 3), facet=value)
        for (node, value), people in asked.items()
        for person in range(3 if value == "night" else 1, people)
    ]
    async with stage.app.database.begin() as connection:
        await releases.publish(connection, protect(replace(facts, facet="shift_type", parts=asked), answers))
    t = Texts(language)
    async with browsing(stage, "council", language) as browser:
        department, organisation, lowest = [
            html.unescape((await browser.get(f"/council/digest/{stage.nodes[path]}")).text)
            for path in ("Noord/Service", "/", OCHTEND)
        ]
    title = t("digest.facets.title", facet=t("digest.facet.shift_type"))
    early = (t("digest.value.early"), "3,1" if language == "nl" else "3.1", "<svg")
    assert title in department
    assert title not in lowest
    assert BAR.findall(department) == [early]
    assert BAR.findall(organisation) == [early, (t("digest.value.night"), t("digest.suppressed"), "")]
