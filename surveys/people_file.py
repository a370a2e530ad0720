"""The people file: one CSV row per person, checked whole before anything is planned."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from surveys.cohorts import ROOT_PATH, segments
from surveys.errors import InputError
from surveys.localtime import zone_names
from surveys.model import LANGUAGES, Language, Role
from surveys.sheet import Columns, Findings, Line, read_sheet
from surveys.sources import BROUGHT, CASELESS, PLATFORMS

FACETS: Final[Mapping[str, tuple[str, ...]]] = {
    "shift_type": ("early", "day", "late", "night", "mixed"),
    "channel": ("inbound", "outbound", "blended"),
    "contract": ("fixed", "temporary", "flex"),
    "location": ("site", "home"),
    "tenure": ("under-1", "1-3", "over-3"),
}
"""The one-way facets and their values: closed lists, because words of one's own could name somebody."""
REQUIRED: Final = ("id", "name", "email", "team")
LONGEST: Final[Mapping[str, int]] = {"id": 100, "name": 200, "email": 254}
"""Characters per cell."""
DEEPEST: Final = 8
ADDRESS: Final = "address:"
RESERVED: Final = ("person:", "seat:")
"""An address never begins like the subject of a link, so that the two can't be taken for each other."""
EMAIL: Final = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+")


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One row, checked. `team` and `manages` are paths ("/" is the organisation itself).

    `language` and `timezone` are None where the file says nothing. `facets` and `addresses` have a key for every
    column of the file; the empty string there means that the person has none.
    """

    line: int
    external_id: str
    name: str
    email: str
    team: str
    manages: frozenset[str]
    roles: frozenset[Role]
    language: Language | None
    timezone: str | None
    facets: Mapping[str, str]
    addresses: Mapping[str, str]


def parse_people(text: str, *, platforms: Collection[str] = PLATFORMS) -> list[RosterRow]:
    """The rows of a people file.

    Raises BadRows with everything that is wrong in it, and InputError when the file is too large or empty.
    """
    found = Findings()
    addresses = tuple(f"{ADDRESS}{platform}" for platform in platforms)
    columns = Columns(REQUIRED, ("manages", "roles", "language", "timezone", *FACETS, *addresses))
    lines = read_sheet(text, columns, found)
    rows = [_row(line, found) for line in lines]
    _check_twice(rows, found)
    if all(error.column not in {"row", "team"} for error in found.errors):
        _check_managed(rows, found)
    found.stop_if_any()
    return rows


def _row(line: Line, found: Findings) -> RosterRow:
    cells = line.cells
    for column, longest in LONGEST.items():
        if len(cells.get(column, "")) > longest:
            found.add(line.number, column, cells[column], f"longer than {longest} characters; shorten it")
    for column in ("id", "name"):
        if not cells[column]:
            found.add(line.number, column, "", "this cell is empty; fill it")
    if cells["id"].casefold().startswith(BROUGHT):
        mend = f"ids that begin with {', '.join(BROUGHT)} are of people from a platform; give the id of your own system"
        found.add(line.number, "id", cells["id"], mend)
    manages = frozenset(_path(line, "manages", part, found) for part in _parts(cells.get("manages", "")))
    return RosterRow(
        line=line.number,
        external_id=cells["id"],
        name=cells["name"],
        email=_email(line, found),
        team=_path(line, "team", cells["team"], found),
        manages=manages,
        roles=_roles(line, bool(manages), found),
        language=_language(line, found),
        timezone=_timezone(line, found),
        facets={facet: _facet(line, facet, found) for facet in FACETS if facet in cells},
        addresses=_addresses(line, found),
    )


def _addresses(line: Line, found: Findings) -> dict[str, str]:
    columns = {name: value for name, value in line.cells.items() if name.startswith(ADDRESS)}
    for column, value in columns.items():
        if value.casefold().startswith(RESERVED):
            mend = f"an address does not begin with {' or '.join(RESERVED)}; give the address on this platform"
            found.add(line.number, column, value, mend)
    given = {name.removeprefix(ADDRESS): value for name, value in columns.items()}
    return {platform: value.lower() if platform in CASELESS else value for platform, value in given.items()}


def _parts(cell: str) -> list[str]:
    return [part.strip() for part in cell.split(";") if part.strip()]


def _email(line: Line, found: Findings) -> str:
    email = line.cells["email"].casefold()
    if email and not EMAIL.fullmatch(email):
        found.add(
            line.number, "email", email, "not an e-mail address; write it as name@organisation, or leave it empty"
        )
    return email


def _path(line: Line, column: str, cell: str, found: Findings) -> str:
    try:
        names = segments(cell)
    except InputError:
        found.add(line.number, column, cell, "not a path; write it as Site/Department/Team, without empty names")
        return ""
    if len(names) > DEEPEST:
        found.add(line.number, column, cell, f"deeper than {DEEPEST} levels; write it as Site/Department/Team")
    return "/".join(names) or ROOT_PATH


def _roles(line: Line, leads: bool, found: Findings) -> frozenset[Role]:
    cell = line.cells.get("roles", "")
    known = {role.value: role for role in Role}
    names = [part.casefold() for part in _parts(cell)]
    if not names:
        return frozenset({Role.AGENT, Role.MANAGER} if leads else {Role.AGENT})
    for name in names:
        if name not in known:
            found.add(line.number, "roles", name, f"not a role; use {', '.join(known)}, separated by ;")
    if leads and Role.MANAGER not in names:
        mend = "this person manages cohorts without the role manager; add the role or empty the column manages"
        found.add(line.number, "roles", cell, mend)
    return frozenset(known[name] for name in names if name in known)


def _language(line: Line, found: Findings) -> Language | None:
    cell = line.cells.get("language", "")
    if not cell:
        return None
    for language in LANGUAGES:
        if cell.casefold() == language:
            return language
    found.add(line.number, "language", cell, f"not a language of this product; use {' or '.join(LANGUAGES)}")
    return None


def _timezone(line: Line, found: Findings) -> str | None:
    cell = line.cells.get("timezone", "")
    if cell and cell not in zone_names():
        found.add(line.number, "timezone", cell, "not a time zone; use an IANA name such as Europe/Amsterdam")
    return cell or None


def _facet(line: Line, facet: str, found: Findings) -> str:
    cell = line.cells[facet].casefold()
    if cell and cell not in FACETS[facet]:
        found.add(
            line.number, facet, cell, f"not a value of this facet; use {', '.join(FACETS[facet])}, or leave it empty"
        )
    return cell


def _check_twice(rows: Sequence[RosterRow], found: Findings) -> None:
    """An id, an e-mail address or an address on a platform belongs to one person."""
    seen: dict[tuple[str, str], int] = {}
    for row in rows:
        own = {"id": row.external_id, "email": row.email} | {f"{ADDRESS}{p}": a for p, a in row.addresses.items()}
        for column, value in own.items():
            first = seen.setdefault((column, value), row.line)
            if value and first != row.line:
                found.add(row.line, column, value, f"also on line {first}; one person has one row, keep one of them")


def _check_managed(rows: Sequence[RosterRow], found: Findings) -> None:
    """Whoever leads, leads a cohort in which somebody is."""
    peopled = {ROOT_PATH}
    for row in rows:
        names = segments(row.team)
        peopled.update("/".join(names[:depth]) for depth in range(1, len(names) + 1))
    for row in rows:
        for path in sorted(row.manages - peopled):
            if path:
                found.add(row.line, "manages", path, "nobody is in this cohort or below it; check the path")
