"""kill -9 in the middle of a change of keys. `make soak` does it at every few lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.privacy.wave import House
from tests.store.rotation import answered, change, nothing_is_lost

MOMENTS = {"epoch": (0.75,), "platform": (0.4,)}
"""Shares of the lines of a change after which it is killed; `make soak` tries more."""
LINES = {"epoch": 88, "platform": 110}
"""About how many there are."""


@pytest.mark.parametrize(("what", "share"), [(what, share) for what, shares in MOMENTS.items() for share in shares])
async def test_a_change_of_keys_that_is_killed_loses_nothing(
    house: House, tmp_path: Path, what: str, share: float
) -> None:
    """Answers, cards and sealed records open all the same, and what should be destroyed still is."""
    async with answered(house, tmp_path) as stage:
        assert change(stage, what, int(LINES[what] * share)) is None
        await nothing_is_lost(stage)


@pytest.mark.parametrize("what", sorted(MOMENTS))
async def test_a_change_of_keys_in_peace_loses_nothing_either(house: House, tmp_path: Path, what: str) -> None:
    async with answered(house, tmp_path) as stage:
        lines = change(stage, what, 0)
        assert lines is not None
        assert abs(lines - LINES[what]) < LINES[what] // 4, lines
        await nothing_is_lost(stage)
