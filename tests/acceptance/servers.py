"""Several processes that serve one installation, killed in the middle of their calls and started again."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from tests.acceptance.installation import PATIENCE, House, free_port
from tests.acceptance.serving import until_it_answers


@dataclass
class Servers:
    """The processes, by the port on which each listens. Every one writes its log, over all of its lives."""

    house: House
    ports: tuple[int, ...]
    _running: dict[int, subprocess.Popen[str]] = field(default_factory=dict)
    _logs: dict[int, IO[str]] = field(default_factory=dict)

    def begin(self, port: int) -> None:
        """Start the process with this port."""
        if port not in self._logs:
            self._logs[port] = self._log(port).open("a", encoding="utf-8")
        self._running[port] = self.house.serve(self._logs[port], ADEMPAUZE_PORT=str(port))

    async def answering(self, port: int) -> None:
        """Wait until it answers."""
        await asyncio.to_thread(until_it_answers, f"http://127.0.0.1:{port}/healthz", self._running[port])

    async def kill(self, port: int) -> None:
        """Kill it with SIGKILL."""
        self._running[port].kill()
        await asyncio.to_thread(self._running[port].wait)

    async def stop(self) -> None:
        """Stop all of them as an administrator does."""
        for process in self._running.values():
            process.terminate()
        for process in self._running.values():
            with suppress(subprocess.TimeoutExpired):
                await asyncio.to_thread(process.wait, PATIENCE)
            process.kill()
        for log in self._logs.values():
            log.close()

    def logs(self) -> str:
        """Return everything that was logged."""
        return "".join(self._log(port).read_text(encoding="utf-8") for port in self.ports)

    def _log(self, port: int) -> Path:
        return self.house.place / f"serve-{port}.log"


@asynccontextmanager
async def several(house: House, number: int) -> AsyncIterator[Servers]:
    """Serve with so many processes until the block ends."""
    servers = Servers(house, tuple(free_port() for _ in range(number)))
    try:
        for port in servers.ports:
            servers.begin(port)
        for port in servers.ports:
            await servers.answering(port)
        yield servers
    finally:
        await servers.stop()
