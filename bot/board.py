"""`Board` over the database: each platform has names of its own, and all processes one clock to go by."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from surveys.store.shown import Shown


@dataclass(frozen=True)
class SharedBoard:
    """The numbers of one platform."""

    shown: Shown
    platform: str
    clock: Callable[[], datetime]

    def now(self) -> float:
        """Return seconds since 1970."""
        return self.clock().timestamp()

    async def claim(self, name: str, numbers: Sequence[int], *, over: int) -> int | None:
        """Take the first of these numbers that nobody has under this name; ours below `over` are let go."""
        return await self.shown.claim(f"{self.platform}/{name}", numbers, over=over)

    async def tell(self, name: str, number: int) -> None:
        """Show a number under a name, in place of the lower one that we showed before."""
        await self.shown.tell(f"{self.platform}/{name}", number)

    async def told(self, name: str) -> int:
        """Return the highest number that anybody shows under a name, 0 when nobody does."""
        return await self.shown.told(f"{self.platform}/{name}")
