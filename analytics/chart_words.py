"""The words in and about a chart: what the caller hands in, and the sentences for those who do not see it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from analytics.report import Digest, Level, WavePoint
from surveys.model import Figure, Suppressed


@dataclass(frozen=True, slots=True)
class AltWords:
    """Sentences for those who do not see the picture, with named places to fill in."""

    intro: str
    """{team}, {organisation}, {first}, {last} (dates)"""
    level: str
    """{level}, {low}, {high}"""
    no_level: str
    point: str
    """{date}, {team}, {organisation} (figures in words)"""
    at_least: str
    """{value}"""
    at_most: str
    suppressed: str


@dataclass(frozen=True, slots=True)
class ChartWords:
    """Every word in the picture, in the reader's language."""

    organisation: str
    plausible_range: str
    suppressed: str
    lowest: str
    """Label of option 1, and below of option 5."""
    highest: str
    decimal: Literal[",", "."]
    date: Callable[[datetime], str]
    alt: AltWords

    def number(self, value: float) -> str:
        return f"{value:.1f}".replace(".", self.decimal)


def alt_text(digest: Digest, words: ChartWords) -> str:
    """What the picture shows, in words: the level, then every wave, oldest first."""
    series, told, level = digest.series, words.alt, digest.team.level
    if not series:
        return told.no_level
    first, last = words.date(series[0].opened), words.date(series[-1].opened)
    intro = told.intro.format(team=digest.team.name, organisation=words.organisation, first=first, last=last)
    return " ".join([intro, _level_in_words(level, words), *(_point_in_words(point, words) for point in series)])


def _level_in_words(level: Level | Suppressed, words: ChartWords) -> str:
    if not isinstance(level, Level):
        return words.alt.no_level
    value, low, high = (words.number(number) for number in (level.value, level.low, level.high))
    return words.alt.level.format(level=value, low=low, high=high)


def _point_in_words(point: WavePoint, words: ChartWords) -> str:
    team, organisation = _figure_in_words(point.figure, words), _figure_in_words(point.organisation, words)
    return words.alt.point.format(date=words.date(point.opened), team=team, organisation=organisation)


def _figure_in_words(figure: Figure | Suppressed, words: ChartWords) -> str:
    if not isinstance(figure, Figure):
        return words.alt.suppressed
    forms = {"mean": "{value}", "at_least": words.alt.at_least, "at_most": words.alt.at_most}
    return forms[figure.kind].format(value=words.number(figure.value))
