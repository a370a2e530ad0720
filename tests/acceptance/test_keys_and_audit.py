"""Keys and the audit of storage, by the real command line in processes of its own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.acceptance.installation import PEOPLE, SURVEY, House
from tests.ceremony import in_house


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """An installation with an open wave."""
    made = House(tmp_path_factory.mktemp("house"))
    made.told("roster", "import", made.write("people.csv", PEOPLE))
    made.told("survey", "add", *SURVEY)
    in_house(made.variables)
    made.told("wave", "open", "pulse")
    return made


def epochs(house: House) -> dict[str, str]:
    """Each epoch of the key file, and the line that is shown of it."""
    return {line.split()[0]: line for line in house("keys", "show").stdout.splitlines()[1:]}


def test_storage_of_a_sound_installation_breaks_no_promise(house: House) -> None:
    done = house("audit", "storage")
    assert done.returncode == 0, done.stdout
    assert done.stdout.splitlines()[0].startswith("This proves nothing against an operator who altered the program")
    assert "\nbroken" not in done.stdout
    assert "one size: 12 rows" in done.stdout


def test_a_person_in_a_log_is_broken_and_ends_with_code_1(house: House) -> None:
    log = Path(house.write("adempauze.log", "an answer of a3@lente.example\n"))
    done = house("audit", "storage", "--json", "--log", str(log), "--backups", str(log))
    assert done.returncode == 1
    found = {one["subject"]: one["verdict"] for one in json.loads(done.stdout)["found"]}
    assert (found["log files"], found["backups"]) == ("broken", "kept")


def test_a_place_that_is_not_there_is_named(house: House) -> None:
    done = house("audit", "storage", "--backups", str(house.place / "nothing"))
    assert done.returncode == 2
    assert "nothing is not there" in done.stderr


def test_a_rotation_by_hand_keeps_what_the_open_wave_needs(house: House) -> None:
    (first,) = epochs(house)
    done = house("keys", "rotate")
    assert done.returncode == 0, done.stderr
    assert f"epoch {first} stays until destroyed: pulse 1" in done.stdout
    assert epochs(house)[first].endswith("pulse 1")


def test_another_platform_key_ends_links_and_nothing_else(house: House) -> None:
    house("link", "create", "1")
    done = house("keys", "rotate", "--platform")
    assert done.returncode == 0, done.stderr
    assert "1 personal link(s) and every session ended" in done.stdout
    assert house("wave", "list").returncode == 0


def test_the_old_epoch_goes_with_its_last_wave(house: House) -> None:
    assert "is destroyed" in house("wave", "close", "pulse").stdout
    assert house("keys", "rotate").stdout.count("is destroyed") == 2
    (line,) = epochs(house).values()
    assert line.endswith("no wave")
