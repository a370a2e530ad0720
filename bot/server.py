"""Which PostgreSQL this installation uses: the embedded one, or the one that a URL names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import SecretStr
from sqlalchemy import URL

from bot import embedded
from bot.migrate import Roles, check_current, migrate
from bot.settings import Settings
from surveys.store.database import postgres_url

ONE_LOGIN: Final = (
    "pages are rendered on the login that may also write and read every answer of an open wave: set "
    "ADEMPAUZE_READER_DATABASE_URL to a login that may become the reader role and nothing else"
)


@dataclass(frozen=True)
class Server:
    """A reachable PostgreSQL. `login` is for `migrate` only; `app` and `reader` are for everything else.

    `files` is the data directory of a server of our own.
    """

    login: URL
    app: URL
    reader: URL
    roles: Roles
    described: str
    stop: Callable[[], None]
    files: Path | None = None

    @property
    def one_login(self) -> bool:
        """Whether the reader role is only a SET ROLE away from the application role."""
        return self.app.username == self.reader.username

    def migrate(self) -> list[str]:
        """Create roles and apply all revisions. Returns remarks. Raises DatabaseError."""
        return migrate(self.login, self.roles)

    def check(self) -> None:
        """Raises DatabaseError unless the database is of exactly this version."""
        check_current(self.login)


def find_server(settings: Settings) -> Server:
    """Start the embedded server, or name the one of ADEMPAUZE_DATABASE_URL without connecting to it."""
    roles = Roles(settings.app_role, settings.reader_role)
    if settings.database_url is None:
        return _embedded(settings, roles)
    login = _url(settings.database_url, "ADEMPAUZE_DATABASE_URL")
    own = settings.reader_database_url
    reader = _url(own, "ADEMPAUZE_READER_DATABASE_URL") if own else login
    return Server(login, login, reader, roles, f"PostgreSQL at {login.host or 'a socket'}", _nothing)


def _embedded(settings: Settings, roles: Roles) -> Server:
    """The embedded server trusts its socket, so each role logs in as itself and can become nobody else."""
    running = embedded.start(settings.data_dir)
    login = postgres_url(running.url)
    app, reader = login.set(username=roles.app), login.set(username=roles.reader)
    described = f"the embedded PostgreSQL in {running.directory}"
    return Server(login, app, reader, roles, described, running.stop, running.directory)


def _url(secret: SecretStr, setting: str) -> URL:
    return postgres_url(secret.get_secret_value(), setting)


def _nothing() -> None:
    """A server that we did not start is not ours to stop."""
