"""How the key file is written: by one process at a time, whole or not at all, and readable by its owner alone.

A change is a function from what the file says to what it shall say; `write` then puts the new file in the place of
the old one. Killed before that, the old file is there; after it, the new one. A draft that a kill leaves behind is
removed by the next writer, so that no key outlives its removal from the file.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from bot.filelock import held
from surveys.tickets import KEY_SIZE, Entropy

LOCK: Final = ".lock"
DRAFT: Final = ".draft-"

Content = dict[str, Any]
"""`epochs` by id (each `key` and `since`), the `current` one, `platform`; while that is being replaced also `next`."""


def fresh(now: datetime, entropy: Entropy) -> Content:
    """Return what a new key file says."""
    return with_epoch({"epochs": {}, "platform": _text(entropy)}, now, entropy)


def with_epoch(content: Content, now: datetime, entropy: Entropy) -> Content:
    """Return the same with a new epoch, in which new waves open from now on."""
    epoch = f"e{now:%Y%m%d}{entropy(2).hex()}"
    begun = {epoch: {"key": _text(entropy), "since": now.isoformat()}}
    return {**content, "epochs": content["epochs"] | begun, "current": epoch}


def without_epochs(content: Content, gone: Collection[str]) -> Content:
    """Return the same without these epochs."""
    return {**content, "epochs": {name: epoch for name, epoch in content["epochs"].items() if name not in gone}}


def with_next_platform(content: Content, entropy: Entropy) -> Content:
    """Return the same with a second platform key, which serves as soon as the database says so."""
    return {**content, "next": _text(entropy)}


def with_platform_settled(content: Content, *, replaced: bool) -> Content:
    """Return the same with one platform key: the next one when it has replaced the other, else the one before."""
    settled = {name: value for name, value in content.items() if name != "next"}
    return settled | ({"platform": content["next"]} if replaced else {})


@contextmanager
def writing(path: Path, entropy: Entropy) -> Iterator[None]:
    """Be the only one who writes this key file. Raises KeyFileError when another process goes on too long, and OSError
    where the directory can't be written to."""
    lock = _lock_of(path)
    if not lock.exists():
        lock.touch(mode=0o600)
        _give(lock, like=path.parent)
    with held(lock) as file:
        if not file.read():
            file.write(entropy(16).hex().encode())
        for draft in path.parent.glob(f"{path.name}{DRAFT}*"):
            draft.unlink(missing_ok=True)
        yield


def write(path: Path, content: Content) -> None:
    """Put a new key file in the place of the old one, on the disk when this returns. Only inside `writing`."""
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=path.name + DRAFT)  # readable by its owner alone
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            json.dump(content, file, indent=1)
            file.flush()
            os.fsync(descriptor)
        _give(Path(draft), like=path if path.exists() else path.parent)
        Path(draft).replace(path)
    finally:
        Path(draft).unlink(missing_ok=True)
    _settle(path.parent)


def place_of(path: Path) -> str:
    """Return which place this key file lies in: 16 hexadecimal digits, the same for every process that reaches it.

    A copy of the file, or of its whole directory, lies in another place.
    """
    mark = ""
    with suppress(OSError):
        mark = _lock_of(path).read_text(encoding="ascii")
    return hashlib.sha256(f"{mark}/{path.parent.stat().st_ino}".encode()).hexdigest()[:16]


def _lock_of(path: Path) -> Path:
    return path.with_name(path.name + LOCK)


def _give(path: Path, *, like: Path) -> None:
    """An administrator who rotates leaves the file to whom it belonged."""
    if os.name == "posix":
        owner, mine = like.stat(), path.stat()
        if (owner.st_uid, owner.st_gid) != (mine.st_uid, mine.st_gid):
            with suppress(PermissionError):
                os.chown(path, owner.st_uid, owner.st_gid)


def _settle(directory: Path) -> None:
    """Let the disk keep which file has the name; a system that can't open a directory does so by itself."""
    with suppress(PermissionError):
        descriptor = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _text(entropy: Entropy) -> str:
    return base64.b64encode(entropy(KEY_SIZE)).decode()
