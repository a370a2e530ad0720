"""What stands about, beside and around each person who thanked, in everything that was read and copied: their marks.

The attacker knows who thanked, when, and in which transaction. It knows no table and no column by name: it takes each
that there is.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from tests.everything import Rows
from tests.linkage.whole import Whole

LAGS: Final = (-3, -2, -1, 0, 1, 2)
"""Rows by transaction, counted from the transaction of the kudos: those before it, and from it on."""
NEAR: Final = (1, 3, 10, 30, 100)
"""Transactions before that of the kudos."""
SHORTLY: Final = (0.03, 0.1, 0.3, 1.0)
"""Seconds before a kudos."""
WORD: Final = re.compile(r"[\w@.:/-]{3,}")
VALUE: Final = re.compile(r"\$\d+ = '([^']*)'")
LINE: Final = re.compile(r"^(\d+\.\d+) (.*)", re.MULTILINE)
LONG: Final = 200
PLACE: Final = re.compile(r"\((\d+),(\d+)\)")
Cell = str | float | None
Row = Mapping[str, str]
Columns = dict[str, list[Cell]]


@dataclass(frozen=True, slots=True)
class Giver:
    """Somebody who thanked, as the thief knows them: every name of theirs and of their kudos, and when it was."""

    names: frozenset[str]
    at: float
    xmin: int


def all_marks(wholes: Sequence[Whole], statements: str, givers: Sequence[Giver]) -> Columns:
    """Return every mark of every giver."""
    marks: Columns = {"moment": [one.at for one in givers], "transaction": [float(one.xmin) for one in givers]}
    for view, seen in _views(wholes, givers).items():
        marks |= {f"{view}: {name}": cells for name, cells in _about(seen, givers).items()}
        marks |= {f"{view}: {name}": cells for name, cells in _beside(seen, givers).items()}
    marks |= _around(wholes, givers)
    marks |= _said(statements, givers)
    return marks


def stand_of(wholes: Sequence[Whole], givers: Sequence[Giver]) -> Columns:
    """Return how the kudos of these givers stand: when, in which transaction, where, and every other column."""
    marks: Columns = {"moment": [one.at for one in givers], "transaction": [float(one.xmin) for one in givers]}
    kept = [{table: rows for table, rows in wholes[-1].tables.items() if table.startswith("kudos.")}] * len(givers)
    return marks | _about(kept, givers)


def where_rows_lie(wholes: Sequence[Whole], slots: Sequence[str]) -> Columns:
    """Return how the sealed rows under these slots stand, at each reading: every column, and when each last changed."""
    marks: Columns = defaultdict(lambda: [None] * len(slots))
    changed: list[Cell] = [0.0] * len(slots)
    before: dict[str, Row] = {}
    for number, whole in enumerate(wholes):
        tables = (rows for table, rows in whole.tables.items() if table.startswith("surveys.response"))
        by_slot = {row["slot"]: row for rows in tables for row in rows}
        for place, slot in enumerate(slots):
            for column, text in by_slot.get(slot, {}).items():
                marks[f"reading {number}, {column}"][place] = _cell(text)
            if slot in before and by_slot.get(slot) != before[slot]:
                changed[place] = float(number)
        before, marks[f"reading {number}, last change"] = by_slot, list(changed)
    return dict(marks)


def _views(wholes: Sequence[Whole], givers: Sequence[Giver]) -> Mapping[str, list[Rows]]:
    """Return what each giver is looked for in: what was read next after their kudos, and what was read at the end of
    the wave and after it."""
    moments = [whole.at for whole in wholes]
    following = [wholes[min(bisect_left(moments, one.at), len(wholes) - 1)].tables for one in givers]
    late = {f"reading -{back}": [wholes[-back].tables] * len(givers) for back in (1, 2)}
    return {"next reading": following, **late}


def _about(seen: Sequence[Rows], givers: Sequence[Giver]) -> Columns:
    """What stands in the rows that name a giver or their kudos: how many there are, the first and the last of them."""
    names = {name: number for number, one in enumerate(givers) for name in one.names}
    indexed: dict[int, Mapping[str, Mapping[int, list[Row]]]] = {}
    marks: Columns = defaultdict(lambda: [None] * len(givers))
    for number, tables in enumerate(seen):
        if id(tables) not in indexed:
            indexed[id(tables)] = {table: _by_giver(rows, names) for table, rows in tables.items()}
        for table, rows in indexed[id(tables)].items():
            mine = sorted(rows.get(number, []), key=_written)
            marks[f"{table}, rows about the giver"][number] = float(len(mine))
            for which, row in zip(("first", "last"), (*mine[:1], *mine[-1:]), strict=False):
                for column, text in row.items():
                    marks[f"{table}.{column} of the {which} about the giver"][number] = _cell(text)
    return dict(marks)


def _by_giver(rows: Sequence[Row], names: Mapping[str, int]) -> Mapping[int, list[Row]]:
    found: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        for number in {names[word] for text in row.values() for word in _words(text) if word in names}:
            found[number].append(row)
    return found


def _words(text: str) -> Sequence[str]:
    """What stands by itself in a text: names and ids; a sealed row holds none."""
    return (text,) if len(text) > LONG and text.isalnum() else WORD.findall(text)


def _beside(seen: Sequence[Rows], givers: Sequence[Giver]) -> Columns:
    """What stands in rows of each table that were written next to a kudos, by transaction, and how many there are."""
    ordered: dict[int, Mapping[str, tuple[list[int], list[Row]]]] = {}
    marks: Columns = defaultdict(lambda: [None] * len(givers))
    for number, (tables, one) in enumerate(zip(seen, givers, strict=True)):
        if id(tables) not in ordered:
            ordered |= {id(tables): _by_transaction(tables)}
        for table, (written, rows) in ordered[id(tables)].items():
            here = bisect_left(written, one.xmin)
            for name, cell in _neighbours(table, written, rows, here, one):
                marks[name][number] = cell
    return dict(marks)


def _by_transaction(tables: Rows) -> Mapping[str, tuple[list[int], list[Row]]]:
    kept = {table: sorted(rows, key=_written) for table, rows in tables.items() if rows and _outside(table)}
    return {table: ([_written(row) for row in rows], rows) for table, rows in kept.items()}


def _outside(table: str) -> bool:
    """Kudos beside kudos tell of kudos, and who is in the roster is the same for all."""
    return not table.startswith(("kudos.", "people."))


def _neighbours(
    table: str, written: Sequence[int], rows: Sequence[Row], here: int, one: Giver
) -> Iterator[tuple[str, Cell]]:
    for lag in LAGS:
        if 0 <= here + lag < len(rows):
            yield f"{table}, transactions to the row at {lag}", float(one.xmin - written[here + lag])
            for column, text in rows[here + lag].items():
                yield f"{table}.{column} at {lag}", _cell(text)
    for many in NEAR:
        yield f"{table}, rows of the {many} before", float(here - bisect_left(written, one.xmin - many))
    same = bisect_left(written, one.xmin + 1) - here
    yield f"{table}, rows of the same transaction", float(same)


def _around(wholes: Sequence[Whole], givers: Sequence[Giver]) -> Columns:
    """How much changed between the readings before and after a kudos: rows of each table, and every counter."""
    moments = [whole.at for whole in wholes]
    steps = [_step(before, after) for before, after in pairwise(wholes)]
    marks: Columns = defaultdict(lambda: [None] * len(givers))
    for number, one in enumerate(givers):
        place = bisect_left(moments, one.at) - 1
        if 0 <= place < len(steps):
            for name, cell in steps[place].items():
                marks[f"between readings: {name}"][number] = cell
    return dict(marks)


def _step(before: Whole, after: Whole) -> Mapping[str, Cell]:
    changed: dict[str, Cell] = {}
    for table, rows in after.tables.items():
        old = {tuple(row.values()) for row in before.tables.get(table, [])}
        changed[f"{table}, rows that are new"] = float(sum(tuple(row.values()) not in old for row in rows))
    for catalogue, things in after.catalogues.items():
        for thing, columns in things.items():
            was = before.catalogues.get(catalogue, {}).get(thing, {})
            changed |= {
                f"{catalogue} {thing}.{column}": grown
                for column, text in columns.items()
                if (grown := _grown(was.get(column, ""), text)) is not None
            }
    return changed


def _grown(before: str, after: str) -> float | None:
    try:
        return float(after) - float(before)
    except ValueError:
        return float(before != after) if before else None


def _said(statements: str, givers: Sequence[Giver]) -> Columns:
    """How often each statement names a giver, how long before the kudos first and last, and how many there are of each
    shortly before."""
    lines = list(_lines(statements))
    moments = [moment for moment, _, _ in lines]
    names = {name: number for number, one in enumerate(givers) for name in one.names}
    marks: Columns = defaultdict(lambda: [0.0] * len(givers))
    for moment, said, values in lines:
        for number in {names[value] for value in values if value in names}:
            for which in ("ever", "before" if moment < givers[number].at else "after"):
                marks[f"log, {which} named in {said}"][number] += 1.0  # type: ignore[operator]
            marks["log, first named"][number] = marks["log, first named"][number] or moment - givers[number].at
            marks["log, last named"][number] = moment - givers[number].at
    for number, one in enumerate(givers):
        end = bisect_left(moments, one.at)
        for seconds in SHORTLY:
            shortly = Counter(said for _, said, _ in lines[bisect_left(moments, one.at - seconds) : end])
            for said, many in shortly.items():
                marks[f"log, {seconds} s before, {said}"][number] = float(many)
    return dict(marks)


def _lines(statements: str) -> Iterator[tuple[float, str, list[str]]]:
    """Yield (moment, statement without its values, values) of each statement; a line of values belongs to the last."""
    said, moment = "", 0.0
    for at, line in LINE.findall(statements):
        if line.startswith("DETAIL"):
            yield moment, said, VALUE.findall(line)
            said = ""
            continue
        if said:
            yield moment, said, []
        moment, said = float(at), re.sub(r"'[^']*'|\d+", "?", line)[:160]
    if said:
        yield moment, said, []


def _written(row: Row) -> int:
    return int(row["xmin"])


def _cell(text: str) -> Cell:
    """A place in a file as a number; everything else as it stands."""
    found = PLACE.fullmatch(text)
    return float(int(found[1]) * 1000 + int(found[2])) if found else text
