"""A platform as this process calls it: so many calls at a time, and none while it asked us to wait.

Cards, reminders and digests go through the same lane, so that together they keep within what a setting allows and
what the platform asks. Both count for each workspace of the platform by itself: none waits for another.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from adapters.port import ChatPlatform, DeliveryError, Message, MessageRef, NoPlace, Public, workspace_of

T = TypeVar("T")


@dataclass
class Lane:
    """The way out to one platform."""

    platform: ChatPlatform
    now: Callable[[], datetime]
    at_once: int
    _places: dict[str, asyncio.Semaphore] = field(init=False)
    _closed: dict[str, datetime] = field(init=False, default_factory=dict)
    """Until when nothing goes to addresses that begin so."""

    def __post_init__(self) -> None:
        self._places = defaultdict(lambda: asyncio.Semaphore(self.at_once))

    @property
    def waits(self) -> bool:
        """Whether a message waits there on a page until its reader comes."""
        return self.platform.waits

    async def send(self, address: str, message: Message) -> MessageRef:
        """Deliver when there is a place. Raises DeliveryError, without a call while the platform wants none."""
        return await self._in_turn(address, lambda: self.platform.send(address, message))

    async def post(self, channel: str, message: Message) -> MessageRef:
        """Post into a channel, in the same way. Raises DeliveryError, permanent where the platform has none."""
        public = self.platform
        if not isinstance(public, Public):
            raise DeliveryError("this platform has no channels", permanent=True)
        return await self._in_turn(channel, lambda: public.post(channel, message))

    async def update(self, ref: MessageRef, message: Message) -> None:
        """Replace a message, in the same way. Raises DeliveryError."""
        await self._in_turn(ref.address, lambda: self.platform.update(ref, message))

    async def _in_turn(self, address: str, call: Callable[[], Awaitable[T]]) -> T:
        async with self._places[workspace_of(address)]:
            self._refuse_too_soon(address)
            try:
                return await call()
            except NoPlace:
                raise
            except DeliveryError as error:
                if error.retry_after is not None:
                    self._close(error.within, error.retry_after)
                raise

    def _refuse_too_soon(self, address: str) -> None:
        for within, until in self._closed.items():
            left = (until - self.now()).total_seconds()
            if left > 0 and address.startswith(within):
                raise NoPlace(left)

    def _close(self, within: str, seconds: float) -> None:
        until = self.now() + timedelta(seconds=seconds)
        self._closed[within] = max(until, self._closed.get(within, until))


Lanes = Mapping[str, Lane]
"""By the name of the platform."""


def lanes(platforms: Mapping[str, ChatPlatform], at_once: Callable[[str], int], now: Callable[[], datetime]) -> Lanes:
    """Return a lane to each platform; `at_once` says, by its name, for how many calls to each workspace it has room."""
    return {name: Lane(platform, now, at_once(name)) for name, platform in platforms.items()}


def hands_for(lanes: Lanes, platform: str) -> range:
    """Return one number for each call that may be made there at once; one where there is no such platform any more."""
    return range(lanes[platform].at_once if platform in lanes else 1)
