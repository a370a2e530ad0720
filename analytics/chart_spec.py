"""A digest's line as a picture: the team, the organisation beside it, and the plausible range of the recent level.

No arrows, no colours of good and bad. A suppressed wave is a gap that says so; a bound is an open mark with its
sign. Words, dates and the decimal sign are the caller's. The same digest gives the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

import altair as alt

from analytics.chart_words import ChartWords
from analytics.palette import LIGHT, Palette
from analytics.report import RECENT_WAVES, Digest, Level
from surveys.model import Figure, Suppressed

HEIGHT: Final = 300
"""Of a picture whose legend is one row."""
LABEL_ROOM: Final = 52
"""Pixels that one date on the axis needs."""
FONT: Final = "system-ui, -apple-system, 'Segoe UI', 'Liberation Sans', 'DejaVu Sans', sans-serif"


def spec(digest: Digest, words: ChartWords, *, width: int, palette: Palette = LIGHT) -> dict[str, Any]:
    """The Vega-Lite document. Raises ValueError when no wave asked the core item."""
    if not digest.series:
        raise ValueError("There is nothing to draw: no Release holds the core item.")
    frame = _Frame(digest, words, palette, width)
    layers = [*_gaps(frame), *_range(frame), *_ends(frame), *_lines(frame)]
    drawn: dict[str, Any] = alt.layer(*layers).properties(width=width, height=frame.height).to_dict(validate=False)
    return {
        **drawn,
        "background": palette.paper,
        "autosize": {"type": "fit", "contains": "padding"},
        "padding": {"left": 12, "right": 16, "top": 12, "bottom": 12},
        "config": _calm(palette, frame.columns, width),
    }


VERSION: Final = ".".join(alt.SCHEMA_VERSION.lstrip("v").split(".")[:2])
"""Of the Vega-Lite language that the document is written in."""

# --- the parts of the picture -------------------------------------------------------------------------------------

Rows = list[dict[str, Any]]
Y_SCALE: Final = alt.Scale(domain=[0.75, 5.25], nice=False, zero=False)
TEAM, ORGANISATION, RANGE, GAP = "team", "organisation", "range", "gap"
SHORT: Final = 20
"""A text of at most so many letters for a suppressed wave stands in its gap; a longer one in the legend."""


@dataclass(frozen=True, slots=True)
class _Frame:
    """What every layer needs: the digest, its words and colours, and where a wave stands from left to right."""

    digest: Digest
    words: ChartWords
    palette: Palette
    width: int

    @property
    def last(self) -> int:
        return len(self.digest.series) - 1

    @property
    def left(self) -> float:
        """A short series stands at the right, as the newest part of a longer one would."""
        return min(0, self.last - RECENT_WAVES + 1) - 0.5

    @property
    def x(self) -> alt.X:
        """The place of a wave in the series, labelled with its date as often as there is room."""
        every = -(-len(self.digest.series) * LABEL_ROOM // (self.width - 60))
        dates = json.dumps([self.words.date(point.opened) for point in self.digest.series], ensure_ascii=False)
        axis = alt.Axis(
            values=list(range(self.last, -1, -every)), labelExpr=f"{dates}[datum.value]", grid=False, labelAngle=0
        )
        scale = alt.Scale(domain=[self.left, self.last + 0.5], nice=False, zero=False)
        return alt.X("place:Q", axis=axis, scale=scale, title=None)

    @property
    def gaps(self) -> list[tuple[int, int]]:
        """First and last place of each run of suppressed waves of the team."""
        places = enumerate(self.digest.series)
        runs = groupby(places, key=lambda pair: not isinstance(pair[1].figure, Figure))
        found = [[place for place, _ in run] for suppressed, run in runs if suppressed]
        return [(run[0], run[-1]) for run in found]

    @property
    def labels_gaps(self) -> bool:
        return len(self.words.suppressed) <= SHORT

    @property
    def names(self) -> dict[str, str]:
        """What the legend shows; the organisation is not set beside itself, nor a range shown that is not known."""
        names = {TEAM: self.digest.team.name, ORGANISATION: self.words.organisation, RANGE: self.words.plausible_range}
        if self.gaps and not self.labels_gaps:
            names[GAP] = self.words.suppressed
        if self.digest.about_organisation:
            del names[ORGANISATION]
        if not isinstance(self.digest.team.level, Level):
            del names[RANGE]
        return names

    @property
    def columns(self) -> int:
        """Of the legend; on a phone it is a list."""
        return 1 if self.width < 480 else 2 if len(self.names) == 4 else 3

    @property
    def height(self) -> int:
        """Each further row of the legend makes the picture higher, not the lines lower."""
        return HEIGHT + 22 * (-(-len(self.names) // self.columns) - 1)

    def room(self, places: float) -> float:
        """How many pixels a number of waves takes."""
        return places * (self.width - 60) / (self.last + 0.5 - self.left)


def _y(field: str) -> alt.Y:
    return alt.Y(f"{field}:Q", scale=Y_SCALE, axis=alt.Axis(values=[1, 2, 3, 4, 5], format="d"), title=None)


def _chart(rows: Rows) -> alt.Chart:
    return alt.Chart(alt.InlineData(values=rows))


def _gaps(frame: _Frame) -> Iterator[alt.Chart]:
    """A shade for each run of suppressed waves of the team."""
    for first, last in frame.gaps:
        row = {"place": first - 0.5, "end": last + 0.5, "bottom": 1, "top": 5}
        yield _chart([row]).mark_rect(color=frame.palette.gap).encode(x=frame.x, x2="end:Q", y=_y("bottom"), y2="top:Q")
        if frame.labels_gaps:
            yield _gap_label(frame, first, last)


def _gap_label(frame: _Frame, first: int, last: int) -> alt.Chart:
    """Where the line of the organisation leaves room; upright when the gap is narrow."""
    beside = [point.organisation for point in frame.digest.series[first : last + 1]]
    up = any(isinstance(figure, Figure) and figure.value < 3 for figure in beside)
    row = {"place": (first + last) / 2, "at": 5 if up else 1, "says": frame.words.suppressed}
    if frame.room(last - first + 1) > 7 * len(frame.words.suppressed) + 8:
        shape: dict[str, Any] = {"align": "center", "dy": 14 if up else -12}
    else:
        shape = {"angle": 270, "align": "right" if up else "left", "dx": -8 if up else 8}
    text: alt.Chart = _chart([row]).mark_text(baseline="middle", fontSize=11, color=frame.palette.soft, **shape)
    return text.encode(x=frame.x, y=_y("at"), text="says:N")


def _range(frame: _Frame) -> Iterator[alt.Chart]:
    """The plausible range, over the waves that it may rest on."""
    level = frame.digest.team.level
    if isinstance(level, Level):
        start = max(0, frame.last - RECENT_WAVES + 1) - 0.35
        row = {"place": start, "end": frame.last + 0.35, "low": level.low, "high": level.high}
        band = _chart([row]).mark_rect(opacity=0.16, cornerRadius=4, color=frame.palette.team)
        yield band.encode(x=frame.x, x2="end:Q", y=_y("low"), y2="high:Q")


def _ends(frame: _Frame) -> Iterator[alt.Chart]:
    """What the lowest and the highest option are called."""
    for at, says, dy in ((1, frame.words.lowest, 11), (5, frame.words.highest, -9)):
        row = {"place": frame.left, "at": at, "says": says}
        label = _chart([row]).mark_text(
            align="left", baseline="middle", dx=2, dy=dy, fontSize=11, color=frame.palette.soft
        )
        yield label.encode(x=frame.x, y=_y("at"), text="says:N")


def _lines(frame: _Frame) -> Iterator[alt.Chart]:
    """Both lines in one layer, so that they share a legend: the organisation first, the team above it."""
    series, words = frame.digest.series, frame.words
    rows = {TEAM: _rows(TEAM, [point.figure for point in series], words)}
    if not frame.digest.about_organisation:
        rows = {ORGANISATION: _rows(ORGANISATION, [point.organisation for point in series], words), **rows}
    every = [row for found in rows.values() for row in found]
    yield _chart(every).mark_line().encode(x=frame.x, y=_y("value"), **_looks(frame))
    for who, found in rows.items():
        yield from _marks(frame, who, found)


def _marks(frame: _Frame, who: str, rows: Rows) -> Iterator[alt.Chart]:
    """Filled marks for means (small for the organisation), open ones with a sign for bounds."""
    is_team = who == TEAM
    colour = frame.palette.team if is_team else frame.palette.organisation
    exact = _chart([row for row in rows if row["value"] is not None and not row["says"]])
    coded = _chart([row for row in rows if row["says"]])
    full = exact.mark_circle(size=44 if is_team else 14, opacity=1, color=colour)
    hollow = coded.mark_point(size=64, opacity=1, filled=True, fill=frame.palette.paper, stroke=colour, strokeWidth=2)
    sign = coded.mark_text(
        dy=-13 if is_team else 14, fontSize=11, color=frame.palette.ink if is_team else frame.palette.soft
    )
    yield full.encode(x=frame.x, y=_y("value"))
    yield hollow.encode(x=frame.x, y=_y("value"))
    yield sign.encode(x=frame.x, y=_y("value"), text="says:N")


def _rows(who: str, figures: Sequence[Figure | Suppressed], words: ChartWords) -> Rows:
    """One row a wave; a suppressed one has no value, which breaks the line."""
    signs = {"mean": "", "at_least": "≥", "at_most": "≤"}
    rows: Rows = []
    for place, figure in enumerate(figures):
        row: dict[str, Any] = {"who": who, "place": place, "value": None, "says": ""}
        if isinstance(figure, Figure):
            sign = signs[figure.kind]
            row |= {"value": figure.value, "says": sign + words.number(figure.value) if sign else ""}
        rows.append(row)
    return rows


def _looks(frame: _Frame) -> dict[str, Any]:
    """Colour, dash and width together, so that nothing hangs on colour alone."""
    names, palette = frame.names, frame.palette
    looks = {
        TEAM: (palette.team, [1, 0], 2.5),
        ORGANISATION: (palette.organisation, [5, 4], 2),
        RANGE: (palette.tint, [1, 0], 9),
        GAP: (palette.gap, [1, 0], 9),
    }
    colours, dashes, widths = (list(column) for column in zip(*(looks[name] for name in names), strict=True))
    labels = f"{json.dumps(names, ensure_ascii=False)}[datum.label]"
    legend = alt.Legend(title=None, symbolType="stroke", symbolSize=300, symbolOpacity=1, labelExpr=labels)
    domain = list(names)
    thick = alt.Scale(type="ordinal", domain=domain, range=widths)
    return {
        "color": alt.Color("who:N", scale=alt.Scale(domain=domain, range=colours), legend=legend),
        "strokeDash": alt.StrokeDash("who:N", scale=alt.Scale(domain=domain, range=dashes), legend=legend),
        "strokeWidth": alt.StrokeWidth("who:N", scale=thick, legend=legend),
    }


def _calm(palette: Palette, columns: int, width: int) -> dict[str, Any]:
    """Settings for the whole chart: no frame, no ticks, quiet lines."""
    axis = {"labelColor": palette.soft, "labelFontSize": 12, "labelPadding": 10, "gridColor": palette.line}
    letters = {"labelColor": palette.ink, "labelFontSize": 11 if width < 480 else 12, "labelLimit": width - 60}
    return {
        "font": FONT,
        "view": {"stroke": None},
        "axis": {**axis, "domain": False, "ticks": False},
        "legend": {**letters, "orient": "top", "columns": columns, "padding": 0, "offset": 12, "columnPadding": 20},
    }
