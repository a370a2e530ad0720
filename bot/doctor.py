"""What `doctor` looks at without a database: settings, key file, platforms, help numbers. Every fault has its mend."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from pydantic.fields import FieldInfo

from bot.helplines import stale_helplines
from bot.keyfile import key_path, load
from bot.keymark import MEND, fingerprint
from bot.settings import PREFIX, Settings
from bot.web.sessions import on_loopback
from surveys.errors import KeyFileError
from surveys.tickets import KeyRing

LOSS: Final = "losing it costs the open waves, the links and the platform tokens, never the Releases"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of `doctor`. `mend` says what to do; it is empty when nothing is wrong."""

    subject: str
    what: str
    mend: str = ""

    @property
    def ok(self) -> bool:
        return not self.mend


def check_keys(settings: Settings) -> tuple[list[Finding], KeyRing | None]:
    """Look at the key file without making one."""
    try:
        path = key_path(settings.config_dir, settings.data_dir)
        if not path.exists():
            return [Finding("keys", f"there is no key file at {path}", _no_key_file())], None
        ring = load(path)
    except KeyFileError as error:
        sentence, _, mend = str(error).rpartition(": ")
        return [Finding("keys", sentence, mend)], None
    mode = f"mode {path.stat().st_mode & 0o777:04o}" if os.name == "posix" else "mode not looked at here"
    return [Finding("keys", f"{path}, {mode}, {len(ring.epochs)} epochs, current {ring.current}; {LOSS}")], ring


def check_noted(noted: str | None, keys: KeyRing | None) -> list[Finding]:
    """Compare the key file with the one that the database was made with; `noted` is that one's fingerprint."""
    if noted is None or (keys is not None and fingerprint(keys) == noted):
        return []
    what = "is not there" if keys is None else "is of another installation"
    return [Finding("keys", f"the key file that this database was made with (ADEMPAUZE_CONFIG_DIR) {what}", MEND)]


def check_address(settings: Settings) -> Finding:
    """Look at the address people are given: cookies travel over TLS alone, except on this machine."""
    parts = urlsplit(settings.public_url)
    if parts.scheme == "http" and not on_loopback(parts.hostname):
        mend = "set ADEMPAUZE_PUBLIC_URL to the https address of the proxy with TLS; signing in fails without"
        return Finding("web", f"people are sent to {settings.public_url}, without TLS", mend)
    return Finding("web", f"people reach it at {settings.public_url}")


def check_helplines(today: date) -> Finding:
    """Look at the age of the help numbers."""
    stale = stale_helplines(today)
    if stale is None:
        return Finding("help numbers", "checked within the last half year")
    what, _, mend = stale.partition(": ")
    return Finding("help numbers", what, mend)


def settings_rows(variables: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Return (variable, where its value comes from, what it does) of every setting; never a value that is secret."""
    return [
        (PREFIX + name.upper(), _said(PREFIX + name.upper(), field, variables), field.description or "")
        for name, field in Settings.model_fields.items()
    ]


def _said(variable: str, field: FieldInfo, variables: Mapping[str, str]) -> str:
    if f"{variable}_FILE" in variables:
        return "set, from a file"
    if "SecretStr" in repr(field.annotation):
        return "set, not shown" if variable in variables else "not set"
    if variable in variables:
        return f"set: {variables[variable]}"
    default = field.default
    return f"default: {default}" if isinstance(default, str | int | float | Path) and default != "" else "not set"


def _no_key_file() -> str:
    return "run `adempauze migrate` to make one, or put back yours if this installation had one"
