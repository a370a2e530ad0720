"""People whom a platform brings: the members of its chosen groups, as rows of the roster. Pure.

A group is a team below the organisation. The people file goes first: of whom it knows, a platform makes no second
person.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Final

from surveys.localtime import zone_names
from surveys.model import LANGUAGES, Language, Person, Role
from surveys.people_file import EMAIL, LONGEST, RosterRow
from surveys.sources import brought_id

LANGUAGE: Final = re.compile(r"([a-z]{2,3})(?:[-_].*)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Listed:
    """A member as a platform lists them; what it does not tell is empty. `group` is the chosen one that they are in."""

    address: str
    email: str
    active: bool = True
    name: str = ""
    locale: str = ""
    timezone: str = ""
    group: str = ""


def rows_of(
    listed: Sequence[Listed], platform: str, *, theirs: Collection[Person], emails: Collection[str]
) -> list[RosterRow]:
    """Return a row for each active member of a group, and one for each e-mail address.

    `theirs` are the people whom the platform brought before; they go before others with the same e-mail address.
    `emails` are those of everybody else in the roster. No e-mail address means that it was not told: whom the platform
    brought before keeps theirs, unless it was told of somebody else.
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
    return rows


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
