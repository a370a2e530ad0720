"""Kill the application, and PostgreSQL, at chosen moments of a wave; start it again; see what came of it."""

from __future__ import annotations

import json
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]

from bot import embedded
from tests.acceptance.ledger import Ledger, Line, spans, under_way

PATIENCE = 600.0
"""Seconds after which a life that does not end is given up."""
LIFE = "tests.acceptance.life"


@dataclass(frozen=True, slots=True)
class Blow:
    """Kill when a phase has begun for the `nth` time and so many seconds have passed since."""

    phase: str
    nth: int
    after: float
    application: bool = True
    database: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is left when the wave is over, and what each blow hit."""

    documents: tuple[str, ...]
    sealed: tuple[Any, ...]
    left: dict[str, int]
    lines: tuple[Line, ...]
    hit: tuple[frozenset[str], ...]
    found_on_disk: tuple[str, ...]

    def landed(self, kind: str) -> Counter[str]:
        """Return how often each address got a message of this kind."""
        return Counter(line.values[0] for line in self.lines if line.kind == "landed" and line.values[1] == kind)

    def in_doubt(self) -> Counter[str]:
        """Return who may have got a card again: the last call before each blow, once per blow."""
        doubtful: Counter[str] = Counter()
        last = None
        for line in self.lines:
            if line.kind == "call" and line.values[1] == "card":
                last = line.values[0]
            elif line.kind == "killed" and last is not None:
                doubtful[last] += 1
        return doubtful


def settle(directory: Path, people: int) -> None:
    """Make the installation of which every life begins with a copy."""
    directory.mkdir()
    with _process(directory, "settle", str(people)) as process:
        if process.wait(PATIENCE):
            raise RuntimeError((directory / "errors").read_text())


def live(settled: Path, directory: Path, blows: Sequence[Blow] = ()) -> Outcome:
    """Play the wave to its end in a copy of the installation, with these blows on the way."""
    subprocess.run(["cp", "-a", str(settled), str(directory)], check=True)
    ledger = Ledger(directory / "ledger")
    try:
        hit = [_live_until(directory, ledger, blow) for blow in blows]
        _live_on(directory, ledger)
    finally:
        kill_database(directory)
    return _outcome(directory, ledger, hit)


def live_together(settled: Path, directory: Path) -> Ledger:
    """Play the wave to its end in two processes at once, and return what the world saw of it."""
    subprocess.run(["cp", "-a", str(settled), str(directory)], check=True)
    ledger = Ledger(directory / "ledger")
    try:
        with _process(directory, "join") as other, _process(directory, "live") as process:
            _await_end(directory, ledger, process)
            other.wait(PATIENCE)
    finally:
        kill_database(directory)
    return ledger


def blow_at(undisturbed: Outcome, phase: str, chance: random.Random, **what: bool) -> Blow:
    """Choose a moment in the time that a phase takes in an undisturbed life.

    Of phases that begin again and again, not the last quarter: how many jobs find nothing left to do differs from
    life to life, and a blow that waits for one too many never falls.
    """
    begun = spans(list(undisturbed.lines), phase)
    nth = chance.randrange(-(-len(begun) * 3 // 4))
    start, end = begun[nth]
    return Blow(phase, nth + 1, chance.random() * (end - start), **what)


def kill_database(directory: Path) -> None:
    """Kill the postmaster of this installation and everything it started, all with SIGKILL."""
    with suppress(FileNotFoundError, psutil.NoSuchProcess):
        pid = int((directory / "data" / "postgres" / "postmaster.pid").read_text().split()[0])
        postmaster = psutil.Process(pid)
        if postmaster.name() != "postgres":
            return
        family = [postmaster, *postmaster.children(recursive=True)]
        for one in family:
            with suppress(psutil.NoSuchProcess):
                one.send_signal(signal.SIGKILL)
        psutil.wait_procs(family, timeout=10)


@contextmanager
def _process(directory: Path, command: str, *more: str) -> Iterator[subprocess.Popen[bytes]]:
    with (directory / "errors").open("ab") as errors:
        arguments = [sys.executable, "-m", LIFE, command, str(directory), *more]
        process = subprocess.Popen(arguments, stdout=errors, stderr=errors)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def _live_until(directory: Path, ledger: Ledger, blow: Blow) -> frozenset[str]:
    """Let the application run until the blow falls; returns the phases that it hit."""
    with _process(directory, "live") as process:
        _await(directory, ledger, process, blow)
        if blow.application:
            process.kill()
        if blow.database:
            kill_database(directory)
        ledger.add("killed", blow.phase, blow.application, blow.database)
        ledger.refresh()
        hit = frozenset(under_way(ledger.lines))
        if not blow.application:
            embedded.start(directory / "data")
            _await_end(directory, ledger, process)
    return hit


def _await(directory: Path, ledger: Ledger, process: subprocess.Popen[bytes], blow: Blow) -> None:
    deadline = time.monotonic() + PATIENCE
    seen = sum(_begins(line, blow.phase) for line in ledger.lines)
    while True:
        for line in ledger.refresh():
            seen += _begins(line, blow.phase)
            if _begins(line, blow.phase) and seen >= blow.nth:
                time.sleep(max(0.0, line.at + blow.after - time.monotonic()))
                return
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"{blow} never fell: {(directory / 'errors').read_text()[-2000:]}")
        time.sleep(0.001)


def _begins(line: Line, phase: str) -> bool:
    return line.kind == "begin" and line.values[0] == phase


def _live_on(directory: Path, ledger: Ledger) -> None:
    ledger.refresh()
    if any(line.kind == "done" for line in ledger.lines):
        return
    with _process(directory, "live") as process:
        _await_end(directory, ledger, process)


def _await_end(directory: Path, ledger: Ledger, process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        errors = (directory / "errors").read_text()[-2000:]
        raise RuntimeError(f"the wave did not come to its end: {errors}") from None
    if not ledger.of("done"):
        raise RuntimeError((directory / "errors").read_text()[-4000:])


def _outcome(directory: Path, ledger: Ledger, hit: Sequence[frozenset[str]]) -> Outcome:
    (documents,), (left,) = ledger.of("done"), ledger.of("left")
    secrets = sorted({secret for values in ledger.of("secret") for secret in values})
    if not secrets:
        raise RuntimeError("the life noted no salt and no slots to look for on the disk")
    sealed = sorted(set(ledger.of("sealed")))
    found = tuple(_found(directory / "data", secrets))
    ledger.close()
    shutil.rmtree(directory / "data")
    return Outcome(documents, tuple(sealed), left[0], tuple(ledger.lines), tuple(hit), found)


def _found(data: Path, secrets: Sequence[str]) -> Iterator[str]:
    """Yield every file of the stopped server that still holds a salt or a slot of the wave."""
    raw = [bytes.fromhex(secret) for secret in secrets]
    for path in sorted(data.rglob("*")):
        if path.is_file() and not path.is_symlink():
            content = path.read_bytes()
            if any(one in content for one in raw):
                yield str(path.relative_to(data))


def told(outcome: Outcome) -> str:
    """Return what happened, for a failing test."""
    return json.dumps({"left": outcome.left, "sealed": outcome.sealed, "on disk": outcome.found_on_disk})
