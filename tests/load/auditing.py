"""Attack half a year of a large company, and one wave of a very large one, as closing does."""

from __future__ import annotations

import time
from pathlib import Path

from analytics.audit.releases import attack, audit
from bot.gate import passed
from tests.load.table import Finding
from tests.simulated import Coverage, coverage, play, play_with_periods

PEOPLE, TEAMS, WAVES = 3900, 300, 26
MANY_PEOPLE, MANY_TEAMS = 26_000, 2_000
TARGET_SECONDS = 20.0
TARGET_COVERAGE = 0.85


def measure(_: Path) -> list[Finding]:
    """No baseline: nothing else does this. What counts is that nobody waits for it, and that it finds nothing."""
    played = list(play_with_periods(1, WAVES, size=(PEOPLE, TEAMS)))
    through = [passed(wave.release, wave.known) for wave in played]
    known = {(wave.release.survey, wave.release.place): wave.known for wave in played}
    began = time.perf_counter()
    report = audit([one.release for one in through], known)
    took = time.perf_counter() - began
    covered = Coverage()
    for one, wave in zip(through, played, strict=True):
        covered = covered.plus(coverage(one.release, wave.known))
    (large,) = play(1, 1, size=(MANY_PEOPLE, MANY_TEAMS))
    began = time.perf_counter()
    attack(large.release, large.known)
    alone = time.perf_counter() - began
    return [
        Finding(
            f"auditing: {TEAMS} teams, {WAVES} waves, {report.figures:,} figures, who answered is known",
            f"{took:.1f} s",
            target="< 20 s",
            met=took < TARGET_SECONDS,
        ),
        Finding("  leaks", str(len(report.leaks)), target="0", met=report.clean),
        Finding("  Releases that had to be protected harder", str(sum(one.rounds > 0 for one in through))),
        Finding(
            "  figures shown of teams, in the Releases in which they are told",
            f"{covered.shown:,}",
            f"by a threshold alone {covered.weekly:,}",
            f"{covered.share:.3f}",
            ">= 0.85",
            covered.share >= TARGET_COVERAGE,
        ),
        Finding(f"  the gate, one wave of {MANY_TEAMS:,} teams", f"{alone:.1f} s"),
    ]
