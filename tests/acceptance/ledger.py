"""What the world outside the application remembers: a file of lines that survives every kill.

The application's clock, the platform's messages and the people's confirmed taps are in it, written through to the
disk one by one; so are the phases of a wave, by which a test can aim a kill and see what it hit.
"""

from __future__ import annotations

import json
import os
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PHASES = (
    *("opening", "sending", "answering", "reminding", "closing", "publishing", "folding"),
    *("closing a period", "publishing a period", "erasing"),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line: when it was written (monotonic seconds), what it is, and what it says."""

    at: float
    kind: str
    values: tuple[Any, ...]


class Ledger:
    """The file. Several processes may append to it; each reads what all have written."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        self._read = 0
        self._rest = b""
        self.lines: list[Line] = []
        self._by_kind: defaultdict[str, list[tuple[Any, ...]]] = defaultdict(list)

    def add(self, kind: str, *values: Any) -> None:
        """Append a line; it is on the disk when this returns, but for the marks of phases, which a kill leaves too."""
        os.write(self._file, json.dumps([time.monotonic(), kind, values]).encode() + b"\n")
        if kind not in ("begin", "end"):
            os.fsync(self._file)

    def refresh(self) -> list[Line]:
        """Read what is new, and return it; a line of which a kill left half is skipped."""
        size = os.fstat(self._file).st_size
        if size == self._read:
            return []
        data = os.pread(self._file, size - self._read, self._read)
        self._read += len(data)
        *whole, self._rest = (self._rest + data).split(b"\n")
        new = list(_lines(whole))
        self.lines += new
        for line in new:
            self._by_kind[line.kind].append(line.values)
        return new

    def of(self, kind: str) -> list[tuple[Any, ...]]:
        """Return what all lines of a kind say, oldest first."""
        self.refresh()
        return self._by_kind[kind]

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)


def _lines(raw: list[bytes]) -> Iterator[Line]:
    for one in raw:
        try:
            at, kind, values = json.loads(one)
        except ValueError:
            continue
        yield Line(at, kind, tuple(values))


def spans(lines: list[Line], phase: str) -> list[tuple[float, float]]:
    """Return (begin, end) of every undisturbed time that a phase took."""
    begun: list[float] = []
    found = []
    for line in lines:
        if line.kind == "begin" and line.values[0] == phase:
            begun.append(line.at)
        elif line.kind == "end" and line.values[0] == phase and begun:
            found.append((begun.pop(0), line.at))
    return found


def under_way(lines: list[Line]) -> set[str]:
    """Return the phases that had begun and not ended when the last of these lines was written."""
    open_: dict[str, int] = {}
    for line in lines:
        if line.kind in ("begin", "end"):
            phase = str(line.values[0])
            open_[phase] = open_.get(phase, 0) + (1 if line.kind == "begin" else -1)
        elif line.kind == "started":
            open_.clear()
    return {phase for phase, count in open_.items() if count > 0}
