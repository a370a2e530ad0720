"""The shifts of one wave, as a planning file: who works early, late or at night on which days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.simulation.chance import Chance
from bot.simulation.organisation import ZONE, Colleague, Organisation

HOURS: Final = {"early": (time(7), 8.5), "late": (time(13, 30), 8.5), "night": (time(22), 8.0)}
"""Start on the wall clock, and length in hours."""
WORKS: Final = {"fixed": 0.8, "flex": 0.55}
"""Share of days on which somebody with this contract works."""
HEADER: Final = "person,start,end\n"


def planning(organisation: Organisation, opens: datetime, closes: datetime, chance: Chance) -> str:
    """Return a shift file for the days that a window touches."""
    first, last = opens.astimezone(ZoneInfo(ZONE)).date(), closes.astimezone(ZoneInfo(ZONE)).date()
    days = [first + timedelta(days=day) for day in range((last - first).days + 1)]
    return HEADER + "".join(line for one in organisation.people for line in _shifts(one, days, chance))


def _shifts(one: Colleague, days: list[date], chance: Chance) -> Iterator[str]:
    if not one.answers_here:
        return
    start, hours = HOURS[one.facets["shift_type"]]
    for day in days:
        if chance.fraction("shift", one.id, day) < WORKS[one.facets["contract"]]:
            begins = datetime.combine(day, start)  # on the wall clock: the import knows the person's time zone
            yield f"{one.id},{begins.isoformat()},{(begins + timedelta(hours=hours)).isoformat()}\n"
