from __future__ import annotations

import base64
import random
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.errors import KeyFileError, TextTooLong, TokenError
from surveys.model import LANGUAGES, Response
from surveys.people_file import FACETS
from surveys.tickets import (
    KEY_SIZE,
    MAX_TOKEN,
    NONCE_SIZE,
    PADDED_SIZE,
    KeyRing,
    TokenBody,
    WaveKeys,
    derive,
    keyed_hash,
    mint,
    read_token,
    seal_record,
    unseal_record,
)

EPOCH = "e20260302abcd"
WAVE, OTHER = UUID(int=1), UUID(int=2)
KEY = bytes(range(32))
KEYS = WaveKeys(WAVE, KEY, b"salt" * 8)
RING = KeyRing({EPOCH: KEY}, EPOCH, bytes(32))

keys = st.binary(min_size=KEY_SIZE, max_size=KEY_SIZE)
slots = st.binary(min_size=16, max_size=16)
ids = st.from_regex(r"[A-Za-z0-9]{1,12}", fullmatch=True)
anything_typed = st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=280)
facet_values = st.sampled_from(["", *(value for values in FACETS.values() for value in values)])
replies = st.builds(
    Response,
    cohort=st.none() | ids,
    answers=st.dictionaries(ids, st.integers(0, 5), max_size=2),
    comment=anything_typed,
    facet=facet_values,
)
bodies = st.builds(
    TokenBody,
    wave=st.uuids(),
    cohort=st.text(min_size=1, max_size=40),
    ticket=slots,
    locale=st.sampled_from(LANGUAGES),
    facet=facet_values,
)


def chance(seed: int = 1) -> random.Random:
    return random.Random(seed)


# ---- what the keys give


@given(st.uuids(), st.uuids())
def test_two_people_have_two_tickets(one: UUID, other: UUID) -> None:
    assert (KEYS.ticket(one) == KEYS.ticket(other)) is (one == other)


@given(st.uuids(), keys, keys)
def test_one_person_has_another_ticket_and_slot_in_every_wave(person: UUID, salt: bytes, other: bytes) -> None:
    first, second = WaveKeys(WAVE, KEY, salt), WaveKeys(WAVE, KEY, other)
    same = salt == other
    assert (first.ticket(person) == second.ticket(person)) is same
    assert (first.slot(first.ticket(person)) == second.slot(second.ticket(person))) is same


@given(slots, keys, keys)
def test_a_ticket_alone_yields_no_slot(ticket: bytes, salt: bytes, other: bytes) -> None:
    """Under another wave key the same ticket leads somewhere else, so without the key it leads nowhere."""
    assert (WaveKeys(WAVE, KEY, salt).slot(ticket) == WaveKeys(WAVE, KEY, other).slot(ticket)) is (salt == other)
    assert WaveKeys(WAVE, KEY, salt).slot(ticket) != ticket


@given(slots, replies, keys, keys)
def test_a_ticket_and_a_slot_alone_open_no_seal(slot: bytes, response: Response, salt: bytes, other: bytes) -> None:
    sealed = WaveKeys(WAVE, KEY, salt).seal(slot, response, chance().randbytes)
    if salt != other:
        with pytest.raises(TokenError):
            WaveKeys(WAVE, KEY, other).unseal(slot, sealed)


@given(keys, keys, st.uuids())
def test_another_epoch_key_gives_other_tickets(one: bytes, other: bytes, person: UUID) -> None:
    salt = bytes(32)
    assert (WaveKeys(WAVE, one, salt).ticket(person) == WaveKeys(WAVE, other, salt).ticket(person)) is (one == other)


def test_every_use_of_a_key_has_a_key_of_its_own() -> None:
    uses = ["wave", "ticket", "slot", "seal", "token", "platform/links", "platform/sessions", "platform/web"]
    assert len({derive(KEY, use) for use in uses} | {KEY}) == len(uses) + 1


def test_derivation_follows_the_published_standard() -> None:
    """RFC 4231, test case 2: HMAC-SHA256."""
    wanted = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    assert keyed_hash(b"Jefe", b"what do ya want for nothing?").hex() == wanted


# ---- the sealed row


@given(slots, replies)
def test_what_was_sealed_comes_back(slot: bytes, response: Response) -> None:
    assert KEYS.unseal(slot, KEYS.seal(slot, response, chance().randbytes)) == response


@given(st.lists(replies, min_size=2, max_size=6), slots)
def test_every_sealed_row_has_one_size_whatever_is_in_it(found: list[Response], slot: bytes) -> None:
    sizes = {len(KEYS.seal(slot, response, chance().randbytes)) for response in [*found, Response()]}
    assert sizes == {NONCE_SIZE + PADDED_SIZE + 16}


@given(slots, slots, replies)
def test_a_sealed_row_opens_in_its_own_slot_alone(slot: bytes, other: bytes, response: Response) -> None:
    sealed = KEYS.seal(slot, response, chance().randbytes)
    if slot != other:
        with pytest.raises(TokenError):
            KEYS.unseal(other, sealed)


@given(slots, replies)
def test_a_sealed_row_opens_in_its_own_wave_alone(slot: bytes, response: Response) -> None:
    sealed = KEYS.seal(slot, response, chance().randbytes)
    with pytest.raises(TokenError):
        WaveKeys(OTHER, KEY, b"salt" * 8).unseal(slot, sealed)


def test_a_sealed_row_is_bound_to_the_version_of_its_format() -> None:
    assert KEYS._bound_to(bytes(16)) == b"adempauze/1/" + WAVE.bytes + bytes(16)


@given(slots, replies, st.data())
def test_a_sealed_row_that_was_changed_anywhere_does_not_open(
    slot: bytes, response: Response, data: st.DataObject
) -> None:
    sealed = bytearray(KEYS.seal(slot, response, chance().randbytes))
    sealed[data.draw(st.integers(0, len(sealed) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(TokenError):
        KEYS.unseal(slot, bytes(sealed))


@given(slots, replies)
def test_sealing_the_same_again_looks_different(slot: bytes, response: Response) -> None:
    random = chance()
    rows = [KEYS.seal(slot, response, random.randbytes) for _ in range(4)]
    assert all(one != other for one, other in pairwise(rows))


@given(anything_typed.filter(lambda text: len(text) > 20))
def test_a_sealed_row_shows_nothing_of_a_comment(comment: str) -> None:
    assert comment.encode() not in KEYS.seal(bytes(16), Response("team", comment=comment), chance().randbytes)


def test_more_than_a_row_can_hold_is_refused() -> None:
    with pytest.raises(TextTooLong):
        KEYS.seal(bytes(16), Response("team", comment="x" * PADDED_SIZE), chance().randbytes)


# ---- the token


def minted(body: TokenBody, seed: int = 1) -> str:
    return mint(EPOCH, KEY, body, chance(seed).randbytes)


@given(bodies)
def test_a_token_says_what_it_was_made_of_to_us(body: TokenBody) -> None:
    assert read_token(minted(body), RING) == body


@given(bodies)
def test_a_token_says_nothing_to_anybody_else(body: TokenBody) -> None:
    text = minted(body)
    raw = base64.urlsafe_b64decode(text.partition(".")[2] + "==")
    parts = (body.ticket, body.wave.bytes, body.ticket.hex().encode(), body.wave.hex.encode(), str(body.wave).encode())
    assert [part for part in parts if part in raw or part in text.encode()] == []


@given(bodies)
def test_a_token_fits_on_every_button(body: TokenBody) -> None:
    assert len(minted(body)) < MAX_TOKEN


@given(bodies, st.data())
def test_a_token_that_was_changed_is_refused(body: TokenBody, data: st.DataObject) -> None:
    key_id, _, text = minted(body).partition(".")
    raw = bytearray(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(TokenError):
        read_token(f"{key_id}.{base64.urlsafe_b64encode(raw).decode()}", RING)


@given(bodies, st.integers(1, 60))
def test_a_truncated_token_is_refused(body: TokenBody, cut: int) -> None:
    with pytest.raises(TokenError):
        read_token(minted(body)[:-cut], RING)


@given(bodies)
def test_a_token_of_a_destroyed_epoch_is_refused(body: TokenBody) -> None:
    later = KeyRing({"e20260401ffff": bytes(32)}, "e20260401ffff", bytes(32))
    with pytest.raises(TokenError):
        read_token(minted(body), later)


@given(bodies)
def test_a_token_cannot_be_moved_to_another_epoch(body: TokenBody) -> None:
    both = KeyRing({EPOCH: KEY, "e20260401ffff": KEY}, EPOCH, bytes(32))
    moved = minted(body).replace(EPOCH, "e20260401ffff")
    with pytest.raises(TokenError):
        read_token(moved, both)


@settings(max_examples=300)
@given(
    st.text(max_size=300) | st.binary(max_size=200).map(lambda raw: f"{EPOCH}.{base64.urlsafe_b64encode(raw).decode()}")
)
def test_nothing_but_a_token_is_a_token(text: str) -> None:
    with pytest.raises(TokenError):
        read_token(text, RING)


# ---- platform records


@given(st.binary(max_size=200), st.text(max_size=20), st.text(max_size=20))
def test_a_platform_record_opens_under_its_own_name_alone(value: bytes, name: str, other: str) -> None:
    sealed = seal_record(KEY, name, value, chance().randbytes)
    assert unseal_record(KEY, name, sealed) == value
    if name != other:
        with pytest.raises(KeyFileError, match="put that key file back"):
            unseal_record(KEY, other, sealed)


def test_keys_for_one_use_are_not_keys_for_another() -> None:
    assert RING.platform_key("links") != RING.platform_key("sessions")


def test_wave_keys_print_nothing() -> None:
    assert KEY.hex() not in repr(vars(KEYS))
    assert repr(KEYS).startswith("<surveys.tickets.WaveKeys")
