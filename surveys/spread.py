"""Stable numbers per person, so that cards spread and rhythms do not all fall on the same wave.

They depend on the person's random id and a seed alone: never on an answer, never on a list of people.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from uuid import UUID


def fractions(seed: bytes) -> Callable[[UUID], float]:
    """A number in [0, 1) per person, evenly spread; another seed (a wave's id) gives another order."""
    return lambda person_id: (_number(seed, person_id) >> 11) / (1 << 53)


def offsets(seed: bytes) -> Callable[[UUID], int]:
    """An integer per person that decides in which waves a rhythm of two or four takes part.

    Give the same seed (the survey's id) for every wave, or the rhythm is lost.
    """
    return lambda person_id: _number(seed, person_id)


def _number(seed: bytes, person_id: UUID) -> int:
    """64 bits of BLAKE2b, the seed before the id; no secret depends on it."""
    digest = hashlib.blake2b(seed + person_id.bytes, digest_size=8, person=b"adempauze spread").digest()
    return int.from_bytes(digest, "big")
