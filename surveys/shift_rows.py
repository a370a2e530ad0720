"""What a shift in any file must be: of somebody known, at times that exist, not longer than a day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from surveys.model import Person, Shift
from surveys.sheet import Findings

LONGEST: Final = timedelta(hours=24)

PersonShift = tuple[UUID, Shift]
"""Whose shift, by `Person.id`, and the shift in UTC."""


def directory_of(people: Iterable[Person]) -> dict[str, Person]:
    """Everybody by roster id and by e-mail address in lower case; an id wins over an address."""
    everybody = list(people)
    by_email = {person.email.casefold(): person for person in everybody if person.email}
    return by_email | {person.external_id: person for person in everybody}


def person_for(line: int, column: str, key: str, directory: Mapping[str, Person], found: Findings) -> Person | None:
    person = directory.get(key) or directory.get(key.casefold())
    if person is None:
        found.add(line, column, key, "nobody in the roster has this id or e-mail address; import the people first")
    return person


def instant_of(line: int, column: str, moment: datetime, person: Person, found: Findings) -> datetime | None:
    """The moment with a time zone, the person's own where it has none; None when their clock skips it."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(person.timezone))
    try:
        back = aware.astimezone(UTC).astimezone(aware.tzinfo)
    except OverflowError:
        found.add(line, column, moment.isoformat(), "this date is too far away; write the year with four digits")
        return None
    if back.replace(tzinfo=None) != aware.replace(tzinfo=None):
        mend = f"the clock in {aware.tzinfo} skips this time; add an offset such as +01:00"
        found.add(line, column, moment.isoformat(), mend)
        return None
    return aware


def shift_of(line: int, person: Person, start: datetime, end: datetime, found: Findings) -> PersonShift | None:
    shift = Shift(start.astimezone(UTC), end.astimezone(UTC))
    if shift.end <= shift.start:
        found.add(line, "end", end.isoformat(), "not after the start; check the date of a shift that crosses midnight")
    elif shift.end - shift.start > LONGEST:
        found.add(line, "end", end.isoformat(), "more than 24 hours after the start; split the shift")
    else:
        return person.id, shift
    return None
