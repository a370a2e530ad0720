"""The key file: outside the database, outside the data directory, outside every backup.

Losing it costs the open waves and the platform records (links, sessions, tokens of workspaces), never the
Releases. An epoch key is destroyed by removing it from this file when its last wave has closed.
"""

from __future__ import annotations

import base64
import json
import os
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

import structlog

from bot.keywriting import Content, fresh, write, writing
from surveys.errors import KeyFileError
from surveys.tickets import KEY_SIZE, Entropy, KeyRing

log = structlog.get_logger(__name__)

NAME: Final = "adempauze.keys"


def key_path(config_dir: Path, data_dir: Path) -> Path:
    """Return where the key file lies. Raises KeyFileError when that is under the data directory."""
    path, data = (config_dir.resolve() / NAME).resolve(), data_dir.resolve()
    if data in path.parents:
        raise KeyFileError(
            f"ADEMPAUZE_CONFIG_DIR ({path.parent}) lies under ADEMPAUZE_DATA_DIR ({data}): a copy of the data would "
            "hold its key; choose a directory outside it"
        )
    return path


def load_or_create(config_dir: Path, data_dir: Path, *, now: datetime, entropy: Entropy) -> KeyRing:
    """Read the key file, or make one when there is none yet. Raises KeyFileError."""
    path = key_path(config_dir, data_dir)
    if not path.exists():
        _create(path, now, entropy)
    return load(path)


def check(config_dir: Path, data_dir: Path) -> None:
    """Look before anything starts whether the key file, if there is one, can be used. Raises KeyFileError."""
    path = key_path(config_dir, data_dir)
    if path.exists():
        load(path)


def load(path: Path) -> KeyRing:
    """Read the key file. Raises KeyFileError naming what is wrong and the mend."""
    newer = Newer(path)  # first, so that a file that comes meanwhile is seen as newer
    return _ring(path, read(path), newer)


def read(path: Path) -> Content:
    """Return what the key file says, without a look at its keys. Raises KeyFileError."""
    try:
        mode = path.stat().st_mode & 0o777
        content: Content = json.loads(path.read_text(encoding="ascii"))
    except FileNotFoundError:
        raise KeyFileError(f"{_named(path)} is not there: put it back, or start with `adempauze migrate`") from None
    except (OSError, ValueError):
        raise KeyFileError(f"{_named(path)} cannot be read: put back an undamaged copy") from None
    if os.name == "posix" and mode & 0o077:
        raise KeyFileError(f"{_named(path)} can be read by others (mode {mode:04o}): run chmod 600 {path}")
    return content


def next_platform(path: Path) -> bytes | None:
    """Return the platform key that is about to take the place of the other, if there is one. Raises KeyFileError."""
    following = read(path).get("next")
    return None if following is None else _key(path, following)


@dataclass
class Newer:
    """Tells a running process what another one has made of the file; a look costs one question to the file system."""

    path: Path
    _seen: tuple[int, int, int] = field(init=False)

    def __post_init__(self) -> None:
        self._seen = self._signature()

    def __call__(self) -> KeyRing | None:
        """Return the keys when the file is another one than at the last look. One that can't be used is left alone."""
        if (signature := self._signature()) == self._seen:
            return None
        self._seen = signature
        try:
            return load(self.path)
        except KeyFileError as error:
            log.error("the key file can't be used any more", reason=type(error).__name__)
            return None

    def _signature(self) -> tuple[int, int, int]:
        try:
            found = self.path.stat()
        except OSError:
            return (0, 0, 0)
        return found.st_ino, found.st_mtime_ns, found.st_size


def _named(path: Path) -> str:
    return f"the key file {path} (ADEMPAUZE_CONFIG_DIR)"


def _ring(path: Path, content: Content, newer: Newer) -> KeyRing:
    try:
        epochs = {name: _key(path, epoch["key"]) for name, epoch in content["epochs"].items()}
        ring = KeyRing(epochs, content["current"], _key(path, content["platform"]), newer)
    except (KeyError, TypeError, AttributeError):
        raise KeyFileError(f"{_named(path)} lacks an entry: put back an undamaged copy") from None
    if ring.current not in ring.epochs:
        raise KeyFileError(f"{_named(path)} lacks its current epoch: put back an undamaged copy")
    return ring


def _key(path: Path, text: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except ValueError:
        key = b""
    if len(key) != KEY_SIZE:
        raise KeyFileError(f"{_named(path)} has a key that is not {KEY_SIZE} bytes long: put back an undamaged copy")
    return key


def _create(path: Path, now: datetime, entropy: Entropy) -> None:
    """Make the file whole or not at all; of two processes that start at once, the second takes the first one's."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with writing(path, entropy):
        if not path.exists():
            write(path, fresh(now, entropy))
