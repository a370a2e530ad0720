"""Charts of the pages, drawn once: a Release never changes, so neither does a picture of what it says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from analytics.chart_words import ChartWords
from analytics.charts import DARK, LIGHT, PHONE, WIDE, Palette, picture
from analytics.report import Digest
from surveys.model import Language

SHAPES: Final[Mapping[str, tuple[int, Palette]]] = {
    "wide": (WIDE, LIGHT),
    "wide-dark": (WIDE, DARK),
    "phone": (PHONE, LIGHT),
    "phone-dark": (PHONE, DARK),
}
KEPT: Final = 512
"""How many pictures a process remembers; one has about twenty thousand bytes."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """One picture to draw. Two are the same when they say the same; `report` and `words` follow from that."""

    said: str
    shape: str
    language: Language
    report: Digest = field(compare=False)
    words: ChartWords = field(compare=False)

    @classmethod
    def of(cls, report: Digest, words: ChartWords, shape: str, language: Language) -> Drawing:
        dates = [words.date(point.opened) for point in report.series]
        return cls(repr((report, dates)), shape, language, report, words)


@lru_cache(maxsize=KEPT)
def svg(drawing: Drawing) -> str:
    """Return the picture. Slow the first time: call it in a thread."""
    width, palette = SHAPES[drawing.shape]
    return picture(drawing.report, drawing.words, width=width, palette=palette).svg
