"""Seats and their signing keys: who holds a seat, how its key is sealed under a secret, and what a signature is.

    private key = 32 random bytes (Ed25519)
    sealed      = AES-256-GCM(scrypt(secret, salt), private key; associated data: version, seat, public key)

The server keeps the key sealed twice: under the secret that its holder chose, and under a recovery code that was shown
once. Neither is kept anywhere, so that nothing can be signed unless the holder types one of them (docs/adr/0009).
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from surveys.errors import InputError, WrongSecret
from surveys.tickets import KEY_SIZE, NONCE_SIZE, Entropy

VERSION: Final = b"adempauze/seat/1/"
COST: Final = 2**16
"""The n of scrypt (r = 8, p = 1): 64 MB and a part of a second for each guess."""
SHORTEST_SECRET: Final = 16
LONGEST_SECRET: Final = 200
FEWEST_SIGNS: Final = 8
"""Different characters in a secret."""
SALT_SIZE: Final = 16
RECOVERY_BYTES: Final = 20
GROUP: Final = 4


class Seat(StrEnum):
    """Who has to agree when protection is weakened. Filled by a ceremony; the roster knows nothing of it."""

    WORKS_COUNCIL = "works-council"
    ADMINISTRATOR = "administrator"

    @property
    def other(self) -> Seat:
        return Seat.ADMINISTRATOR if self is Seat.WORKS_COUNCIL else Seat.WORKS_COUNCIL


@dataclass(frozen=True, slots=True)
class SealedKey:
    """The key of a seat as it is kept. `public` is 32 bytes; `cost` the n of scrypt."""

    seat: Seat
    public: bytes
    cost: int
    salt: bytes = field(repr=False)
    by_secret: bytes = field(repr=False)
    by_recovery: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class SigningKey:
    """The key of a seat, unsealed for one signature. Never kept."""

    seat: Seat
    private: Ed25519PrivateKey = field(repr=False)

    @property
    def public(self) -> str:
        """The public key in hex."""
        return self.private.public_key().public_bytes_raw().hex()

    def sign(self, message: bytes) -> str:
        """Return the signature in hex."""
        return self.private.sign(message).hex()


def verifies(public: str, signature: str, message: bytes) -> bool:
    """Return whether this key (hex) made this signature (hex) of a message."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(bytes.fromhex(signature), message)
    except (InvalidSignature, ValueError):
        return False
    return True


def check_secret(secret: str) -> None:
    """Refuse a secret that can be guessed. Raises InputError."""
    if not SHORTEST_SECRET <= len(secret) <= LONGEST_SECRET or len(set(secret)) < FEWEST_SIGNS:
        raise InputError(
            f"a secret has {SHORTEST_SECRET} to {LONGEST_SECRET} characters and at least {FEWEST_SIGNS} different "
            "ones: take five words that have nothing to do with each other"
        )


def new_key(seat: Seat, secret: str, recovery: str, *, cost: int, entropy: Entropy) -> tuple[SealedKey, SigningKey]:
    """Return a new key, sealed and open. Raises InputError for a secret that can be guessed."""
    check_secret(secret)
    raw, salt = entropy(KEY_SIZE), entropy(SALT_SIZE)
    private = Ed25519PrivateKey.from_private_bytes(raw)
    public = private.public_key().public_bytes_raw()

    def seal(under: str) -> bytes:
        nonce = entropy(NONCE_SIZE)
        return nonce + AESGCM(_stretched(under, salt, cost)).encrypt(nonce, raw, _bound_to(seat, public))

    sealed = SealedKey(seat, public, cost, salt, seal(secret), seal(_plain(recovery)))
    return sealed, SigningKey(seat, private)


def unseal(sealed: SealedKey, secret: str) -> SigningKey:
    """Return the key of a seat, opened by its secret or its recovery code. Raises WrongSecret."""
    if len(secret) > LONGEST_SECRET:
        raise WrongSecret
    for under, kept in ((secret, sealed.by_secret), (_plain(secret), sealed.by_recovery)):
        cipher = AESGCM(_stretched(under, sealed.salt, sealed.cost))
        try:
            raw = cipher.decrypt(kept[:NONCE_SIZE], kept[NONCE_SIZE:], _bound_to(sealed.seat, sealed.public))
        except InvalidTag:
            continue
        return SigningKey(sealed.seat, Ed25519PrivateKey.from_private_bytes(raw))
    raise WrongSecret


def recovery_code(entropy: Entropy) -> str:
    """Return a code of 160 random bits, in groups that can be written down: ABCD-EFGH-..."""
    text = base64.b32encode(entropy(RECOVERY_BYTES)).decode()
    return "-".join(text[start : start + GROUP] for start in range(0, len(text), GROUP))


def _plain(recovery: str) -> str:
    """As it is sealed: without hyphens and spaces, in capitals."""
    return "".join(recovery.replace("-", " ").split()).upper()


def _stretched(secret: str, salt: bytes, cost: int) -> bytes:
    return Scrypt(salt=salt, length=KEY_SIZE, n=cost, r=8, p=1).derive(secret.encode())


def _bound_to(seat: Seat, public: bytes) -> bytes:
    return VERSION + seat.encode() + b"/" + public
