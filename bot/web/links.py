"""Signed links: one-time (ten minutes, once) and personal (many times, until they expire or are revoked).

    link text = base64url( id (16 bytes) + HMAC-SHA256(key, id, kind, purpose, subject, expiry) (32 bytes) )

The row in the database holds no secret: who steals it can't make the text, and who changes it breaks the HMAC.
"""

from __future__ import annotations

import base64
import binascii
import io
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, Protocol

import segno
from cryptography.hazmat.primitives.constant_time import bytes_eq

from surveys.errors import KeyFileError
from surveys.links import Link
from surveys.tickets import KEY_SIZE, Entropy, keyed_hash

ONE_TIME: Final = timedelta(minutes=10)
ID_SIZE: Final = 16
_SIZE: Final = ID_SIZE + 32
_TEXT_SIZE: Final = 64
Now = Callable[[], datetime]


class LinkStore(Protocol):
    """Where links are kept."""

    async def add(self, link: Link) -> None: ...

    async def find(self, link_id: bytes) -> Link | None:
        """Return a link, spent and revoked ones too."""

    async def spend(self, link_id: bytes, now: datetime) -> bool:
        """Spend a one-time link atomically: True for exactly one caller, and only while it may be used."""

    async def revoke(self, link_id: bytes) -> None: ...

    async def revoke_all_of(self, subject: str) -> int:
        """End every link of a person or seat; return how many."""


def checked_key(key: bytes, use: str) -> bytes:
    """Return the key. Raises KeyFileError when it is not 32 bytes."""
    if len(key) != KEY_SIZE:
        raise KeyFileError(f"the key for {use} has {len(key)} bytes: hand in {KEY_SIZE}, from KeyRing.platform_key")
    return key


class Links:
    """Makes, checks and redeems links. Only `redeem` changes anything, and only for a one-time link."""

    def __init__(self, key: bytes, store: LinkStore, *, now: Now, entropy: Entropy) -> None:
        self._key = checked_key(key, "links")
        self._store = store
        self._now = now
        self._entropy = entropy

    async def one_time(self, subject: str, purpose: str, lifetime: timedelta = ONE_TIME) -> str:
        """Return the text of a new link that opens one session, within ten minutes if nothing else is said."""
        return await self._new(subject, purpose, lifetime, once=True)

    async def personal(self, subject: str, purpose: str, lifetime: timedelta) -> str:
        """Return the text of a new link that opens sessions until it expires or is revoked."""
        return await self._new(subject, purpose, lifetime, once=False)

    def text(self, link: Link) -> str:
        """Return the text of a link that is kept, to show it or its QR code again."""
        return base64.urlsafe_b64encode(link.id + self._mac(link)).decode("ascii")

    async def check(self, text: str) -> Link | None:
        """Return the link if it would open a session now, else None, whatever the cause. Changes nothing."""
        raw = _decoded(text)
        link = await self._store.find(raw[:ID_SIZE]) if raw else None
        if raw is None or link is None or not bytes_eq(raw[ID_SIZE:], self._mac(link)):
            return None
        return link if link.opens(self._now()) else None

    async def redeem(self, text: str) -> Link | None:
        """Return the link and spend it if it is one-time; None when it opens nothing."""
        link = await self.check(text)
        if link is not None and link.once and not await self._store.spend(link.id, self._now()):
            return None
        return link

    async def revoke_all_of(self, subject: str) -> int:
        """End every link of a person or seat, and every session that one of them opened; return how many links."""
        return await self._store.revoke_all_of(subject)

    async def _new(self, subject: str, purpose: str, lifetime: timedelta, *, once: bool) -> str:
        expires = (self._now() + lifetime).replace(microsecond=0)
        link = Link(self._entropy(ID_SIZE), subject, purpose, expires, once)
        await self._store.add(link)
        return self.text(link)

    def _mac(self, link: Link) -> bytes:
        kind = "once" if link.once else "personal"
        signed = [link.id.hex(), kind, link.purpose, link.subject, int(link.expires.timestamp())]
        return keyed_hash(self._key, json.dumps(signed).encode())


def _decoded(text: str) -> bytes | None:
    if len(text) != _TEXT_SIZE:
        return None
    try:
        raw = base64.b64decode(text.encode("ascii"), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError):
        return None
    return raw if len(raw) == _SIZE else None


def qr_svg(address: str) -> str:
    """Return a QR code of a whole address as SVG, to print or show; dark on light, four modules of quiet zone."""
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        out, kind="svg", scale=6, border=4, dark="#1F2933", light="#FFFFFF", xmldecl=False
    )
    return out.getvalue().decode("utf-8")
