"""Shifts from a planning: everything in it is right, or nothing of it is taken."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.errors import InputError
from surveys.model import Person, Role
from surveys.roster import BadRows, parse_shifts_csv, parse_shifts_ics


def person(number: int, timezone: str) -> Person:
    return Person(
        id=UUID(int=number),
        external_id=f"E{number}",
        name=f"Name {number}",
        email=f"e{number}@lente.example",
        team="t",
        roles=frozenset({Role.AGENT}),
        manages=frozenset(),
        language="nl",
        timezone=timezone,
    )


PEOPLE = [person(1, "Europe/Amsterdam"), person(2, "America/Paramaribo")]
ONE, TWO = UUID(int=1), UUID(int=2)


def csv_starts(rows: str) -> list[tuple[UUID, datetime]]:
    return [(who, shift.start) for who, shift in parse_shifts_csv("person,start,end\n" + rows, PEOPLE)]


def event(*lines: str) -> str:
    return "\r\n".join(["BEGIN:VEVENT", "UID:1", *lines, "END:VEVENT"])


def ics(*events: str) -> str:
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:planning", *events, "END:VCALENDAR", ""])


def ics_starts(*lines: str) -> list[datetime]:
    return [shift.start for _, shift in parse_shifts_ics(ics(event("SUMMARY:E1", *lines)), PEOPLE)]


NINE = ("DTSTART;TZID=Europe/Amsterdam:20261005T090000", "DTEND;TZID=Europe/Amsterdam:20261005T170000")


def test_a_time_without_offset_is_on_the_persons_own_clock() -> None:
    rows = "E1,2026-10-05T09:00,2026-10-05 17:00\ne2@LENTE.example,2026-10-05T09:00,2026-10-05T17:00\n"
    assert csv_starts(rows) == [
        (ONE, datetime(2026, 10, 5, 7, tzinfo=UTC)),
        (TWO, datetime(2026, 10, 5, 12, tzinfo=UTC)),
    ]


def test_a_time_with_offset_is_that_instant() -> None:
    assert csv_starts("E2,2026-10-05T09:00+02:00,2026-10-05T15:00Z\n") == [(TWO, datetime(2026, 10, 5, 7, tzinfo=UTC))]


def test_a_night_shift_over_the_change_of_clocks_has_its_real_length() -> None:
    ((_, shift),) = parse_shifts_csv("person;start;end\nE1;2026-10-24T22:00;2026-10-25T06:00\n", PEOPLE)
    assert shift.end - shift.start == timedelta(hours=9)


def test_the_same_shift_twice_is_one_shift() -> None:
    assert len(csv_starts("E1,2026-10-05T09:00,2026-10-05T17:00\n" * 2)) == 1


@pytest.mark.parametrize(
    ("row", "column", "mend"),
    [
        ("E9,2026-10-05T09:00,2026-10-05T17:00", "person", "import the people first"),
        (",2026-10-05T09:00,2026-10-05T17:00", "person", "nobody"),
        ("E1,2026-10-05,2026-10-05T17:00", "start", "write it as"),
        ("E1,5 October,2026-10-05T17:00", "start", "write it as"),
        ("E1,2026-10-05T25:00,2026-10-05T17:00", "start", "write it as"),
        ("E1,2026-10-05T22:00,2026-10-05T06:00", "end", "crosses midnight"),
        ("E1,2026-10-05T09:00,2026-10-05T09:00", "end", "not after the start"),
        ("E1,2026-10-05T09:00,2026-10-06T09:01", "end", "24 hours"),
        ("E1,2026-03-29T02:30,2026-03-29T09:00", "start", "skips this time"),
        ("E1,0001-01-01T00:00,0001-01-01T08:00", "start", "too far away"),
    ],
)
def test_a_row_that_cannot_be_a_shift_is_named(row: str, column: str, mend: str) -> None:
    with pytest.raises(BadRows, match=mend) as caught:
        csv_starts("E1,2026-10-05T09:00,2026-10-05T17:00\n" + row + "\n")
    assert (caught.value.errors[0].line, caught.value.errors[0].column) == (3, column)


def test_a_calendar_says_whose_shift_it_is_in_three_ways() -> None:
    calendar = ics(
        event(*NINE, "ATTENDEE;CN=One:MAILTO:E1@lente.example", "ATTENDEE:mailto:e2@lente.example", "SUMMARY:E9"),
        event("DTSTART:20261006T090000", "DURATION:PT8H", "X-PERSON:E2", "SUMMARY:Late shift"),
        event("DTSTART:20261007T070000Z", "DTEND:20261007T150000Z", "SUMMARY:E1"),
    )
    assert [(who, shift.start.isoformat()) for who, shift in parse_shifts_ics(calendar, PEOPLE)] == [
        (ONE, "2026-10-05T07:00:00+00:00"),
        (TWO, "2026-10-05T07:00:00+00:00"),
        (TWO, "2026-10-06T12:00:00+00:00"),
        (ONE, "2026-10-07T07:00:00+00:00"),
    ]


def test_a_weekly_repetition_stays_on_the_wall_clock() -> None:
    starts = ics_starts(*NINE, "RRULE:FREQ=WEEKLY;BYDAY=MO,WE;INTERVAL=2;COUNT=4")
    assert [(s.day, s.hour) for s in starts] == [(5, 7), (7, 7), (19, 7), (21, 7)]
    assert [(s.day, s.hour) for s in ics_starts(*NINE, "RRULE:FREQ=WEEKLY;UNTIL=20261101")] == [
        (5, 7),
        (12, 7),
        (19, 7),
        (26, 8),
    ]


def test_a_daily_repetition_leaves_out_what_the_calendar_excludes() -> None:
    excluded = "EXDATE;TZID=Europe/Amsterdam:20261006T090000"
    starts = ics_starts(*NINE, "RRULE:FREQ=DAILY;UNTIL=20261008T070000Z", excluded)
    assert [start.day for start in starts] == [5, 7, 8]


def test_a_cancelled_event_is_no_shift() -> None:
    assert ics_starts(*NINE, "STATUS:CANCELLED") == []


@pytest.mark.parametrize(
    ("lines", "mend"),
    [
        ((*NINE, "RRULE:FREQ=MONTHLY;COUNT=2"), "one by one"),
        ((*NINE, "RRULE:FREQ=WEEKLY;BYDAY=1MO;COUNT=2"), "one by one"),
        ((*NINE, "RRULE:FREQ=DAILY;BYHOUR=9;COUNT=2"), "BYHOUR"),
        ((*NINE, "RRULE:FREQ=DAILY"), "needs an end"),
        ((*NINE, "RRULE:FREQ=DAILY;COUNT=2;INTERVAL=0"), "counts from 1"),
        ((*NINE, "RRULE:FREQ=DAILY;COUNT=2", "RRULE:FREQ=DAILY;COUNT=3"), "two repetitions"),
        ((*NINE, "RRULE:FREQ=WEEKLY;WKST=SU;COUNT=2"), "WKST"),
        ((*NINE, "RRULE:FREQ=DAILY;COUNT=100000"), "more than a year"),
        ((*NINE, "RRULE:FREQ=WEEKLY;UNTIL=20991231"), "more than a year"),
        ((*NINE, "RRULE:rubbish"), "export"),
        ((*NINE, "RDATE:20261009T090000"), "one by one"),
        ((*NINE, "RECURRENCE-ID:20261005T090000"), "one by one"),
        (("DTSTART;VALUE=DATE:20261005",), "whole day"),
        (("DTSTART:20261005T090000",), "not after the start"),
        (("DTEND:20261005T090000",), "DTSTART and DTEND"),
        (("DTSTART:tomorrow", "DTEND:20261005T090000"), "cannot be read"),
        (("DTSTART;TZID=Mars/Olympus:20261005T090000", "DURATION:PT8H"), "'Mars/Olympus' is not known"),
        (("DTSTART:20260329T023000", "DURATION:PT8H"), "skips this time"),
        ((*NINE, "DTSTART:20261006T090000"), "DTSTART and DTEND"),
        ((*NINE, "ATTENDEE:mailto:stranger@lente.example"), "import the people first"),
    ],
)
def test_an_event_that_cannot_be_read_for_certain_is_refused(lines: tuple[str, ...], mend: str) -> None:
    with pytest.raises(BadRows, match=f"event 1, .*{mend}"):
        ics_starts(*lines)


@pytest.mark.parametrize("text", ["", "rubbish", "BEGIN:VCALENDAR", ics(), ics("BEGIN:VEVENT"), "\0"])
def test_what_is_no_calendar_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        parse_shifts_ics(text, PEOPLE)


LINES = st.sampled_from(
    [*NINE, "RRULE:FREQ=DAILY;COUNT=1", "RRULE:=", "EXDATE:x", "ATTENDEE:", "DURATION:-P1D", "TZID", "X-PERSON:\0", ";"]
)


@given(st.lists(LINES | st.text(max_size=20), max_size=6))
def test_no_event_makes_anything_but_shifts_or_an_input_error(lines: list[str]) -> None:
    with suppress(InputError):
        assert all(shift.start < shift.end for _, shift in parse_shifts_ics(ics(event(*lines)), PEOPLE))
