"""The page of the works council: the whole publication, checked on the spot."""

from __future__ import annotations

import html
import json

import pytest
from sqlalchemy import text

from bot.texts import Texts
from surveys.model import LANGUAGES, Language
from surveys.release import verify_export
from tests.published import browsing, publish
from tests.stage import OCHTEND, Stage


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_works_council_sees_everything_that_was_published(stage: Stage, language: Language) -> None:
    await publish(stage, 3)
    t = Texts(language)
    async with browsing(stage, "council", language) as browser:
        answer = await browser.get("/council")
    page = html.unescape(answer.text)
    assert t("council.chain.whole", count=3) in page
    assert t("council.policy.k", k=5) in page
    assert t("council.releases.count", suppressed=0, cells=14) in page
    for asked in ("Hoe stressvol was je werk de afgelopen week?", "How stressful was your work this past week?"):
        assert asked in page
    for promise in ("who", "groups", "seen", "leader", "destroyed"):
        assert t(f"council.promise.{promise}") in page
        assert t(f"council.limit.{promise}") in page
    assert answer.headers["cache-control"] == "no-store"


async def test_the_export_is_whole_and_ends_at_the_hash_on_the_page(stage: Stage) -> None:
    await publish(stage, 3)
    async with browsing(stage, "council") as browser:
        export = await browser.get("/council/export.json")
        page = (await browser.get("/council")).text
    assert len(verify_export(export.json())) == 3
    assert f"<code>{export.json()['head']}</code>" in page
    assert "attachment" in export.headers["content-disposition"]


async def test_a_release_that_was_changed_is_told(stage: Stage) -> None:
    """Whoever changes what was published is seen by the works council."""
    await publish(stage, 3)
    async with stage.app.database.begin() as connection:
        changed = "decode(replace(encode(document, 'escape'), :before, :after), 'escape')"
        change = text(f"UPDATE surveys.release_document SET document = {changed} WHERE seq = 2")
        await connection.execute(change, {"before": '"head_count":12', "after": '"head_count":13'})
    async with browsing(stage, "council") as browser:
        page = html.unescape((await browser.get("/council")).text)
        export = json.loads((await browser.get("/council/export.json")).content)
    assert Texts("nl")("council.chain.broken") in page
    assert "pulse/2" in page
    assert len(export["releases"]) == 3


@pytest.mark.parametrize("language", LANGUAGES)
async def test_what_the_server_keeps_of_a_wave_is_said_with_its_end(stage: Stage, language: Language) -> None:
    """A wave that is not destroyed stands on the page, why and until when; all others don't."""
    await publish(stage, 3)
    t = Texts(language)
    await stage.run("UPDATE surveys.release SET traces = '{}'")
    async with browsing(stage, "council", language) as browser:
        assert t("council.kept.none") in html.unescape((await browser.get("/council")).text)
    until = "2026-04-06T00:00:00Z"
    await stage.run(f"UPDATE surveys.release SET traces = '{{archive}}', traces_until = '{until}' WHERE seq = 2")
    await stage.run("UPDATE surveys.release SET traces = '{replicas}' WHERE seq = 3")
    async with browsing(stage, "council", language) as browser:
        page = html.unescape((await browser.get("/council")).text)
    day = {"nl": "6 april 2026", "en": "6 April 2026"}[language]
    assert t("council.kept.until", why=t("council.kept.archive"), day=day) in page
    assert t("council.kept.by_hand", why=t("council.kept.replicas")) in page
    assert "<dt>pulse 2</dt>" in page
    assert "<dt>pulse 1</dt>" not in page


async def test_before_the_first_release_there_is_nothing_to_check(stage: Stage) -> None:
    async with browsing(stage, "council") as browser:
        page = html.unescape((await browser.get("/council")).text)
        export = (await browser.get("/council/export.json")).json()
        view = await browser.get(f"/council/digest/{stage.nodes[OCHTEND]}")
    assert Texts("nl")("council.chain.none") in page
    assert export["releases"] == []
    assert Texts("nl")("digest.none_yet.title") in view.text


async def test_the_works_council_reads_a_digest_as_its_team_does(stage: Stage) -> None:
    await publish(stage, 5)
    node = stage.nodes[OCHTEND]
    async with browsing(stage, "council") as browser:
        seen = (await browser.get(f"/council/digest/{node}")).text
        assert (await browser.get(f"/council/digest/{node}/wide.svg")).text.startswith("<svg")
        assert (await browser.get("/council/digest/nowhere")).status_code == 404
    async with browsing(stage, "o1") as browser:
        theirs = (await browser.get("/digest")).text
    assert _figures(seen) == _figures(theirs)


def _figures(page: str) -> str:
    return page[page.index("<dl") : page.index('aria-labelledby="response"')].replace("/council/digest", "/digest")
