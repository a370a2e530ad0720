"""Processes of a benchmark: web servers on one loopback socket, the traffic, a closing; each ended by its handle."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from tempfile import gettempdir
from typing import Any
from urllib.request import urlopen

from tests.load.table import Latencies

HOST = "127.0.0.1"
COMPILED = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(Path(gettempdir()) / "adempauze-bench-compiled")}


def python(module: str, *arguments: str, **options: object) -> subprocess.Popen[str]:
    """Start a module of ours in another process."""
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.Popen(command, text=True, env=os.environ | COMPILED, **options)  # type: ignore[call-overload,no-any-return]


@dataclass(frozen=True, slots=True)
class Served:
    """Where it answers, and the ids of the processes that do."""

    port: int
    processes: tuple[int, ...]

    def peak_mb(self) -> float:
        """Return the most memory that one of the processes had resident so far, as Linux counts it."""
        return max(_high_water(process) for process in self.processes)

    def busy(self) -> float:
        """Return the seconds that the processes kept a core busy so far, as Linux counts them."""
        return sum(_ticks(process) for process in self.processes) / os.sysconf("SC_CLK_TCK")


def _high_water(process: int) -> float:
    status = Path(f"/proc/{process}/status").read_text()
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM:"))


def _ticks(process: int) -> int:
    after_name = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return int(after_name[11]) + int(after_name[12])


@contextmanager
def serving(
    directory: Path,
    *,
    processes: int = 1,
    work: bool = False,
    chat: Mapping[str, Any] | None = None,
    log: Path | None = None,
) -> Iterator[Served]:
    """Serve the installation of a directory on a free port here; `chat` are settings that connect a platform.

    What it logs goes to standard error, or to `log` where much is to be expected.
    """
    with socket.create_server((HOST, 0), backlog=256) as door:
        door.set_inheritable(True)
        port = int(door.getsockname()[1])
        arguments = [
            str(directory),
            str(door.fileno()),
            "work" if work else "answer",
            *([json.dumps(chat)] if chat else []),
        ]
        with log.open("w") if log else nullcontext() as errors:
            servers = [
                python("tests.load.serve", *arguments, pass_fds=[door.fileno()], stderr=errors)
                for _ in range(processes)
            ]
        try:
            for _ in servers:
                _await_answer(port)
            time.sleep(2.0 * len(servers))
            yield Served(port, tuple(server.pid for server in servers))
        finally:
            for server in servers:
                server.terminate()
            for server in servers:
                server.wait(20)


def _await_answer(port: int) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            with urlopen(f"http://{HOST}:{port}/healthz", timeout=60):
                return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def write_requests(path: Path, requests: Sequence[tuple[str, str]]) -> None:
    """Write what the traffic is to send."""
    path.write_text(json.dumps(requests))


def start_traffic(
    port: int, path: str, requests: Path, *, rate: float, seconds: float, secret: str = ""
) -> subprocess.Popen[str]:
    """Begin to send requests from a process of their own; with a `secret` as Slack or Teams signs."""
    arguments = (str(port), path, str(requests), str(rate), str(seconds), *([secret] if secret else []))
    return python("tests.load.traffic", *arguments, stdout=subprocess.PIPE)


def latencies_of(traffic: subprocess.Popen[str]) -> Latencies:
    """Wait for the traffic to end and return what it measured."""
    out, _ = traffic.communicate(timeout=200)
    found = json.loads(out)
    return Latencies(tuple((left, took) for left, took in found["requests"]), found["failed"])
