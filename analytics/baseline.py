"""How much teams differ from each other on one item, computed from published team figures alone.

Method of moments: the variance of the published team means, minus what chance alone would give. Because nothing
but published cells enters, the result tells nothing that they do not tell.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean, variance
from typing import Final

from surveys.model import Figure, NBand

TOTAL_VARIANCE: Final = 0.92
"""Variance of one answer, points squared: half a standard deviation is 0.48 points (reference 5)."""
SHARE_TEAM, SHARE_PERSON, SHARE_OCCASION = 0.10, 0.45, 0.44
"""Shares of it between teams, between people of a team, and from one occasion to the next (reference 8)."""

FEWEST_TEAMS: Final = 8
DEFAULT_BETWEEN: Final = 0.09

ROUNDING_VARIANCE: Final = 0.1**2 / 12
TYPICAL_N: Final[dict[NBand, int]] = {"5-9": 7, "10-19": 14, "20+": 25}
"""Taken for n here; the lower edge would call too much of the difference between teams chance."""


def point(figure: Figure) -> tuple[float, float]:
    """(value, variance) with which a figure enters a calculation.

    A mean is off by its rounding. A coded figure lies somewhere between its bound and the end of the scale: the
    middle, with the variance of an even spread, width^2 / 12.
    """
    if figure.kind == "mean":
        return figure.value, ROUNDING_VARIANCE
    end = 5.0 if figure.kind == "at_least" else 1.0
    return (figure.value + end) / 2, (figure.value - end) ** 2 / 12


def between_teams(teams: Sequence[Figure]) -> float:
    """Between-team variance in points squared, to four decimals; a usual value when there are too few teams.

    One wave of a few teams estimates a variance badly, and an estimate that is too small would draw every team
    towards the organisation. So the usual value weighs in as if `FEWEST_TEAMS` more teams had shown it.
    """
    if len(teams) < FEWEST_TEAMS:
        return DEFAULT_BETWEEN
    within = TOTAL_VARIANCE * (SHARE_PERSON + SHARE_OCCASION)
    chance = fmean(within / TYPICAL_N[team.n_band] + point(team)[1] for team in teams)
    spread = variance([point(team)[0] for team in teams])
    seen = max(0.0, spread - chance)
    return round((len(teams) * seen + FEWEST_TEAMS * DEFAULT_BETWEEN) / (len(teams) + FEWEST_TEAMS), 4)
