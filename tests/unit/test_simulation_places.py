"""A simulation plays where it made the place itself, and nowhere else."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from bot.simulation import places
from bot.simulation.chance import Chance
from bot.simulation.organisation import ZONE, found
from bot.simulation.planning import planning
from surveys.errors import InputError
from surveys.model import Person, Role
from surveys.roster import parse_shifts_csv
from surveys.store import platform as platform_store
from tests.stage import MONDAY, Stage


def test_a_directory_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("mine")
    for claim in (places.claim_directory, places.clear_directory):
        with pytest.raises(InputError, match="not empty"):
            claim(tmp_path)
    assert (tmp_path / "letters.txt").read_text() == "mine"


def test_what_an_earlier_simulation_left_is_removed(tmp_path: Path) -> None:
    place = tmp_path / "new"
    places.claim_directory(place)
    (place / "data").mkdir()
    (place / "truth.json").write_text("{}")
    places.clear_directory(place)
    assert [left.name for left in place.iterdir()] == [places.MARK_FILE]


async def test_a_database_with_a_roster_is_refused_and_keeps_no_mark(stage: Stage) -> None:
    async with stage.app.database.begin() as connection:
        with pytest.raises(InputError, match="holds a roster"):
            await places.claim_database(connection)
    assert await stage.rows("SELECT value FROM platform.mark WHERE name = 'simulation'") == []


async def test_a_database_that_a_simulation_marked_is_its_own(stage: Stage) -> None:
    async with stage.app.database.begin() as connection:
        await platform_store.mark(connection, places.MARK, "earlier")
        await places.claim_database(connection)


def test_the_planning_can_be_imported_and_touches_the_window() -> None:
    organisation = found(60, 5, Chance(2))
    people = [
        Person(UUID(int=n), one.id, one.name, "", "t", frozenset({Role.AGENT}), frozenset(), "nl", ZONE)
        for n, one in enumerate(organisation.people)
    ]
    closes = MONDAY + timedelta(days=3)
    shifts = parse_shifts_csv(planning(organisation, MONDAY, closes, Chance(2)), people)
    assert len({person for person, _ in shifts}) > 50
    assert all(shift.start < closes + timedelta(days=1) and shift.end > MONDAY for _, shift in shifts)
