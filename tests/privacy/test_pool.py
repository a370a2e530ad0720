"""PRIVACY 3 and 4 for what was answered since the last mix: the pool, its rhythm, and what is left of it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from uuid import UUID

import pytest
from sqlalchemy.exc import DBAPIError

from adapters.port import Reply
from bot.closing import DEADLINE
from bot.rhythm import rhythm
from bot.texts import Texts
from surveys.blobs import BLOB_SIZE
from surveys.errors import AdempauzeError, Busy, TokenError
from surveys.held import Opener
from surveys.pool import Pool
from surveys.store import pool as store
from surveys.tickets import WaveKeys
from tests.everything import everything
from tests.privacy.test_ticket_and_token import nobody_reads
from tests.privacy.wave import House, answer, token_of, wave
from tests.stage import Stage
from tests.truths import held_by, held_now, open_wave

BLOBS = "SELECT id, key_id, sealed FROM surveys.pool ORDER BY id"


async def test_blobs_are_of_one_size_whatever_is_in_them(house: House) -> None:
    """Nothing, an answer, a comment, a withdrawal and many taps at once give blobs of one size."""
    async with wave(house, settings={"comments": True}) as stage:
        await stage.app.pool.beat()
        await stage.answer("o1", 5, 1)
        await stage.recording.act("o3", "nl", "comment", token=token_of(stage, "o3"), texts={"comment": "🌿" * 280})
        await asyncio.gather(*(stage.answer(f"p{n}", 4, 2) for n in range(1, 9)))
        await stage.recording.tap("o1", "withdraw")
        assert await stage.rows("SELECT DISTINCT octet_length(sealed) FROM surveys.pool") == [(BLOB_SIZE,)]
        assert (await held_by(stage, "o3")).comment == "🌿" * 280


async def test_a_tap_asks_the_database_for_nothing(house: House) -> None:
    """Where the rhythm is kept, memory knows whose card it is, what was answered and which break fits: all of it works
    while every table is locked."""
    async with wave(house) as stage:
        await stage.answer("o1", 5, 1)
        async with rhythm(stage.app.pool, stage.app.book, beat=30):
            with nobody_reads(stage.server, "people", "platform", "kudos", "surveys"):
                async with asyncio.timeout(2):
                    for action in ("change", "breaks", "kudos"):
                        assert not (await tapped(stage, "o1", action)).failed
                    assert (await stage.recording.act("o2", "nl", "change", token=token_of(stage, "o1"))).failed


async def test_what_taps_need_of_a_wave_is_read_when_it_opens(house: House) -> None:
    """The items, the tree and whether comments are on are read with the rows, not by whoever taps first."""
    async with wave(house, settings={"comments": True}) as stage:
        read = list[UUID]()

        async def note(wave_id: UUID) -> None:
            read.append(wave_id)

        assert stage.app.pool.prepare is not None
        other = Pool(stage.app.database, stage.app.keys, stage.app.world.entropy, prepare=note)
        await other.refresh()
        assert read == [(await open_wave(stage)).id]


async def tapped(stage: Stage, who: str, action: str) -> Reply:
    return await stage.recording.act(who, "nl", action, token=token_of(stage, who))


async def test_the_rhythm_goes_on_whether_anything_comes_or_not(house: House) -> None:
    """As many blobs are written while nobody answers as while everybody does; without an open wave none is."""
    async with wave(house) as stage:
        many = list[int]()
        async with rhythm(stage.app.pool, stage.app.book, beat=0.05):
            for busy in (False, True):
                before = len(await stage.rows(BLOBS))
                async with asyncio.timeout(20):
                    if busy:
                        await asyncio.gather(*(stage.answer(f"p{n}", 4, 2) for n in range(1, 9)))
                await asyncio.sleep(1)
                many.append(len(await stage.rows(BLOBS)) - before)
            assert min(many) >= 3
            await stage.app.closing.close((await open_wave(stage)).id)
            await asyncio.sleep(0.2)
            before = len(await stage.rows(BLOBS))
            await asyncio.sleep(0.5)
            assert len(await stage.rows(BLOBS)) == before


async def test_who_keeps_an_epoch_key_opens_nothing_that_waited_for_a_destroyed_wave(house: House) -> None:
    """The outer seal opens with the epoch key, the inner one with the wave's salt: without it there are no deltas."""
    async with wave(house) as stage:
        await stage.answer("o1", 5, 1)
        there, stolen = await open_wave(stage), everything(stage.server)["surveys.pool"]
        await stage.close()
        blobs = [store.Blob(int(row["id"]), row["key_id"], bytes.fromhex(row["sealed"])) for row in stolen]
        sections = [part for blob in blobs for part in Opener(stage.app.keys).sections(blob)]
        assert {part[0] for part in sections} == {there.id}
        epoch = stage.app.keys.epoch(there.key_id)
        for _, sealed in sections:
            for salt in (b"", bytes(32)):
                with pytest.raises(TokenError):
                    WaveKeys(there.id, epoch, salt).unseal_pooled(sealed)


async def test_nothing_confirmed_is_lost_by_a_kill(house: House) -> None:
    """A process that is killed loses no answer that it confirmed: another one finds it, before and after a mix that is
    cut off."""
    async with wave(house) as stage:
        await stage.answer("o1", 5, 1)
        mixing = asyncio.create_task(stage.app.mixing.at_once())
        await asyncio.sleep(0.01)
        mixing.cancel()
        with suppress(asyncio.CancelledError):
            await mixing
        other = Pool(stage.app.database, stage.app.keys, stage.app.world.entropy)
        there = await other.wave((await open_wave(stage)).id)
        slot = there.keys.slot(there.keys.ticket(stage.people["o1"].id))
        assert list(there.response(slot).answers.values()) == [5, 1]


async def test_processes_see_what_the_others_wrote(house: House) -> None:
    """Two processes with a rhythm of their own hold the same, also across a mix."""
    async with wave(house) as stage:
        app, other = stage.app, Pool(stage.app.database, stage.app.keys, stage.app.world.entropy)
        there = await open_wave(stage)
        for option in (1, 2, 3):
            await stage.app.inbox.receive(answer(stage, "o1", 0, option))
            seen = await other.wave(there.id)
            slot = seen.keys.slot(seen.keys.ticket(stage.people["o1"].id))
            assert list(seen.response(slot).answers.values()) == [option]
            await app.mixing.at_once()
            assert list((await other.wave(there.id)).response(slot).answers.values()) == [option]


async def test_a_mix_leaves_what_is_written_meanwhile(house: House) -> None:
    """A blob of a transaction that is not over when a mix begins is neither lost nor taken for applied."""
    async with wave(house) as stage:
        await stage.answer("o1", 5, 1)
        there = await open_wave(stage)
        async with stage.app.database.begin() as leaving:
            await stage.app.service.withdraw_people(leaving, there.id, [stage.people["o1"].id])
            mixing = asyncio.create_task(stage.app.mixing.at_once())
            await asyncio.sleep(0.5)
        await mixing
        assert (await held_by(stage, "o1")).answers == {}
        await stage.app.mixing.at_once()
        assert (await held_by(stage, "o1")).answers == {}
        assert (await held_now(stage)).deltas == {}


async def test_a_blob_that_cannot_be_read_keeps_a_wave_from_being_published(house: House) -> None:
    """Answers that are there and can't be read are never passed over: the wave is withheld, and destroyed."""
    async with wave(house) as stage:
        await stage.answer("o1", 5, 1)
        there = await open_wave(stage)
        await stage.run("UPDATE surveys.pool SET sealed = overlay(sealed placing '\\x00'::bytea from 40)")
        await stage.app.mixing.at_once()
        assert len(await stage.rows(BLOBS)) == 2
        stage.clock.time = there.closes
        with pytest.raises(AdempauzeError):
            await stage.app.closing.close(there.id)
        stage.clock.time = there.closes + DEADLINE
        await stage.tick()
        assert await stage.rows("SELECT state FROM surveys.wave") == [("destroyed",)]
        assert await stage.rows(BLOBS) == []


async def test_too_much_at_once_is_refused_kindly(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory is bounded: whoever finds the line too long is told to try again, and nothing is half kept."""
    monkeypatch.setattr("surveys.waiting.LONGEST_LINE", 2)
    async with wave(house) as stage:
        async with rhythm(stage.app.pool, stage.app.book, beat=0.3):
            taps = [answer(stage, f"p{n}", 0, 3) for n in range(1, 6)]
            replies = await asyncio.gather(*(stage.app.inbox.receive(tap) for tap in taps))
            assert sum(reply.failed for reply in replies) == 3
            busy = {Texts(tap.locale)(f"error.{Busy.code}") for tap in taps}
            assert {reply.notice for reply in replies if reply.failed} <= busy


async def test_a_database_that_goes_away_confirms_nothing(house: House) -> None:
    """What could not be written is not confirmed, and the rhythm begins again by itself."""
    async with wave(house) as stage, rhythm(stage.app.pool, stage.app.book, beat=0.05):
        ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND usename <> ''"
        told = list[bool]()
        for option in range(1, 6):
            await stage.run(ended)
            told.append((await stage.app.inbox.receive(answer(stage, "o1", 0, option))).failed)
        for _ in range(100):
            if not (await stage.app.inbox.receive(answer(stage, "o1", 1, 2))).failed:
                break
            await asyncio.sleep(0.1)
        with suppress(DBAPIError):  # the other connections have to find out as well
            await open_wave(stage)
        confirmed = max((n for n, failed in enumerate(told, 1) if not failed), default=0)
        items, held = (await open_wave(stage)).items, (await held_by(stage, "o1")).answers
        assert held[items[1]] == 2
        assert held.get(items[0], 0) >= confirmed
