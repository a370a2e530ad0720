"""Messages to people and into channels: where each is reached, how fast Microsoft allows, and what a refusal means.

Nothing here writes anything: a reminder goes only to who has not answered, and a row would tell.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Final, TypeVar
from weakref import WeakValueDictionary

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
UNHURRIED: Final = 30.0
"""Seconds that replacing a message may take where no invoke waits for it, and others write into the same channel."""
RESTING: Final = 12 * 3600.0
"""Seconds for which nothing is sent to who blocked or removed the app, unless they show up again before."""


@dataclass(frozen=True, slots=True)
class Rest:
    """Until when nothing is sent to somebody, as long as this is what the rows say of them."""

    until: float
    row: Place | None


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
    unhurried: float = UNHURRIED
    _last: dict[str, float] = field(default_factory=dict)
    """When the last message into a conversation went out, as far as that is not long ago."""
    _turns: WeakValueDictionary[str, asyncio.Lock] = field(default_factory=WeakValueDictionary)
    """Whose turn it is in each conversation."""
    _resting: dict[str, Rest] = field(default_factory=dict)

    async def send(self, address: str, post: Post) -> tuple[Place, str]:
        """Send to somebody; return where, and the id of the message. Raises DeliveryError."""
        tenant, person = self.addresses.parts(address)
        return await self._within(tenant, self._send(address, tenant, person, post))

    async def update(self, address: str, conversation: str, message: str, post: Post) -> None:
        """Replace a message of theirs, soon or not at all. Raises DeliveryError."""
        tenant, _ = self.addresses.parts(address)
        place = replace(await self._anywhere(address, tenant), conversation=conversation)
        await self.overwrite(place, message, post, within=self.hurried)

    async def post(self, place: Place, post: Post) -> str:
        """Send where several people read along; return the id of the message. Raises DeliveryError."""
        return await self._within(place.tenant.lower(), self._in_turn(place, lambda: self.connection.send(place, post)))

    async def overwrite(self, place: Place, message: str, post: Post, *, within: float) -> None:
        """Replace a message anywhere, within so many seconds or not at all. Raises DeliveryError."""
        replacing = self._in_turn(place, lambda: self.connection.update(place, message, post))
        try:
            async with asyncio.timeout(within):
                await self._within(place.tenant.lower(), replacing)
        except TimeoutError:
            raise DeliveryError("there was no time to replace a message", permanent=False) from None

    def awake(self, address: str) -> None:
        """Hear that somebody has the app, and can be sent to."""
        self._resting.pop(address, None)

    async def _send(self, address: str, tenant: str, person: str, post: Post) -> tuple[Place, str]:
        place = await self.references.person(address)
        self._refuse_who_rests(address)
        try:
            if place is not None and (sent := await self._sent(place, post)) is not None:
                return place, sent
            begun = await self._begun(address, tenant, person)
            return begun, await self._in_turn(begun, lambda: self.connection.send(begun, post))
        except Refused as refused:
            if refused.gone:
                self._let_rest(address)
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
            await self._take_calmly(place)
        else:
            await self.places.take(place.tenant)
        return await self.places.heeding(place.tenant, call(), but=Unauthorised)

    async def _take_calmly(self, place: Place) -> None:
        """Take a place for a message, a second at least after the last one into this conversation."""
        async with self._turns.setdefault(place.conversation, asyncio.Lock()):
            now = self.board.now()
            self._last = {one: moment for one, moment in self._last.items() if moment > now - CALM}
            if (last := self._last.get(place.conversation)) is not None:
                await self.sleep(last + CALM - now)
            await self.places.take(place.tenant)
            self._last[place.conversation] = self.board.now()

    def _let_rest(self, address: str) -> None:
        """Let somebody rest who blocked or removed the app, as long as their row stays what it is."""
        self._resting[address] = Rest(self.board.now() + RESTING, self.references.row(address))

    def _refuse_who_rests(self, address: str) -> None:
        """Raise DeliveryError for who rests, unless another process met them again meanwhile."""
        rest = self._resting.get(address)
        if rest is not None and rest.until > self.board.now() and rest.row == self.references.row(address):
            raise DeliveryError("they blocked or removed the app", permanent=True)
        self.awake(address)

    async def _within(self, tenant: str, call: Awaitable[T]) -> T:
        try:
            return await call
        except DeliveryError as error:
            error.within = "" if self.addresses.alone else f"{tenant}/"
            raise
