"""What kudos are for: tags of contact-centre moments, read from the versioned file `library/tags.toml`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from surveys.datafile import read_data_file, refuse_twins
from surveys.model import Words


@dataclass(frozen=True, slots=True)
class Tag:
    """One thing to thank for."""

    id: str
    title: Words


@cache
def shipped_tags() -> tuple[Tag, ...]:
    """The tags of this version, read once, when first asked for."""
    return read_tags(files("surveys") / "library")


def read_tags(library: Traversable) -> tuple[Tag, ...]:
    """The tags in a folder with `tags.toml`. Raises InputError, naming file, entry and mend."""
    entries = read_data_file(library / "tags.toml").entries("tag")
    refuse_twins(entries)
    return tuple(Tag(entry.text("id"), entry.words("title")) for entry in entries)
