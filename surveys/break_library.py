"""The micro-breaks, read from the versioned file `library/breaks.toml`."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

from surveys.breaks import Break
from surveys.datafile import Entry, read_data_file, refuse_twins
from surveys.instrument import GRADES

KINDS: Final = (
    "breathing",
    "movement",
    "eyes",
    "social",
    "nature",
    "mindfulness",
    "hydration",
    "music",
    "transition",
)


@cache
def shipped_breaks() -> tuple[Break, ...]:
    """The breaks of this version, read once, when first asked for."""
    return read_breaks(files("surveys") / "library")


def read_breaks(library: Traversable) -> tuple[Break, ...]:
    """The breaks in a folder with `breaks.toml`. Raises InputError, naming file, entry and mend."""
    entries = read_data_file(library / "breaks.toml").entries("break")
    refuse_twins(entries)
    return tuple(map(_break, entries))


def _break(entry: Entry) -> Break:
    return Break(
        id=entry.text("id"),
        kind=entry.one_of("kind", KINDS),
        seconds=entry.number("seconds"),
        headset=entry.flag("headset"),
        desk=entry.flag("desk"),
        arousal=entry.one_of("arousal", ("down", "neutral", "up")),
        title=entry.words("title"),
        steps=entry.lines("steps"),
        caution=entry.optional_words("caution"),
        grade=entry.one_of("grade", GRADES),
        source=entry.text("source"),
        tags=frozenset(entry.texts("tags")),
    )
