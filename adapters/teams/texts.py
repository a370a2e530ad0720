"""Words as elements of an Adaptive Card, in which nobody's words become markup. Pure.

A TextBlock reads a little Markdown, a TextRun none; both read `{{DATE(...)}}` and `{{TIME(...)}}`. Only a TextBlock can
be a heading, so a title is escaped and everything else stands in a TextRun.
learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/cards-format
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from adapters.port import Lines, Locale

Json = dict[str, Any]

LONGEST: Final = 4000
"""Characters of one text."""
TITLE: Final = 300
CLOSE: Final = {"spacing": "Small"}
ABOUT, BESIDE = "categoricalBlue", "divergingGray"
"""The line of whom a chart is about, and of what stands beside it: both dark on white, and only one has a hue."""
_CODE: Final = re.compile(r"\S{30,}")
_MARKUP: Final = re.compile(r"([\\`*_\[\]<>~])|^(\s*)([#+-])|^(\s*\d+)([.)])", re.MULTILINE)


def heading(text: str) -> Json:
    """Return the title of a card, which a screen reader finds as a heading."""
    words = _MARKUP.sub(_escaped, cut(text, TITLE))
    return {"type": "TextBlock", "text": words, "style": "heading", "size": "Large", "weight": "Bolder", "wrap": True}


def paragraph(text: str) -> Json:
    """Return a text of ordinary size. A code alone on its line is a TextBlock, because only that one breaks a word."""
    if _CODE.fullmatch(text):
        return {"type": "TextBlock", "text": _MARKUP.sub(_escaped, cut(text)), "wrap": True}
    return _rich({"type": "TextRun", "text": cut(text)})


def steps(said: Sequence[str]) -> Sequence[Json]:
    """Return a numbered list."""
    lines = [paragraph(f"{number}. {text}") for number, text in enumerate(said, 1)]
    return [*lines[:1], *(line | CLOSE for line in lines[1:])]


def notes(said: Sequence[str]) -> Sequence[Json]:
    """Return small print."""
    spaces = ("Medium", *["Small"] * len(said))
    return [_small(text) | {"spacing": space} for text, space in zip(said, spaces, strict=False)]


def _small(text: str) -> Json:
    return _rich({"type": "TextRun", "text": cut(text), "size": "Small", "isSubtle": True})


def notice(text: str) -> Json:
    """Return a sentence about what was just done, which stands out by its place and its frame."""
    words = _rich({"type": "TextRun", "text": cut(text), "weight": "Bolder"})
    return {"type": "Container", "style": "emphasis", "items": [words]}


def chart(lines: Lines, locale: Locale) -> Sequence[Json]:
    """Return lines that Teams draws itself below their title, which it does not draw; where it can't, numbers in words.

    Of values of `x` that are all dates (YYYY-MM-DD) it makes an axis of time, with as many dates as there is room for,
    as `LineChartValue` of the package microsoft-teams-cards says; a name for every value would be cut off. What comes
    last is drawn above the others, where they meet.
    """
    data = [
        {"legend": name, "color": BESIDE if place else ABOUT, "values": _points(lines.days, values)}
        for place, (name, values) in enumerate(lines.series)
    ]
    least, most = lines.scale
    fallback = {"type": "Container", "items": [paragraph(said) | CLOSE for said in numbers(lines, locale)]}
    drawn: Json = {"type": "Chart.Line", "title": lines.title, "yMin": least, "yMax": most, "data": data[::-1]}
    return [_rich({"type": "TextRun", "text": cut(lines.title), "weight": "Bolder"}), drawn | {"fallback": fallback}]


def numbers(lines: Lines, locale: Locale) -> Sequence[str]:
    """Return the values of each category in words."""
    return [
        f"{at}: " + "; ".join(f"{name} {_decimal(values[place], locale)}" for name, values in lines.series)
        for place, at in enumerate(lines.categories)
    ]


def _points(days: Sequence[date], values: Sequence[float]) -> Sequence[Json]:
    return [{"x": day.isoformat(), "y": y} for day, y in zip(days, values, strict=True)]


def cut(text: str, most: int = LONGEST) -> str:
    """Return a text that is never empty, never longer than this, and in which no function is called."""
    short = text if len(text) <= most else f"{text[: most - 1]}…"
    return short.replace("{{", "{\u200b{") or " "


def _decimal(value: float, locale: Locale) -> str:
    said = f"{value:.1f}"
    return said.replace(".", ",") if locale == "nl" else said


def _rich(run: Json) -> Json:
    return {"type": "RichTextBlock", "inlines": [run]}


def _escaped(found: re.Match[str]) -> str:
    """A sign that would be markup, with the backslash that takes that away."""
    anywhere, space, sign, number, point = found.groups()
    if anywhere:
        return f"\\{anywhere}"
    return f"{space}\\{sign}" if sign else f"{number}\\{point}"
