"""Blobs of the pool: of one size, whatever is in them, and sealed twice.

    blob    = AES-256-GCM(HKDF(epoch key, "pool"), padded sections; associated data: version, "pool", key id)
    section = wave (16 bytes), length (2 bytes), what the wave's own key seals: the deltas (surveys/deltas.py)

The outer seal hides of which wave a blob holds something, and whether it holds anything. The inner one goes with the
salt of its wave: once that is destroyed the deltas are lost, also for who keeps the epoch key.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from surveys.errors import TextTooLong, TokenError
from surveys.tickets import NONCE_SIZE, VERSION, Entropy, derive

TAG: Final = 16
ROOM: Final = 1900
"""Bytes of sections in a blob: a comment of 280 characters of any script, or about thirty answers. Four sealed blobs
fill a page of PostgreSQL, and none is moved aside."""
BLOB_SIZE: Final = NONCE_SIZE + ROOM + TAG
HEAD: Final = 18
SECTION: Final = HEAD + NONCE_SIZE + TAG + 2
"""What a section takes beside its deltas and their commas."""
END: Final = bytes(16)

Section = tuple[UUID, bytes]


class BlobKey:
    """Seals and opens the blobs of one epoch."""

    def __init__(self, key_id: str, epoch_key: bytes) -> None:
        self._cipher = AESGCM(derive(epoch_key, "pool"))
        self._bound_to = VERSION + b"pool/" + key_id.encode()

    def seal(self, sections: Iterable[Section], entropy: Entropy) -> bytes:
        """Return a blob, of one size also without any section. Raises TextTooLong when they have no room in it."""
        plain = b"".join(wave.bytes + len(sealed).to_bytes(2) + sealed for wave, sealed in sections)
        if len(plain) > ROOM:
            raise TextTooLong
        nonce = entropy(NONCE_SIZE)
        return nonce + self._cipher.encrypt(nonce, plain.ljust(ROOM, b"\0"), self._bound_to)

    def unseal(self, sealed: bytes) -> list[Section]:
        """Open a blob. Raises TokenError when it was changed, or sealed under another key."""
        try:
            plain = self._cipher.decrypt(sealed[:NONCE_SIZE], sealed[NONCE_SIZE:], self._bound_to)
        except (InvalidTag, ValueError):
            raise TokenError("a blob of the pool does not open with the key of its epoch") from None
        return list(_sections(plain))


def _sections(plain: bytes) -> Iterator[Section]:
    at = 0
    while at + HEAD <= len(plain) and plain[at : at + 16] != END:
        length = int.from_bytes(plain[at + 16 : at + HEAD])
        yield UUID(bytes=plain[at : at + 16]), plain[at + HEAD : at + HEAD + length]
        at += HEAD + length
