"""The log file of the embedded server: faults, but never what was in a row."""

from __future__ import annotations

import psycopg
import pytest

from bot.server import Server
from bot.settings import Settings

SECRET = "who-would-stand-in-a-log"
TWICE = f"INSERT INTO platform.mark VALUES ('{SECRET}', 'x'), ('{SECRET}', 'y')"


def test_a_value_that_is_there_twice_is_logged_without_the_value(house: tuple[Server, Settings]) -> None:
    """A unique violation puts the key in DETAIL, so the server's log leaves that line out."""
    server, settings = house
    log = settings.data_dir / "postgres" / "log"
    before = log.stat().st_size
    url = server.login.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url) as connection, pytest.raises(psycopg.errors.UniqueViolation, match=SECRET):
        connection.execute(TWICE.encode())
    logged = log.read_bytes()[before:].decode()
    assert "duplicate key value" in logged
    assert "DETAIL" not in logged
    assert SECRET not in logged
