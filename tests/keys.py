"""The keys of both seats as the tests know them, cheap to open."""

from __future__ import annotations

import hashlib
from itertools import count

from surveys.seats import SealedKey, Seat, SigningKey, new_key

CHEAP = 2
"""The cost of a secret where nobody guesses."""
SECRETS = {seat: f"four plain words of {seat}" for seat in Seat}


def made(seat: Seat, seed: int = 1) -> tuple[SealedKey, SigningKey]:
    """Return the same key every time."""
    numbers = count()

    def entropy(size: int) -> bytes:
        return hashlib.shake_256(f"{seat}/{seed}/{next(numbers)}".encode()).digest(size)

    return new_key(seat, SECRETS[seat], "ABCD", cost=CHEAP, entropy=entropy)


def key_of(seat: Seat, seed: int = 1) -> SigningKey:
    return made(seat, seed)[1]


def sealed(seat: Seat) -> SealedKey:
    return made(seat)[0]


KEYS = {seat: key_of(seat) for seat in Seat}
