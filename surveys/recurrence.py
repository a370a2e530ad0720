"""Repeated shifts of a calendar: the daily and weekly rules that plannings use, every other rule refused.

Source of the meaning of the parts: RFC 5545, section 3.3.10.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from itertools import islice, takewhile
from typing import Any, Final

from surveys.errors import InputError

Rule = Mapping[str, Sequence[Any]]
"""Upper-case part name to its values, as the calendar library reads them."""

PARTS: Final = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "WKST"})
WEEKDAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
FURTHEST: Final = timedelta(days=366)


class NotSimple(InputError):
    """This repetition is not read; export the shifts one by one."""


def starts_of(start: datetime, rule: Rule) -> list[datetime]:
    """Every start of a repeated shift on the wall clock of `start` (aware), itself included if the rule hits it.

    Reads FREQ=DAILY or WEEKLY with INTERVAL, BYDAY and one of COUNT and UNTIL. Raises NotSimple for anything else.
    """
    frequency = _checked(rule)
    hits = _hits(start, int(_first(rule, "INTERVAL", 1)), frequency == "WEEKLY", _weekdays(rule, start, frequency))
    if "COUNT" in rule:
        return list(islice(hits, int(_first(rule, "COUNT", 0))))
    until = _until(rule, start)
    return list(takewhile(lambda hit: hit <= until, hits))


def _checked(rule: Rule) -> str:
    frequency = str(_first(rule, "FREQ", ""))
    if frequency not in {"DAILY", "WEEKLY"}:
        raise NotSimple(f"FREQ={frequency} is not read; export the shifts one by one")
    if strange := sorted(set(rule) - PARTS):
        raise NotSimple(f"{strange[0]} is not read; export the shifts one by one")
    if str(_first(rule, "WKST", "MO")) != "MO":
        raise NotSimple("WKST other than MO is not read; export the shifts one by one")
    if ("COUNT" in rule) == ("UNTIL" in rule):
        raise NotSimple("a repetition needs an end, COUNT or UNTIL; export the shifts of one period")
    if int(_first(rule, "INTERVAL", 1)) < 1:
        raise NotSimple("INTERVAL counts from 1")
    return frequency


def _first(rule: Rule, part: str, default: Any) -> Any:
    return rule[part][0] if rule.get(part) else default


def _weekdays(rule: Rule, start: datetime, frequency: str) -> frozenset[int]:
    named = [str(day) for day in rule.get("BYDAY", ())]
    if any(day not in WEEKDAYS for day in named):
        raise NotSimple(f"BYDAY={','.join(named)} is not read; export the shifts one by one")
    if named:
        return frozenset(WEEKDAYS.index(day) for day in named)
    return frozenset({start.weekday()} if frequency == "WEEKLY" else range(7))


def _until(rule: Rule, start: datetime) -> datetime:
    until = _first(rule, "UNTIL", None)
    if isinstance(until, datetime):
        return until if until.tzinfo else until.replace(tzinfo=start.tzinfo)
    if isinstance(until, date):
        return datetime.combine(until, time.max, start.tzinfo)
    raise NotSimple("UNTIL is not a date; export the shifts one by one")


def _hits(start: datetime, interval: int, weekly: bool, weekdays: Collection[int]) -> Iterator[datetime]:
    """Starts in order; weeks begin on Monday. Raises NotSimple when a year has passed."""
    for days in range(FURTHEST.days + 1):
        hit = start + timedelta(days=days)
        passed = (start.weekday() + days) // 7 if weekly else days
        if passed % interval == 0 and hit.weekday() in weekdays:
            yield hit
    raise NotSimple("this repetition runs for more than a year; export a shorter period")
