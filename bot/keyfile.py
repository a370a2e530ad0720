"""The key file: outside the database, outside the data directory, outside every backup.

Losing it costs the open waves and the platform records (links, sessions, tokens of workspaces), never the
Releases. An epoch key is destroyed by removing it from this file when its last wave has closed.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from surveys.errors import KeyFileError
from surveys.tickets import KEY_SIZE, Entropy, KeyRing

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
    try:
        mode = path.stat().st_mode & 0o777
        content = json.loads(path.read_text(encoding="ascii"))
    except FileNotFoundError:
        raise KeyFileError(f"{_named(path)} is not there: put it back, or start with `adempauze migrate`") from None
    except (OSError, ValueError):
        raise KeyFileError(f"{_named(path)} cannot be read: put back an undamaged copy") from None
    if os.name == "posix" and mode & 0o077:
        raise KeyFileError(f"{_named(path)} can be read by others (mode {mode:04o}): run chmod 600 {path}")
    return _ring(path, content)


def _named(path: Path) -> str:
    return f"the key file {path} (ADEMPAUZE_CONFIG_DIR)"


def _ring(path: Path, content: dict[str, Any]) -> KeyRing:
    try:
        epochs = {name: _key(path, epoch["key"]) for name, epoch in content["epochs"].items()}
        ring = KeyRing(epochs, content["current"], _key(path, content["platform"]))
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
    epoch = f"e{now:%Y%m%d}{entropy(2).hex()}"
    content = {
        "epochs": {epoch: {"key": _text(entropy), "since": now.isoformat()}},
        "current": epoch,
        "platform": _text(entropy),
    }
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=NAME)  # readable by its owner alone
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            json.dump(content, file, indent=1)
            file.flush()
            os.fsync(descriptor)
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        Path(draft).unlink()


def _text(entropy: Entropy) -> str:
    return base64.b64encode(entropy(KEY_SIZE)).decode()
