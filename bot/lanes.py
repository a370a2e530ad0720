"""A platform as this process calls it: so many calls at a time, and none while it asked us to wait.

Cards, reminders and digests go through the same lane, so that together they keep within what a setting allows and
what the platform asks.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from adapters.port import ChatPlatform, DeliveryError, Message, MessageRef


@dataclass
class Lane:
    """The way out to one platform."""

    platform: ChatPlatform
    now: Callable[[], datetime]
    places: asyncio.Semaphore
    _closed_until: datetime | None = field(default=None)

    @property
    def waits(self) -> bool:
        """Whether a message waits there on a page until its reader comes."""
        return self.platform.waits

    async def send(self, address: str, message: Message) -> MessageRef:
        """Deliver when there is a place. Raises DeliveryError, without a call while the platform wants none."""
        async with self.places:
            self._refuse_too_soon()
            try:
                return await self.platform.send(address, message)
            except DeliveryError as error:
                if error.retry_after is not None:
                    self._close(error.retry_after)
                raise

    def _refuse_too_soon(self) -> None:
        left = (self._closed_until - self.now()).total_seconds() if self._closed_until else 0.0
        if left > 0:
            raise DeliveryError("the platform asked us to wait", permanent=False, retry_after=left)

    def _close(self, seconds: float) -> None:
        until = self.now() + timedelta(seconds=seconds)
        self._closed_until = max(until, self._closed_until or until)


Lanes = Mapping[str, Lane]
"""By the name of the platform."""


def lanes(platforms: Mapping[str, ChatPlatform], at_once: int, now: Callable[[], datetime]) -> Lanes:
    """Return a lane to each platform with room for so many calls."""
    return {name: Lane(platform, now, asyncio.Semaphore(at_once)) for name, platform in platforms.items()}
