"""The colours of charts: warm paper, one accent, nothing that stands for good or bad."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Palette:
    paper: str
    ink: str
    soft: str
    """Text of lesser weight; at least 4.5:1 on paper."""
    line: str
    team: str
    organisation: str
    gap: str
    tint: str
    """The plausible range as the legend shows it: the team's colour on paper."""


LIGHT: Final = Palette("#FBF7F0", "#1F2933", "#55616B", "#E6DFD3", "#0F4C5C", "#6B757D", "#EBE4D8", "#D5DCD8")
DARK: Final = Palette("#14212A", "#E9E4DB", "#A9B4BB", "#2A3943", "#8CC5D1", "#8E9CA5", "#20323D", "#273B45")
