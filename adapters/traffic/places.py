"""A place in the pace for each call, shared by all processes over the board; when one is asked to wait, all hear it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, TypeVar

from adapters.port import Board, DeliveryError, NoPlace
from adapters.traffic.pace import AHEAD, Pace, heard, told

T = TypeVar("T")

OTHERS: Final = "another call was asked to wait"


@dataclass(frozen=True)
class Places:
    """The places of one platform. What has the same name shares a pace."""

    pace: Pace
    board: Board
    sleep: Callable[[float], Awaitable[object]]

    async def take(self, name: str) -> None:
        """Take the next place and wait for it. Raises DeliveryError when it is far away, and takes none then."""
        refused_until, now = heard(await self.board.told(name)), self.board.now()
        places = self.pace.places(now, refused_until)
        place = await self.board.claim(name, places, over=self.pace.over(now)) if places else None
        if place is None:
            if (left := refused_until - now) > AHEAD:
                raise DeliveryError(OTHERS, permanent=False, retry_after=left)
            raise NoPlace(AHEAD)
        if wait := self.pace.wait(now, place):
            await self.sleep(wait)
            if (left := heard(await self.board.told(name)) - self.board.now()) > 0:
                raise DeliveryError(OTHERS, permanent=False, retry_after=left)

    async def heeding(self, name: str, call: Awaitable[T], *, but: type[DeliveryError]) -> T:
        """Call, and let every process know when the platform asks to wait; `but` says nothing about the pace.

        Raises DeliveryError.
        """
        try:
            return await call
        except DeliveryError as error:
            if error.retry_after is not None and not isinstance(error, but):
                await self.board.tell(name, told(self.board.now() + error.retry_after))
            raise
