"""Keys of seats: what opens them, and what does not."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest

from surveys.errors import InputError, WrongSecret
from surveys.seats import Seat, check_secret, new_key, recovery_code, unseal, verifies
from tests.keys import CHEAP

SECRET = "vijf losse woorden bij elkaar"


def test_a_key_opens_by_its_secret_and_by_its_recovery_code() -> None:
    code = recovery_code(os.urandom)
    sealed, key = new_key(Seat.WORKS_COUNCIL, SECRET, code, cost=CHEAP, entropy=os.urandom)
    for secret in (SECRET, code, code.lower().replace("-", " ")):
        opened = unseal(sealed, secret)
        assert opened.public == key.public == sealed.public.hex()
        assert verifies(key.public, opened.sign(b"message"), b"message")


@pytest.mark.parametrize("wrong", ["", SECRET.upper(), SECRET + " ", "ABCD-EFGH", "x" * 100_000])
def test_another_secret_opens_nothing(wrong: str) -> None:
    sealed, _ = new_key(Seat.WORKS_COUNCIL, SECRET, "ABCD", cost=CHEAP, entropy=os.urandom)
    with pytest.raises(WrongSecret):
        unseal(sealed, wrong)


def test_a_sealed_key_does_not_open_for_another_seat() -> None:
    sealed, _ = new_key(Seat.WORKS_COUNCIL, SECRET, "ABCD", cost=CHEAP, entropy=os.urandom)
    with pytest.raises(WrongSecret):
        unseal(replace(sealed, seat=Seat.ADMINISTRATOR), SECRET)


@pytest.mark.parametrize("weak", ["", "short", "a" * 30, "ababababababababab", "x" * 201])
def test_a_secret_that_can_be_guessed_is_refused(weak: str) -> None:
    with pytest.raises(InputError, match="five words"):
        check_secret(weak)


def test_what_is_kept_shows_no_secret() -> None:
    sealed, key = new_key(Seat.WORKS_COUNCIL, SECRET, "ABCD", cost=CHEAP, entropy=os.urandom)
    raw = key.private.private_bytes_raw()
    kept = sealed.by_secret + sealed.by_recovery + sealed.salt + sealed.public
    assert raw not in kept
    assert SECRET.encode() not in kept
    assert raw.hex() not in repr((sealed, key))


@pytest.mark.parametrize(("public", "signature"), [("", ""), ("zz", "00"), ("00" * 32, "00" * 64), ("00", "11")])
def test_what_is_no_signature_verifies_nothing(public: str, signature: str) -> None:
    assert not verifies(public, signature, b"message")


def test_a_recovery_code_can_be_written_down() -> None:
    code = recovery_code(os.urandom)
    assert len(code.split("-")) == 8
    assert code.replace("-", "").isalnum()
