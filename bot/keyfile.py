"""The key file: outside the database, outside the data directory, outside every backup.

Losing it costs the open waves and the platform records (links, sessions, tokens of workspaces), never the
Releases. An epoch key is destroyed by removing it from this file when its last wave has closed.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from surveys.errors import KeyFileError
from surveys.tickets import KEY_SIZE, Entropy, KeyRing

NAME: Final = "adempauze.keys"
MODE: Final = 0o600


def key_path(config_dir: Path, data_dir: Path) -> Path:
    """Return where the key file lies. Raises KeyFileError when that is under the data directory."""
    config, data = config_dir.resolve(), data_dir.resolve()
    if config == data or data in config.parents:
        raise KeyFileError(
            f"ADEMPAUZE_CONFIG_DIR ({config}) lies under ADEMPAUZE_DATA_DIR ({data}): a copy of the data would hold "
            "its key; choose a directory outside it"
        )
    return config / NAME


def load_or_create(config_dir: Path, data_dir: Path, *, now: datetime, entropy: Entropy) -> KeyRing:
    """Read the key file, or make one when there is none yet. Raises KeyFileError."""
    path = key_path(config_dir, data_dir)
    if not path.exists():
        _create(path, now, entropy)
    return load(path)


def load(path: Path) -> KeyRing:
    """Read the key file. Raises KeyFileError naming what is wrong and the mend."""
    try:
        mode = path.stat().st_mode & 0o777
        content = json.loads(path.read_text(encoding="ascii"))
    except FileNotFoundError:
        raise KeyFileError(f"there is no key file at {path}: put it back, or start with `adempauze migrate`") from None
    except (OSError, ValueError):
        raise KeyFileError(f"the key file {path} cannot be read as a key file: put back an undamaged copy") from None
    if os.name == "posix" and mode & 0o077:
        raise KeyFileError(f"the key file {path} can be read by others (mode {mode:04o}): run chmod 600 {path}")
    return _ring(path, content)


def _ring(path: Path, content: dict[str, Any]) -> KeyRing:
    try:
        epochs = {name: _key(path, epoch["key"]) for name, epoch in content["epochs"].items()}
        ring = KeyRing(epochs, content["current"], _key(path, content["platform"]))
    except (KeyError, TypeError, AttributeError):
        raise KeyFileError(f"the key file {path} lacks an entry: put back an undamaged copy") from None
    ring.epoch(ring.current)
    return ring


def _key(path: Path, text: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except binascii.Error:
        key = b""
    if len(key) != KEY_SIZE:
        raise KeyFileError(f"a key in {path} is not {KEY_SIZE} bytes long: put back an undamaged copy")
    return key


def _create(path: Path, now: datetime, entropy: Entropy) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    epoch = f"e{now:%Y%m%d}{entropy(2).hex()}"
    content = {
        "epochs": {epoch: {"key": _text(entropy), "since": now.isoformat()}},
        "current": epoch,
        "platform": _text(entropy),
    }
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, MODE)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        json.dump(content, file, indent=1)


def _text(entropy: Entropy) -> str:
    return base64.b64encode(entropy(KEY_SIZE)).decode()
