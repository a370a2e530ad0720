"""Twenty-four invented companies over half a year and over two, each Release attacked by a reader who knows who
answered what item.

`uv run pytest tests/soak/test_audit.py -s` prints how much the product tells, beside what a threshold alone would.
"""

from __future__ import annotations

from functools import reduce

import pytest

from analytics.audit.releases import attack, audit
from bot.gate import passed
from bot.opening import SIMULATED_FACETS
from surveys.model import STANDARD, STRICT, Policy
from tests.simulated import Coverage, coverage, play_with_periods

WAVES, MANY_WAVES = 26, 104
COMPANIES = range(24)
COVERED: dict[str, list[Coverage]] = {STANDARD.preset: [], STRICT.preset: []}


@pytest.mark.parametrize("policy", [STANDARD, STRICT], ids=lambda policy: policy.preset)
@pytest.mark.parametrize("seed", COMPANIES)
def test_nothing_that_is_published_in_half_a_year_leaks(seed: int, policy: Policy) -> None:
    """Promise: zero leaks against one known answer, under *strict* against two."""
    nothing_leaks(seed, WAVES, policy)


@pytest.mark.parametrize("seed", COMPANIES)
def test_nothing_that_is_published_in_two_years_leaks(seed: int) -> None:
    """Promise: zero leaks against one known answer, however long the history."""
    nothing_leaks(seed, MANY_WAVES, STANDARD)


def nothing_leaks(seed: int, count: int, policy: Policy) -> None:
    waves = list(play_with_periods(seed, count, policy, facets=SIMULATED_FACETS))
    through = [passed(wave.release, wave.known) for wave in waves]
    known = {(wave.release.survey, wave.release.place): wave.known for wave in waves}
    report = audit([one.release for one in through], known)
    assert report.leaks == ()
    COVERED[policy.preset] += [coverage(one.release, w.known) for one, w in zip(through, waves, strict=True)]
    again = sum(one.rounds > 0 for one in through)
    print(
        f"company {seed}, {policy.preset}: {again} of {len(through)} Releases protected harder;",
        *list(report.sentences())[-2:],
    )


def test_at_least_85_percent_of_what_a_threshold_alone_would_show_of_teams_is_shown() -> None:
    for preset, found in COVERED.items():
        whole = reduce(Coverage.plus, found, Coverage())
        print(f"{preset}: {whole.shown} of {whole.weekly} figures of teams told in a Release ({whole.share:.3f});")
        print(f"  {whole.enough} would be shown by a threshold, of all teams")
        assert whole.share >= 0.85


@pytest.mark.parametrize("seed", [3, 5])
def test_a_reader_of_the_file_alone_finds_nothing_either(seed: int) -> None:
    for wave in play_with_periods(seed, 6, facets=SIMULATED_FACETS):
        assert attack(passed(wave.release, wave.known).release, None) == []
