"""An attack on copies of an open wave, on an accelerated clock: they tell nobody who answered by when, nor whose is
which row. `make soak` runs it at its real pace, with a copy every thirty seconds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.server import Server
from bot.settings import Settings
from tests.linkage.attacker import Guess, guess
from tests.linkage.chance import Success, rows_right, success, times_right
from tests.linkage.direct import DirectService
from tests.linkage.town import Observed, Pace, observed, thief_of, town
from tests.privacy.wave import House
from tests.stage import embedded_server

QUICK = Pace(lasts=10.0, copy=0.4, mix=2.4)
SEED = 11


@pytest.fixture(scope="module")
def own_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Settings]]:
    """A server of its own, whose every file may be copied."""
    yield from embedded_server(tmp_path_factory.mktemp("linkage"))


def guessed(found: Observed, pace: Pace) -> Guess:
    return guess(found.copies, found.statements, found.people, pace.typical, SEED)


def successes(found: Observed, pace: Pace) -> tuple[Success, Success]:
    """Return how well rows and times were guessed."""
    mine, moments = guessed(found, pace), [copy.at for copy in found.copies]
    return (
        success(mine, found.truth, found.people, rows_right, SEED),
        success(mine, found.truth, found.people, times_right(moments), SEED),
    )


async def test_copies_of_an_open_wave_tell_no_more_than_chance(own_house: House, tmp_path: Path) -> None:
    """Two hundred people answer while database files, write-ahead log, deliveries, jobs and every statement with its
    values are copied: whose is which row, and who answered by when, is guessed no better than by chance. After
    *destroyed* there is nothing to guess about."""
    server, settings = own_house
    async with town(server, settings) as stage:
        thief = thief_of(server, settings, tmp_path)
        found = await observed(stage, thief, QUICK, mixing=True)
        answered = sum(true.answered < float("inf") for true in found.truth.values())
        assert len(found.copies) >= 4
        assert 60 <= answered <= 180
        rows, times = successes(found, QUICK)
        assert rows.within_chance, rows
        assert times.within_chance, times
        await stage.close()
        after = thief.copy()
        assert guess([after, after], "", found.people, QUICK.typical, SEED) == Guess({}, {})
        assert (after.pool, after.deliveries) == ((), {})


async def test_the_same_attack_succeeds_where_answers_are_written_at_once(
    own_house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With mixing switched off the same program, given the same copies, knows far more than chance gives."""
    server, settings = own_house
    monkeypatch.setattr("bot.wiring.Service", DirectService)
    async with town(server, settings) as stage:
        found = await observed(stage, thief_of(server, settings, tmp_path), QUICK, mixing=False)
        rows, times = successes(found, QUICK)
        assert rows.share > 3 * rows.highest, rows
        assert times.share > times.highest + 0.02, times
