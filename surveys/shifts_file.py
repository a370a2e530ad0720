"""Shifts from a planning as CSV, checked whole before anything is replaced."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from surveys.model import Person
from surveys.sheet import Columns, Findings, Line, read_sheet
from surveys.shift_rows import PersonShift, directory_of, instant_of, person_for, shift_of

COLUMNS: Final = Columns(("person", "start", "end"))


def parse_shifts_csv(text: str, people: Iterable[Person]) -> list[PersonShift]:
    """The shifts of a CSV with the columns person, start, end.

    `person` is a roster id or an e-mail address. `start` and `end` are ISO 8601 with date and time; without an
    offset they are read on the wall clock of the person's own time zone (an hour that comes twice is the first of
    the two). Raises BadRows with everything that is wrong, and InputError when the file is too large or empty.
    """
    found = Findings()
    directory = directory_of(people)
    shifts = [_csv_shift(line, directory, found) for line in read_sheet(text, COLUMNS, found)]
    found.stop_if_any()
    return list(dict.fromkeys(shift for shift in shifts if shift))


def _csv_shift(line: Line, directory: Mapping[str, Person], found: Findings) -> PersonShift | None:
    person = person_for(line.number, "person", line.cells["person"], directory, found)
    if person is None:
        return None
    start, end = (_moment(line, column, person, found) for column in ("start", "end"))
    return shift_of(line.number, person, start, end, found) if start and end else None


def _moment(line: Line, column: str, person: Person, found: Findings) -> datetime | None:
    cell = line.cells[column]
    try:
        moment = datetime.fromisoformat(cell)
    except ValueError:
        moment = None
    if moment is None or ":" not in cell:
        found.add(line.number, column, cell, "not a date and time; write it as 2026-10-05T09:00")
        return None
    return instant_of(line.number, column, moment, person, found)
