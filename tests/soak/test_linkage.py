"""The attack on copies of an open wave at the product's own pace: a copy every thirty seconds, two mixes.

`ADEMPAUZE_LINKAGE_MINUTES=60 uv run pytest tests/soak/test_linkage.py -s` prints how well was guessed.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.server import Server
from bot.settings import Settings
from surveys.mixing import EVERY
from tests.linkage.attacker import Guess, guess
from tests.linkage.direct import DirectService
from tests.linkage.town import Pace, observed, thief_of, town
from tests.privacy.test_linkage import SEED, successes
from tests.privacy.wave import House
from tests.stage import embedded_server

MINUTES = float(os.environ.get("ADEMPAUZE_LINKAGE_MINUTES", "24"))
REAL = Pace(lasts=MINUTES * 60, copy=30.0, mix=EVERY.total_seconds())


@pytest.fixture(scope="module")
def own_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Settings]]:
    yield from embedded_server(tmp_path_factory.mktemp("linkage"))


async def test_a_copy_every_thirty_seconds_tells_no_more_than_chance(own_house: House, tmp_path: Path) -> None:
    server, settings = own_house
    async with town(server, settings) as stage:
        thief = thief_of(server, settings, tmp_path)
        found = await observed(stage, thief, REAL, mixing=True)
        rows, times = successes(found, REAL)
        print(f"{len(found.copies)} copies; rows {rows}; times {times}")
        assert rows.within_chance
        assert times.within_chance
        await stage.close()
        after = thief.copy()
        assert guess([after, after], "", found.people, REAL.typical, SEED) == Guess({}, {})


async def test_the_same_attack_knows_nearly_whose_every_row_is_without_mixing(
    own_house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, settings = own_house
    monkeypatch.setattr("bot.wiring.Service", DirectService)
    async with town(server, settings) as stage:
        found = await observed(stage, thief_of(server, settings, tmp_path), REAL, mixing=False)
        rows, times = successes(found, REAL)
        print(f"{len(found.copies)} copies; rows {rows}; times {times}")
        assert rows.share > 0.6 > rows.highest
        assert times.share > times.highest + 0.1
