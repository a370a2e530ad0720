"""Looks through files the way a thief of a disk or a backup does."""

from __future__ import annotations

import mmap
from collections.abc import Iterable
from pathlib import Path


def found_in_files(directory: Path, needles: Iterable[bytes]) -> list[str]:
    """Return the names of the files under `directory` that hold any of these bytes, write-ahead log included."""
    wanted = list(needles)
    assert all(len(needle) >= 8 for needle in wanted), "shorter bytes are found by chance"
    return sorted(
        str(path.relative_to(directory)) for path in directory.rglob("*") if path.is_file() and _holds(path, wanted)
    )


def _holds(path: Path, wanted: list[bytes]) -> bool:
    try:
        with path.open("rb") as file:
            if not path.stat().st_size:
                return False
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
                return any(content.find(needle) >= 0 for needle in wanted)
    except (FileNotFoundError, ValueError):  # the server removes files while we look
        return False
