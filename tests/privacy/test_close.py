"""PRIVACY 4: closing, and what is left after it."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from adapters.port import Reply
from analytics.disclosure import protect
from bot.closing import DEADLINE
from bot.texts import Texts
from surveys.errors import TokenError
from surveys.model import SUPPRESSED, Figure, Release, Response, WaveState
from surveys.store import releases
from surveys.store import surveys as store
from surveys.store.answering import share
from surveys.store.database import WHOLE, driver_of
from tests.everything import everything, logged
from tests.privacy.wave import House, answer, wave
from tests.stage import AVOND, OCHTEND, Stage
from tests.truths import all_held, held_by, open_wave

TEAM = [f"o{number}" for number in range(1, 13)]


async def published(stage: Stage) -> list[Release]:
    async with stage.app.database.reading([WHOLE]) as connection:
        return await releases.history(connection)


async def document(stage: Stage) -> bytes:
    async with stage.app.database.reading([WHOLE]) as connection:
        (found,) = await releases.documents(connection)
    return found


async def everybody_answers(stage: Stage, order: Sequence[str] = TEAM) -> None:
    for who in order:
        await stage.answer(who, 1 + int(who[1:]) % 5, 1 + int(who[1:]) % 4)


async def test_what_was_confirmed_before_the_close_counts_and_what_comes_after_is_refused(house: House) -> None:
    """In a race between answers and the close, every confirmed answer counts, and every other is told so kindly."""
    async with wave(house) as stage:
        there = await open_wave(stage)
        taps = [(who, answer(stage, who, item, 1 + (int(who[1:]) + item) % 5)) for who in TEAM for item in (0, 1)]
        random.Random(7).shuffle(taps)

        async def mark() -> None:
            await asyncio.sleep(0.02)
            async with stage.app.database.begin() as connection:
                await store.mark_closing(connection, there.id, stage.clock())

        replies = await asyncio.gather(*(stage.app.inbox.receive(tap) for _, tap in taps), mark())
        said: list[Reply | None] = list(replies[:-1])
        confirmed: dict[str, dict[str, int]] = {who: {} for who in TEAM}
        for (who, tap), reply in zip(taps, said, strict=True):
            assert reply is not None
            if reply.failed:
                assert reply.notice == Texts(tap.locale)("error.wave_closed")
            else:
                ((item, option),) = tap.positions
                confirmed[who][there.items[item]] = option
        held = {who: dict((await held_by(stage, who)).answers) for who in TEAM}
        assert held == confirmed
        counted = [one for one in await all_held(stage) if one.cohort is not None]
        facts = await stage.app.closing._facts(await open_wave(stage))
        await stage.app.closing.close(there.id)
        assert await published(stage) == [protect(facts, counted)]


async def test_an_answer_waits_for_nobody_and_the_close_for_every_answer(house: House) -> None:
    """The close takes the lock that answers share: it begins when no answer is under way."""
    async with wave(house) as stage:
        there = await open_wave(stage)
        async with stage.app.database.begin() as answering:
            await share(await driver_of(answering), there.id)
            closing = asyncio.create_task(stage.app.closing.close(there.id))
            await asyncio.sleep(0.1)
            assert not closing.done()
            assert (await open_wave(stage)).state is WaveState.OPEN
        await closing
        assert [release.number for release in await published(stage)] == [1]


async def test_the_release_does_not_depend_on_the_order_of_the_answers(house: House) -> None:
    """The same answers give the same Release, byte for byte, in whatever order they came."""
    documents = []
    for order in (TEAM, TEAM[::-1]):
        async with wave(house) as stage:
            await everybody_answers(stage, order)
            await stage.close()
            documents.append(await document(stage))
    assert documents[0] == documents[1]
    async with wave(house) as stage:
        await everybody_answers(stage, TEAM[:-4])
        await stage.close()
        assert await document(stage) != documents[0]


async def test_a_close_that_was_killed_after_the_mark_goes_on(house: House) -> None:
    """A kill before the publishing commit starts over and makes the same Release."""
    async with wave(house) as undisturbed:
        await everybody_answers(undisturbed)
        await undisturbed.close()
        wanted = await document(undisturbed)
    async with wave(house) as stage:
        await everybody_answers(stage)
        there = await open_wave(stage)
        stage.clock.time = there.closes
        async with stage.app.database.begin() as connection:
            await store.mark_closing(connection, there.id, stage.clock())
        await stage.tick()
        assert await document(stage) == wanted


async def test_closing_twice_publishes_once(house: House) -> None:
    """A wave is released once, never again and never re-cut."""
    async with wave(house) as stage:
        there = await open_wave(stage)
        await everybody_answers(stage)
        await asyncio.gather(*(stage.app.closing.close(there.id) for _ in range(3)))
        first = await document(stage)
        await stage.app.closing.close(there.id)
        assert await document(stage) == first


async def test_publishing_and_destroying_are_one(house: House) -> None:
    """With the Release the rows, the salt, the snapshot and the list of cards are gone, in one commit."""
    async with wave(house) as stage:
        there = await open_wave(stage)
        await everybody_answers(stage)
        before = everything(stage.server)
        mine = [f"surveys.response_{there.id.hex}", f"surveys.wave_salt_{there.id.hex}"]
        gone = [*mine, "surveys.wave_node", "platform.delivery"]
        assert all(before[table] for table in gone)
        assert before["surveys.release"] == []
        await stage.app.closing.close(there.id)
        after = everything(stage.server)
        assert [table for table in gone if after.get(table)] == []
        assert len(after["surveys.release"]) == 1


async def test_a_wave_that_cannot_be_protected_is_withheld_after_a_day(house: House) -> None:
    """If protection has not succeeded within 24 hours, everything is suppressed and destroyed all the same."""
    async with wave(house) as stage:
        there = await open_wave(stage)
        await everybody_answers(stage)
        await spoil_a_row(stage)
        stage.clock.time = there.closes
        try:
            await stage.app.closing.close(there.id)
        except TokenError:
            pass
        else:
            raise AssertionError("a spoiled row was taken for an answer")
        assert (await open_wave(stage)).state is WaveState.CLOSING
        with logged() as lines:
            await stage.tick()
        assert "Agent" not in lines.getvalue()
        stage.clock.time = there.closes + DEADLINE
        await stage.tick()
        (release,) = await published(stage)
        assert {cell.figure for cell in release.cells} == {SUPPRESSED}
        assert {node.response for node in release.nodes} == {SUPPRESSED}
        assert await stage.rows("SELECT state FROM surveys.wave") == [("destroyed",)]
        assert not [table for table in everything(stage.server) if table.startswith("surveys.response_")]


async def spoil_a_row(stage: Stage) -> None:
    there = await open_wave(stage)
    async with stage.app.database.begin() as connection:
        await connection.exec_driver_sql(
            f"UPDATE surveys.\"response_{there.id.hex}\" SET sealed = overlay(sealed placing '\\x00'::bytea from 40)"
            f' WHERE slot = (SELECT min(slot) FROM surveys."response_{there.id.hex}")'
        )


async def test_a_release_says_bands_and_guarded_means_and_nothing_finer(house: House) -> None:
    """Of a closed wave only guarded means, bands and *suppressed* are published; a small team is in no cell of it."""
    async with wave(house) as stage:
        await everybody_answers(stage)
        for number in range(1, 7):
            await stage.answer(f"a{number}", 3, 3)
        await stage.close()
        (release,) = await published(stage)
        figures = {cell.cohort: cell.figure for cell in release.cells if cell.item == release.items[0].id}
        assert stage.nodes[AVOND] not in figures
        shown = figures[stage.nodes[OCHTEND]]
        assert isinstance(shown, Figure)
        assert shown.n_band in ("5-9", "10-19", "20+")
        assert round(shown.value, 1) == shown.value
        text = (await document(stage)).decode()
        assert [word for word in ("histogram", "count", "answers", "respondents") if f'"{word}"' in text] == []


async def test_the_release_of_nobody_is_wholly_suppressed(house: House) -> None:
    """A wave in which nobody answered says nothing, not zero."""
    async with wave(house) as stage:
        await stage.close()
        (release,) = await published(stage)
        assert {cell.figure for cell in release.cells} == {SUPPRESSED}
        planted = replace(release, cells=(replace(release.cells[0], figure=Figure("mean", 3.0, "5-9")),))
        assert {cell.figure for cell in planted.cells} != {SUPPRESSED}


async def test_later_waves_do_not_hold_what_earlier_ones_did(house: House) -> None:
    """Answers are fresh in every wave: nothing of a closed wave enters the next."""
    async with wave(house) as stage:
        await everybody_answers(stage)
        await stage.close()
        await stage.until(stage.clock() + timedelta(days=5))
        assert await all_held(stage) == [Response()] * 31
