"""A platform as this process calls it: so many calls at a time, and none while it asked us to wait.

Cards, reminders and digests go through the same lane, so that together they keep within what a setting allows and
what the platform asks. Both count for each workspace of the platform by itself: none waits for another.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from adapters.port import ChatPlatform, DeliveryError, Message, MessageRef, NoPlace, workspace_of


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
        async with self._places[workspace_of(address)]:
            self._refuse_too_soon(address)
            try:
                return await self.platform.send(address, message)
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
