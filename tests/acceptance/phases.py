"""The phases of a wave, marked in the ledger; each step of the short ones takes a little longer than it would.

So a kill can be aimed at a phase, and can fall between any two steps of its transaction.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import wraps
from typing import Any

from bot.closing import Closing
from bot.folding import Folding
from bot.period_closing import PeriodClosing
from bot.reminding import Reminding
from bot.sending import Sending
from surveys.store import period_traces, responses, traces
from surveys.store import periods as period_store
from surveys.store import platform as platform_store
from surveys.store import releases as release_store
from surveys.store import surveys as store
from tests.acceptance.ledger import Ledger

PAUSE = 0.015
MARKED: tuple[tuple[Any, str, str, float], ...] = (
    (store, "add_wave", "opening", PAUSE),
    (responses, "add_partition", "opening", PAUSE),
    (responses, "fill", "opening", PAUSE),
    (platform_store, "add_deliveries", "opening", PAUSE),
    (Sending, "send", "sending", 0),
    (Reminding, "remind", "reminding", 0),
    (Reminding, "_call_all", "reminding", 0),
    (Closing, "_protected", "closing", PAUSE),
    (Closing, "_publish_once", "publishing", PAUSE),
    (Folding, "_fold", "folding", PAUSE),
    (PeriodClosing, "_release", "closing a period", PAUSE),
    (PeriodClosing, "_publish_once", "publishing a period", PAUSE),
    (responses, "erase", "erasing", PAUSE),
    (traces, "mark_erased", "erasing", PAUSE),
    (period_traces, "mark_erased", "erasing", PAUSE),
)
"""Where a phase begins and ends, its name, and seconds before and after it."""
SLOWED: tuple[tuple[Any, str], ...] = (
    (release_store, "publish"),
    (platform_store, "forget_deliveries"),
    (store, "destroy"),
    (responses, "drop_partition"),
    (period_store, "fill"),
    (period_store, "destroy"),
)
"""Steps inside a marked phase."""


def mark_and_slow(ledger: Ledger) -> None:
    """Wrap the steps of this process."""
    for owner, name, phase, pause in MARKED:
        setattr(owner, name, _marked(getattr(owner, name), phase, pause, ledger))
    for owner, name in SLOWED:
        setattr(owner, name, _slowed(getattr(owner, name), PAUSE))


def _marked(step: Callable[..., Any], phase: str, pause: float, ledger: Ledger) -> Callable[..., Any]:
    slowed = _slowed(step, pause)

    @wraps(step)
    async def marked(*args: Any, **values: Any) -> Any:
        ledger.add("begin", phase)
        try:
            return await slowed(*args, **values)
        finally:
            ledger.add("end", phase)

    return marked


def _slowed(step: Callable[..., Any], pause: float) -> Callable[..., Any]:
    @wraps(step)
    async def slowed(*args: Any, **values: Any) -> Any:
        await asyncio.sleep(pause)
        result = await step(*args, **values)
        await asyncio.sleep(pause)
        return result

    return slowed
