"""Draw the pack as one HTML file that needs nothing from elsewhere, on a screen and in print."""

from __future__ import annotations

import base64
from functools import cache
from importlib.resources import files

from jinja2 import Environment, StrictUndefined

from bot.pack.document import Document


def html(document: Document) -> bytes:
    """Return the whole file."""
    drawn = environment().from_string(_drawing("pack.html"))
    sign = (files("bot") / "web" / "templates" / "sign.html").read_text(encoding="utf-8")
    return drawn.render(
        language=document.words.language,
        title=document.title,
        day=document.words.day(document.day),
        labels=document.words.labels,
        sections=document.sections,
        short_hash=document.short_hash,
        settings=base64.b64encode(document.settings).decode(),
        style=_drawing("pack.css"),
        sign=sign,
    ).encode()


@cache
def environment() -> Environment:
    """Return how the drawing is filled in: everything is escaped but the style, the sign and the figure."""
    return Environment(undefined=StrictUndefined, autoescape=True, trim_blocks=True, lstrip_blocks=True)


def _drawing(name: str) -> str:
    return (files("bot") / "pack" / "drawing" / name).read_text(encoding="utf-8")
