"""Trying a call again after a pause: as often, and for as long, as whoever waits for it can bear."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from adapters.port import DeliveryError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Patience:
    """How a call is tried again.

    `pauses` are the seconds before each further try; None stands for a try that is made only where the platform
    itself asked to wait. What it asks counts before ours, unless it is more than `longest` seconds: then we give up.
    """

    pauses: Sequence[float | None]
    longest: float

    async def insist(self, call: Callable[[], Awaitable[T]], sleep: Callable[[float], Awaitable[object]]) -> T:
        """Call until it succeeds. Raises the DeliveryError of the last try, and one that is permanent at once."""
        for pause in self.pauses:
            try:
                return await call()
            except DeliveryError as error:
                wait = pause if error.retry_after is None else error.retry_after
                if error.permanent or wait is None or wait > self.longest:
                    raise
            await sleep(wait)
        return await call()
