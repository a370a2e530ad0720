"""The instrument: items, scales and drivers, read from the versioned files in `library/`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final, TypeVar

from surveys.datafile import Entry, read_data_file, refuse_twins
from surveys.errors import NotFound
from surveys.model import Item, Mode, Scale, Words

STRESS: Final = "C1"
"""The item of every check-in: how stressful the work was."""
OPTIONS: Final = 5
GRADES: Final = ("A", "B", "C", "D")

Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class SuggestedAction:
    """What a manager can do about a driver. `grade` A (meta-analysis) to D (practice only)."""

    wording: Words
    grade: str
    source: str


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """What an operational figure of a team may do while the driver is bad. Never a fact, never per person."""

    signal: str
    direction: str
    grade: str


@dataclass(frozen=True, slots=True)
class Driver:
    """One work condition with its items (ids, in order of rotation) and what is known about it."""

    id: str
    name: Words
    hse: str
    jdr: str
    seed: str
    evidence: str
    items: tuple[str, ...]
    actions: tuple[SuggestedAction, ...]
    hypotheses: tuple[Hypothesis, ...]


@dataclass(frozen=True, slots=True)
class Instrument:
    """All items that may be asked. Core items first, then those of the drivers, in the order of the files."""

    items: tuple[Item, ...]
    drivers: tuple[Driver, ...]
    _items: Mapping[str, Item] = field(init=False, repr=False, compare=False)
    _drivers: Mapping[str, Driver] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_items", {item.id: item for item in self.items})
        object.__setattr__(self, "_drivers", {driver.id: driver for driver in self.drivers})

    @property
    def core(self) -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.driver is None)

    def item(self, item_id: str) -> Item:
        """Raises NotFound."""
        return _found(self._items, "item", item_id)

    def driver(self, driver_id: str) -> Driver:
        """Raises NotFound."""
        return _found(self._drivers, "driver", driver_id)

    def only(self, item_ids: Iterable[str]) -> Instrument:
        """The instrument without all other items, and without the drivers that then have none."""
        kept = frozenset(item_ids)
        drivers = (replace(one, items=tuple(item for item in one.items if item in kept)) for one in self.drivers)
        return Instrument(
            tuple(item for item in self.items if item.id in kept), tuple(one for one in drivers if one.items)
        )

    def knows(self, item_id: str) -> bool:
        """False for an item of an older library, which its old Releases still carry."""
        return item_id in self._items


@cache
def shipped_instrument() -> Instrument:
    """The instrument of this version, read once, when first asked for."""
    return read_instrument(files("surveys") / "library")


def read_instrument(library: Traversable) -> Instrument:
    """The instrument in a folder with `scales.toml`, `core.toml` and `drivers.toml`.

    Raises InputError, naming file, entry and mend.
    """
    scales = _scales(read_data_file(library / "scales.toml"))
    core = read_data_file(library / "core.toml")
    drivers = read_data_file(library / "drivers.toml").entries("driver")
    entries: list[tuple[Entry, str | None]] = [(entry, None) for entry in core.entries("item")]
    entries += [(entry, driver.text("id")) for driver in drivers for entry in driver.entries("item")]
    refuse_twins([entry for entry, _ in entries])
    refuse_twins(drivers)
    items = tuple(_item(entry, driver, scales) for entry, driver in entries)
    if STRESS not in {item.id for item in items}:
        raise core.fault(f"item {STRESS} is missing: every check-in asks it")
    return Instrument(items=items, drivers=tuple(map(_driver, drivers)))


def _scales(file: Entry) -> Mapping[str, Scale]:
    entries = file.entries("scale")
    refuse_twins(entries)
    return {scale.id: scale for scale in map(_scale, entries)}


def _scale(entry: Entry) -> Scale:
    labels = tuple(label.words("label") for label in entry.entries("option"))
    if len(labels) != OPTIONS:
        raise entry.fault(f"{len(labels)} options: give {OPTIONS}, the protection of figures counts on that")
    return Scale(id=entry.text("id"), labels=labels)


def _item(entry: Entry, driver: str | None, scales: Mapping[str, Scale]) -> Item:
    return Item(
        id=entry.text("id"),
        driver=driver,
        wording=entry.words("wording"),
        scale=scales[entry.one_of("scale", tuple(scales))],
        favourable=entry.one_of("favourable", (1, -1)),
        mode=Mode(entry.one_of("mode", tuple(Mode))),
        source=entry.text("source"),
        version=entry.number("version"),
        every_weeks=entry.number("every_weeks") if driver is None else None,
    )


def _driver(entry: Entry) -> Driver:
    items = tuple(item.text("id") for item in entry.entries("item"))
    if not items:
        raise entry.fault("no items: add one under [[driver.item]]")
    return Driver(
        id=entry.text("id"),
        name=entry.words("name"),
        hse=entry.text("hse"),
        jdr=entry.text("jdr"),
        seed=entry.text("seed"),
        evidence=entry.text("evidence"),
        items=items,
        actions=tuple(map(_action, entry.entries("action"))),
        hypotheses=tuple(map(_hypothesis, entry.entries("kpi"))),
    )


def _action(entry: Entry) -> SuggestedAction:
    return SuggestedAction(entry.words("wording"), entry.one_of("grade", GRADES), entry.text("source"))


def _hypothesis(entry: Entry) -> Hypothesis:
    return Hypothesis(entry.text("signal"), entry.text("direction"), entry.one_of("grade", GRADES))


def _found(known: Mapping[str, Thing], kind: str, sought: str) -> Thing:
    if sought not in known:
        raise NotFound(f"no {kind} {sought!r} in this version of the library")
    return known[sought]
