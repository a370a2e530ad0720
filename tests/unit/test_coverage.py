"""How much is told of teams, beside what a threshold alone would tell of them in the same Releases."""

from __future__ import annotations

from functools import reduce

import pytest

from surveys.model import STANDARD, STRICT, Policy
from tests.simulated import Coverage, coverage, play_with_periods


@pytest.mark.parametrize("policy", [STANDARD, STRICT], ids=lambda policy: policy.preset)
def test_at_least_85_percent_of_what_a_threshold_alone_would_show_of_teams_is_shown(policy: Policy) -> None:
    """Of a few companies; tests/soak/test_audit.py has more of them, over half a year, and behind the gate."""
    waves = [wave for seed in range(6) for wave in play_with_periods(seed, 4, policy)]
    assert reduce(Coverage.plus, (coverage(wave.release, wave.known) for wave in waves)).share >= 0.85
