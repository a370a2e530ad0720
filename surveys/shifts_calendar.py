"""Shifts from a planning as an iCalendar file, checked whole before anything is replaced."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from surveys.errors import InputError
from surveys.model import Person
from surveys.recurrence import NotSimple, starts_of
from surveys.sheet import Findings, check_size
from surveys.shift_rows import PersonShift, directory_of, instant_of, person_for, shift_of

if TYPE_CHECKING:
    from icalendar import Event

UNREAD: Final = ("RDATE", "RECURRENCE-ID")
Times = tuple[datetime, datetime]


def parse_shifts_ics(text: str, people: Iterable[Person]) -> list[PersonShift]:
    """The shifts of an iCalendar file, one per VEVENT and person.

    Whose shift it is: every ATTENDEE (`mailto:` and the e-mail address); without one, X-PERSON; without that, the
    whole SUMMARY; the last two hold a roster id or an e-mail address. Times without a time zone are read on the
    wall clock of the person's own. Daily and weekly repetitions with an end are written out (see `starts_of`),
    without the moments in EXDATE; every other repetition is refused. Cancelled events are passed over.

    Raises BadRows with everything that is wrong (`line` is the n-th event), and InputError when the file is too
    large, is no calendar or holds no events.
    """
    from icalendar import Calendar, Event  # noqa: PLC0415 — most commands read no calendar, and it takes its time

    check_size(len(text.encode("utf-8", "surrogatepass")))
    try:
        parts = Calendar.from_ical(text.removeprefix("\ufeff")).walk("VEVENT")
    except (ValueError, IndexError, KeyError) as error:
        raise InputError("The file is not a calendar; export the shifts again as iCalendar (.ics)") from error
    events = [part for part in parts if isinstance(part, Event)]
    if not events:
        raise InputError("The calendar holds no events; export a period with shifts in it")
    found = Findings(unit="event")
    directory = directory_of(people)
    shifts = [shift for number, event in enumerate(events, 1) for shift in _event(number, event, directory, found)]
    found.stop_if_any()
    return list(dict.fromkeys(shifts))


def _event(number: int, event: Event, directory: Mapping[str, Person], found: Findings) -> list[PersonShift]:
    if str(event.get("STATUS", "")).upper() == "CANCELLED":
        return []
    column, keys = _keys(event)
    known = [person_for(number, column, key, directory, found) for key in keys]
    times = _times(number, event, found)
    if times is None:
        return []
    return [shift for person in known if person for shift in _shifts(number, event, times, person, found)]


def _times(number: int, event: Event, found: Findings) -> Times | None:
    """Start and end as they stand in the file; None when something that matters in the event is not understood."""
    before = len(found.errors)
    for name, reason in event.errors:
        found.add(number, name or "event", str(reason), "this part cannot be read; export the calendar again")
    for name in UNREAD:
        if name in event:
            found.add(number, name, "", "changed single shifts of a repetition are not read; export them one by one")
    if len(found.errors) > before:
        return None
    try:
        start, end = event.start, event.end
    except ValueError as error:
        found.add(number, "DTSTART", "", f"no usable start and end ({error}); give DTSTART and DTEND")
        return None
    for name in ("DTSTART", "DTEND"):
        if mend := _unknown_zone(event.get(name)):
            found.add(number, name, str(start if name == "DTSTART" else end), mend)
    if isinstance(start, datetime) and isinstance(end, datetime):
        return (start, end) if len(found.errors) == before else None
    found.add(number, "DTSTART", str(start), "a whole day is not a shift; give a date and a time")
    return None


def _unknown_zone(moment: Any) -> str:
    """The calendar library drops a time zone that it does not know; we do not guess what was meant."""
    zone = moment.params.get("TZID") if moment is not None else None
    if zone and moment.dt.tzinfo is None:
        return f"time zone '{zone}' is not known; use an IANA name such as Europe/Amsterdam"
    return ""


def _keys(event: Event) -> tuple[str, Sequence[str]]:
    attendees = event.get("ATTENDEE", [])
    addresses = [str(each) for each in (attendees if isinstance(attendees, list) else [attendees])]
    if addresses:
        return "ATTENDEE", [address[7:] if address[:7].casefold() == "mailto:" else address for address in addresses]
    column = "X-PERSON" if "X-PERSON" in event else "SUMMARY"
    return column, [str(event.get(column, "")).strip()]


def _shifts(number: int, event: Event, times: Times, person: Person, found: Findings) -> list[PersonShift]:
    start, end = (_local(moment, person) for moment in times)
    length = end.astimezone(start.tzinfo).replace(tzinfo=None) - start.replace(tzinfo=None)
    try:
        starts = _starts(event, start, person)
    except NotSimple as error:
        found.add(number, "RRULE", " ".join(str(dict(rule)) for rule in event.rrules), str(error))
        return []
    pairs = [
        (
            instant_of(number, "DTSTART", each, person, found),
            instant_of(number, "DTEND", each + length, person, found),
        )
        for each in starts
    ]
    made = [shift_of(number, person, first, last, found) for first, last in pairs if first and last]
    return [shift for shift in made if shift]


def _starts(event: Event, start: datetime, person: Person) -> list[datetime]:
    rules = event.rrules
    if len(rules) > 1:
        raise NotSimple("an event with two repetitions is not read; export the shifts one by one")
    without = {_local(each, person) for each in event.exdates if isinstance(each, datetime)}
    return [each for each in (starts_of(start, rules[0]) if rules else [start]) if each not in without]


def _local(moment: datetime, person: Person) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(person.timezone))
