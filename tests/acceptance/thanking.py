"""What people do to thank somebody on a platform: they press again until they are told that it was done."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Final, Protocol

from bot.texts import Texts
from tests.acceptance.storm_claims import Landed, Meant, Where

_T = Texts("nl")
TWICE, WITHDRAWN, JAR = (_T(f"kudos.{name}") for name in ("sent.twice", "withdrawn.title", "jar.title"))
"""What people read."""
PATIENT: Final = 4.0
"""Seconds that somebody looks at the same thing before they press again."""
BREATH: Final = 0.5
"""Seconds in which they find out that nothing came of it, where there is nothing to look at."""
OFTEN: Final = 120
LONG: Final = 1500.0
"""Seconds after which a card that did not come is given up."""


class Crowd(Protocol):
    """Everybody on one platform, and what can be seen there."""

    async def gives(self, meant: Meant) -> str:
        """Fill in the form, look, and send, until it says that it was sent; return the id of the form."""

    async def takes_back(self, meant: Meant, kudos: str) -> None:
        """Take it back, until it says so."""

    async def thanks_back(self, meant: Meant, who: str) -> None:
        """Say thanks back on the card, until the card says so."""

    def landed(self) -> list[Landed]:
        """Return every new message in which words stood."""

    def standing(self) -> list[Where]:
        """Return where words stand now, once for each message."""

    def calls(self) -> tuple[int, int]:
        """Return how many calls there were, and how many were refused as too soon."""


def taken_back(shown: str, *, listed: object) -> bool:
    """Whether it says that it was taken back. Whoever missed that finds it no more in the jar: it is not `listed`."""
    return WITHDRAWN in shown or (JAR in shown and not listed)


async def appears(seen: Callable[[], object], seconds: float, *, look: float = 0.05) -> bool:
    """Wait until something can be seen, and look every so many seconds; False when it could not in time."""
    end = time.monotonic() + seconds
    while not seen():
        if time.monotonic() > end:
            return False
        await asyncio.sleep(look)
    return True


async def arrives(seen: Callable[[], object]) -> None:
    """Wait for a card, as who has other things to do."""
    assert await appears(seen, LONG, look=0.5), "no card came"


async def insist(
    press: Callable[[], Awaitable[object]],
    seen: Callable[[], object],
    seconds: float = PATIENT,
    shown: Callable[[], object] = lambda: "",
) -> None:
    """Press, and again whenever nothing is seen of it. `shown` is what stands there, for whoever wants to know why."""
    for _ in range(OFTEN):
        await press()
        if await appears(seen, seconds):
            return
        await asyncio.sleep(BREATH)
    raise AssertionError(f"pressed {OFTEN} times, and nothing came of it: {shown()}")
