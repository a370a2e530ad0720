"""Stretches of time as sorted, disjoint, half-open intervals `[start, end)`, and what can be done with them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple


class Interval(NamedTuple):
    """From `start` up to, not including, `end`; aware datetimes. Empty when `end <= start`."""

    start: datetime
    end: datetime

    @property
    def length(self) -> timedelta:
        return max(self.end - self.start, timedelta(0))


Intervals = tuple[Interval, ...]
"""Sorted, disjoint, none empty, none touching the next: what every function here returns."""


def union(pieces: Iterable[Interval]) -> Intervals:
    """Put pieces in any order, overlapping or empty, into the one normal form."""
    joined: list[Interval] = []
    for piece in sorted(piece for piece in pieces if piece.start < piece.end):
        if joined and piece.start <= joined[-1].end:
            joined[-1] = Interval(joined[-1].start, max(joined[-1].end, piece.end))
        else:
            joined.append(piece)
    return tuple(joined)


def intersect(left: Intervals, right: Intervals) -> Intervals:
    """The time that is in both."""
    return union(Interval(max(a.start, b.start), min(a.end, b.end)) for a in left for b in right)


def subtract(left: Intervals, right: Intervals) -> Intervals:
    """The time that is in `left` and not in `right`."""
    for hole in right:
        left = tuple(
            part
            for piece in left
            for part in (
                Interval(piece.start, min(piece.end, hole.start)),
                Interval(max(piece.start, hole.end), piece.end),
            )
            if part.start < part.end
        )
    return left


def contains(intervals: Intervals, moment: datetime) -> bool:
    return any(piece.start <= moment < piece.end for piece in intervals)


def total(intervals: Intervals) -> timedelta:
    return sum((piece.length for piece in intervals), timedelta(0))


def first_from(intervals: Intervals, moment: datetime) -> datetime | None:
    """The first instant inside that is not before `moment`; None when there is none."""
    return next((max(piece.start, moment) for piece in intervals if moment < piece.end), None)


def after(intervals: Intervals, amount: timedelta) -> datetime:
    """The instant inside at which `amount` of the time inside has passed. Needs `0 <= amount < total`."""
    for piece in intervals:
        if amount < piece.length:
            return piece.start + amount
        amount -= piece.length
    raise ValueError("Less time than asked for: pass an amount below the total.")
