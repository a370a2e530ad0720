"""What holds for every plan, over invented people, shifts, windows and clock changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from surveys.cadence import PlannedDelivery, WavePlan, plan_wave, takes_part
from surveys.model import Preferences, QuietHours, Shift, Survey
from surveys.public_holidays import public_holidays
from surveys.spread import fractions, offsets

ZONES = ["Europe/Amsterdam", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo", "Asia/Kathmandu"]
EDGE = timedelta(minutes=10)
OFFSET = offsets(b"pulse")
MINUTES = st.integers(-600, 6000).map(lambda count: timedelta(minutes=count))


@dataclass(frozen=True)
class World:
    """Everything that a plan depends on."""

    survey: Survey
    number: int
    opens: datetime
    window: timedelta
    late: timedelta
    people: dict[UUID, str]
    preferences: dict[UUID, Preferences]
    shifts: dict[UUID, list[Shift]]

    @property
    def now(self) -> datetime:
        return self.opens + self.late

    @property
    def closes(self) -> datetime:
        return self.opens + self.window

    def plan(self) -> WavePlan:
        return plan_wave(
            survey=self.survey,
            number=self.number,
            opens=self.opens,
            closes=self.closes,
            people=self.people,
            preferences=self.preferences,
            shifts=self.shifts,
            fraction=fractions(b"wave"),
            offset=OFFSET,
            now=self.now,
        )


def pulse(quiet: QuietHours, holidays: str | None) -> Survey:
    title = {"nl": "Polsslag", "en": "Pulse"}
    return Survey("pulse", title, "0 9 * * 1", "UTC", timedelta(days=3), None, quiet, holidays)  # type: ignore[arg-type]


unhurried = settings(deadline=None)  # the first holiday that is asked for loads them all

clocks = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30]))
quiets = st.builds(QuietHours, clocks, clocks) | st.just(QuietHours(time(20), time(8)))
wishes = st.just(Preferences()) | st.builds(
    Preferences,
    moment=st.none() | clocks,
    quiet=st.none() | quiets,
    every=st.sampled_from([1, 2, 4]),
    paused_until=st.none() | st.dates(date(2026, 3, 1), date(2026, 11, 10)),
    stopped=st.sampled_from([False, False, False, True]),
)
# The evenings before clock changes of the zones above, before King's Day and before Christmas.
evenings = st.sampled_from([(3, 7), (3, 28), (4, 4), (4, 23), (4, 26), (10, 24), (10, 29), (12, 24)])
openings = st.builds(
    lambda evening, minutes: datetime(2026, evening[0], evening[1], 18, tzinfo=UTC) + timedelta(minutes=minutes),
    evenings,
    st.integers(-1200, 600),
)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    opens, window = draw(openings), timedelta(minutes=draw(st.integers(1, 6000) | st.just(4320)))
    shifts = st.builds(
        lambda begin, quarters: Shift(opens + begin, opens + begin + timedelta(minutes=15 * quarters)),
        MINUTES,
        st.integers(0, 48),
    )
    people = draw(st.dictionaries(st.uuids(), st.sampled_from(ZONES), min_size=1, max_size=3))
    return World(
        survey=draw(st.builds(pulse, quiets, st.sampled_from([None, "NL"]))),
        number=draw(st.integers(1, 50)),
        opens=opens,
        window=window,
        late=draw(st.sampled_from([timedelta(0), timedelta(0), window / 3, window * 2])),
        people=people,
        preferences={person: draw(wishes) for person in people},
        shifts={person: draw(st.lists(shifts, max_size=4)) for person in people if draw(st.booleans())},
    )


def quiet_at(hours: QuietHours, clock: time) -> bool:
    if hours.start <= hours.end:
        return hours.start <= clock < hours.end
    return clock >= hours.start or clock < hours.end


def any_quiet(world: World, person: UUID, clock: time) -> bool:
    own = world.preferences[person].quiet
    return quiet_at(world.survey.quiet, clock) or (own is not None and quiet_at(own, clock))


def holiday(world: World, day: date) -> bool:
    return world.survey.holidays is not None and day in public_holidays(world.survey.holidays, day.year)


def taking_part(world: World, person: UUID, day: date) -> bool:
    wish = world.preferences[person]
    paused = wish.paused_until is not None and day < wish.paused_until
    return not wish.stopped and not paused and takes_part(world.number, wish.every, OFFSET(person))


def at_work(world: World, person: UUID, moment: datetime) -> bool:
    """On a shift and at no shift's edge; always when the planning is not known."""
    known = world.shifts.get(person)
    if known is None:
        return True
    running = [shift for shift in known if shift.start <= moment < shift.end]
    return bool(running) and all(shift.start + EDGE <= moment < shift.end - EDGE for shift in running)


def in_window(world: World, card: PlannedDelivery, local: datetime) -> bool:
    return max(world.opens, world.now) <= local < card.until <= world.closes


def on_shift(world: World, card: PlannedDelivery, local: datetime) -> bool:
    return at_work(world, card.person_id, local)


def outside_quiet_hours(world: World, card: PlannedDelivery, local: datetime) -> bool:
    return not any_quiet(world, card.person_id, local.time())


def on_a_working_day(world: World, card: PlannedDelivery, local: datetime) -> bool:
    return not holiday(world, local.date())


def wanted(world: World, card: PlannedDelivery, local: datetime) -> bool:
    return taking_part(world, card.person_id, local.date())


Rule = Callable[[World, PlannedDelivery, datetime], bool]


def keeps(rule: Rule, world: World, plan: WavePlan) -> bool:
    return all(
        rule(world, card, card.due.astimezone(ZoneInfo(world.people[card.person_id]))) for card in plan.deliveries
    )


@pytest.mark.parametrize("rule", [in_window, on_shift, outside_quiet_hours, on_a_working_day, wanted])
@unhurried
@given(world=worlds())
def test_every_card_is_due_by_every_rule(rule: Rule, world: World) -> None:
    """Never off shift or at its edges, in quiet hours, on a holiday, unwanted, or outside the window."""
    assert keeps(rule, world, world.plan())


@unhurried
@given(worlds())
def test_every_person_gets_one_card_or_is_counted_once_as_left_out(world: World) -> None:
    plan = world.plan()
    reached = [card.person_id for card in plan.deliveries]
    assert len(reached) == len(set(reached))
    assert set(reached) <= set(world.people)
    assert len(reached) + sum(plan.left_out.values()) == len(world.people)


@unhurried
@given(worlds())
def test_the_order_of_people_does_not_matter(world: World) -> None:
    assert world.plan() == replace(world, people=dict(reversed(world.people.items()))).plan()


def misses_nobody(world: World, plan: WavePlan) -> bool:
    """Tries every quarter of an hour of the window against the rules on the wall clock."""
    reached = {card.person_id for card in plan.deliveries}
    steps = range((world.closes - world.now) // timedelta(minutes=15))
    moments = [world.now + timedelta(minutes=15 * step) for step in steps]
    return not any(feasible(world, person, then) for person in world.people.keys() - reached for then in moments)


def feasible(world: World, person: UUID, moment: datetime) -> bool:
    place = ZoneInfo(world.people[person])
    local = moment.astimezone(place)
    around = {(moment + timedelta(hours=hour)).astimezone(place).utcoffset() for hour in (-2, 2)}
    return (
        len(around) == 1  # beside a clock change it is rather too quiet, on purpose
        and taking_part(world, person, local.date())
        and not holiday(world, local.date())
        and not any_quiet(world, person, local.time())
        and at_work(world, person, moment)
    )


@settings(max_examples=60, deadline=None)
@given(worlds())
def test_every_person_with_a_feasible_moment_gets_a_card(world: World) -> None:
    assert misses_nobody(world, world.plan())


# Planted faults: a planner that does not know one of the things must be caught by the check on it.

NONE = QuietHours(time(0), time(0))
WINTER = {"Europe/Amsterdam": "Etc/GMT-1", "America/New_York": "Etc/GMT+5", "Africa/Cairo": "Etc/GMT-2"}


def blind_to_shift_edges(world: World) -> WavePlan:
    wider = {p: [Shift(s.start - EDGE, s.end + EDGE) for s in shifts] for p, shifts in world.shifts.items()}
    return replace(world, shifts=wider).plan()


def blind_to_clock_changes(world: World) -> WavePlan:
    return replace(world, people={p: WINTER.get(name, name) for p, name in world.people.items()}).plan()


def one_late_by(amount: timedelta, world: World) -> WavePlan:
    plan = world.plan()
    return replace(plan, deliveries=tuple(replace(card, due=card.due + amount) for card in plan.deliveries))


FAULTS: list[tuple[Rule, Callable[[World], WavePlan]]] = [
    (in_window, lambda world: one_late_by(timedelta(days=2), world)),
    (in_window, lambda world: replace(world, late=timedelta(0)).plan()),
    (on_shift, lambda world: replace(world, shifts={}).plan()),
    (on_shift, blind_to_shift_edges),
    (outside_quiet_hours, lambda world: replace(world, survey=replace(world.survey, quiet=NONE)).plan()),
    (outside_quiet_hours, blind_to_clock_changes),
    (on_a_working_day, lambda world: replace(world, survey=replace(world.survey, holidays=None)).plan()),
    (wanted, lambda world: replace(world, preferences={}).plan()),
]

caught = settings(max_examples=1500, deadline=None, database=None, derandomize=True, phases=[Phase.generate])


@pytest.mark.parametrize(("rule", "fault"), FAULTS)
def test_a_planted_fault_breaks_its_rule(rule: Rule, fault: Callable[[World], WavePlan]) -> None:
    assert find(worlds(), lambda world: not keeps(rule, world, fault(world)), settings=caught)


def test_a_planner_that_forgets_people_is_caught() -> None:
    assert find(worlds(), lambda world: not misses_nobody(world, WavePlan((), {})), settings=caught)
