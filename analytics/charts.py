"""A digest's line as a picture, in both shapes that platforms want. The same digest gives the same bytes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from analytics.chart_words import AltWords, ChartWords, alt_text
from analytics.palette import DARK, LIGHT, Palette
from analytics.report import Digest

__all__ = ["DARK", "LIGHT", "PHONE", "WIDE", "AltWords", "ChartWords", "Palette", "Picture", "alt_text", "picture"]

WIDE: Final = 640
PHONE: Final = 340


@dataclass(frozen=True, slots=True)
class Picture:
    svg: str
    png: bytes
    alt: str


def picture(digest: Digest, words: ChartWords, *, width: int = WIDE, palette: Palette = LIGHT) -> Picture:
    """Draw the series of a digest, `width` CSS pixels wide; the PNG has twice as many pixels.

    Raises ValueError when no wave asked the core item. The libraries that draw are loaded with the first picture:
    they take a second, and most commands draw nothing.
    """
    import vl_convert  # noqa: PLC0415

    from analytics.chart_spec import VERSION, spec  # noqa: PLC0415

    svg = vl_convert.vegalite_to_svg(spec(digest, words, width=width, palette=palette), vl_version=VERSION)
    return Picture(svg, vl_convert.svg_to_png(svg, scale=2), alt_text(digest, words))
