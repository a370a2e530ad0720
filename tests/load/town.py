"""A fake platform in a process of its own, seen from outside: where it is, its taps, and what comes of them."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.load.processes import python

PATIENCE = 30.0
"""Seconds until every tap has come to something."""


@dataclass(frozen=True, slots=True)
class Answered:
    """When the card of each tap was replaced, in seconds since 1970; how many other answers came; seconds busy."""

    replaced: Mapping[str, float]
    others: int
    busy: float


@dataclass(frozen=True, slots=True)
class Fake:
    """`where` are the settings that connect it."""

    where: Mapping[str, str]
    process: subprocess.Popen[str]

    def await_cards(self) -> None:
        """Wait until everybody has a card."""
        self._ask("cards")

    def taps(self, number: int, file: Path) -> list[str]:
        """Write taps for the traffic; return their names."""
        self._ask("taps", number, str(file))
        return [name for name, _ in json.loads(file.read_text())]

    def bearer(self) -> str:
        """Return the header with which Teams signs."""
        return str(self._ask("bearer"))

    def answered(self, number: int) -> Answered:
        """Wait until so many taps have come to something, and return what."""
        replaced: dict[str, float] = {}
        others, busy, deadline = 0, 0.0, time.monotonic() + PATIENCE
        while True:
            found = self._ask("answered")
            replaced |= found["replaced"]
            others, busy = others + found["others"], busy + found["busy"]
            if len(replaced) + others >= number or time.monotonic() > deadline:
                return Answered(replaced, others, busy)
            time.sleep(0.2)

    def _ask(self, *asked: Any) -> Any:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(asked) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


@contextmanager
def town(people: int, hall: str = "tests.load.townhall") -> Iterator[Fake]:
    """Let a fake platform with so many people, Slack by default, run for as long as the block lasts."""
    process = python(hall, str(people), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin
    assert process.stdout
    try:
        yield Fake(json.loads(process.stdout.readline()), process)
    finally:
        process.stdin.close()
        process.wait(20)
        process.stdout.close()
