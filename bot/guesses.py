"""A bound on guesses of a seat's secret: so many at once, and then one every few minutes, in all processes together.

Kept is one line for each seat, how many tries are left and since when: neither who tried, nor what, nor from where.
Time fills it up again by itself, so that no number of guesses locks a seat out for good.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from surveys.errors import InputError
from surveys.seats import Seat
from surveys.store import platform as store
from surveys.store.database import Database

AT_ONCE: Final = 10
"""Wrong secrets in a row before waiting begins."""
EVERY: Final = timedelta(minutes=5)
"""After how long one more may be tried; an attacker has 288 a day."""


@dataclass(frozen=True, slots=True)
class Left:
    """So many tries were left at a moment."""

    tries: int
    at: datetime

    def now(self, moment: datetime) -> Left:
        """Return what is left later; a clock that went back gives nothing."""
        gained = max(0, (moment - self.at) // EVERY)
        if self.tries + gained >= AT_ONCE:
            return Left(AT_ONCE, moment)
        return Left(self.tries + gained, self.at + gained * EVERY)


async def take(database: Database, seat: Seat, moment: datetime) -> None:
    """Take one try, before the secret is looked at. Raises InputError naming when the next one is there."""
    name = _name(seat)
    async with database.begin() as connection:
        await store.hold_mark(connection, name)
        left = _read(await store.marked(connection, name), moment).now(moment)
        if not left.tries:
            again = left.at + EVERY
            raise InputError(f"too many wrong secrets for this seat: try again after {again:%H:%M:%S} UTC")
        await store.mark(connection, name, f"{left.tries - 1} {left.at.isoformat()}")


async def give_back(database: Database, seat: Seat, moment: datetime) -> None:
    """Give all tries back: the secret was right."""
    async with database.begin() as connection:
        await store.hold_mark(connection, _name(seat))
        await store.mark(connection, _name(seat), f"{AT_ONCE} {moment.isoformat()}")


def _read(kept: str | None, moment: datetime) -> Left:
    if kept is None:
        return Left(AT_ONCE, moment)
    tries, _, at = kept.partition(" ")
    return Left(int(tries), datetime.fromisoformat(at))


def _name(seat: Seat) -> str:
    return f"guesses {seat}"
