"""A server in a process of its own: wait until it answers, and see how it ended."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from tests.acceptance.installation import PATIENCE, House


@contextmanager
def serving(house: House) -> Iterator[str]:
    """Serve an installation until the block ends, which has to find nothing broken in the log. Yields the address."""
    address = f"http://127.0.0.1:{house.variables['ADEMPAUZE_PORT']}"
    with (house.place / "serve.log").open("w+", encoding="utf-8") as log:
        process = house.serve(log)
        try:
            until_it_answers(f"{address}/healthz", process)
            yield address
        finally:
            process.terminate()
            process.wait(PATIENCE)
            log.seek(0)
            assert "Traceback" not in log.read()


def until_it_answers(url: str, process: subprocess.Popen[Any]) -> None:
    """Wait for a server that was just started."""

    def answers() -> bool:
        assert process.poll() is None, "the server ended by itself"
        try:
            return httpx.get(url, timeout=5).status_code == 200
        except httpx.TransportError:
            return False

    until(answers, f"nothing answers at {url}")


def until(
    happened: Callable[[], bool],
    otherwise: str,
    *,
    seconds: float = PATIENCE,
    sleep: Callable[[float], object] = time.sleep,
) -> None:
    """Wait until something has happened; fail with a sentence when it has not in time."""
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, otherwise
        sleep(0.2)


def only_loopback() -> bool:
    """Whether this machine, as far as we see it, has no network but its own loopback."""
    return [name for _, name in socket.if_nameindex()] == ["lo"]
