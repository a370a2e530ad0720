"""People whom a platform brings: the members of its chosen groups, as rows of the roster. Pure.

A group is a team below the organisation. Whoever the platform names as the manager of more than half of the others in
it leads it. The people file goes first: of whom it knows, a platform makes no second person, and whoever it puts into a
team, it alone says who leads that team.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from surveys.localtime import zone_names
from surveys.model import LANGUAGES, Language, Person, Role
from surveys.people_file import EMAIL, LONGEST, RosterRow
from surveys.sources import brought_id

LANGUAGE: Final = re.compile(r"([a-z]{2,3})(?:[-_].*)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Listed:
    """A member as a platform lists them; what it does not tell is empty.

    `group` is the chosen one that they are in, `manager` the address of whom they report to.
    """

    address: str
    email: str
    active: bool = True
    name: str = ""
    locale: str = ""
    timezone: str = ""
    group: str = ""
    manager: str = ""


def rows_of(
    listed: Sequence[Listed],
    platform: str,
    *,
    theirs: Collection[Person],
    emails: Collection[str],
    filed: Collection[str] = (),
) -> list[RosterRow]:
    """Return a row for each active member of a group, and one for each e-mail address.

    `theirs` are the people whom the platform brought before; they go before others with the same e-mail address.
    `emails` are those of everybody else in the roster. No e-mail address means that it was not told: whom the platform
    brought before keeps theirs, unless it was told of somebody else. `filed` are the paths of teams that somebody else
    is in or leads: of these the platform names no leader.
    """
    known, taken = {person.external_id: person for person in theirs}, {email.casefold() for email in emails}
    members = [one for one in listed if one.active and one.group]
    members.sort(key=lambda one: brought_id(platform, one.address) not in known)
    made = [_row(number, one, platform) for number, one in enumerate(members, 1)]
    told = {row.email for row in made}
    rows = []
    for row in (_with_email(row, known.get(row.external_id), told) for row in made):
        if row.email not in taken:
            taken |= {row.email} - {""}
            rows.append(row)
    managers = {one.address: one.manager for one in members}
    leads = led_by({at: (row.team, managers[at]) for row in rows for at in row.addresses.values()})
    return [_leading(row, leads.get(row.addresses[platform], frozenset()).difference(filed)) for row in rows]


def led_by(people: Mapping[str, tuple[str, str]]) -> Mapping[str, frozenset[str]]:
    """Return which teams somebody leads, by address; `people` are team and manager by address.

    A leader is named by more than half of the others in the team. They need not be in it, but in one of these teams.
    """
    sizes = Counter(team for team, _ in people.values())
    named = Counter(at for person, at in people.items() if at[1] in people and at[1] != person)
    leads: dict[str, set[str]] = defaultdict(set)
    for (team, manager), times in named.items():
        others = sizes[team] - (people[manager][0] == team)
        if 2 * times > others:
            leads[manager].add(team)
    return {manager: frozenset(teams) for manager, teams in leads.items()}


def without_new_leaders(rows: Sequence[RosterRow], theirs: Mapping[str, frozenset[str]]) -> list[RosterRow]:
    """Return the rows with nobody leading a team that they do not lead already; `theirs` are paths by roster id."""
    return [_leading(row, row.manages & theirs.get(row.external_id, frozenset())) for row in rows]


def _leading(row: RosterRow, teams: frozenset[str]) -> RosterRow:
    return replace(row, manages=teams, roles=row.roles - {Role.MANAGER} | ({Role.MANAGER} if teams else set()))


def _with_email(row: RosterRow, before: Person | None, told: Collection[str]) -> RosterRow:
    return row if row.email or before is None or before.email in told else replace(row, email=before.email)


def _row(number: int, one: Listed, platform: str) -> RosterRow:
    email = one.email.casefold()
    return RosterRow(
        line=number,
        external_id=brought_id(platform, one.address),
        name=_tidy(one.name)[: LONGEST["name"]] or one.address,
        email=email if EMAIL.fullmatch(email) and len(email) <= LONGEST["email"] else "",
        team=_tidy(one.group.replace("/", "-")) or platform,
        manages=frozenset(),
        roles=frozenset({Role.AGENT}),
        language=_language(one.locale),
        timezone=one.timezone if one.timezone in zone_names() else None,
        facets={},
        addresses={platform: one.address},
    )


def _tidy(text: str) -> str:
    """Without control characters, and with single spaces, as the people file has names and paths."""
    plain = "".join(sign if sign.isprintable() else " " for sign in unicodedata.normalize("NFC", text))
    return " ".join(plain.split())


def _language(locale: str) -> Language | None:
    said = LANGUAGE.fullmatch(locale)
    return next((language for language in LANGUAGES if said and said[1].casefold() == language), None)
