"""kill -9 at every few lines of a change of keys, of epochs and of the platform key."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.privacy.wave import House
from tests.store.rotation import answered, change, nothing_is_lost

STEP = 4
"""At this many lines from each other."""


@pytest.mark.parametrize("what", ["epoch", "platform"])
async def test_a_change_of_keys_killed_at_any_line_loses_nothing(house: House, tmp_path: Path, what: str) -> None:
    line = 1
    while True:
        async with answered(house, tmp_path / str(line)) as stage:
            over = change(stage, what, line) is not None
            await nothing_is_lost(stage)
        if over:
            break
        line += STEP
    assert line > 10 * STEP
