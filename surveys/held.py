"""What a process holds in memory of the open waves: sealed rows as the last mix left them, and the deltas since. Pure.

So whatever somebody looks at is looked up here, and no statement is made because they did.
"""

from __future__ import annotations

from bisect import insort
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from surveys.blobs import BlobKey, Section
from surveys.deltas import Delta, apply_all, decode_all
from surveys.errors import TokenError
from surveys.model import Response
from surveys.store.pool import Alive, Blob
from surveys.tickets import KeyRing, WaveKeys

Place = tuple[int, int]
"""Where a delta stands in the pool: the id of its blob, and its place in there."""
Deltas = dict[bytes, list[tuple[Place, Delta]]]
"""By slot, in the order in which they apply."""


@dataclass(frozen=True, slots=True)
class Held:
    """One wave: its facts, its keys, its sealed rows by slot, and what was done since to each of them."""

    alive: Alive
    keys: WaveKeys
    rows: Mapping[bytes, bytes]
    deltas: Deltas = field(default_factory=lambda: defaultdict(list))

    def response(self, slot: bytes) -> Response:
        """Return what a row holds by now. Raises TokenError when there is none, or it does not open."""
        sealed = self.rows.get(slot)
        if sealed is None:
            raise TokenError
        since = self.deltas.get(slot, ())
        return apply_all(self.keys.unseal(slot, sealed), (delta for _, delta in since), self.alive.wave.items)

    def add(self, blob: int, content: bytes) -> None:
        """Take in the part of a blob that is about this wave."""
        for number, delta in enumerate(decode_all(content)):
            insort(self.deltas[delta.slot], ((blob, number), delta), key=lambda one: one[0])


class Opener:
    """Opens blobs and the parts of them, with the keys that there are."""

    def __init__(self, keys: KeyRing) -> None:
        self._keys = keys
        self._of: dict[str, BlobKey] = {}

    def key(self, key_id: str) -> BlobKey:
        """Return the key of an epoch's blobs. Raises KeyFileError."""
        epoch = self._keys.epoch(key_id)
        if key_id not in self._of:
            self._of[key_id] = BlobKey(key_id, epoch)
        return self._of[key_id]

    def sections(self, blob: Blob) -> list[Section]:
        """Return the parts of a blob. Raises TokenError, KeyFileError."""
        return self.key(blob.key_id).unseal(blob.sealed)

    def take_in(self, blob: Blob, waves: Mapping[UUID, Held]) -> None:
        """Take a blob into the waves of which it holds something. Raises TokenError, KeyFileError."""
        for wave, sealed in self.sections(blob):
            if wave in waves:
                waves[wave].add(blob.id, waves[wave].keys.unseal_pooled(sealed))


def keys_of(alive: Alive, keys: KeyRing) -> WaveKeys:
    """Return the keys of a wave. Raises KeyFileError."""
    return WaveKeys(alive.wave.id, keys.epoch(alive.wave.key_id), alive.salt)


def sections_of(deltas: Iterable[tuple[UUID, bytes]]) -> Mapping[UUID, Sequence[bytes]]:
    """Return encoded deltas by wave, in their order."""
    by_wave: defaultdict[UUID, list[bytes]] = defaultdict(list)
    for wave, encoded in deltas:
        by_wave[wave].append(encoded)
    return by_wave
