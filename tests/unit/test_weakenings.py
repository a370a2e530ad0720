"""Each thing that may weaken: it waits for the other seat, is refused with a reason, lapses, and goes back by one key.

What is in the list is offered on the page of a seat; a field of an agreement that is not in it fails the last test.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from bot.keys_form import changes_of
from surveys.errors import LogBroken
from surveys.instrument import shipped_instrument
from surveys.model import STRICT, Mode
from surveys.policy import ALWAYS, FIELDS, Agreement, Reader, changed, to_content
from surveys.seats import Seat
from surveys.signed_log import Kind
from surveys.standing import WAITS
from tests.unit.agreements import AGREEMENT, NOW, Log

COUNCIL, ADMINISTRATOR = Seat.WORKS_COUNCIL, Seat.ADMINISTRATOR
LATE = NOW + WAITS + timedelta(seconds=1)


@dataclass(frozen=True)
class Weakening:
    """What holds before, as it differs from the usual, and the fields of the form that ask for more."""

    form: Mapping[str, str]
    before: Mapping[str, Any] = field(default_factory=dict)

    @property
    def start(self) -> Agreement:
        return replace(AGREEMENT, **self.before)

    @property
    def changes(self) -> dict[str, Any]:
        return changes_of(self.form, self.start, shipped_instrument())

    @property
    def after(self) -> Agreement:
        return changed(self.start, self.changes)


FEWER = frozenset(sorted(AGREEMENT.items)[1:])
WEAKENINGS = {
    "purpose": Weakening({"purpose_nl": "Iets anders."}),
    "protection": Weakening({"preset": "standard"}, {"protection": STRICT}),
    "surveys": Weakening({"surveys": "pulse, monthly"}),
    "items": Weakening({"items": "version"}, {"items": FEWER}),
    "readers": Weakening({"leaders": "on"}, {"readers": ALWAYS | {Reader.ADMINISTRATOR}}),
    "retention_days": Weakening({"retention_days": "30"}),
    "mode": Weakening({"mode": "arbo"}, {"readers": ALWAYS}),
    "verbatim_comments": Weakening({"verbatim_comments": "on"}, {"comments": True}),
    "tone": Weakening({"tone": "on"}, {"comments": True}),
    "comments": Weakening({"comments": "on"}),
}
ELSEWHERE = {"facets"}
"""Offered on the page by a part of its own."""


def live(one: Weakening) -> Log:
    log = Log().fill()
    log.decide(log.propose(to_content(one.start)), Kind.ACCEPTED, COUNCIL)
    return log


@pytest.mark.parametrize("name", WEAKENINGS)
def test_a_weakening_waits_for_the_other_seat(name: str) -> None:
    one = WEAKENINGS[name]
    assert set(one.changes) == {name}
    log = live(one)
    with pytest.raises(LogBroken, match=f"weakens {name}, which needs both keys"):
        log.add(Kind.STRENGTHENED, {"changes": one.changes, "reason": "Quietly."}, ADMINISTRATOR)
    proposal = log.propose(one.changes)
    assert log.standing.agreement == one.start
    with pytest.raises(LogBroken, match="of their own"):
        log.decide(proposal, Kind.ACCEPTED, ADMINISTRATOR)
    log.decide(proposal, Kind.ACCEPTED, COUNCIL)
    assert log.standing.agreement == one.after


@pytest.mark.parametrize("name", WEAKENINGS)
def test_a_weakening_is_refused_with_a_reason(name: str) -> None:
    log = live(WEAKENINGS[name])
    proposal = log.propose(WEAKENINGS[name].changes)
    with pytest.raises(LogBroken, match="write down why"):
        log.decide(proposal, Kind.REFUSED, COUNCIL, reason=" ")
    log.decide(proposal, Kind.REFUSED, COUNCIL, reason="Not needed.")
    assert log.standing.agreement == WEAKENINGS[name].start
    with pytest.raises(LogBroken, match="no such proposal"):
        log.decide(proposal, Kind.ACCEPTED, COUNCIL)


@pytest.mark.parametrize("name", WEAKENINGS)
def test_a_weakening_that_nobody_answers_lapses(name: str) -> None:
    log = live(WEAKENINGS[name])
    proposal = log.propose(WEAKENINGS[name].changes)
    with pytest.raises(LogBroken, match="expired"):
        log.decide(proposal, Kind.ACCEPTED, COUNCIL, LATE)
    assert log.standing.agreement == WEAKENINGS[name].start


@pytest.mark.parametrize("by", Seat)
@pytest.mark.parametrize("name", sorted(WEAKENINGS.keys() - {"purpose", "mode"}))
def test_the_way_back_strengthens_and_needs_one_key(name: str, by: Seat) -> None:
    one = WEAKENINGS[name]
    log = live(Weakening({}, {**one.before, name: getattr(one.after, name)}))
    back = {name: to_content(one.start)[name]}
    log.add(Kind.STRENGTHENED, {"changes": back, "reason": "Safer."}, by)
    assert log.standing.agreement == one.start


@pytest.mark.parametrize("by", Seat)
def test_to_ask_nothing_at_all_needs_one_key(by: Seat) -> None:
    log = live(Weakening({}))
    log.add(Kind.STRENGTHENED, {"changes": {"mode": "private"}, "reason": "Stop."}, by)
    assert log.standing.agreement == replace(AGREEMENT, mode=Mode.PRIVATE)


@pytest.mark.parametrize("name", ["readers", "comments", "verbatim_comments", "tone"])
def test_what_is_granted_later_begins_with_the_next_wave(name: str) -> None:
    one = WEAKENINGS[name]
    what, log = ("leaders" if name == "readers" else name), live(one)
    log.decide(log.propose(one.changes, at=NOW), Kind.ACCEPTED, COUNCIL, NOW + timedelta(days=2))
    assert not log.standing.grants(what, NOW + timedelta(days=1))
    assert log.standing.grants(what, NOW + timedelta(days=2))


def test_what_was_agreed_from_the_beginning_holds_for_every_wave() -> None:
    assert live(Weakening({})).standing.grants("leaders", NOW - timedelta(days=9))


def test_what_was_taken_away_and_granted_anew_begins_anew() -> None:
    log = live(Weakening({}))
    fewer = {"readers": sorted(ALWAYS)}
    log.add(Kind.STRENGTHENED, {"changes": fewer, "reason": "For now."}, COUNCIL)
    assert not log.standing.grants("leaders", NOW)
    again = log.propose({"readers": to_content(AGREEMENT)["readers"]}, at=NOW)
    log.decide(again, Kind.ACCEPTED, COUNCIL, NOW + timedelta(days=1))
    assert not log.standing.grants("leaders", NOW)


def test_every_field_of_an_agreement_is_in_the_list() -> None:
    assert WEAKENINGS.keys() | ELSEWHERE == set(FIELDS)
