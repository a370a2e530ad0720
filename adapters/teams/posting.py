"""Messages to people: where each is reached, at the pace that Microsoft allows, and what a refusal means.

Nothing here writes anything: a reminder goes only to who has not answered, and a row would tell.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Final, TypeVar

from adapters.port import Board, DeliveryError
from adapters.teams.activity import Place
from adapters.teams.addresses import Addresses
from adapters.teams.connection import Connection
from adapters.teams.exchange import Post
from adapters.teams.failures import Refused, Unauthorised
from adapters.teams.references import References
from adapters.traffic.places import Places

T = TypeVar("T")

NOT_FOUND: Final = 404
CALM: Final = 1.0
"""Seconds between two messages into one conversation."""
HURRIED: Final = 2.0
"""Seconds that replacing a message may take in all: somebody pressed a button, and an invoke waits for it."""
RESTING: Final = 12 * 3600.0
"""Seconds for which nothing is sent to who blocked or removed the app, unless they show up again before."""


@dataclass
class Posting:
    """Sends to people by address. `service` and `bot` are for tenants from which nothing came yet."""

    connection: Connection
    references: References
    places: Places
    addresses: Addresses
    service: str
    bot: str
    board: Board
    sleep: Callable[[float], Awaitable[object]]
    hurried: float = HURRIED
    _last: dict[str, float] = field(default_factory=dict)
    """When the last message into a conversation goes out, as far as that is not long ago."""
    _resting: dict[str, float] = field(default_factory=dict)

    async def send(self, address: str, post: Post) -> tuple[Place, str]:
        """Send to somebody; return where, and the id of the message. Raises DeliveryError."""
        tenant, person = self.addresses.parts(address)
        return await self._within(tenant, self._send(address, tenant, person, post))

    async def update(self, address: str, conversation: str, message: str, post: Post) -> None:
        """Replace a message of theirs, soon or not at all. Raises DeliveryError."""
        tenant, _ = self.addresses.parts(address)
        place = replace(await self._anywhere(address, tenant), conversation=conversation)
        replacing = self._in_turn(place, lambda: self.connection.update(place, message, post))
        try:
            async with asyncio.timeout(self.hurried):
                await self._within(tenant, replacing)
        except TimeoutError:
            raise DeliveryError("there was no time to replace a message", permanent=False) from None

    def awake(self, address: str) -> None:
        """Hear that somebody has the app, and can be sent to."""
        self._resting.pop(address, None)

    async def _send(self, address: str, tenant: str, person: str, post: Post) -> tuple[Place, str]:
        self._refuse_who_rests(address)
        try:
            place = await self.references.person(address)
            if place is not None and (sent := await self._sent(place, post)) is not None:
                return place, sent
            begun = await self._begun(address, tenant, person)
            return begun, await self._in_turn(begun, lambda: self.connection.send(begun, post))
        except Refused as refused:
            if refused.gone:
                self._resting[address] = self.board.now() + RESTING
            raise

    async def _sent(self, place: Place, post: Post) -> str | None:
        """Return the id of a message that was sent; None when there is no such conversation any more."""
        try:
            return await self._in_turn(place, lambda: self.connection.send(place, post))
        except Refused as refused:
            if refused.status != NOT_FOUND:
                raise
            return None

    async def _begun(self, address: str, tenant: str, person: str) -> Place:
        """Return a conversation with somebody who never wrote, or whose conversation went."""
        somewhere = await self._somewhere(tenant)
        place = await self._in_turn(somewhere, lambda: self.connection.begin(somewhere, person))
        self.references.remember(address, place)
        return place

    async def _anywhere(self, address: str, tenant: str) -> Place:
        return await self.references.person(address) or await self._somewhere(tenant)

    async def _somewhere(self, tenant: str) -> Place:
        return await self.references.tenant(tenant) or Place(self.service, "", tenant, self.bot)

    async def _in_turn(self, place: Place, call: Callable[[], Awaitable[T]]) -> T:
        """Call at the pace of the conversation in this process, and of the tenant in all. Raises DeliveryError."""
        if place.conversation:
            await self._calm(place.conversation)
        await self.places.take(place.tenant)
        return await self.places.heeding(place.tenant, call(), but=Unauthorised)

    async def _calm(self, conversation: str) -> None:
        """Wait until a second has passed since the last message into this conversation."""
        now = self.board.now()
        self._last = {one: moment for one, moment in self._last.items() if moment > now - CALM}
        turn = max(now, self._last.get(conversation, now - CALM) + CALM)
        self._last[conversation] = turn
        if turn > now:
            await self.sleep(turn - now)

    def _refuse_who_rests(self, address: str) -> None:
        if self._resting.get(address, 0.0) > self.board.now():
            raise DeliveryError("they blocked or removed the app", permanent=True)
        self._resting.pop(address, None)

    async def _within(self, tenant: str, call: Awaitable[T]) -> T:
        try:
            return await call
        except DeliveryError as error:
            error.within = "" if self.addresses.alone else f"{tenant}/"
            raise
