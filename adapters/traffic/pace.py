"""How fast may be called: places in time, one for each call of those that share a name. Pure.

A place is the number of an interval since 1970, so all processes mean the same by it; who takes it, calls at its
beginning. After a 429 nobody calls for as long as the platform asked, and then only every second place is there for
a while: whoever goes on at once meets the next 429.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor
from typing import Final

SLOWED: Final = 120.0
"""Seconds at half the pace after a 429."""
AHEAD: Final = 5.0
"""Seconds that somebody may wait for a place: longer, and others who could be called are kept waiting behind them."""
LATE: Final = 1.0
"""Seconds for which a place that passed unused may usually be taken: what a slow moment cost is caught up with."""
SKEW: Final = 2.0
"""Seconds that the clocks of two machines may differ. If they differ by more, each goes at a pace of its own."""
SINCE: Final = 1_577_836_800
"""The beginning of 2020: moments that are told count from here."""


@dataclass(frozen=True, slots=True)
class Pace:
    """So many calls a minute. Moments are seconds since 1970.

    A place that passed unused may be made up for within `late` seconds; with 0 hardly, where a limit counts seconds.
    """

    per_minute: float
    late: float = LATE

    @property
    def interval(self) -> float:
        """Seconds from one place to the next."""
        return 60.0 / self.per_minute

    def places(self, now: float, refused_until: float) -> range:
        """Return the places that may be taken now, the best first; none when they are too far ahead.

        `refused_until` is the end of the time that the platform asked for last, 0 when it never did.
        """
        first = ceil(max(now - self._late, refused_until) / self.interval)
        step = 2 if now < refused_until + SLOWED else 1
        return range(first + first % step, floor((now + AHEAD) / self.interval) + 1, step)

    def wait(self, now: float, place: int) -> float:
        """Return the seconds until a place begins, 0 when it has."""
        return max(0.0, place * self.interval - now)

    def over(self, now: float) -> int:
        """Return the first place that anybody could still take, whatever their clock says."""
        return floor((now - self._late - SKEW) / self.interval)

    @property
    def _late(self) -> float:
        """One place at least, so that somebody who asks now and then never has to wait."""
        return max(self.late, self.interval)


def told(moment: float) -> int:
    """Return the number by which a moment is told to other processes."""
    return ceil(moment) - SINCE


def heard(number: int) -> float:
    """Return the moment that a number tells, 0 when nobody told any."""
    return float(number + SINCE) if number else 0.0
