"""Reading a CSV file that somebody else made: every row that cannot be used is named, nothing is half read."""

from __future__ import annotations

import csv
import difflib
import io
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from surveys.errors import InputError

LIMIT: Final = 10 * 1024 * 1024
"""Bytes of a file."""
CELL_LIMIT: Final = 4000
"""Characters of one cell."""
SHOWN: Final = 200
"""Rows named in one message; the exception itself carries all."""
VALUE_SHOWN: Final = 60


@dataclass(frozen=True, slots=True)
class RowError:
    """What is wrong at one place. `line` counts from 1, the header included (in a calendar: the n-th event)."""

    line: int
    column: str
    value: str
    mend: str

    def __str__(self) -> str:
        shown = self.value if len(self.value) <= VALUE_SHOWN else self.value[:VALUE_SHOWN] + "…"
        return f"{self.line}, {self.column}: {shown!r}: {self.mend}"


class BadRows(InputError):
    """Rows of the file cannot be used."""

    def __init__(self, errors: Sequence[RowError], *, unit: str = "line") -> None:
        self.errors = tuple(sorted(errors, key=lambda error: error.line))
        many = f"{len(self.errors)} places need" if len(self.errors) != 1 else "1 place needs"
        lines = [f"{many} mending; nothing was changed.", *(f"  {unit} {error}" for error in self.errors[:SHOWN])]
        if len(self.errors) > SHOWN:
            lines.append(f"  and {len(self.errors) - SHOWN} more")
        super().__init__("\n".join(lines))


@dataclass(slots=True)
class Findings:
    """Collects what is wrong, so that one run names everything."""

    errors: list[RowError] = field(default_factory=list)
    unit: str = "line"

    def add(self, line: int, column: str, value: str, mend: str) -> None:
        self.errors.append(RowError(line, column, value, mend))

    def stop_if_any(self) -> None:
        """Raises BadRows."""
        if self.errors:
            raise BadRows(self.errors, unit=self.unit)


@dataclass(frozen=True, slots=True)
class Line:
    """One row: its line number in the file and its trimmed cells by column name."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns a file must and may have."""

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return (*self.required, *self.optional)


def decode(data: bytes) -> str:
    """The text of a file: UTF-8, with or without byte-order mark, or UTF-16 with one. Raises InputError."""
    check_size(len(data))
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        at = data.count(b"\n", 0, error.start) + 1
        raise InputError(f"Line {at} is not readable as UTF-8; save the file again as 'CSV UTF-8'") from error


def check_size(size: int) -> None:
    """Raises InputError."""
    if size > LIMIT:
        raise InputError(f"The file is {size / 1024 / 1024:.1f} MB, more than {LIMIT // 1024 // 1024} MB; split it")


def read_sheet(text: str, columns: Columns, found: Findings) -> list[Line]:
    """The rows below the header; what is wrong in them is added to `found`, and rows of a wrong width are left out.

    The delimiter, comma or semicolon, is the one that the header line uses most. Raises BadRows when the header
    cannot be used, and InputError when the file is too large or holds no rows.
    """
    check_size(len(text.encode("utf-8", "surrogatepass")))
    rows = _rows(text.removeprefix("\ufeff"), found)
    first = next(rows, None)
    found.stop_if_any()
    if first is None:
        raise InputError(f"The file is empty; its first line names the columns: {', '.join(columns.names)}")
    header = _header(first, columns, found)
    found.stop_if_any()
    lines = [line for number, row in rows if (line := _line(number, row, header, found))]
    if not lines:
        found.stop_if_any()
        raise InputError("The file has a header and no rows; add at least one row")
    return lines


def _rows(text: str, found: Findings) -> Iterator[tuple[int, list[str]]]:
    """Rows that hold something, each with the number of the line on which it starts."""
    header = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = ";" if header.count(";") > header.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    starts = 1
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if any(cells):
                yield starts, cells
            starts = reader.line_num + 1
    except csv.Error as error:
        found.add(starts, "row", "", f"this row cannot be read ({error}); check its quotation marks")


def _header(first: tuple[int, list[str]], columns: Columns, found: Findings) -> list[str]:
    number, row = first
    header = [cell.casefold() for cell in row]
    while not header[-1]:
        header.pop()
    for column in dict.fromkeys(header):
        if header.count(column) > 1:
            found.add(number, column or "header", column, "this column appears twice; keep one")
        elif column not in columns.names:
            found.add(number, column or "header", column, _unknown(column, columns.names))
    for column in columns.required:
        if column not in header:
            found.add(number, column, "", "this column is missing; add it to the header line")
    return header


def _unknown(column: str, names: Sequence[str]) -> str:
    near = difflib.get_close_matches(column, names, n=1)
    guess = f"did you mean '{near[0]}'" if near else f"use one of {', '.join(names)}"
    return f"this column is not known; {guess}, or leave it out"


def _line(number: int, row: list[str], header: list[str], found: Findings) -> Line | None:
    if len(row) < len(header) or any(row[len(header) :]):
        mend = f"this row has {len(row)} cells and the header {len(header)}; check delimiters and quotation marks"
        found.add(number, "row", row[0], mend)
        return None
    cells = dict(zip(header, row, strict=False))
    for column, cell in cells.items():
        if mend := _unfit(cell):
            found.add(number, column, cell, mend)
    return Line(number, cells)


def _unfit(cell: str) -> str:
    if len(cell) > CELL_LIMIT:
        return f"this cell has {len(cell)} characters, more than {CELL_LIMIT}; shorten it"
    if any(unicodedata.category(sign) in {"Cc", "Cs"} for sign in cell):
        return "this cell holds a control character (such as NUL or a line break); remove it"
    return ""
