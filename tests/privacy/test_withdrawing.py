"""PRIVACY 3 and 9: withdrawing leaves no trace of whose row it was, and never depends on a key that was lost."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from bot.leaving import withdraw_everywhere
from surveys import service
from tests.privacy.test_who_counts import erase, leave, stop
from tests.privacy.wave import House, wave
from tests.stage import Stage
from tests.truths import held_by

TOGETHER = """
    SELECT count(*) FROM surveys.response r JOIN people.preference p ON p.xmin = r.xmin
    JOIN people.person q ON q.id = p.person_id WHERE q.external_id = 'o1'
"""
"""How many rows were last written by the transaction that wrote the choices of o1."""
NEWEST = "SELECT count(*) FROM surveys.response GROUP BY xmin ORDER BY age(xmin) LIMIT 1"
"""How many rows were last written by the newest transaction that wrote any."""
ROWS = "SELECT slot, sealed FROM surveys.response"
Way = Callable[[Stage], Awaitable[None]]


@pytest.mark.parametrize("way", [stop, erase])
async def test_no_transaction_number_leads_from_somebody_who_stopped_to_their_row(way: Way, house: House) -> None:
    """The transaction that notes that somebody stopped wrote at least twenty rows besides theirs, or all there are."""
    async with wave(house) as stage:
        await stage.answer("o1", 5, 1)
        await way(stage)
        assert await stage.rows(TOGETHER) == await stage.rows("SELECT count(*) FROM surveys.response")
        assert (await held_by(stage, "o1")).answers == {}


async def test_leaving_hides_the_row_among_others(house: House) -> None:
    """An import that withdraws the answer of somebody who left writes the rows of others along with it."""
    async with wave(house) as stage:
        await stage.answer("o1", 5, 1)
        await leave(stage)
        assert await stage.rows(NEWEST) == await stage.rows("SELECT count(*) FROM surveys.response")


@pytest.mark.parametrize("cover", [0, 7])
async def test_a_large_wave_has_as_many_candidates_as_rows_are_added(
    cover: int, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a wave larger than the cover, the row is one of the cover and itself."""
    monkeypatch.setattr(service, "COVER", cover)
    async with wave(house) as stage:
        await stop(stage)
        assert await stage.rows(TOGETHER) == [(cover + 1,)]


def test_the_cover_is_at_least_twenty_rows() -> None:
    assert service.COVER >= 20


async def test_the_answers_of_the_others_stay_as_they_were_under_other_bytes(house: House) -> None:
    """Who is only there to hide somebody keeps every answer; their rows can't be told from the emptied one."""
    async with wave(house) as stage:
        await stage.answer("o2", 4, 2)
        before: dict[object, object] = dict(await stage.rows(ROWS))  # type: ignore[arg-type]
        await stop(stage)
        after: dict[object, object] = dict(await stage.rows(ROWS))  # type: ignore[arg-type]
        assert list((await held_by(stage, "o2")).answers.values()) == [4, 2]
        assert before.keys() == after.keys()
        assert all(before[slot] != after[slot] for slot in before)


async def test_many_who_stop_and_answer_at_once_all_succeed(house: House) -> None:
    """Rows are held in one order, so nobody waits for each other and no answer is lost."""
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
