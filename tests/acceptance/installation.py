"""An installation in a directory of its own, and the real command line in it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from contextlib import closing
from pathlib import Path

COMMAND = [sys.executable, "-c", "from bot.cli import main; main()"]
PATIENCE = 90.0
HEADER = "id,name,email,team,manages,roles,language,timezone\n"
PEOPLE = HEADER + "".join(
    f"{number},Agent {number},a{number}@lente.example,Noord/Service/Ochtend,,agent,nl,Europe/Amsterdam\n"
    for number in range(1, 13)
)
SURVEY = ["--id", "pulse", "--title-nl", "Hoe gaat het", "--title-en", "How are things", "--cron", "0 9 * * 1"]


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
        return subprocess.run(
            [*COMMAND, *arguments],
            env=self._environment(more),
            capture_output=True,
            encoding="utf-8",
            timeout=PATIENCE,
            check=False,
        )

    def start(self, *arguments: str, **more: str) -> subprocess.Popen[str]:
        pipe = subprocess.PIPE
        return subprocess.Popen(
            [*COMMAND, *arguments], env=self._environment(more), stdout=pipe, stderr=pipe, encoding="utf-8"
        )

    def write(self, name: str, content: str) -> str:
        (self.place / name).write_text(content, encoding="utf-8")
        return str(self.place / name)

    def _environment(self, more: dict[str, str]) -> dict[str, str]:
        """Nothing of the installation of whoever runs the tests; compiled modules are kept, for speed alone."""
        left_out = ("ADEMPAUZE_", "PYTHONDONTWRITEBYTECODE")
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
        return inherited | {"PYTHONPYCACHEPREFIX": str(self.place / "compiled")} | self.variables | more


def free_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as door:
        return int(door.getsockname()[1])
