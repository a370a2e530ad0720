"""Stop, start again and erase, in the person's own words and in the rows behind them."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from adapters.port import Command, Message
from bot.reading import subject_for
from bot.server import Server
from bot.settings import Settings
from bot.texts import Texts
from surveys.model import Person, Preferences, Response, Shift
from surveys.store import people as people_store
from surveys.store import platform as platform_store
from tests.dialogues.own_page import actions, ask, chosen, dialog, held, sent
from tests.everything import everything
from tests.privacy.wave import found_in, names_of
from tests.stage import Stage, enrol, roster_csv, staged

WHO = {"nl": "o1", "en": "o2"}
STOPPED = {"nl": "Je bent gestopt", "en": "You have stopped"}
GONE = {"nl": "Deze check-in is er niet meer", "en": "This check-in is no longer here"}
ERASED = {"nl": "Gewist", "en": "Erased"}
TABLES = ("people.shift", "platform.delivery", "platform.digest_delivery")


async def rows_about(stage: Stage, person: UUID) -> dict[str, int]:
    return {table: len(await stage.rows(f"select 1 from {table} where person_id = '{person}'")) for table in TABLES} | {
        "links": len(await stage.rows(f"select 1 from platform.link where subject in ('person:{person}', 'o1')")),
        "records": len(await stage.rows("select 1 from platform.record where key = 'recording/mailbox/o1'")),
    }


@pytest.mark.parametrize("language", ["nl", "en"])
async def test_stopping_is_one_step_and_withdraws_what_was_answered(stage: Stage, language: str) -> None:
    """Stopping mid-wave withdraws the sealed row, deletes the card's row and takes the card back."""
    who = WHO[language]
    await sent(stage)
    await stage.answer(who, 5, 1)
    assert actions(await dialog(stage, who, "stop"))[0] == "stop_now"
    assert await held(stage, who) != Response()
    assert (await dialog(stage, who, "stop_now")).title == STOPPED[language]
    assert await held(stage, who) == Response()
    assert (await rows_about(stage, stage.people[who].id))["platform.delivery"] == 0
    assert stage.card(who).title == GONE[language]
    assert (await chosen(stage, who)).stopped
    buttons = actions(await dialog(stage, who, "home"))
    assert buttons == ["kudos", "kudos_jar", "settings", "privacy", "digest", "start_again", "help"]


async def test_stopping_touches_nobody_else(stage: Stage) -> None:
    await sent(stage)
    await stage.answer("o3", 4, 4)
    before = await held(stage, "o3"), await stage.rows("select count(*) from platform.delivery")
    await ask(stage, "o1", "stop_now")
    assert await held(stage, "o3") == before[0]
    assert await stage.rows("select count(*) + 1 from platform.delivery") == before[1]
    assert stage.card("o3").title != GONE["nl"]


async def test_pausing_withdraws_nothing(stage: Stage) -> None:
    """A pause leaves what was answered as it is."""
    await sent(stage)
    await stage.answer("o1", 4, 2)
    before = await held(stage, "o1")
    await dialog(stage, "o1", "pause_save", length="4")
    assert await held(stage, "o1") == before


async def test_whoever_stopped_gets_no_card_until_they_start_again(stage: Stage) -> None:
    await ask(stage, "o1", "stop_now")
    await sent(stage)
    assert stage.recording.inbox("o1") == []
    await dialog(stage, "o1", "start_again")
    assert not (await chosen(stage, "o1")).stopped


async def furnish(stage: Stage, who: str) -> Person:
    """Let there be rows of many kinds about somebody who answered, and some about others."""
    person = stage.people[who]
    await sent(stage)
    await stage.answer(who, 2, 2)
    await dialog(stage, who, "settings_save", moment="10:00", every="2")
    async with stage.app.database.begin() as connection:
        now = stage.clock()
        await people_store.replace_shifts(connection, [(person.id, Shift(now, now + timedelta(hours=8)))])
        await platform_store.add_digest_deliveries(connection, 1, [person.id, stage.people["noor"].id], now)
        for other in (who, "o11"):
            await platform_store.put_record(connection, "recording", f"recording/mailbox/{other}", b"sealed")
    await stage.app.links.one_time(f"person:{person.id}", "digest")
    return person


@pytest.mark.parametrize("language", ["nl", "en"])
async def test_erasing_can_leave_the_line_of_the_roster_and_that_somebody_stopped(stage: Stage, language: str) -> None:
    """Whoever wants to be left in peace keeps the employer's line and the mark of having stopped, and nothing else."""
    who = WHO[language]
    person = await furnish(stage, who)
    assert actions(await dialog(stage, who, "erase")) == ["erase_now", "erase_stop", "privacy", "help"]
    assert (await dialog(stage, who, "erase_stop")).title == ERASED[language]
    assert set((await rows_about(stage, person.id)).values()) == {0}
    assert await held(stage, who) == Response()
    assert await chosen(stage, who) == Preferences(stopped=True)
    assert await stage.rows("select key from platform.record") == [("recording/mailbox/o11",)]
    assert await stage.rows("select person_id from platform.digest_delivery") == [(stage.people["noor"].id,)]
    async with stage.app.database.begin() as connection:
        assert await people_store.person_by_id(connection, person.id) == person


@pytest.mark.parametrize("language", ["nl", "en"])
async def test_erasing_leaves_nothing_of_somebody_at_all(stage: Stage, language: str) -> None:
    """Erasing everything takes the line of the roster along: no row of any table knows this person any more."""
    who = WHO[language]
    person = await furnish(stage, who)
    wave_before = await held(stage, who)
    reply = await dialog(stage, who, "erase_now")
    assert (reply.title, actions(reply)) == (ERASED[language], ["help"])
    assert wave_before != Response()
    assert await held(stage, who) == Response()
    assert stage.card(who).title == GONE[language]
    assert found_in(everything(stage.server), names_of(person)) == []
    assert found_in(everything(stage.server), names_of(stage.people["o11"])) != []
    assert (await ask(stage, who, "home")).failed


async def test_whoever_was_erased_comes_back_as_somebody_new(stage: Stage) -> None:
    """No mark is kept against coming back: the next list brings a new person, whom the introduction comes first for."""
    before = stage.people["o1"].id
    await dialog(stage, "o1", "erase_now")
    stage.introduced = False
    await enrol(stage, roster_csv())
    assert stage.people["o1"].id != before
    assert await chosen(stage, "o1") == Preferences()
    await stage.tick()
    assert stage.card("o1").title == Texts("nl")("intro.title")


async def test_a_wave_that_is_closing_is_left_to_its_closing(stage: Stage) -> None:
    await sent(stage)
    await stage.answer("o1", 2, 2)
    await stage.rows("update surveys.wave set state = 'closing', closing_since = now() returning id")
    await ask(stage, "o1", "stop_now")
    assert (await rows_about(stage, stage.people["o1"].id))["platform.delivery"] == 1


async def test_erasing_on_the_web_leaves_no_mailbox_and_no_link(house: tuple[Server, Settings]) -> None:
    """Where a card waits on a page, erasure takes the page's messages and the links to it along."""
    async with staged(*house, roster=roster_csv("web"), platforms=None) as stage:
        await sent(stage)
        mailbox = "select key from platform.record where key = 'web/mailbox/o1'"
        await stage.app.links.personal(subject_for(stage.people["o1"]), "chat", timedelta(days=30))
        assert await stage.rows(mailbox)
        assert actions(await _on_the_web(stage, "privacy"))[:2] == ["export", "erase"]
        await _on_the_web(stage, "erase_stop")
        assert not await stage.rows(mailbox)
        assert not await stage.rows("select 1 from platform.link")


async def _on_the_web(stage: Stage, name: str) -> Message:
    reply = await stage.app.inbox.receive(Command(name, "web", "o1", "nl"))
    assert reply.dialog
    return reply.dialog
