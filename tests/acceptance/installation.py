"""An installation in a directory of its own, and the real command line in it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO

import psycopg

from bot.server import find_server
from bot.settings import load_settings
from tests.acceptance.nursery import nursery
from tests.ceremony import in_house

COMMAND = [sys.executable, "-c", "from bot.cli import main; main()"]
PATIENCE = 90.0
HEADER = "id,name,email,team,manages,roles,language,timezone\n"
PEOPLE = HEADER + "".join(
    f"{number},Agent {number},a{number}@lente.example,Noord/Service/Ochtend,,agent,nl,Europe/Amsterdam\n"
    for number in range(1, 13)
)
SURVEY = ["--id", "pulse", "--title-nl", "Hoe gaat het", "--title-en", "How are things", "--cron", "0 9 * * 1"]
BY_HAND = [*SURVEY[:-1], "0 9 1 1 *", "--quiet", "03:00-03:01", "--window", "4d"]
"""A wave opens when a test says so, and its cards may go out at any hour."""
DUE = """
    UPDATE platform.delivery SET due = now(), state = 'waiting' FROM people.person
    WHERE person.id = delivery.person_id AND %(person)s IN ('', person.external_id)
"""


class House:
    """One installation: directories, and the commands run in it."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.variables = {
            "ADEMPAUZE_DATA_DIR": str(place / "data"),
            "ADEMPAUZE_CONFIG_DIR": str(place / "config"),
            "ADEMPAUZE_ORGANISATION": "Lente",
            "ADEMPAUZE_PORT": str(free_port()),
        }

    @property
    def keys(self) -> Path:
        return self.place / "config" / "adempauze.keys"

    def __call__(self, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        """Run a command in a process of its own, in which the product is loaded already."""
        return nursery().run(arguments, self._environment(more), PATIENCE)

    def anew(self, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        """Run a command as a shell does: from nothing."""
        return subprocess.run(
            [*COMMAND, *arguments],
            env=self._environment(more),
            capture_output=True,
            encoding="utf-8",
            timeout=PATIENCE,
            check=False,
        )

    def told(self, *arguments: str) -> str:
        """Run a command that has to succeed, and return what it printed."""
        done = self(*arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self, *arguments: str, **more: str) -> subprocess.Popen[str]:
        return self._begun(arguments, more, subprocess.PIPE)

    def serve(self, log: IO[str], **more: str) -> subprocess.Popen[str]:
        """Serve, for so long that a pipe that nobody reads might fill up."""
        return self._begun(("serve",), more, log)

    def _begun(self, arguments: Sequence[str], more: dict[str, str], output: int | IO[str]) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [*COMMAND, *arguments],
            env=self._environment(more),
            stdout=output,
            stderr=output,
            encoding="utf-8",
            preexec_fn=_hear_ctrl_c if os.name == "posix" else None,  # noqa: PLW1509 — no threads run here
        )

    def write(self, name: str, content: str) -> str:
        (self.place / name).write_text(content, encoding="utf-8")
        return str(self.place / name)

    def _environment(self, more: dict[str, str]) -> dict[str, str]:
        """Nothing of the installation of whoever runs the tests."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("ADEMPAUZE_")}
        return inherited | self.variables | more


def _hear_ctrl_c() -> None:
    """A shell lets what runs in the background ignore Ctrl-C, and a process hands that on to what it starts."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def free_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as door:
        return int(door.getsockname()[1])


def opened_in_slack(house: House, people: str) -> None:
    """Import the roster, take over where Slack reaches all 12 people, and open a wave whose cards are due."""
    house.told("roster", "import", house.write("people.csv", people))
    assert "12 reached from now on" in house.told("roster", "members", "slack")
    house.told("survey", "add", *BY_HAND)
    in_house(house.variables)
    house.told("wave", "open", "pulse")
    due_now(house)


def due_now(house: House, person: str = "") -> None:
    """Let the card of everybody, or of this person of the roster alone, be due; also where it was sent before."""
    with database_of(house) as connection:
        connection.execute(DUE, {"person": person})


@contextmanager
def database_of(house: House) -> Iterator[psycopg.Connection]:
    """Open its database, for one transaction."""
    server = find_server(load_settings(house.variables))
    try:
        url = server.login.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(url) as connection:
            yield connection
    finally:
        server.stop()
