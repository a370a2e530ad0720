"""A digest in words. Pure: the same report and language give the same words, in chat, on the page and beside the chart.

Wording rules (reference, section 6): the plausible range comes first and the number second; no arrows, no ranks, no
decimals beyond 0.1; every suppressed figure has the one text; nothing is called better or worse.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.numbers import format_decimal

from analytics.chart_words import AltWords, ChartWords
from analytics.report import Digest, Level, Side
from bot.texts import Texts
from surveys.instrument import Instrument
from surveys.model import Figure, ReleasedItem, ResponseBand, Suppressed


@dataclass(frozen=True, slots=True)
class Place:
    """Where one group stands: the range, then its middle; one text instead of both when suppressed."""

    name: str
    range: str
    middle: str
    response: str

    @property
    def line(self) -> str:
        """Both in one line."""
        return f"{self.name}: {', '.join(filter(None, (self.range, self.middle)))}."


@dataclass(frozen=True, slots=True)
class Row:
    """One wave of the table beside the chart."""

    wave: str
    own: str
    organisation: str


@dataclass(frozen=True, slots=True)
class Other:
    """One other item of the wave, or of the period. `driver` is the name of its driver, or empty."""

    driver: str
    question: str
    own: str
    organisation: str
    scale: str


@dataclass(frozen=True, slots=True)
class Told:
    """Everything that a digest says. `places` are the group and, unless it is the group itself, the organisation.

    `counts` says whose answers are counted where it is not everybody's, or not each wave by itself.
    """

    name: str
    wave: str
    question: str
    scale: str
    places: tuple[Place, ...]
    basis: str
    rows: tuple[Row, ...]
    others: tuple[Other, ...]
    simulated: bool
    organisation: str
    counts: str

    @property
    def alone(self) -> bool:
        return len(self.places) == 1


def tell(report: Digest, t: Texts, place: ZoneInfo, instrument: Instrument) -> Told:
    """Say a report in one language, with dates as they are at this place."""
    sides = (report.team,) if report.about_organisation else (report.team, report.organisation)
    names = (report.team.name, organisation(report, t))
    day = day_of(t, place)
    return Told(
        name=report.team.name,
        wave=_wave(report, t, place),
        question=report.item.wording[t.language] if report.item else "",
        scale=_scale(report.item, t) if report.item else "",
        places=tuple(_place(side, name, t) for side, name in zip(sides, names, strict=False)),
        basis=_basis(report, t),
        rows=tuple(
            Row(day(point.opened), said(point.figure, t), said(point.organisation, t)) for point in report.series
        ),
        others=tuple(_other(report, at, t, instrument) for at in range(len(report.drivers))),
        simulated=report.simulated,
        organisation=organisation(report, t),
        counts=_counts(report, t),
    )


def organisation(report: Digest, t: Texts) -> str:
    """Return how the whole organisation is called; in a reporting period only its small teams count."""
    small = report.every > 1 and report.organisation.partly
    return t("digest.organisation.small" if small else "digest.organisation")


def _counts(report: Digest, t: Texts) -> str:
    if report.every == 1:
        return t("digest.counts.large") if report.team.partly or report.organisation.partly else ""
    pooled = t("digest.counts.small", name=report.team.name) if report.team.partly else ""
    return f"{t('digest.counts.period')} {pooled}".strip()


def number(value: float, t: Texts) -> str:
    """Return a figure with one decimal, with the comma or point of the language."""
    return format_decimal(value, format="0.0", locale=t.language)


def said(figure: Figure | Suppressed, t: Texts) -> str:
    """Return a figure in words; a suppressed one has the one text, whatever the cause."""
    if not isinstance(figure, Figure):
        return t("digest.suppressed")
    value = number(figure.value, t)
    return value if figure.kind == "mean" else t(f"digest.{figure.kind}", value=value)


def day_of(t: Texts, place: ZoneInfo) -> Callable[[datetime], str]:
    """Return how a date is said in a narrow place, such as `2 mrt`."""
    return lambda moment: format_date(moment.astimezone(place).date(), "d MMM", locale=t.language)


def chart_words(report: Digest, t: Texts, place: ZoneInfo) -> ChartWords:
    """Return the words in and about the picture."""
    labels = report.item.labels if report.item else ()
    return ChartWords(
        organisation=organisation(report, t),
        plausible_range=t("digest.chart.range"),
        suppressed=t("digest.suppressed"),
        lowest=labels[0][t.language] if labels else "",
        highest=labels[-1][t.language] if labels else "",
        decimal="," if t.language == "nl" else ".",
        date=day_of(t, place),
        alt=_alt(t, "alone" if report.about_organisation else "beside"),
    )


def _alt(t: Texts, kind: Literal["alone", "beside"]) -> AltWords:
    """The sentences with their places still open: the chart fills them in."""
    names = ("team", "first", "last", "level", "low", "high", "date", "organisation")
    unfilled = {name: f"{{{name}}}" for name in names}
    return AltWords(
        intro=t(f"digest.alt.{kind}.intro", **unfilled),
        level=t("digest.alt.level", **unfilled),
        no_level=t("digest.alt.no_level"),
        point=t(f"digest.alt.{kind}.point", **unfilled),
        at_least=t("digest.at_least", value="{value}"),
        at_most=t("digest.at_most", value="{value}"),
        suppressed=t("digest.suppressed"),
    )


def _wave(report: Digest, t: Texts, place: ZoneInfo) -> str:
    opened, closed = (moment.astimezone(place).date() for moment in (report.opened, report.closed))
    one = report.every == 1 or len(report.waves) == 1
    return t(
        "digest.wave" if report.every == 1 else "digest.period.one" if one else "digest.period",
        number=report.number,
        first=report.waves[0] if report.waves else report.number,
        opened=format_date(opened, "d MMMM", locale=t.language),
        closed=format_date(closed, "d MMMM y", locale=t.language),
    )


def _scale(item: ReleasedItem, t: Texts) -> str:
    lowest, highest = item.labels[0][t.language], item.labels[-1][t.language]
    return t("digest.scale", lowest=lowest, highest=highest)


def _place(side: Side, name: str, t: Texts) -> Place:
    response = _response(side.response, t)
    if not isinstance(side.level, Level):
        return Place(name, t("digest.suppressed"), "", response)
    low, high, middle = (number(value, t) for value in (side.level.low, side.level.high, side.level.value))
    return Place(name, t("digest.range", low=low, high=high), t("digest.middle", value=middle), response)


def _response(band: ResponseBand | Suppressed, t: Texts) -> str:
    return t("digest.suppressed") if isinstance(band, Suppressed) else t(f"digest.response.{band}")


def _basis(report: Digest, t: Texts) -> str:
    """How many waves the level rests on; empty when there is no level."""
    level = report.team.level
    if not isinstance(level, Level):
        return ""
    kind = "digest.basis" if report.every == 1 else "digest.basis.period"
    return t(f"{kind}.one") if level.waves == 1 else t(f"{kind}.many", waves=level.waves)


def _other(report: Digest, at: int, t: Texts, instrument: Instrument) -> Other:
    item = report.drivers[at]
    favourable = t("digest.favourable.high" if item.favourable == 1 else "digest.favourable.low")
    return Other(
        driver=driver_name(item, t, instrument),
        question=item.wording[t.language],
        own=said(report.team.drivers[at], t),
        organisation=said(report.organisation.drivers[at], t),
        scale=f"{_scale(item, t)} {favourable}",
    )


def driver_name(item: ReleasedItem, t: Texts, instrument: Instrument) -> str:
    """Return what an item is about; empty for a core item, and for a driver of an older library."""
    known = (driver for driver in instrument.drivers if driver.id == item.driver)
    return next((driver.name[t.language] for driver in known), "")
