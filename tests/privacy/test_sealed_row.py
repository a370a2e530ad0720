"""PRIVACY 2: the sealed row."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from surveys.model import Response
from tests.everything import everything
from tests.privacy.wave import House, answer, found_in, names_of, token_of, wave
from tests.truths import all_held, held_by

ROWS = "SELECT slot, sealed FROM surveys.response ORDER BY slot"


async def test_a_row_holds_a_wave_a_slot_and_a_seal_and_nothing_else(house: House) -> None:
    """No time, sequence, person or team stands beside a sealed response."""
    async with wave(house) as stage:
        columns = "SELECT attname FROM pg_attribute WHERE attrelid = 'surveys.response'::regclass AND attnum > 0"
        assert {name for (name,) in await stage.rows(columns)} == {"wave_id", "slot", "sealed"}


async def test_all_rows_have_one_size(house: House) -> None:
    """The size of a row says nothing about what is in it: nothing, two answers, a skip or a comment."""
    async with wave(house, settings={"comments": True}) as stage:
        await stage.answer("o1", 5, 1)
        await stage.recording.tap("o2", "skip", (0, 0))
        await stage.answer("o3", 1, 1)
        await stage.recording.act("o3", "nl", "comment", token=token_of(stage, "o3"), texts={"comment": "🌿" * 280})
        sizes = "SELECT DISTINCT length(sealed), pg_column_size(sealed), length(slot) FROM surveys.response"
        assert len(await stage.rows(sizes)) == 1
        assert (await held_by(stage, "o3")).comment == "🌿" * 280


async def test_everybody_who_gets_a_card_has_a_row_from_the_start(house: House) -> None:
    """That a row exists says nothing: at opening every delivered person's slot holds a sealed empty response."""
    async with wave(house) as stage:
        assert await all_held(stage) == [Response()] * len(stage.recording.sent)
        before = await stage.rows("SELECT slot FROM surveys.response ORDER BY slot")
        await stage.answer("o1", 5, 1)
        assert await stage.rows("SELECT slot FROM surveys.response ORDER BY slot") == before


async def test_answering_changes_no_row_and_a_mix_changes_every_one(house: House) -> None:
    """An answer adds a blob to the pool and leaves every other byte of every table as it was; the next mix seals every
    row anew, whoever answered."""
    async with wave(house) as stage:
        before = everything(stage.server)
        await stage.recording.tap("o1", "answer", (0, 5))
        after = everything(stage.server)
        added = ("surveys.pool", "sequences")
        assert {table for table in after if after[table] != before[table]} == set(added)
        assert [len(rows["surveys.pool"]) for rows in (before, after)] == [0, 1]
        assert await stage.app.mixing(stage.clock())
        mixed = everything(stage.server)
        (table,) = [name for name in before if name.startswith("surveys.response_")]
        assert [row["slot"] for row in mixed[table]] == [row["slot"] for row in before[table]]
        sealed = [{row["slot"]: row["sealed"] for row in rows[table]} for rows in (before, mixed)]
        assert all(sealed[0][slot] != sealed[1][slot] for slot in sealed[0])
        assert mixed["surveys.pool"] == []
        assert (await held_by(stage, "o1")).answers != {}


async def test_two_taps_at_once_lose_neither(house: House) -> None:
    """Each tap opens the own row under a lock, so that answers to both items given at once both stay."""
    async with wave(house) as stage:
        crowd = ["o1", "o2", "o3", "p1"]
        taps = [answer(stage, who, item, 2 + item) for who in crowd for item in (0, 1) for _ in range(4)]
        replies = await asyncio.gather(*map(stage.app.inbox.receive, taps))
        assert not any(reply.failed for reply in replies)
        for who in crowd:
            assert sorted((await held_by(stage, who)).answers.values()) == [2, 3]


async def test_a_repeated_tap_is_harmless(house: House) -> None:
    """A repeat, of a person or of a platform, leaves what one tap leaves and gets the same reply."""
    async with wave(house) as stage:
        tap = answer(stage, "o1", 0, 4)
        replies = [await stage.app.inbox.receive(tap) for _ in range(3)]
        assert replies[0] == replies[1] == replies[2]
        assert list((await held_by(stage, "o1")).answers.values()) == [4]
        assert sum(bool(held.answers) for held in await all_held(stage)) == 1


async def test_changing_and_withdrawing_work_until_the_close(house: House) -> None:
    """What somebody answered can be changed and withdrawn as long as the wave is open."""
    async with wave(house) as stage:
        await stage.answer("o1", 5, 1)
        stage.clock.forward(days=3, hours=20)
        await stage.app.inbox.receive(answer(stage, "o1", 0, 2))
        assert list((await held_by(stage, "o1")).answers.values()) == [2, 1]
        await stage.recording.tap("o1", "withdraw")
        assert await held_by(stage, "o1") == Response(withdrawn=True)
        stage.clock.forward(hours=4)
        assert (await stage.app.inbox.receive(answer(stage, "o1", 0, 2))).failed


async def test_a_skip_is_a_sealed_row_that_counts_nowhere(house: House) -> None:
    """Skipping writes a sealed row like an answer does, without an answer in it."""
    async with wave(house) as stage:
        await stage.recording.tap("o1", "skip", (0, 0))
        await stage.app.mixing(stage.clock())
        assert set((await held_by(stage, "o1")).answers.values()) == {0}


async def test_buttons_carry_positions_and_never_an_answer(house: House) -> None:
    """Every button carries the same token before and after any answer, an action and at most a position."""
    async with wave(house) as stage:
        first = stage.card("o1")
        await stage.recording.tap("o1", "answer", (0, 5))
        second = stage.card("o1")
        await stage.recording.tap("o1", "answer", (1, 1))
        thanks = stage.card("o1")
        assert first.token == second.token == thanks.token
        known = {"answer", "skip", "later", "help", "breaks", "change", "withdraw", "kudos"}
        for message in (first, second, thanks):
            assert {choice.action for choice in message.choices} <= known
            places = [choice.position for choice in message.choices if choice.action == "answer"]
            assert places == [(places[0][0], number) for number in range(1, 6)] if places and places[0] else not places


async def test_schema_surveys_names_nobody(house: House) -> None:
    """No value of any table of schema `surveys` names a person: no id, name, address or e-mail, as text or bytes."""
    async with wave(house) as stage:
        await stage.answer("o1", 5, 1)
        needles = {name for person in stage.people.values() for name in names_of(person)}
        rows = everything(stage.server)
        assert found_in(rows, needles, schema="surveys.") == []
        assert found_in(rows, needles, schema="people.") != []
        await stage.until(stage.clock() + timedelta(days=5))
        assert found_in(everything(stage.server), needles, schema="surveys.") == []
