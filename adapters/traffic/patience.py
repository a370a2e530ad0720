"""Trying a call again after a pause: as often, and for as long, as whoever waits for it can bear."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from adapters.port import DeliveryError

T = TypeVar("T")


def evenly() -> float:
    """Return the middle of all chances: for calls that are not made by many at once."""
    return 0.5


@dataclass(frozen=True, slots=True)
class Patience:
    """How a call is tried again: after each of `pauses`, in seconds, and later when the platform itself asked for more.

    None stands for a try that is made only where it asked. Pauses are spread by chance, so that calls which failed
    together do not come back together. What the platform asks for is waited out before the pause begins, unless it is
    more than `longest` seconds: then we give up.
    """

    pauses: Sequence[float | None]
    longest: float

    async def insist(
        self,
        call: Callable[[], Awaitable[T]],
        sleep: Callable[[float], Awaitable[object]],
        chance: Callable[[], float] = evenly,
    ) -> T:
        """Call until it succeeds; `chance` is from 0 to 1. Raises the last DeliveryError, a permanent one at once."""
        for pause in self.pauses:
            try:
                return await call()
            except DeliveryError as error:
                asked = error.retry_after
                if error.permanent or (asked is None and pause is None) or (asked or 0.0) > self.longest:
                    raise
            await sleep((asked or 0.0) + (pause or 0.0) * (0.5 + chance()))
        return await call()


ONCE: Final = Patience((), longest=0)
"""For deliveries: these are tried again by the job that sends them, with its own memory of who had one."""
AWAITED: Final = Patience((0.5, 1.5), longest=5)
"""For what somebody is waiting for: a few seconds are worth it."""
READING: Final = Patience((1, 2, 4, 8), longest=60)
"""For long lists, read while nobody waits: beginning anew would cost more than a minute."""
