"""What a digest says of thanks: one band of a whole group, of a month that is over, the same to everybody who reads."""

from __future__ import annotations

import html
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest

from bot.texts import Texts
from tests.dialogues.own_page import dialog
from tests.kudos.thanks import Floor, House, Line
from tests.published import browsing, publish
from tests.stage import staged

NL, EN = Texts("nl"), Texts("en")
APRIL = datetime(2026, 4, 8, 9, tzinfo=UTC)
SEVEN = tuple(f"o{number}" for number in range(2, 9))
"""Half of Ochtend and its leader, thirteen people."""
SOME_OF_POST = ("p1", "p2")


@asynccontextmanager
async def organisation(house: House) -> AsyncIterator[Floor]:
    line = Line()
    async with staged(*house, platforms=line) as stage:
        await publish(stage, 4)
        yield Floor(stage, line)


@pytest.fixture
async def here(house: House) -> AsyncIterator[Floor]:
    async with organisation(house) as there:
        yield there


async def in_april(here: Floor) -> None:
    here.stage.clock.time = APRIL


def many(t: Texts, month: str, team: str) -> str:
    return t("kudos.band.half-or-more", month=month, team=team)


def few(t: Texts, month: str, team: str) -> str:
    return t("kudos.band.under-half", month=month, team=team)


async def test_a_leader_reads_whether_half_of_the_team_was_thanked_last_month(here: Floor) -> None:
    await here.gives("o1", *SEVEN)
    await here.gives("o1", "p1")
    await in_april(here)
    assert many(NL, "maart", "Ochtend") in (await dialog(here.stage, "noor", "digest")).paragraphs
    async with browsing(here.stage, "noor") as browser:
        page = html.unescape((await browser.get("/digest")).text)
    assert many(NL, "maart", "Ochtend") in page
    assert NL("kudos.band.note") in page


async def test_less_than_half_is_said_as_that_and_never_as_a_number(here: Floor) -> None:
    await here.gives("o1", *SEVEN[:6])
    await here.gives("o1", *SOME_OF_POST)
    await in_april(here)
    assert few(NL, "maart", "Ochtend") in (await dialog(here.stage, "noor", "digest")).paragraphs
    assert not any(char.isdigit() for char in few(NL, "maart", "Ochtend"))


async def test_people_of_the_team_read_the_same_as_their_leader(here: Floor) -> None:
    await here.gives("o1", *SEVEN)
    await here.gives("o1", "p1")
    await in_april(here)
    assert many(NL, "maart", "Ochtend") in (await dialog(here.stage, "o3", "digest")).paragraphs
    assert many(EN, "March", "Ochtend") in (await dialog(here.stage, "o2", "digest")).paragraphs


async def test_whoever_leads_the_department_finds_it_at_the_team_and_not_above(here: Floor) -> None:
    await here.gives("o1", *SEVEN)
    await here.gives("o1", "p1")
    await in_april(here)
    told = await dialog(here.stage, "bram", "digest")
    assert told.title == EN("digest.title", name="Service")
    assert not any("thanked at least once" in line for line in told.paragraphs)
    async with browsing(here.stage, "bram") as browser:
        page = html.unescape((await browser.get(f"/digest/{here.stage.nodes['Noord/Service/Ochtend']}")).text)
    assert many(EN, "March", "Ochtend") in page


async def test_of_a_team_below_eight_nothing_is_said(here: Floor) -> None:
    await here.gives("o1", *(f"a{number}" for number in range(1, 7)))
    await here.gives("o1", *SOME_OF_POST)
    await in_april(here)
    assert not any("minstens één keer" in line for line in (await dialog(here.stage, "a1", "digest")).paragraphs)


async def test_the_month_that_runs_is_not_told_of(here: Floor) -> None:
    await here.gives("o1", *SEVEN)
    await here.gives("o1", "p1")
    assert not any("minstens één keer" in line for line in (await dialog(here.stage, "noor", "digest")).paragraphs)


async def test_where_hardly_anybody_was_thanked_nothing_is_said_of_any_team(here: Floor) -> None:
    await here.gives("o1", *SEVEN)
    await in_april(here)
    assert not any("minstens één keer" in line for line in (await dialog(here.stage, "noor", "digest")).paragraphs)


async def test_looking_again_after_somebody_left_or_took_it_off_tells_nothing_new(here: Floor) -> None:
    await here.gives("o1", *SEVEN)
    await here.gives("o1", "p1")
    await in_april(here)
    before = many(NL, "maart", "Ochtend")
    assert before in (await dialog(here.stage, "noor", "digest")).paragraphs
    await here.stage.run("DELETE FROM people.person WHERE external_id = 'o2'")
    await here.stage.run("UPDATE kudos.kudos SET state = 'hidden'")
    here.stage.clock.forward(days=20)
    assert before in (await dialog(here.stage, "noor", "digest")).paragraphs
    assert before in (await dialog(here.stage, "o3", "digest")).paragraphs


async def test_private_thanks_count_as_well_and_what_was_taken_back_does_not(here: Floor) -> None:
    await here.gives("o1", *SEVEN[:6], where="wall")
    sent = await here.gives("o1", SEVEN[6])
    await here.gives("o1", *SOME_OF_POST)
    await here.takes_back("o1", sent)
    await in_april(here)
    assert few(NL, "maart", "Ochtend") in (await dialog(here.stage, "noor", "digest")).paragraphs


async def test_what_is_kept_of_it_names_groups_and_nobody(here: Floor) -> None:
    await here.gives("o1", *SEVEN)
    await here.gives("o1", "p1")
    await in_april(here)
    await dialog(here.stage, "noor", "digest")
    ((kept,),) = await here.stage.rows("SELECT value FROM platform.mark WHERE name = 'recognition'")
    assert str(here.stage.nodes["Noord/Service/Ochtend"]) in str(kept)
    assert not [one for one in here.stage.people.values() if str(one.id) in str(kept)]
