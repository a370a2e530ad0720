"""Reads table files of PostgreSQL as they lie on a disk: rows that were replaced or deleted too, as long as their bytes
stand there. Layout: https://www.postgresql.org/docs/18/storage-page-layout.html."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PAGE = 8192
HEAD, POINTER = 24, 4
NORMAL = 1


@dataclass(frozen=True, slots=True)
class Stored:
    """One row: where it lies (page, number), which transaction wrote it, and its bytes."""

    place: tuple[int, int]
    xmin: int
    data: bytes


def stored(path: Path) -> Iterator[Stored]:
    """Yield every row of a table file; nothing for a file that went away."""
    content = path.read_bytes() if path.exists() else b""
    for number in range(len(content) // PAGE):
        yield from _of_page(number, content[number * PAGE : (number + 1) * PAGE])


def _of_page(number: int, page: bytes) -> Iterator[Stored]:
    (lower,) = struct.unpack_from("<H", page, 12)
    for item in range(max(0, lower - HEAD) // POINTER):
        (pointer,) = struct.unpack_from("<I", page, HEAD + item * POINTER)
        start, flags, length = pointer & 0x7FFF, pointer >> 15 & 3, pointer >> 17
        if flags == NORMAL and start + length <= PAGE:
            (xmin,) = struct.unpack_from("<I", page, start)
            data = page[start + page[start + 22] : start + length]
            yield Stored((number, item + 1), xmin, data)


def varying(data: bytes, at: int) -> tuple[bytes, int]:
    """Return a value of varying length that begins at `at`, and where the next one may begin."""
    if data[at] & 1:
        end = at + (data[at] >> 1)
        return data[at + 1 : end], end
    at = -(-at // 4) * 4
    (header,) = struct.unpack_from("<I", data, at)
    end = at + (header >> 2)
    return data[at + 4 : end], end
