"""Which items a wave asks: C1 and exactly one other, the same for everyone. Pure.

Source: evidence, section 2 ("Rotation and KPI rules") and section 6.4. Everything follows from what the earlier
waves of the survey asked and when, so nothing about the rotation is stored.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from surveys.instrument import STRESS, Driver, Instrument
from surveys.model import Item

SLOW_RHYTHM = 2
"""From this many weeks between two waves, core items never come twice in a row."""


class Asked(Protocol):
    """What the rotation needs of an earlier wave; `surveys.model.Wave` is one."""

    @property
    def items(self) -> tuple[str, ...]: ...

    @property
    def opens(self) -> datetime: ...


def items_for_wave(
    instrument: Instrument, history: Sequence[Asked], opens: datetime, flagged: Collection[str] = ()
) -> tuple[str, ...]:
    """The item ids of the wave that opens at `opens`, in the order in which they are asked.

    `history` holds the earlier waves of this survey, oldest first; the survey began with the first of them.
    `flagged` holds ids of drivers that deserve a second look; raises NotFound for an unknown one. Weeks are real
    weeks between openings, to the nearest, so a wave that a holiday moved by a day keeps its turn.
    """
    wanted = [instrument.driver(driver) for driver in sorted(set(flagged))]
    core = _due_core(instrument, history, opens)
    return (STRESS, core.id if core else _driver_item(instrument, _driver_items(instrument, history), wanted))


def _due_core(instrument: Instrument, history: Sequence[Asked], opens: datetime) -> Item | None:
    """The longest overdue core item; of two equally overdue the rarer one. None when the drivers have the turn."""
    if not history or _drivers_have_the_turn(instrument, history[-1], opens):
        return None
    overdue = {
        item.id: _weeks(_last_asked(item.id, history), opens) - item.every_weeks
        for item in instrument.core
        if item.id != STRESS and item.every_weeks
    }
    due = [item for item in instrument.core if overdue.get(item.id, -1) >= 0]
    return max(due, key=lambda item: (overdue[item.id], item.every_weeks or 0), default=None)


def _drivers_have_the_turn(instrument: Instrument, last: Asked, opens: datetime) -> bool:
    """Every two weeks or slower the core items alone could fill every wave: then a driver follows each of them."""
    had_driver_item = any(instrument.knows(item) and instrument.item(item).driver for item in last.items)
    return not had_driver_item and _weeks(last.opens, opens) >= SLOW_RHYTHM


def _last_asked(item: str, history: Sequence[Asked]) -> datetime:
    return next((wave.opens for wave in reversed(history) if item in wave.items), history[0].opens)


def _weeks(start: datetime, end: datetime) -> int:
    return round((end - start) / timedelta(weeks=1))


def _driver_items(instrument: Instrument, history: Sequence[Asked]) -> list[Item]:
    """The driver items asked so far, oldest first; items of an older library no longer count."""
    known = [instrument.item(item) for wave in history for item in wave.items if instrument.knows(item)]
    return [item for item in known if item.driver]


def _driver_item(instrument: Instrument, asked: Sequence[Item], flagged: Sequence[Driver]) -> str:
    driver = _pulled_forward(instrument, asked, flagged) or _longest_ago(instrument.drivers, asked)
    times = [sum(item.id == one for item in asked) for one in driver.items]
    return driver.items[times.index(min(times))]


def _longest_ago(drivers: Sequence[Driver], asked: Sequence[Item]) -> Driver:
    """The driver whose turn it is: never asked first, in library order, then the one asked longest ago."""
    last = {item.driver: turn for turn, item in enumerate(asked)}
    return min(drivers, key=lambda driver: last.get(driver.id, -1))


def _pulled_forward(instrument: Instrument, asked: Sequence[Item], flagged: Sequence[Driver]) -> Driver | None:
    """A flagged driver that comes before its turn, or None.

    Never two turns in a row, and no driver more often per round than it has items: a driver that stays flagged
    for months costs the others no more than that.
    """
    if not flagged or _last_was_pulled_forward(instrument, asked):
        return None
    lately = [item.driver for item in asked[-len(instrument.drivers) :]]
    in_library_order = [driver for driver in instrument.drivers if driver in flagged]
    open_to_it = [driver for driver in in_library_order if lately.count(driver.id) < len(driver.items)]
    return _longest_ago(open_to_it, asked) if open_to_it else None


def _last_was_pulled_forward(instrument: Instrument, asked: Sequence[Item]) -> bool:
    return bool(asked) and _longest_ago(instrument.drivers, asked[:-1]).id != asked[-1].driver
