"""One writer of the key file at a time, among all processes that reach the same directory; a kill lets go of it."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from surveys.errors import KeyFileError

PATIENCE: Final = 10.0
"""Seconds. Whoever holds it writes one small file."""
STEP: Final = 0.05


@contextmanager
def held(path: Path) -> Iterator[IO[bytes]]:
    """Hold the lock of the file `path`. Raises KeyFileError when another keeps it, OSError when it can't be written."""
    with path.open("r+b") as file:
        _wait(file, path)
        yield file


def _wait(file: IO[bytes], path: Path) -> None:
    for _ in range(int(PATIENCE / STEP)):
        if _taken(file):
            return
        time.sleep(STEP)
    raise KeyFileError(f"another process holds {path} for too long: see what it is, and try again")


if sys.platform == "win32":
    import msvcrt

    def _taken(file: IO[bytes]) -> bool:
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _taken(file: IO[bytes]) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
