"""The line of a digest as numbers, for platforms that draw themselves. Nothing in it that the picture does not show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeGuard

from analytics.chart_words import ChartWords
from analytics.report import Digest
from surveys.model import Figure, Suppressed

FEWEST: Final = 2
"""Waves that make a line."""
SCALE: Final = (1.0, 5.0)
"""Between which values a mean can lie."""


@dataclass(frozen=True, slots=True)
class Plot:
    """Lines over the same moments: `series` are (name, a value for each of `categories`).

    `moments` are when the wave of each category opened.
    """

    categories: tuple[str, ...]
    moments: tuple[datetime, ...]
    series: tuple[tuple[str, tuple[float, ...]], ...]


def plot(digest: Digest, words: ChartWords) -> Plot | None:
    """Return the waves in which group and organisation both have a mean; None where those make no line.

    A bound ("at least 4.0") is no point of a line, and a wave that is suppressed has none: the words say both.
    """
    told = [
        (words.date(point.opened), point.opened, point.figure.value, point.organisation.value)
        for point in digest.series
        if _is_mean(point.figure) and _is_mean(point.organisation)
    ]
    if len(told) < FEWEST or len({date for date, *_ in told}) < len(told):
        return None
    dates, moments, own, organisation = (tuple(column) for column in zip(*told, strict=True))
    series = [(digest.team.name, own)]
    if digest.team.id != digest.organisation.id:
        series.append((words.organisation, organisation))
    return Plot(dates, moments, tuple(series))


def _is_mean(figure: Figure | Suppressed) -> TypeGuard[Figure]:
    return isinstance(figure, Figure) and figure.kind == "mean"
