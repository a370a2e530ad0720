"""PRIVACY 14, last sentence: each person gets an introduction at least one working day before the first card."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.doctor_people import check_introduced
from bot.introducing import CLAIMED
from bot.texts import Texts
from surveys.model import WaveState
from surveys.store import surveys as store
from tests.dialogues.own_page import ask
from tests.dialogues.talk import ONCE
from tests.everything import everything
from tests.privacy.wave import House
from tests.stage import POST, Stage, enrol, roster_csv, staged

TITLES = {Texts("nl")("intro.title"), Texts("en")("intro.title")}
DAY = timedelta(days=1)
LATE = replace(ONCE, cron="0 9 * * 3")
"""Opens on Wednesday; the stage begins on Monday at 09:00."""


@asynccontextmanager
async def unprepared(house: House, **more: object) -> AsyncIterator[Stage]:
    """Both seats have signed, and nobody has been introduced."""
    async with staged(*house, introduced=False, **more) as stage:  # type: ignore[arg-type]
        yield stage


def introductions(stage: Stage, who: str | None = None) -> int:
    return sum(one.message.title in TITLES and who in (None, one.address) for one in stage.recording.sent)


def cards(stage: Stage) -> list[str]:
    return [one.address for one in stage.recording.sent if one.message.title not in TITLES]


async def sent_at(stage: Stage) -> dict[str, datetime]:
    """Return when each card of the open wave was sent or is to be sent."""
    rows = await stage.rows(
        "SELECT p.external_id, d.due FROM platform.delivery d JOIN people.person p ON p.id = d.person_id"
    )
    return {str(who): due for who, due in rows if isinstance(due, datetime)}


async def test_everybody_is_introduced_before_the_first_wave(house: House) -> None:
    """Two working days before the wave everybody gets the introduction, once, and in the wave everybody their card."""
    async with unprepared(house, survey=LATE) as stage:
        await stage.tick()
        assert introductions(stage) == len(stage.people)
        assert cards(stage) == []
        await stage.until(stage.clock() + 4 * DAY)
        assert introductions(stage) == len(stage.people)
        assert set(cards(stage)) == set(stage.people)


async def test_nobody_gets_a_card_before_they_had_a_working_day(house: House) -> None:
    """A wave that opens too early for everybody plans each card a working day after that person's introduction."""
    async with unprepared(house, survey=ONCE) as stage:
        began = stage.clock()
        await stage.until(began + DAY - timedelta(seconds=1))
        assert introductions(stage) == len(stage.people)
        assert cards(stage) == []
        assert min((await sent_at(stage)).values()) >= began + DAY
        await stage.until(began + 4 * DAY - timedelta(minutes=1))
        assert len(cards(stage)) == len(stage.people)


async def test_a_wave_that_closes_too_soon_leaves_out_whoever_was_not_introduced(house: House) -> None:
    """They are in none of its rows, and get their card in the next wave."""
    async with unprepared(house, survey=replace(ONCE, window=timedelta(hours=8))) as stage:
        await stage.tick()
        assert await stage.rows("SELECT count(*) FROM platform.delivery") == [(0,)]
        await stage.until(stage.clock() + 7 * DAY + timedelta(hours=7))
        assert set(cards(stage)) == set(stage.people)


async def test_an_introduction_that_never_arrives_keeps_the_card_back(house: House) -> None:
    """Where the call fails, it is tried again every day, and no card goes out before it has succeeded."""
    async with unprepared(house, survey=ONCE) as stage:
        stage.recording.fail("o1")
        await stage.until(stage.clock() + 2 * DAY)
        assert introductions(stage, "o1") == 0
        stage.recording.recover("o1")
        recovered = stage.clock()
        await stage.until(recovered + 2 * DAY - timedelta(hours=2))
        mine = [one.message.title in TITLES for one in stage.recording.sent if one.address == "o1"]
        assert mine[:1] == [True]
        assert mine.count(True) == 1
        assert cards(stage).count("o3") == 1


async def test_the_moment_of_the_claim_decides(house: House) -> None:
    """A card that was planned while its person counted as introduced stays unsent when they no longer are."""
    async with staged(*house, survey=ONCE) as stage:
        await stage.app.opening.open_due(stage.clock())
        await stage.run("UPDATE people.introduction SET sent = NULL, due = '2027-01-01'")
        await stage.run("UPDATE platform.delivery SET due = opens FROM surveys.wave WHERE wave.id = wave_id")
        stage.clock.forward(hours=1)
        await stage.tick()
        assert cards(stage) == []


async def test_whoever_is_new_is_introduced_at_their_own_first_working_moment(house: House) -> None:
    """Somebody who joins on Saturday hears of it on Monday, and nobody else hears of it again."""
    async with unprepared(house, survey=LATE) as stage:
        await stage.until(stage.clock() + 5 * DAY)
        assert introductions(stage) == len(stage.people)
        line = f"new,New,new@lente.example,{POST},,agent,nl,Europe/Amsterdam,new\n"
        await enrol(stage, roster_csv() + line)
        await stage.until(stage.clock() + 2 * DAY - timedelta(hours=2))
        assert introductions(stage, "new") == 0
        await stage.until(stage.clock() + timedelta(hours=3))
        assert introductions(stage, "new") == 1
        assert introductions(stage) == len(stage.people)


async def test_nobody_is_introduced_before_both_seats_have_signed(house: House) -> None:
    """The introduction says what they signed."""
    async with staged(*house, live=False) as stage:
        await stage.tick()
        assert stage.recording.sent == []
        assert await stage.rows("SELECT count(*) FROM people.introduction") == [(0,)]


async def test_whoever_stopped_is_left_in_peace(house: House) -> None:
    async with unprepared(house, survey=LATE) as stage:
        await ask(stage, "o1", "stop_now")
        await stage.tick()
        assert introductions(stage, "o1") == 0
        await ask(stage, "o1", "start_again")
        await stage.tick()
        assert introductions(stage, "o1") == 1


async def test_a_kill_costs_nobody_their_introduction(house: House) -> None:
    """What was claimed by a process that was killed is sent by another one, once the claim has run out."""
    async with unprepared(house, survey=LATE) as stage:
        await stage.app.tick(stage.clock())
        claimed = stage.clock() + CLAIMED
        await stage.run(f"UPDATE people.introduction SET due = '{claimed}' WHERE person_id = '{stage.people['o1'].id}'")
        await stage.app.jobs.run_until_idle()
        assert introductions(stage) == len(stage.people) - 1
        await stage.until(claimed)
        assert introductions(stage, "o1") == 1


async def test_two_processes_introduce_nobody_twice(house: House) -> None:
    """Whoever is planned, claimed or introduced is so once, however many processes tick."""
    async with unprepared(house, survey=LATE) as stage:
        introducing = stage.app.tick.introducing
        (place,) = await introducing.due(stage.clock())
        await introducing.due(stage.clock())
        await asyncio.gather(introducing.send(place), introducing.send(place))
        assert introductions(stage) == len(stage.people)


async def test_a_platform_that_asks_to_wait_is_left_alone(house: House) -> None:
    """One call is enough to hear it; the others keep their turn."""
    async with unprepared(house, survey=LATE) as stage:
        for who in stage.people:
            stage.recording.fail(who, permanent=False, retry_after=60)
        await stage.tick()
        assert introductions(stage) == 0
        for who in stage.people:
            stage.recording.recover(who)
        await stage.until(stage.clock() + timedelta(minutes=3))
        assert introductions(stage) == len(stage.people)


async def test_invented_people_need_no_introduction(house: House) -> None:
    """A simulated survey opens at once for everybody, and its people are not written to beforehand."""
    async with unprepared(house, survey=replace(ONCE, simulated=True)) as stage:
        await stage.until(stage.clock() + 2 * DAY)
        assert introductions(stage) == 0
        assert len(cards(stage)) == len(stage.people)


async def test_what_is_stored_of_an_introduction_tells_nothing_of_a_wave(house: House) -> None:
    """The table says whom, where and when; it is the same whatever somebody does with their card."""
    async with unprepared(house, survey=ONCE) as stage:
        await stage.until(stage.clock() + 3 * DAY)
        before = everything(stage.server)["people.introduction"]
        assert set(before[0]) == {"person_id", "platform", "due", "attempts", "sent"}
        await stage.answer("o1", 5, 1)
        async with stage.app.database.begin() as connection:
            (wave,) = await store.waves(connection, state=WaveState.OPEN)
        await stage.app.closing.close(wave.id)
        assert everything(stage.server)["people.introduction"] == before


async def test_an_administrator_is_told_how_many_wait_and_never_who(house: House) -> None:
    """Counts alone, before and after the introductions have had their day."""
    async with unprepared(house, survey=LATE) as stage:
        await stage.tick()
        async with stage.app.database.begin() as connection:
            early = await check_introduced(connection, stage.clock())
            late = await check_introduced(connection, stage.clock() + DAY)
        assert early.what == f"0 of {len(stage.people)} people have had it for a working day"
        assert late.what == f"{len(stage.people)} of {len(stage.people)} people have had it for a working day"


async def test_the_job_of_an_introduction_names_nobody(house: House) -> None:
    async with unprepared(house, survey=LATE) as stage:
        (work,) = await stage.app.tick(stage.clock())
        assert (work.step, dict(work.arguments)) == ("introduce", {"platform": "recording", "workspace": ""})


@pytest.mark.parametrize("who", ["o1", "o2"])
async def test_the_introduction_says_what_was_signed(house: House, who: str) -> None:
    """What, why, who reads, how to stop, and where language and moment are chosen."""
    async with unprepared(house, survey=LATE) as stage:
        await stage.tick()
        card, t = stage.card(who), Texts(stage.people[who].language)
        agreement = (await stage.app.seats.standing()).agreement
        assert agreement
        said = "\n".join((*card.paragraphs, *card.steps))
        assert agreement.purpose[t.language] in said
        assert t("intro.readers", k=agreement.protection.k) in said
        assert {t("intro.what"), t("intro.stop"), t("intro.choose")} <= set(card.steps) | set(card.paragraphs)
        assert [choice.action for choice in card.choices] == ["settings", "privacy", "stop", "help"]
        assert t("privacy.limit.operator") in card.notes
