"""Microsoft's own renderer of Adaptive Cards as a process of its own, asked about one card after another."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

HERE: Final = Path(__file__).parent
MOST: Final = 28 * 1024
PATIENCE: Final = 20.0
"""Seconds that it may take to end."""


def installed() -> bool:
    """Whether what it needs is there: Node, and `npm ci` was run."""
    return shutil.which("node") is not None and (HERE / "node_modules" / "adaptivecards").is_dir()


@dataclass
class Checker:
    """The running process."""

    asks: IO[str]
    says: IO[str]

    def problems(self, card: dict[str, Any], *, charts: bool = True) -> list[str]:
        """Return what is wrong with a card; with `charts` as Teams, which knows them, else as an older client."""
        self.asks.write(json.dumps({"card": card, "charts": charts}) + "\n")
        self.asks.flush()
        found: list[str] = json.loads(self.says.readline())
        written = json.dumps(card, ensure_ascii=False, separators=(",", ":"))
        bytes_ = max(len(written.encode()), len(written.encode("utf-16-le")))
        return found + ([f"{bytes_} bytes"] if bytes_ > MOST else [])


@contextmanager
def running() -> Iterator[Checker]:
    """Start it; it ends with the block."""
    process = subprocess.Popen(
        ["node", "check.mjs"], cwd=HERE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    )
    assert process.stdin
    assert process.stdout
    try:
        yield Checker(process.stdin, process.stdout)
    finally:
        process.stdin.close()
        process.stdout.close()
        process.wait(PATIENCE)
