"""Sessions: a sealed cookie per purpose, and the link behind it looked up again at every request.

cookie = base64url( nonce (12 bytes) + AES-256-GCM(key, {link, subject, end, locale}; associated data: purpose) )
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.web.links import LinkStore, Now, checked_key
from surveys.links import Link
from surveys.model import Language
from surveys.tickets import NONCE_SIZE, Entropy

FROM_ONE_TIME: Final = timedelta(hours=8)
FROM_PERSONAL: Final = timedelta(days=30)
MAX_COOKIE: Final = 3_000


@dataclass(frozen=True, slots=True)
class Session:
    """Who is here, for what, and in which language."""

    subject: str
    purpose: str
    locale: Language
    ends: datetime


class Sessions:
    """Opens and reads sessions. Nothing about a session is kept on the server."""

    def __init__(self, key: bytes, store: LinkStore, *, now: Now, entropy: Entropy) -> None:
        self._cipher = AESGCM(checked_key(key, "sessions"))
        self._store = store
        self._now = now
        self._entropy = entropy

    def open(self, link: Link, locale: Language) -> tuple[str, int]:
        """Return a cookie's value and its lifetime in whole seconds."""
        now = self._now()
        ends = now + FROM_ONE_TIME if link.once else min(now + FROM_PERSONAL, link.expires)
        plain = {"link": link.id.hex(), "subject": link.subject, "ends": int(ends.timestamp()), "locale": locale}
        nonce = self._entropy(NONCE_SIZE)
        sealed = nonce + self._cipher.encrypt(nonce, json.dumps(plain).encode(), _bound_to(link.purpose))
        return base64.urlsafe_b64encode(sealed).decode("ascii"), int((ends - now).total_seconds())

    async def read(self, cookie: str, purpose: str) -> Session | None:
        """Return the session of a cookie for this purpose; None when it is forged, over, or its link is revoked."""
        plain = self._opened(cookie, purpose)
        if plain is None:
            return None
        ends = datetime.fromtimestamp(plain["ends"], UTC)
        link = await self._store.find(bytes.fromhex(plain["link"]))
        alive = self._now() < ends and link is not None and link.carries(self._now())
        return Session(plain["subject"], purpose, plain["locale"], ends) if alive else None

    def _opened(self, cookie: str, purpose: str) -> dict[str, Any] | None:
        try:
            sealed = base64.b64decode(cookie[:MAX_COOKIE].encode("ascii"), altchars=b"-_", validate=True)
            plain = self._cipher.decrypt(sealed[:NONCE_SIZE], sealed[NONCE_SIZE:], _bound_to(purpose))
        except (binascii.Error, UnicodeEncodeError, InvalidTag, ValueError):
            return None
        opened: dict[str, Any] = json.loads(plain)
        return opened


def _bound_to(purpose: str) -> bytes:
    return b"adempauze/1/session/" + purpose.encode()


def on_loopback(host: str | None) -> bool:
    """Return whether a host name is this machine alone; only there a cookie may travel without TLS."""
    if host == "localhost":
        return True
    try:
        return ip_address((host or "").strip("[]")).is_loopback
    except ValueError:
        return False


def cookie_name(purpose: str, *, secure: bool) -> str:
    """Return the cookie's name; `__Host-` makes browsers refuse it without Secure, Path=/ and this very host."""
    return f"__Host-adempauze-{purpose}" if secure else f"adempauze-{purpose}"
