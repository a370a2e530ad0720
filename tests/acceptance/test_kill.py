"""kill -9 in the middle of everything. `make soak` does it at thirty moments of a larger wave."""

from __future__ import annotations

import random
from pathlib import Path

from tests.acceptance.claims import check
from tests.acceptance.killing import blow_at, live, settle

PEOPLE = 68
"""Five teams of twelve, and one of eight that is told in a reporting period."""


def test_a_wave_killed_again_and_again_ends_like_the_undisturbed_one(tmp_path: Path) -> None:
    """Promise: nobody is lost or asked twice, the Release is the same, and no row or salt survives it."""
    settle(tmp_path / "settled", PEOPLE)
    undisturbed = live(tmp_path / "settled", tmp_path / "undisturbed")
    chance = random.Random(7)
    blows = [
        blow_at(undisturbed, "opening", chance, database=True),
        blow_at(undisturbed, "sending", chance),
        blow_at(undisturbed, "folding", chance, database=True),  # a part of publishing, and so before it
        blow_at(undisturbed, "publishing", chance, database=True),
        blow_at(undisturbed, "publishing a period", chance),
        blow_at(undisturbed, "erasing", chance),
    ]
    killed = live(tmp_path / "settled", tmp_path / "killed", blows)
    check(killed, undisturbed, PEOPLE)
    assert len(killed.hit) == len(blows)
