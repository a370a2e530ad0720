"""kill -9 at thirty random moments of a 500-person wave and of its close; in half the runs of PostgreSQL too."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.acceptance.claims import check
from tests.acceptance.killing import Blow, Outcome, blow_at, live, settle
from tests.acceptance.ledger import PHASES

PEOPLE = 500
"""The last team has eight of them, so that there is a reporting period."""
MOMENTS = 30
SEED = 20260302


@dataclass
class Wave:
    """The undisturbed wave, and what the kills have hit so far."""

    settled: Path
    undisturbed: Outcome
    hit: list[frozenset[str]] = field(default_factory=list)


@pytest.fixture(scope="module")
def wave(tmp_path_factory: pytest.TempPathFactory) -> Wave:
    directory = tmp_path_factory.mktemp("kill")
    settle(directory / "settled", PEOPLE)
    return Wave(directory / "settled", live(directory / "settled", directory / "undisturbed"))


@pytest.mark.parametrize("moment", range(MOMENTS))
def test_a_wave_killed_at_any_moment_ends_like_the_undisturbed_one(wave: Wave, tmp_path: Path, moment: int) -> None:
    """Promise: nobody is lost or asked twice, both Releases are the same, and no row or salt survives them."""
    chance = random.Random(SEED + moment)
    blow = blow_at(wave.undisturbed, PHASES[moment % len(PHASES)], chance, database=moment % 2 == 1)
    killed = live(wave.settled, tmp_path / "killed", [blow])
    wave.hit += killed.hit
    check(killed, wave.undisturbed, PEOPLE)


def test_the_kills_hit_every_phase(wave: Wave) -> None:
    assert {phase for hit in wave.hit for phase in hit} == set(PHASES)


def test_a_wave_outlives_a_database_that_is_killed_under_it(wave: Wave, tmp_path: Path) -> None:
    """The application is left alive and finds the database again by itself."""
    chance = random.Random(SEED)
    blow = blow_at(wave.undisturbed, "sending", chance)
    alone = Blow(blow.phase, blow.nth, blow.after, application=False, database=True)
    check(live(wave.settled, tmp_path / "killed", [alone]), wave.undisturbed, PEOPLE)
