"""Deltas in blobs: however taps and mixes come between each other, it comes to what direct writing gives."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.blobs import BLOB_SIZE, ROOM, SECTION, BlobKey
from surveys.deltas import Delta, apply, decode_all, encode, join
from surveys.errors import TextTooLong, TokenError
from surveys.held import Held, keys_of
from surveys.model import Response, Wave, WaveState
from surveys.pool import Seen
from surveys.store.pool import Alive
from surveys.tickets import KeyRing
from surveys.waiting import LONGEST_LINE, Line, Taken

ITEMS = ("C1", "workload_1", "autonomy_2")
MOMENT = datetime(2026, 3, 2, tzinfo=UTC)
RING = KeyRing({"k1": os.urandom(32)}, "k1", os.urandom(32))
WAVE = Wave(uuid4(), "pulse", 1, ITEMS, MOMENT, MOMENT, WaveState.OPEN, "k1")
PEOPLE = [os.urandom(16) for _ in range(4)]

positions = st.lists(st.tuples(st.integers(0, len(ITEMS) - 1), st.integers(0, 5)), min_size=1, max_size=3).map(tuple)
slots = st.sampled_from(PEOPLE)
deltas = st.one_of(
    st.builds(Delta, slots, st.just("team"), positions),
    st.builds(Delta, slots, st.just("team"), comment=st.text(max_size=40)),
    st.builds(Delta, slots, withdrawn=st.booleans()),
)


def empty() -> Held:
    alive = Alive(WAVE, b"s" * 32)
    keys = keys_of(alive, RING)
    return Held(alive, keys, {slot: keys.seal(slot, Response(), os.urandom) for slot in PEOPLE})


def mixed(held: Held, upto: int) -> Held:
    """Return the wave as a mix leaves it that saw the blobs up to this one; the others wait on."""
    seen = Held(held.alive, held.keys, held.rows)
    after = Held(held.alive, held.keys, {})
    for slot, waiting in held.deltas.items():
        for place, delta in waiting:
            (seen if place[0] <= upto else after).deltas[slot].append((place, delta))
    rows = {slot: held.keys.seal(slot, seen.response(slot), os.urandom) for slot in held.rows}
    return replace(after, rows=rows)


@given(st.lists(st.lists(deltas, max_size=3), max_size=12), st.data())
def test_any_interleaving_of_blobs_and_mixes_gives_what_direct_writing_gives(
    blobs: list[list[Delta]], data: st.DataObject
) -> None:
    direct, held = dict.fromkeys(PEOPLE, Response()), empty()
    late = list[int]()
    for number, taps in enumerate(blobs, 1):
        for delta in taps:
            direct[delta.slot] = apply(direct[delta.slot], delta, ITEMS)
        late.append(number)
        if data.draw(st.booleans()):  # they become known in whatever order, each of them perhaps twice
            for one in data.draw(st.permutations(late)):
                held.add(one, join(map(encode, blobs[one - 1])))
                if data.draw(st.booleans()):
                    held.add(one, join(map(encode, blobs[one - 1])))
            late.clear()
            if data.draw(st.booleans()):
                held = mixed(held, data.draw(st.integers(number - 1, number)))
    for one in late:
        held.add(one, join(map(encode, blobs[one - 1])))
    assert {slot: held.response(slot) for slot in PEOPLE} == direct


@given(st.lists(deltas, max_size=6))
def test_deltas_come_out_of_a_blob_as_they_went_in(taps: list[Delta]) -> None:
    key, keys = BlobKey("k1", RING.epochs["k1"]), empty().keys
    sealed = key.seal([(WAVE.id, keys.seal_pooled(join(map(encode, taps)), os.urandom))], os.urandom)
    ((wave, content),) = key.unseal(sealed)
    assert wave == WAVE.id
    assert decode_all(keys.unseal_pooled(content)) == tuple(taps)
    assert len(sealed) == BLOB_SIZE == len(key.seal([], os.urandom))


def test_a_blob_without_anything_in_it_opens_to_nothing() -> None:
    key = BlobKey("k1", RING.epochs["k1"])
    assert key.unseal(key.seal([], os.urandom)) == []


def test_a_blob_that_was_changed_or_is_of_another_epoch_does_not_open() -> None:
    key = BlobKey("k1", RING.epochs["k1"])
    sealed = key.seal([], os.urandom)
    for other, content in ((BlobKey("k2", RING.epochs["k1"]), sealed), (key, sealed[:-1] + b"x"), (key, b"")):
        with pytest.raises(TokenError):
            other.unseal(content)


def test_a_comment_of_the_longest_kind_has_room_in_a_blob() -> None:
    for sign in ("🌿", '"', "\n"):
        assert SECTION + len(encode(Delta(PEOPLE[0], "team" * 10, comment=sign * 280))) <= ROOM


async def test_what_no_blob_has_room_for_is_refused_at_once() -> None:
    with pytest.raises(TextTooLong):
        Line().join(WAVE.id, Delta(PEOPLE[0], "team", comment="x" * ROOM))


@given(st.lists(st.tuples(st.sampled_from([UUID(int=1), UUID(int=2)]), st.integers(0, 400)), max_size=60))
async def test_what_waits_leaves_in_its_order_and_has_room(waits: list[tuple[UUID, int]]) -> None:
    line, key, keys = Line(), BlobKey("k1", RING.epochs["k1"]), empty().keys
    joined = [line.join(wave, Delta(PEOPLE[0], "team", comment="x" * size)) for wave, size in waits]
    left = list[object]()
    while len(line):
        taken = line.next_blob()
        parts = {wave: join(one.content for one in taken if one.wave == wave) for wave in {one.wave for one in taken}}
        key.seal([(wave, keys.seal_pooled(plain, os.urandom)) for wave, plain in parts.items()], os.urandom)
        left += taken
    assert left == list(joined)
    assert LONGEST_LINE > 1000


def test_a_blob_that_becomes_visible_late_is_still_asked_for() -> None:
    """Transaction 10 has taken id 5 and runs on, while 6 and 7 are there already."""
    seen = Seen()
    seen.note([6], below=10, above=12)
    seen.note([7], below=10, above=13)
    assert (seen.low, seen.above) == (0, {6, 7})
    seen.note([5], below=13, above=14)
    assert seen.low >= 5
    assert seen.above <= {7}
    seen.note([8], below=20, above=21)
    assert seen.low == 7


async def test_whoever_waits_is_told_when_a_blob_can_not_be_written() -> None:
    """Nobody is kept waiting for a database that is away, whether they were in the blob or still in the line."""
    line = Line()
    joined = [line.join(WAVE.id, Delta(PEOPLE[0], "team", comment="x" * 500)) for _ in range(9)]

    taken = Taken(line)

    def lose() -> None:
        with taken:
            taken.waiting += line.next_blob()
            raise OSError("away")

    with pytest.raises(OSError, match="away"):
        lose()
    assert len(taken.waiting) == len(line) == 0
    assert [isinstance(one.written.exception(), OSError) for one in joined] == [True] * 9
