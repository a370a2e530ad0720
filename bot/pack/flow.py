"""The figure: where an answer goes, from a tap to a figure of a group. One drawing for paper and page. Pure."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import Final

from bot.pack.facts import Facts
from bot.pack.nodes import Node
from bot.pack.words import Words, channels

WIDTH, HEIGHT = 720, 408
TIP: Final = "tip"
BOX: Final = (210, 100)
LINE: Final = 15
FITS: Final = 30
"""Letters in a line of a box."""
TITLE_FITS: Final = 24
"""Letters in a line of its title."""
INK, SOFT, ACCENT, PAPER = "#1F2933", "#55606B", "#0F4C5C", "#FBF7F0"
FONTS: Final = "Libertinus Serif, Times New Roman, Times, serif"
LEFT, MIDDLE, RIGHT = 5, 255, 505
TOP, CENTRE, BOTTOM = 12, 156, 300


@dataclass(frozen=True, slots=True)
class Box:
    """A box with a title and what happens in it; `wide` over two columns."""

    x: int
    y: int
    title: str
    said: str
    wide: bool = False

    @property
    def width(self) -> int:
        return MIDDLE - LEFT + BOX[0] if self.wide else BOX[0]


def figure(facts: Facts, words: Words) -> Node:
    """Return the drawing with the words that stand in for it."""
    labels, k, where = words.labels, facts.terms.agreement.protection.k, channels(facts, words)
    readers = ", ".join(labels(f"reader.{reader}") for reader in sorted(facts.terms.agreement.readers))
    boxes = [
        Box(LEFT, TOP, labels("flow.person"), labels("flow.person_said")),
        Box(MIDDLE, TOP, where[0].upper() + where[1:], labels("flow.channel_said")),
        Box(RIGHT, TOP, labels("flow.program"), labels("flow.program_said")),
        Box(RIGHT, CENTRE, labels("flow.row"), labels("flow.row_said")),
        Box(MIDDLE, CENTRE, labels("flow.close"), labels("flow.close_said")),
        Box(LEFT, CENTRE, labels("flow.release"), labels("flow.release_said", k=k)),
        Box(LEFT, BOTTOM, labels("flow.readers"), labels("flow.readers_said", readers=readers), wide=True),
        Box(RIGHT, BOTTOM, labels("flow.key"), labels("flow.key_said", days=facts.chosen.epoch_days)),
    ]
    alt = labels("flow.alt", channels=where, k=k)
    return {"t": "figure", "svg": _svg(boxes, labels("flow.border")), "alt": alt}


def _svg(boxes: Iterable[Box], border: str) -> str:
    tip = _one("path", d="M0 0L8 4L0 8z", fill=ACCENT)
    ends = {"refX": 7, "refY": 4, "markerWidth": 7, "markerHeight": 7, "orient": "auto"}
    marker = _one("marker", tip, id=TIP, viewBox="0 0 8 8", **ends)
    parts = [_one("defs", marker), *map(_box, boxes), *_arrows(), _border(border)]
    return _one("svg", *parts, xmlns="http://www.w3.org/2000/svg", viewBox=f"0 0 {WIDTH} {HEIGHT}")


def _one(tag: str, *inside: str, **attributes: object) -> str:
    """One element; an underscore in the name of an attribute stands for a hyphen."""
    given = "".join(f' {name.replace("_", "-")}="{escape(str(value))}"' for name, value in attributes.items())
    return f"<{tag}{given}>{''.join(inside)}</{tag}>"


def _box(box: Box) -> str:
    frame = _one("rect", x=box.x, y=box.y, width=box.width, height=BOX[1], rx=10, fill=PAPER, stroke=ACCENT)
    titles = textwrap.wrap(box.title, TITLE_FITS * box.width // BOX[0])
    lines = textwrap.wrap(box.said, FITS * box.width // BOX[0])
    below = box.y + 27 + LINE * len(titles)
    bold = [
        _text(box.x + 12, box.y + 23 + LINE * row, line, size=14, fill=INK, font_weight="bold")
        for row, line in enumerate(titles)
    ]
    said = [_text(box.x + 12, below + LINE * row, line, fill=SOFT) for row, line in enumerate(lines)]
    return "".join([frame, *bold, *said])


def _text(x: int, y: int, said: str, size: int = 12, **how: object) -> str:
    return _one("text", escape(said), x=x, y=y, font_family=FONTS, font_size=size, **how)


def _arrows() -> list[str]:
    half, middle, last = BOX[1] // 2, LEFT + BOX[0] // 2, RIGHT + BOX[0] // 2
    return [
        _arrow(LEFT + BOX[0], TOP + half, MIDDLE, TOP + half),
        _arrow(MIDDLE + BOX[0], TOP + half, RIGHT, TOP + half),
        _arrow(last, TOP + BOX[1], last, CENTRE),
        _arrow(RIGHT, CENTRE + half, MIDDLE + BOX[0], CENTRE + half),
        _arrow(MIDDLE, CENTRE + half, LEFT + BOX[0], CENTRE + half),
        _arrow(middle, CENTRE + BOX[1], middle, BOTTOM),
        _arrow(last, BOTTOM, last, CENTRE + BOX[1], stroke_dasharray="4 4"),
    ]


def _arrow(x1: int, y1: int, x2: int, y2: int, **how: object) -> str:
    return _one("line", x1=x1, y1=y1, x2=x2, y2=y2, stroke=ACCENT, stroke_width=1.5, marker_end=f"url(#{TIP})", **how)


def _border(said: str) -> str:
    """The line at which the name of the sender stops."""
    y = (TOP + BOX[1] + CENTRE) // 2
    line = _one("line", x1=RIGHT - 40, y1=y, x2=WIDTH, y2=y, stroke=SOFT, stroke_dasharray="2 4")
    return line + _text(RIGHT + BOX[0] // 2 - 8, y - 5, said, fill=INK, text_anchor="end")
