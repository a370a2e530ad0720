"""What comes twice is done once.

Teams sends an activity again when it got no answer in time, and whoever could copy a request could send it for as long
as its token lasts. Doing things again is harmless for most, but not for all: a first answer that comes again, after a
second one was given, would replace it. So each activity is done once, and its repetition gets the same outcome.

It is remembered in memory alone: a record would say, to whoever reads the database twice, that somebody did something.
So another process may do it again; there it is harmless for what is written, since everything is written under the same
key, and the order of two answers is the one case that is left to chance.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from hashlib import sha256
from typing import Final, Generic, TypeVar

from adapters.teams.activity import Activity

LIFETIME: Final = 70 * 60.0
"""Seconds: a token of the Bot Framework lasts an hour, and five minutes more for clocks that differ."""
KEPT: Final = 60.0
"""Seconds for which the outcome itself is kept; after that a repetition hears that all is well."""
MANY: Final = 100_000
"""Activities remembered at most; the oldest are forgotten first."""
OUTCOMES: Final = 2_000
"""Outcomes kept at most, since a card takes some room."""

T = TypeVar("T")


class Once(Generic[T]):
    """Does each activity once. `now` is in seconds since 1970."""

    def __init__(self, now: Callable[[], float], many: int = MANY) -> None:
        self._now = now
        self._many = many
        self._outcomes: OrderedDict[bytes, tuple[float, asyncio.Future[T]]] = OrderedDict()
        self._done: OrderedDict[bytes, float] = OrderedDict()

    async def do(self, activity: Activity, work: Callable[[], Awaitable[T]], otherwise: T) -> T:
        """Return the outcome of this activity's work, begun now or before, or `otherwise` when that was long ago.

        Raises what the work raises; then it is begun anew the next time.
        """
        self._forget()
        if not activity.id:  # nothing to know it again by
            return await work()
        name = _name(activity)
        if name in self._done:
            return otherwise
        if name not in self._outcomes:
            self._outcomes[name] = (self._now(), asyncio.ensure_future(work()))
        _, outcome = self._outcomes[name]
        try:
            return await asyncio.shield(outcome)  # whoever hangs up leaves the work to its end
        finally:
            if outcome.done() and (outcome.cancelled() or outcome.exception() is not None):
                self._outcomes.pop(name, None)
                self._done.pop(name, None)

    def _forget(self) -> None:
        now = self._now()
        while self._outcomes and (_first(self._outcomes)[0] <= now - KEPT or len(self._outcomes) > OUTCOMES):
            name, (began, _) = self._outcomes.popitem(last=False)
            self._done[name] = began
        while self._done and (_first(self._done) <= now - LIFETIME or len(self._done) > self._many):
            self._done.popitem(last=False)


def _first(found: OrderedDict[bytes, T]) -> T:
    return next(iter(found.values()))


def _name(activity: Activity) -> bytes:
    told = "\n".join((activity.kind, activity.place.conversation, activity.id))
    return sha256(told.encode()).digest()[:16]
