"""What a benchmark found: a figure, the baseline measured in the same run, and whether the target is met."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the table. `met` is None for a figure that has no target of its own."""

    what: str
    figure: str
    baseline: str = ""
    ratio: str = ""
    target: str = ""
    met: bool | None = None


@dataclass(frozen=True, slots=True)
class Latencies:
    """Of each request, when it was to leave (seconds since 1970) and how many seconds later its answer was there."""

    requests: tuple[tuple[float, float], ...]
    failed: int = 0

    @property
    def seconds(self) -> tuple[float, ...]:
        return tuple(seconds for _, seconds in self.requests)

    def between(self, began: float, ended: float) -> Latencies:
        """Return the requests that were to leave between two moments; failures count whenever they were."""
        return Latencies(tuple(one for one in self.requests if began <= one[0] <= ended), self.failed)

    def quantile(self, share: float) -> float:
        """Return the latency in milliseconds that this share of the requests stayed under."""
        ordered = sorted(self.seconds)
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]

    def beside(self, baseline: Latencies) -> str:
        """Return how many times as long these took, in the middle and at the end."""
        return " ".join(f"p{100 * q:.0f} x{self.quantile(q) / baseline.quantile(q):.1f}" for q in (0.5, 0.99))

    def __str__(self) -> str:
        failed = f", {self.failed} failed" if self.failed else ""
        return f"p50 {self.quantile(0.5):.1f} ms, p99 {self.quantile(0.99):.1f} ms (n={len(self.seconds)}{failed})"


def middle(runs: Sequence[Latencies]) -> Latencies:
    """Return the run with the median p99."""
    wanted = median(sorted(run.quantile(0.99) for run in runs)[: len(runs) - (len(runs) + 1) % 2])
    return next(run for run in runs if run.quantile(0.99) == wanted)


def show(findings: Sequence[Finding]) -> None:
    """Print the table."""
    cores, load = os.cpu_count(), os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    table = Table(title=f"{cores} cores, load {load:.1f}, Python {platform.python_version()}", title_justify="left")
    for name in ("what", "figure", "baseline in the same run", "ratio", "target", ""):
        table.add_column(name, overflow="fold")
    for one in findings:
        verdict = {True: "met", False: "MISSED", None: ""}[one.met]
        table.add_row(one.what, one.figure, one.baseline, one.ratio, one.target, verdict)
    Console(width=150).print(table)
