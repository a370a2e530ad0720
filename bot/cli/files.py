"""Reading and writing the files that an administrator names."""

from __future__ import annotations

from pathlib import Path

from surveys.errors import InputError


def read_bytes(path: Path, limit: int) -> bytes:
    """Return the content, and no more than one byte over the limit. Raises InputError."""
    try:
        with path.open("rb") as file:
            return file.read(limit + 1)
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}): check the path and who may read it") from None


def write_bytes(path: Path, content: bytes) -> None:
    """Write a whole file or none: what stood there stays when writing fails. Raises InputError."""
    fresh = path.with_name(f"{path.name}.part")
    try:
        fresh.write_bytes(content)
        fresh.replace(path)
    except OSError as error:
        raise InputError(f"{path} cannot be written ({error.strerror}): choose another place") from None
