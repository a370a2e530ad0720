"""Which wave of a survey opens now, also after the bot was down."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from surveys.localtime import utc


@dataclass(frozen=True, slots=True)
class Opening:
    """A wave opens: its window, as the cron rule has it, and the fire time to store as the next."""

    opens: datetime
    closes: datetime
    next_fire: datetime


@dataclass(frozen=True, slots=True)
class Nothing:
    """No wave opens; `next_fire` is what the row should say (later than before when all were missed)."""

    next_fire: datetime


def due_now(
    next_fire: datetime, following: Callable[[datetime], datetime], window: timedelta, now: datetime
) -> Opening | Nothing:
    """Decide what the cadence row with this `next_fire` opens at `now`.

    `following` gives the first fire time strictly after a moment. A bot that was down opens the latest missed
    wave if its window has not ended; older ones are skipped, never opened in bulk. `opens` is the moment of the
    rule even when it is opened late, so that lateness never moves the closing. A wave closes after `window`
    or when the next one is to open, whichever comes first: two waves of a survey never overlap, not even
    when a week has lost an hour.
    """
    fire, now = utc(next_fire), utc(now)
    if fire <= now - window:
        fire = utc(following(now - window))
    if fire > now:
        return Nothing(fire)
    while (after := utc(following(fire))) <= now:
        fire = after
    return Opening(fire, min(fire + window, after), after)
