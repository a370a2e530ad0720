"""Attack half a year of a large company; protect one wave of a very large one, and let it through the gate."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from analytics.audit.figures import Participation
from analytics.audit.releases import Each, Known, audit
from analytics.audit.verdict import Report
from bot.gate import passed
from bot.opening import SIMULATED_FACETS
from surveys.model import Release
from tests.load.table import Finding
from tests.simulated import Coverage, Simulated, coverage, play, play_with_periods

PEOPLE, TEAMS, WAVES = 3900, 300, 26
MANY_PEOPLE, MANY_TEAMS = 26_000, 2_000
TARGET_SECONDS = 20.0
TARGET_PROTECTED = 5.0
TARGET_COVERAGE = 0.85


def measure(_: Path) -> list[Finding]:
    """No baseline: nothing else does this. What counts is that nobody waits for it, and that it finds nothing."""
    played = list(play_with_periods(1, WAVES, size=(PEOPLE, TEAMS), facets=SIMULATED_FACETS))
    with ProcessPoolExecutor(2) as pool:
        through = list(pool.map(_gate, played))
        known = {(wave.release.survey, wave.release.place): wave.known for wave in through}
        audited = {
            "who answered is known": _audited([one.release for one in through], known, pool.map),
            "who answered is not known": _audited([one.release for one in through], None, pool.map),
        }
    covered = Coverage()
    for wave in through:
        covered = covered.plus(coverage(wave.release, wave.known))
    return [
        *(found for what, (report, took) in audited.items() for found in _told(what, report, took)),
        Finding("  Releases that had to be protected harder", str(sum(one.rounds > 0 for one in through))),
        Finding(
            "  figures shown of teams, in the Releases in which they are told",
            f"{covered.shown:,}",
            f"by a threshold alone {covered.weekly:,}",
            f"{covered.share:.3f}",
            ">= 0.85",
            covered.share >= TARGET_COVERAGE,
        ),
        *_one_large_wave(),
    ]


@dataclass(frozen=True)
class Through:
    """What went through the gate, and who answered."""

    release: Release
    known: Participation
    rounds: int


def _gate(wave: Simulated) -> Through:
    went = passed(wave.release, wave.known)
    return Through(went.release, wave.known, went.rounds)


def _audited(releases: Sequence[Release], known: Known | None, each: Each) -> tuple[Report, float]:
    began = time.perf_counter()
    return audit(releases, known, each=each), time.perf_counter() - began


def _told(what: str, report: Report, took: float) -> Iterator[Finding]:
    yield Finding(
        f"auditing: {TEAMS} teams, {WAVES} waves with a facet, periods, {report.figures:,} figures; {what}",
        f"{took:.1f} s",
        target="< 20 s",
        met=took < TARGET_SECONDS,
    )
    yield Finding("  leaks", str(len(report.leaks)), target="0", met=report.clean)


def _one_large_wave() -> Iterator[Finding]:
    (large,) = play(1, 1, size=(MANY_PEOPLE, MANY_TEAMS), facets=SIMULATED_FACETS)
    began = time.perf_counter()
    release = large.release
    protected = time.perf_counter()
    yield Finding(
        f"  protection of one wave of {MANY_TEAMS:,} teams with a facet",
        f"{protected - began:.1f} s",
        target="< 5 s",
        met=protected - began < TARGET_PROTECTED,
    )
    protected = time.perf_counter()
    went = passed(release, large.known)
    yield Finding(f"  its gate, {went.rounds + 1} times round", f"{time.perf_counter() - protected:.1f} s")
