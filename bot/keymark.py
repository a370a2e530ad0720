"""Which key file a database was made with: a fingerprint of its platform key, from which no key can be computed.

Without it a key file that got lost would be replaced by a new one in silence, and everything sealed with the old one
would be overwritten bit by bit.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, create_engine, text

from bot.epochs import SERVING, refuse_older, serving_of
from bot.keyfile import key_path, load, load_or_create, next_platform, read
from bot.keywriting import with_platform_settled, write, writing
from bot.server import Server
from bot.settings import Settings
from surveys.errors import KeyFileError
from surveys.tickets import Entropy, KeyRing, platform_key

NAME: Final = "key file"
MEND: Final = "put back the one of this installation, or accept the loss as docs/keys.md describes"
NOTED: Final = text("SELECT value FROM platform.mark WHERE name = :name")
NOTE: Final = text("INSERT INTO platform.mark (name, value) VALUES (:name, :value) ON CONFLICT DO NOTHING")


def fingerprint(keys: KeyRing) -> str:
    """Return 32 hexadecimal digits that tell one platform key from another and say nothing else about it."""
    return fingerprint_of(keys.platform)


def fingerprint_of(key: bytes) -> str:
    """Return the fingerprint of a platform key."""
    return platform_key(key, "fingerprint")[:16].hex()


def noted(server: Server) -> str | None:
    """Return the fingerprint of the key file that the database was made with; None when none is noted."""
    with _connected(server) as connection:
        return _noted(connection)


def settled_keys(settings: Settings, server: Server, *, now: datetime, entropy: Entropy) -> KeyRing:
    """Return the keys of this installation; only one that has none yet gets a new key file.

    Raises KeyFileError when the key file is missing, belongs to another installation, or is an older copy.
    """
    path = key_path(settings.config_dir, settings.data_dir)
    with _connected(server) as connection:
        if not path.exists() and _noted(connection) is not None:
            raise KeyFileError(f"the key file {path} (ADEMPAUZE_CONFIG_DIR) is not there: {MEND}")
        keys = load_or_create(settings.config_dir, settings.data_dir, now=now, entropy=entropy)
        connection.execute(NOTE, {"name": NAME, "value": fingerprint(keys)})
        keys = _settled(path, _noted(connection), keys, entropy)
        if _noted(connection) != fingerprint(keys):
            raise KeyFileError(f"the key file {path} (ADEMPAUZE_CONFIG_DIR) is of another installation: {MEND}")
        refuse_older(read(path), serving_of(connection.scalar(NOTED, {"name": SERVING})))
    return keys


def _settled(path: Path, noted: str | None, keys: KeyRing, entropy: Entropy) -> KeyRing:
    """End a replacing of the platform key that was cut short: the database says which of the two it is."""
    following = next_platform(path)
    if following is None or noted not in (fingerprint(keys), fingerprint_of(following)):
        return keys
    with writing(path, entropy):
        write(path, with_platform_settled(read(path), replaced=noted == fingerprint_of(following)))
    return load(path)


def _noted(connection: Connection) -> str | None:
    found: str | None = connection.scalar(NOTED, {"name": NAME})
    return found


@contextmanager
def _connected(server: Server) -> Iterator[Connection]:
    options = {"options": f"-c role={server.roles.app}", "connect_timeout": 10}
    engine = create_engine(server.app, hide_parameters=True, connect_args=options)
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()
