"""What is due: which wave opens now, and when each person gets the card of an opened wave.

Pure: nothing here reads a clock, a database or an answer. All datetimes are aware; results are in UTC.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from surveys.errors import InputError
from surveys.intervals import Intervals, after, contains, first_from, total
from surveys.localtime import days, instant, local_day, midnight, utc
from surveys.model import Preferences, Shift, Survey
from surveys.own_hours import OwnHours, allowed, on_shift, own_hours

RHYTHMS: Final = (1, 2, 4)
"""Own rhythms a person can choose: every wave, every second, every fourth."""


@dataclass(frozen=True, slots=True)
class PlannedDelivery:
    """One card: `due` is when it goes out, `until` the end of the last time in which it may."""

    person_id: UUID
    due: datetime
    until: datetime


class LeftOut(StrEnum):
    """Why somebody gets no card in a wave. Counted, never listed."""

    STOPPED = "stopped"
    PAUSED = "paused"
    RHYTHM = "rhythm"
    NO_SHIFT = "no_shift"
    """The own planning is known and no shift, without its edges, lies in the window."""
    NO_MOMENT = "no_moment"
    """Quiet hours, holidays or the closing leave no time."""
    INTRODUCTION = "introduction"
    """The wave closes before they have had the introduction for a working day."""


@dataclass(frozen=True, slots=True)
class WavePlan:
    """Deliveries in order of `due`, and how many were left out for which reason."""

    deliveries: tuple[PlannedDelivery, ...]
    left_out: Mapping[LeftOut, int]


def plan_wave(
    *,
    survey: Survey,
    number: int,
    opens: datetime,
    closes: datetime,
    people: Mapping[UUID, str],
    preferences: Mapping[UUID, Preferences],
    shifts: Mapping[UUID, Sequence[Shift]],
    fraction: Callable[[UUID], float],
    offset: Callable[[UUID], int],
    now: datetime,
    card_from: Mapping[UUID, datetime] = MappingProxyType({}),
) -> WavePlan:
    """Plan who of `people` (id to time zone) gets the card of wave `number` of this survey, and when.

    A person in `shifts` has a known planning, so that no shift in the window means no card; somebody who is
    absent from it is sent the card at any time outside quiet hours. `fraction` gives a stable number in [0, 1)
    and `offset` a stable integer per person (see `surveys.spread`). Whoever is in `card_from` gets no card before then.
    Raises InputError for an unknown time zone, country or rhythm and for a datetime without a time zone.
    """
    start, end = max(utc(opens), utc(now)), utc(closes)
    outcomes: list[PlannedDelivery | LeftOut] = []
    for person_id, timezone in people.items():
        wish = preferences.get(person_id, Preferences())
        own = own_hours(survey, timezone, wish, shifts.get(person_id))
        left_out = _away(own, end) or _sits_out(number, wish.every, offset(person_id))
        begin = max(start, utc(card_from.get(person_id, start)))
        outcomes.append(
            left_out
            or _once_introduced(person_id, own, wish.moment, fraction(person_id), begin=begin, start=start, end=end)
        )
    deliveries = [outcome for outcome in outcomes if isinstance(outcome, PlannedDelivery)]
    return WavePlan(
        tuple(sorted(deliveries, key=lambda delivery: (delivery.due, delivery.person_id))),
        Counter(outcome for outcome in outcomes if isinstance(outcome, LeftOut)),
    )


def takes_part(number: int, every: int, offset: int) -> bool:
    """Whether a person with rhythm `every` takes part in wave `number`. Raises InputError unless 1, 2 or 4.

    Fixed by the person's own `offset`, so that each wave has about the same share of a rhythm's people, and
    never by what they answered.
    """
    if every not in RHYTHMS:
        raise InputError(f"Rhythm {every} is not possible: choose 1, 2 or 4 (every n-th wave).")
    return (number + offset) % every == 0


def _away(own: OwnHours, closes: datetime) -> LeftOut | None:
    if own.stopped:
        return LeftOut.STOPPED
    if own.paused_until is not None and midnight(own.paused_until, own.place) >= closes:
        return LeftOut.PAUSED
    return None


def _sits_out(number: int, every: int, offset: int) -> LeftOut | None:
    return None if takes_part(number, every, offset) else LeftOut.RHYTHM


def _once_introduced(
    person_id: UUID,
    own: OwnHours,
    moment: time | None,
    fraction: float,
    *,
    begin: datetime,
    start: datetime,
    end: datetime,
) -> PlannedDelivery | LeftOut:
    """Plan from `begin` on; whoever would have had a moment since `start` is left out because of the introduction."""
    planned = _plan(person_id, own, moment, fraction, start=begin, end=end)
    if isinstance(planned, LeftOut) and allowed(own, start, end):
        return LeftOut.INTRODUCTION
    return planned


def _plan(
    person_id: UUID, own: OwnHours, moment: time | None, fraction: float, *, start: datetime, end: datetime
) -> PlannedDelivery | LeftOut:
    free = allowed(own, start, end)
    if free:
        return PlannedDelivery(person_id, _due(free, own.place, moment, fraction), free[-1].end)
    return LeftOut.NO_MOMENT if on_shift(own, start, end) else LeftOut.NO_SHIFT


def _due(free: Intervals, place: ZoneInfo, moment: time | None, fraction: float) -> datetime:
    """The own moment, else a point in the first half of the person's allowed time.

    Spread, because everybody at once would meet the platform's limits and empty the phones of a whole floor.
    The first half, counted in the person's own allowed time, because whoever works one shift in the window
    still has half of it to answer in, and there is room to send late and to remind.
    """
    if moment is not None:
        return _wished(free, place, moment)
    microsecond = timedelta(microseconds=1)
    return after(free, int(total(free) // 2 // microsecond * fraction) * microsecond)


def _wished(free: Intervals, place: ZoneInfo, moment: time) -> datetime:
    """The own moment to the minute if the first half has it, else the first allowed time after it on a day."""
    wished = [instant(day, moment, place) for day in days(free[0].start, free[-1].end, place)]
    half = after(free, total(free) // 2)
    exact = [wish for wish in wished if wish <= half and contains(free, wish)]
    later = [(wish, first_from(free, wish)) for wish in wished]
    same_day = [then for wish, then in later if then and local_day(then, place) == local_day(wish, place)]
    return (exact + same_day + [free[0].start])[0]
