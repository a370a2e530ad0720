"""The keys with which the Bot Framework signs: fetched without holding anybody up, and anew as soon as one is unknown.

A rotated key is met in a token before our day with the old ones is over, so an unknown key is looked up at once. That
costs a fetch, which anybody could make us do with an invented key: so there is one in a few minutes at most.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Final

import jwt
import structlog

from adapters.port import DeliveryError

log = structlog.get_logger(__name__)

FRESH: Final = 24 * 3600.0
"""Seconds for which keys are used without asking again; Microsoft asks for a refresh once a day."""
BEFORE: Final = 3600.0
"""Seconds before the end of that day, in which they are fetched by time alone: no press of a button waits for it."""
AGAIN: Final = 180.0
"""Seconds from one fetch for an unknown key to the next, and after one that failed while older keys serve."""
SOON: Final = 5.0
"""Seconds after a fetch that failed while there are no keys at all."""

Fetch = Callable[[str], Awaitable[bytes]]
"""Gets a document. Raises DeliveryError."""


class NoKeys(Exception):
    """The keys could not be fetched, so nobody can be believed and nobody is refused: they should come again."""


class UnknownKey(Exception):
    """Nobody at the Bot Framework signs with this key."""


@dataclass(frozen=True, slots=True)
class Key:
    """A public key, and the channels for which it counts."""

    public_key: Any
    endorsements: tuple[str, ...]


@dataclass
class Keys:
    """The keys behind an OpenID metadata document at `url`; `now` is in seconds since 1970."""

    url: str
    fetch: Fetch
    now: Callable[[], float]
    _known: dict[str, Key] = field(default_factory=dict)
    _stale_from: float = 0.0
    _not_before: float = 0.0
    _fetching: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def get(self, name: str | None) -> Key:
        """Return a key by its name. Raises UnknownKey, NoKeys."""
        if not isinstance(name, str) or not name:
            raise UnknownKey
        if not self._serves(name):
            async with self._fetching:
                await self._look_again(name)
        if not self._known:
            raise NoKeys
        try:
            return self._known[name]
        except KeyError:
            raise UnknownKey from None

    async def refresh(self) -> None:
        """Fetch the keys where they are not fresh for an hour more, before anybody needs one."""
        async with self._fetching:
            if self.now() >= self._stale_from - BEFORE:
                await self._look_again("")

    def _serves(self, name: str) -> bool:
        return name in self._known and self.now() < self._stale_from

    async def _look_again(self, name: str) -> None:
        """Fetch, unless somebody just did. The keys of yesterday serve on while there are no newer to be had."""
        fresh = self.now() < self._stale_from
        if self._serves(name) or (fresh and (not self._known or self.now() < self._not_before)):
            return
        if fresh:
            self._not_before = self.now() + AGAIN
        if await self._fetched():
            self._stale_from = self.now() + FRESH
        elif not fresh:
            self._stale_from = self.now() + (AGAIN if self._known else SOON)

    async def _fetched(self) -> bool:
        """Fetch, and return whether that went well."""
        try:
            document = json.loads(await self.fetch(self.url))
            self._known = _keys_in(json.loads(await self.fetch(str(document["jwks_uri"]))))
        except (AttributeError, DeliveryError, LookupError, RecursionError, TypeError, ValueError) as error:
            log.warning("the keys of the Bot Framework were not fetched", error=type(error).__name__)
            return False
        return True


def _keys_in(document: Any) -> dict[str, Key]:
    """Return the RSA keys of a JWKS by their names. Raises ValueError when there is none."""
    found = {}
    for one in document["keys"]:
        if one.get("kty") == "RSA" and isinstance(one.get("kid"), str):
            endorsements = one.get("endorsements") or ()
            found[one["kid"]] = Key(_public_key(one), tuple(map(str, endorsements)))
    if not found:
        raise ValueError("no key at all")
    return found


def _public_key(one: Any) -> Any:
    try:
        return jwt.PyJWK(one, algorithm="RS256").key
    except jwt.PyJWTError as error:
        raise ValueError("a key is none") from error
