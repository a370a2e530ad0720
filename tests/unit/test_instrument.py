from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.resources import as_file, files
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.errors import InputError, NotFound
from surveys.instrument import Instrument, read_instrument, shipped_instrument
from surveys.model import LANGUAGES, Mode
from surveys.rotation import items_for_wave

START = datetime(2026, 1, 5, 8, tzinfo=UTC)
DRIVERS = [driver.id for driver in shipped_instrument().drivers]


@dataclass(frozen=True)
class Before:
    items: tuple[str, ...]
    opens: datetime


def run(
    waves: int, *, every: int = 1, flagged: dict[int, set[str]] | None = None, instrument: Instrument | None = None
) -> list[Before]:
    history: list[Before] = []
    for number in range(waves):
        opens = START + timedelta(weeks=every * number)
        wanted = (flagged or {}).get(number, set())
        history.append(Before(items_for_wave(instrument or shipped_instrument(), history, opens, wanted), opens))
    return history


def driver_items(history: list[Before]) -> list[str]:
    return [wave.items[1] for wave in history if shipped_instrument().item(wave.items[1]).driver]


def drivers(history: list[Before]) -> list[str]:
    return [item.rsplit("_", 1)[0] for item in driver_items(history)]


@pytest.fixture
def library(tmp_path: Path) -> Path:
    with as_file(files("surveys") / "library") as shipped:
        return Path(shutil.copytree(shipped, tmp_path / "library"))


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_shipped_instrument_has_four_core_items_and_three_items_for_each_of_fourteen_drivers() -> None:
    instrument = shipped_instrument()
    assert [item.id for item in instrument.core] == ["C1", "C4", "C5", "C6"]
    assert [len(driver.items) for driver in instrument.drivers] == [3] * 14
    assert sum(len(driver.actions) for driver in instrument.drivers) == 57


def test_every_item_asks_about_work_in_every_language_on_five_options() -> None:
    for item in shipped_instrument().items:
        assert item.mode is Mode.WORK
        assert set(item.wording) == set(LANGUAGES)
        assert len(item.scale.labels) == 5


def test_high_stress_is_unfavourable_and_a_normal_pace_is_favourable() -> None:
    instrument = shipped_instrument()
    assert (instrument.item("C1").favourable, instrument.item("workload_1").favourable) == (-1, 1)
    assert instrument.item("workload_2").favourable == -1


def test_core_items_say_how_often_they_are_due_and_driver_items_do_not() -> None:
    rhythm = {item.id: item.every_weeks for item in shipped_instrument().core}
    assert rhythm == {"C1": 1, "C4": 4, "C5": 13, "C6": 8}
    assert shipped_instrument().item("pay_3").every_weeks is None


def test_an_unknown_item_or_driver_is_named() -> None:
    with pytest.raises(NotFound, match="no item 'C9'"):
        shipped_instrument().item("C9")
    with pytest.raises(NotFound, match="no driver 'weather'"):
        items_for_wave(shipped_instrument(), [], START, ["weather"])


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        (
            "core.toml",
            'wording.nl = "Ik begon',
            'wording.fr = "Ik begon',
            "core.toml, item C4: wording has the unknown",
        ),
        (
            "core.toml",
            'wording.nl = "Ik begon met zin aan mijn diensten."',
            "",
            "core.toml, item C4, wording: nl is miss",
        ),
        ("core.toml", 'scale = "agreement"', 'scale = "smileys"', "core.toml, item C4: scale is 'smileys': choose one"),
        ("core.toml", 'mode = "work"', 'mode = "boss"', "core.toml, item C1: mode is 'boss': choose one of work, arbo"),
        ("core.toml", 'id = "C6"', 'id = "C4"', "core.toml, item C4: this id stands here twice: give each its own"),
        ("core.toml", 'id = "C1"', 'id = "C2"', "core.toml: item C1 is missing"),
        (
            "core.toml",
            "every_weeks = 4",
            "every_weeks = 0",
            "core.toml, item C4: every_weeks is 0: write a whole number",
        ),
        ("core.toml", "every_weeks = 4", "", "core.toml, item C4: every_weeks is missing: add every_weeks"),
        ("core.toml", "version = 1", "version = one", "core.toml cannot be read"),
        (
            "drivers.toml",
            "favourable = 1",
            "favourable = 2",
            "drivers.toml, driver workload, item workload_1: favourable",
        ),
        ("drivers.toml", 'id = "workload_2"', 'id = "C1"', "this id stands here twice"),
        (
            "drivers.toml",
            'id = "recovery"',
            'id = "workload"',
            "drivers.toml, driver workload: this id stands here twice",
        ),
        ("drivers.toml", 'grade = "C"', 'grade = "E"', "drivers.toml, driver workload, action 1: grade is 'E'"),
        (
            "scales.toml",
            '  { label = { nl = "Erg", en = "Very" } },',
            "",
            "scales.toml, scale stressfulness: 4 options",
        ),
        ("scales.toml", 'en = "Very"', 'en = ""', "scale stressfulness, option 4, label: en is ''"),
    ],
)
def test_a_fault_in_the_library_names_file_entry_and_mend(
    library: Path, file: str, old: str, new: str, says: str
) -> None:
    change(library / file, old, new)
    with pytest.raises(InputError) as refused:
        read_instrument(library)
    assert says in str(refused.value)


def test_a_missing_library_file_is_named(library: Path) -> None:
    (library / "scales.toml").unlink()
    with pytest.raises(InputError, match=r"scales\.toml is missing"):
        read_instrument(library)


def test_the_first_wave_asks_stress_and_the_first_driver() -> None:
    assert items_for_wave(shipped_instrument(), [], START) == ("C1", "workload_1")


def test_the_first_round_asks_one_item_per_driver_and_the_next_rounds_the_next_items() -> None:
    asked = driver_items(run(110))
    for round_number in range(3):
        one_round = asked[14 * round_number : 14 * (round_number + 1)]
        assert one_round == [f"{driver}_{round_number + 1}" for driver in DRIVERS]
    assert asked[42] == "workload_1"


def test_core_items_take_the_place_of_the_driver_item_when_their_weeks_have_passed() -> None:
    asked = [wave.items[1] for wave in run(14)]
    assert [number for number, item in enumerate(asked) if item == "C4"] == [4, 9]
    assert asked[8] == "C6"
    assert asked[13] == "C5"


def test_the_longest_overdue_core_item_comes_first() -> None:
    history = [Before(("C1", "workload_1"), START)]
    assert items_for_wave(shipped_instrument(), history, START + timedelta(weeks=14)) == ("C1", "C4")


def test_a_wave_that_a_holiday_moved_by_a_day_keeps_its_turn() -> None:
    history = [Before(("C1", "C4"), START + timedelta(days=1)), Before(("C1", "pay_1"), START + timedelta(weeks=3))]
    assert items_for_wave(shipped_instrument(), history, START + timedelta(weeks=4)) == ("C1", "C4")


def test_a_flagged_driver_has_the_next_driver_turn_with_its_next_item() -> None:
    asked = driver_items(run(6, flagged={2: {"recovery"}}))
    assert asked[:4] == ["workload_1", "recovery_1", "recovery_2", "roster_1"]


def test_a_flagged_driver_not_yet_asked_comes_forward_and_the_round_loses_nobody() -> None:
    asked = drivers(run(30, flagged={1: {"pay"}}))
    assert asked[:3] == ["workload", "pay", "recovery"]
    assert sorted(asked[:14]) == sorted(DRIVERS)


def test_an_item_of_an_older_library_does_not_disturb_the_rotation() -> None:
    history = [Before(("C1", "weather_1"), START)]
    assert items_for_wave(shipped_instrument(), history, START + timedelta(weeks=1)) == ("C1", "workload_1")


def test_a_slow_rhythm_gives_the_drivers_every_other_wave() -> None:
    for every in (2, 4):
        asked = [wave.items[1] for wave in run(60, every=every)]
        core = [item.startswith("C") for item in asked]
        assert not any(one and other for one, other in pairwise(core))


flags = st.dictionaries(st.integers(0, 89), st.sets(st.sampled_from(DRIVERS), max_size=14))


@given(every=st.sampled_from([1, 2, 4]), flagged=flags)
def test_every_wave_asks_stress_and_exactly_one_other_item_that_exists(
    every: int, flagged: dict[int, set[str]]
) -> None:
    for wave in run(40, every=every, flagged=flagged):
        assert len(wave.items) == 2
        assert wave.items[0] == "C1"
        assert wave.items[1] != "C1"
        assert shipped_instrument().item(wave.items[1])


@given(flagged=flags)
def test_no_driver_waits_longer_than_two_rounds_however_many_are_flagged(flagged: dict[int, set[str]]) -> None:
    asked = drivers(run(90, flagged=flagged))
    for start in range(len(asked) - 28):
        assert set(asked[start : start + 28]) == set(DRIVERS)


@given(driver=st.sampled_from(DRIVERS))
def test_a_driver_that_stays_flagged_is_asked_no_more_than_its_items_in_a_round(driver: str) -> None:
    asked = drivers(run(60, flagged={number: {driver} for number in range(60)}))
    assert max(Counter(asked[start : start + 14])[driver] for start in range(len(asked) - 14)) <= 3


@given(weeks=st.lists(st.integers(1, 5), min_size=1, max_size=40))
def test_no_core_item_comes_before_its_weeks_have_passed(weeks: list[int]) -> None:
    history: list[Before] = []
    opens = START
    for gap in weeks:
        items = items_for_wave(shipped_instrument(), history, opens)
        item = shipped_instrument().item(items[1])
        last = next((wave.opens for wave in reversed(history) if item.id in wave.items), START)
        assert item.driver or (opens - last) >= timedelta(weeks=item.every_weeks or 0)
        history.append(Before(items, opens))
        opens += timedelta(weeks=gap)
