"""Tickets, seals and tokens: how an answer is kept without keeping whose it is.

    epoch key ──HKDF(wave salt)──> wave key ──HKDF──> ticket key, slot key, seal key, pool key
    ticket = HMAC(ticket key, person id)      slot = HMAC(slot key, ticket)
    row    = AES-256-GCM(seal key, padded response; associated data: version, wave, slot)
    token  = AES-256-GCM(HKDF(epoch key), wave, cohort, ticket, locale)
    blob   = AES-256-GCM(HKDF(epoch key), padded list of: wave, AES-256-GCM(pool key, deltas))   (surveys/blobs.py)

Epoch keys live outside the database; the salt is deleted when the wave closes, and with it every key below
it. The ticket alone yields neither slot nor seal. HKDF is RFC 5869, HMAC RFC 2104, both over SHA-256.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from surveys.errors import KeyFileError, TextTooLong, TokenError
from surveys.model import Language, NodeId, Response

Entropy = Callable[[int], bytes]
"""`os.urandom` in production."""

VERSION: Final = b"adempauze/1/"
PADDED_SIZE: Final = 1400
"""Bytes of every response before sealing: room for all items and a comment of 280 characters of any script,
and small enough that PostgreSQL keeps the row in one place (no TOAST, whose size would speak)."""
NONCE_SIZE: Final = 12
TICKET_SIZE: Final = 16
KEY_SIZE: Final = 32
MAX_TOKEN: Final = 2000
"""Characters; a Slack button value holds no more."""


def nothing_newer() -> KeyRing | None:
    """Say that there is nothing newer: for keys that no file stands behind."""
    return None


@dataclass(slots=True)
class KeyRing:
    """Epoch keys by id, the epoch in which new waves open, and the platform key.

    The platform key seals platform records, links and sessions; it is no epoch key, so that rotating epochs
    never touches them. Epochs come and go while a process runs: `newer` returns what another process has made of
    them since the last time, or None. Never printed: `repr` shows the current id only.
    """

    epochs: Mapping[str, bytes] = field(repr=False)
    current: str
    platform: bytes = field(repr=False)
    newer: Callable[[], KeyRing | None] = field(default=nothing_newer, repr=False, compare=False)

    def renew(self) -> None:
        """Take over the epochs that there are now; the platform key stays the one this process began with."""
        if (newer := self.newer()) is not None:
            self.epochs, self.current = newer.epochs, newer.current

    def holds(self, key_id: str) -> bool:
        """Return whether the key of an epoch is there, after a look for newer ones if need be."""
        if key_id not in self.epochs:
            self.renew()
        return key_id in self.epochs

    def epoch(self, key_id: str) -> bytes:
        """Return the key of an epoch. Raises KeyFileError when the key file does not hold it."""
        if not self.holds(key_id):
            raise KeyFileError(
                f"the key file has no epoch {key_id!r}: put back the key file with which this wave was opened; "
                "without it the open waves are lost, the Releases are not"
            )
        return self.epochs[key_id]

    def platform_key(self, purpose: str) -> bytes:
        """Return the sub-key of the platform key for one purpose (links, sessions, mailbox ...)."""
        return platform_key(self.platform, purpose)


def platform_key(key: bytes, purpose: str) -> bytes:
    """Return the sub-key of a platform key for one purpose."""
    return derive(key, f"platform/{purpose}")


def derive(key: bytes, info: str, salt: bytes | None = None) -> bytes:
    """Return 32 bytes derived from `key` by HKDF-SHA256 for the use named by `info`."""
    return HKDF(hashes.SHA256(), KEY_SIZE, salt, VERSION + info.encode()).derive(key)


def keyed_hash(key: bytes, data: bytes) -> bytes:
    """Return HMAC-SHA256 of `data`, 32 bytes."""
    mac = hmac.HMAC(key, hashes.SHA256())
    mac.update(data)
    return mac.finalize()


class WaveKeys:
    """Everything derived from one wave key. Exists only in memory and only while the wave's salt does."""

    def __init__(self, wave: UUID, epoch_key: bytes, salt: bytes) -> None:
        wave_key = derive(epoch_key, "wave", salt)
        self._wave = wave
        self._ticket_key = derive(wave_key, "ticket")
        self._slot_key = derive(wave_key, "slot")
        self._cipher = AESGCM(derive(wave_key, "seal"))
        self._pool_cipher = AESGCM(derive(wave_key, "pool"))

    def ticket(self, person: UUID) -> bytes:
        """Return the pseudonym of a person in this wave, 16 bytes."""
        return keyed_hash(self._ticket_key, person.bytes)[:TICKET_SIZE]

    def slot(self, ticket: bytes) -> bytes:
        """Return under which slot the response of a ticket lies, 16 bytes."""
        return keyed_hash(self._slot_key, ticket)[:TICKET_SIZE]

    def seal(self, slot: bytes, response: Response, entropy: Entropy) -> bytes:
        """Return the sealed row; every response gives the same number of bytes."""
        nonce = entropy(NONCE_SIZE)
        return nonce + self._cipher.encrypt(nonce, pad(_encode(response)), self._bound_to(slot))

    def unseal(self, slot: bytes, sealed: bytes) -> Response:
        """Open a sealed row. Raises TokenError when it was sealed for another slot, wave or key."""
        return _decode(unpad(self._opened(slot, sealed)))

    def seal_anew(self, slot: bytes, sealed: bytes, entropy: Entropy) -> bytes:
        """Return the same row under a fresh nonce. Raises TokenError as `unseal`."""
        nonce = entropy(NONCE_SIZE)
        return nonce + self._cipher.encrypt(nonce, self._opened(slot, sealed), self._bound_to(slot))

    def seal_pooled(self, content: bytes, entropy: Entropy) -> bytes:
        """Return what waits in the pool for this wave, so that without the wave's salt nobody can read it."""
        nonce = entropy(NONCE_SIZE)
        return nonce + self._pool_cipher.encrypt(nonce, content, self._bound_to(b"pool"))

    def unseal_pooled(self, sealed: bytes) -> bytes:
        """Open what waited in the pool. Raises TokenError when it was sealed for another wave or key."""
        try:
            return self._pool_cipher.decrypt(sealed[:NONCE_SIZE], sealed[NONCE_SIZE:], self._bound_to(b"pool"))
        except InvalidTag:
            raise TokenError("a part of the pool does not open with the key of its wave") from None

    def _opened(self, slot: bytes, sealed: bytes) -> bytes:
        try:
            return self._cipher.decrypt(sealed[:NONCE_SIZE], sealed[NONCE_SIZE:], self._bound_to(slot))
        except (InvalidTag, ValueError):
            raise TokenError("a sealed row does not open with the key of its wave") from None

    def _bound_to(self, slot: bytes) -> bytes:
        return VERSION + self._wave.bytes + slot


@dataclass(frozen=True, slots=True)
class TokenBody:
    """What a button carries, readable by us alone."""

    wave: UUID
    cohort: NodeId
    ticket: bytes
    locale: Language
    facet: str = ""
    """What its person was at opening in the facet of the wave; empty for none."""


def mint(key_id: str, epoch_key: bytes, body: TokenBody, entropy: Entropy) -> str:
    """Return the token for a button: URL-safe text, authenticated and encrypted."""
    said = [body.wave.hex, body.cohort, body.ticket.hex(), body.locale, body.facet]
    plain = json.dumps(said, separators=(",", ":"))
    nonce = entropy(NONCE_SIZE)
    sealed = AESGCM(derive(epoch_key, "token")).encrypt(nonce, plain.encode(), VERSION + key_id.encode())
    return f"{key_id}.{_to_text(nonce + sealed)}"


def read_token(token: str, keys: KeyRing) -> TokenBody:
    """Open a token. Raises TokenError for anything that we did not mint under a key we still have."""
    if len(token) > MAX_TOKEN or not token.isascii():
        raise TokenError
    key_id, _, text = token.partition(".")
    if not keys.holds(key_id):
        raise TokenError
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        cipher = AESGCM(derive(keys.epochs[key_id], "token"))
        plain = cipher.decrypt(raw[:NONCE_SIZE], raw[NONCE_SIZE:], VERSION + key_id.encode())
    except (binascii.Error, ValueError, InvalidTag):
        raise TokenError from None
    wave, cohort, ticket, locale, *facet = json.loads(plain)  # a card from before facets has none
    return TokenBody(UUID(wave), cohort, bytes.fromhex(ticket), locale, *facet)


def seal_record(key: bytes, name: str, value: bytes, entropy: Entropy) -> bytes:
    """Seal a platform record under its name."""
    nonce = entropy(NONCE_SIZE)
    return nonce + AESGCM(key).encrypt(nonce, value, VERSION + name.encode())


def unseal_record(key: bytes, name: str, sealed: bytes) -> bytes:
    """Open a platform record. Raises KeyFileError when it was sealed under another key or name."""
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_SIZE], sealed[NONCE_SIZE:], VERSION + name.encode())
    except InvalidTag:
        raise KeyFileError(
            "a platform record was sealed with another key file: put that key file back, or connect the platform anew"
        ) from None


def fits(response: Response) -> bool:
    """Return whether a response has room in a sealed row."""
    return len(_encode(response)) <= PADDED_SIZE - 2


def _encode(response: Response) -> bytes:
    content = [
        *(response.cohort, dict(response.answers), response.comment, int(response.withdrawn), response.facet),
    ]
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def _decode(encoded: bytes) -> Response:
    cohort, answers, comment, withdrawn, *facet = json.loads(encoded)  # a row from before facets has none
    return Response(cohort, answers, comment, bool(withdrawn), *facet)


def pad(data: bytes) -> bytes:
    """Return the content of a row in its one size, with its length before it. Raises TextTooLong."""
    if len(data) > PADDED_SIZE - 2:
        raise TextTooLong
    return len(data).to_bytes(2) + data + bytes(PADDED_SIZE - 2 - len(data))


def unpad(padded: bytes) -> bytes:
    """Return what was padded."""
    return padded[2 : 2 + int.from_bytes(padded[:2])]


def _to_text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
