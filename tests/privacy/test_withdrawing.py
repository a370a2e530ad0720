"""PRIVACY 3 and 9: withdrawing leaves no trace of whose row it was, and never depends on a key that was lost."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from bot.leaving import withdraw_everywhere
from surveys.blobs import BLOB_SIZE
from tests.privacy.test_who_counts import erase, leave, stop
from tests.privacy.wave import House, wave
from tests.stage import Stage
from tests.truths import all_held, held_by, open_wave

WRITTEN = """
    SELECT count(*) FROM surveys.pool b JOIN people.preference p ON p.xmin = b.xmin
    JOIN people.person q ON q.id = p.person_id WHERE q.external_id = 'o1'
"""
"""How many blobs were written by the transaction that wrote the choices of o1."""
WRITERS = "SELECT count(DISTINCT xmin::text), count(*) FROM surveys.response"
"""How many transactions wrote the rows, and how many rows there are."""
ROWS = "SELECT slot, sealed FROM surveys.response"
Way = Callable[[Stage], Awaitable[None]]


async def erase_but_stop(stage: Stage) -> None:
    await stage.recording.act("o1", "nl", "erase_stop")


@pytest.mark.parametrize("way", [stop, erase_but_stop])
async def test_no_transaction_number_leads_from_somebody_who_stopped_to_their_row(way: Way, house: House) -> None:
    """The transaction that notes that somebody stopped adds one blob of the usual size and writes no row; the row is
    emptied by the next mix, together with all the others."""
    async with wave(house) as stage:
        await stage.answer("o1", 5, 1)
        before = await stage.rows(ROWS)
        await way(stage)
        assert await stage.rows(WRITTEN) == [(1,)]
        assert await stage.rows("SELECT DISTINCT octet_length(sealed) FROM surveys.pool") == [(BLOB_SIZE,)]
        assert await stage.rows(ROWS) == before
        await stage.app.mixing.at_once()
        assert await stage.rows(WRITERS) == [(1, len(before))]
        assert (await held_by(stage, "o1")).answers == {}


@pytest.mark.parametrize("way", [leave, erase])
async def test_leaving_hides_the_row_among_all(way: Way, house: House) -> None:
    """What withdraws the answer of somebody who left or was erased writes a blob, and the next mix every row."""
    async with wave(house) as stage:
        await stage.answer("o1", 5, 1)
        before = await stage.rows(ROWS)
        await way(stage)
        assert await stage.rows(ROWS) == before
        await stage.app.mixing.at_once()
        assert await stage.rows(WRITERS) == [(1, len(before))]


async def test_many_who_leave_at_once_all_have_room(house: House) -> None:
    """As many blobs as are needed are written, and nobody is left out."""
    async with wave(house) as stage:
        for who in stage.people:
            await stage.answer(who)
        service, persons = stage.app.service, [person.id for person in stage.people.values()] * 4
        async with stage.app.database.begin() as connection:
            assert await service.withdraw_people(connection, (await open_wave(stage)).id, persons)
        assert {response.cohort for response in await all_held(stage)} == {None}


async def test_the_answers_of_the_others_stay_as_they_were_under_other_bytes(house: House) -> None:
    """Who is only there to hide somebody keeps every answer; their rows can't be told from the emptied one."""
    async with wave(house) as stage:
        await stage.answer("o2", 4, 2)
        before: dict[object, object] = dict(await stage.rows(ROWS))  # type: ignore[arg-type]
        await stop(stage)
        await stage.app.mixing.at_once()
        after: dict[object, object] = dict(await stage.rows(ROWS))  # type: ignore[arg-type]
        assert list((await held_by(stage, "o2")).answers.values()) == [4, 2]
        assert before.keys() == after.keys()
        assert all(before[slot] != after[slot] for slot in before)


async def test_many_who_stop_and_answer_at_once_all_succeed(house: House) -> None:
    """Nobody waits for each other and no answer is lost."""
    async with wave(house) as stage:
        stopping = [stage.recording.act(f"o{n}", "nl", "stop_now") for n in range(1, 7)]
        answering = [stage.answer(f"p{n}", 4, 2) for n in range(1, 7)]
        await asyncio.gather(*stopping, *answering)
        assert await stage.rows("SELECT count(*) FROM people.preference WHERE stopped") == [(6,)]
        assert [len((await held_by(stage, f"p{n}")).answers) for n in range(1, 7)] == [2] * 6


async def test_a_lost_key_keeps_nobody_from_stopping(house: House) -> None:
    """Without the key of a wave its rows can be read by nobody; stopping, erasing and leaving go on with the rest."""
    async with wave(house) as stage:
        own = stage.app.own
        lost = replace(own.service, keys=replace(own.service.keys, epochs={}))
        async with stage.app.database.begin() as connection:
            cards = await withdraw_everywhere(connection, lost, [stage.people["o1"].id])
        assert [card.person for card in cards] == [stage.people["o1"].id]
