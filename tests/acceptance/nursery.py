"""Commands in processes of their own that need not load the product anew: forked from one that has it loaded.

To begin takes a command a second and a half, and to run most of them a tenth of that. What forks has no threads, no
database and no settings; each child gets its arguments, its environment and its own files to write to.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import select
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from bot import cli, doctor, doctor_slack, keymark, protecting, server, wiring

LOADED: Final = (cli, doctor, doctor_slack, keymark, server, wiring)
"""What commands load when they run."""


@cache
def nursery() -> Nursery:
    """Return the one of this process; it ends with it."""
    made = Nursery()
    atexit.register(made.close)
    return made


class Nursery:
    """Runs one command at a time."""

    def __init__(self) -> None:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("ADEMPAUZE_")}
        command = [sys.executable, "-m", __name__]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=inherited
        )

    def run(
        self, arguments: Sequence[str], environment: Mapping[str, str], seconds: float
    ) -> subprocess.CompletedProcess[str]:
        """Return how it ended and what it wrote. Raises TimeoutExpired, after which nothing runs here any more."""
        assert self._process.stdin
        assert self._process.stdout
        with TemporaryDirectory(prefix="adempauze-") as made:
            said, wrong = Path(made, "stdout"), Path(made, "stderr")
            order = {"arguments": arguments, "environment": dict(environment), "files": [str(said), str(wrong)]}
            self._process.stdin.write(json.dumps(order) + "\n")
            self._process.stdin.flush()
            if not select.select([self._process.stdout], [], [], seconds)[0]:
                self.close()
                raise subprocess.TimeoutExpired(list(arguments), seconds)
            code = int(self._process.stdout.readline())
            return subprocess.CompletedProcess(
                list(arguments), code, said.read_text(encoding="utf-8"), wrong.read_text(encoding="utf-8")
            )

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()


def main() -> None:
    """Fork a child for each order on stdin, and write its exit code to stdout."""
    protecting.load()
    gc.collect()
    gc.freeze()  # else each child would copy all of it, only to look through it once more when it ends
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _become(json.loads(line))
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _become(order: Mapping[str, Any]) -> None:
    """Be the command line from here on."""
    os.environ.clear()
    os.environ.update(order["environment"])
    sys.argv = ["adempauze", *order["arguments"]]
    for number, path in enumerate([os.devnull, *order["files"]]):
        opened = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        os.dup2(opened, number)
        os.close(opened)
    cli.main()


if __name__ == "__main__":
    main()
