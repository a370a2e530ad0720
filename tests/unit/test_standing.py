"""What the signed log adds up to, and that nothing in it can be changed, left out or added unseen."""

from __future__ import annotations

import copy
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.errors import LogBroken
from surveys.model import STRICT
from surveys.policy import to_content
from surveys.seats import Seat
from surveys.signed_log import Kind
from surveys.standing import OPEN_FOR, WAITS, stand
from tests.keys import key_of
from tests.unit.agreements import AGREEMENT, NOW, STRICTER, WEAKENED, Log, full, later

COUNCIL, ADMINISTRATOR = Seat.WORKS_COUNCIL, Seat.ADMINISTRATOR


def test_a_whole_log_says_who_sits_and_what_is_agreed() -> None:
    log = full()
    standing = stand(log.documents)
    assert standing == log.standing
    assert standing.agreement == replace(AGREEMENT, protection=STRICT)
    assert standing.holders[COUNCIL].key == key_of(COUNCIL, 2).public
    assert {Kind(document["kind"]) for document in log.documents} == set(Kind)


@given(st.data())
def test_no_value_of_any_entry_can_be_changed_unseen(data: st.DataObject) -> None:
    """Whoever changes one entry, in any of its fields, breaks the log or its head."""
    log = full()
    documents, head = copy.deepcopy(log.documents), log.standing.head
    place = data.draw(st.integers(0, len(documents) - 1))
    name = data.draw(st.sampled_from(sorted(documents[place])))
    value = documents[place][name]
    documents[place][name] = (
        {"x": 1} if isinstance(value, dict) else value + 1 if isinstance(value, int) else value + "0"
    )
    try:
        assert stand(documents).head != head
    except LogBroken:
        return


@given(st.data())
def test_no_entry_can_be_left_out_or_moved_unseen(data: st.DataObject) -> None:
    log = full()
    place = data.draw(st.integers(0, len(log.documents) - 2))
    shorter = [*log.documents[:place], *log.documents[place + 1 :]]
    swapped = [*log.documents]
    swapped[place], swapped[place + 1] = swapped[place + 1], swapped[place]
    for documents in (shorter, swapped):
        with pytest.raises(LogBroken):
            stand(documents)


def test_entries_cut_off_at_the_end_are_seen_by_the_head_that_was_kept() -> None:
    log = full()
    assert stand(log.documents[:-1]).head != log.standing.head


def test_before_both_have_signed_nothing_is_in_force() -> None:
    log = Log().fill()
    log.propose(to_content(AGREEMENT))
    assert log.standing.agreement is None
    assert len(log.standing.open_proposals(NOW)) == 1


@pytest.mark.parametrize("by", Seat)
def test_nobody_accepts_a_proposal_of_their_own(by: Seat) -> None:
    log = Log().fill()
    proposal = log.propose(to_content(AGREEMENT), by)
    with pytest.raises(LogBroken, match="of their own"):
        log.decide(proposal, Kind.ACCEPTED, by)
    log.decide(proposal, Kind.ACCEPTED, by.other)
    assert log.standing.agreement == AGREEMENT


def test_a_weakening_under_one_key_breaks_the_log() -> None:
    log = Log().go_live()
    with pytest.raises(LogBroken, match="weakens retention_days, which needs both keys"):
        log.add(Kind.STRENGTHENED, {"changes": WEAKENED, "reason": "Quietly."}, ADMINISTRATOR)


@pytest.mark.parametrize("by", Seat)
def test_a_strengthening_needs_one_key(by: Seat) -> None:
    log = Log().go_live()
    log.add(Kind.STRENGTHENED, {"changes": STRICTER, "reason": "Safer."}, by)
    assert log.standing.agreement == replace(AGREEMENT, protection=STRICT)


def test_a_proposal_expires() -> None:
    log = Log().go_live()
    proposal = log.propose(WEAKENED)
    with pytest.raises(LogBroken, match="expired"):
        log.decide(proposal, Kind.ACCEPTED, COUNCIL, NOW + WAITS + timedelta(seconds=1))
    assert log.standing.open_proposals(NOW + WAITS + timedelta(seconds=1)) == ()
    log.decide(proposal, Kind.ACCEPTED, COUNCIL, NOW + WAITS)


def test_a_proposal_that_would_undo_a_strengthening_in_between_has_lapsed() -> None:
    log = Log().go_live()
    proposal = log.propose(WEAKENED)
    log.add(Kind.STRENGTHENED, {"changes": STRICTER, "reason": "Safer."}, COUNCIL)
    assert log.standing.open_proposals(NOW) == ()
    with pytest.raises(LogBroken, match="changed since"):
        log.decide(proposal, Kind.ACCEPTED, COUNCIL)


def test_a_proposal_is_decided_once() -> None:
    log = Log().go_live()
    proposal = log.propose(WEAKENED)
    log.decide(proposal, Kind.REFUSED, COUNCIL, reason="No.")
    with pytest.raises(LogBroken, match="no such proposal"):
        log.decide(proposal, Kind.ACCEPTED, COUNCIL)


def test_a_refusal_gives_its_reason() -> None:
    log = Log().go_live()
    with pytest.raises(LogBroken, match="reason"):
        log.decide(log.propose(WEAKENED), Kind.REFUSED, COUNCIL, reason=" ")


def test_a_seat_is_taken_once() -> None:
    log = Log().fill()
    with pytest.raises(LogBroken, match="has not been handed over"):
        log.add(Kind.SEAT, {}, COUNCIL, key=key_of(COUNCIL, 2))


def test_one_key_does_not_hold_two_seats() -> None:
    log = Log()
    log.add(Kind.SEAT, {}, COUNCIL)
    same = replace(key_of(COUNCIL), seat=ADMINISTRATOR)
    with pytest.raises(LogBroken, match="holds a seat already"):
        log.add(Kind.SEAT, {}, ADMINISTRATOR, key=same)


def test_replacing_the_works_council_needs_the_sitting_seat() -> None:
    log = Log().fill()
    over: dict[str, Any] = {"seat": "works-council", "until": later(7).isoformat()}
    with pytest.raises(LogBroken, match="only the sitting works council"):
        log.add(Kind.HANDOVER, over, ADMINISTRATOR)
    log.add(Kind.HANDOVER, over, COUNCIL)
    log.add(Kind.SEAT, {}, COUNCIL, key=key_of(COUNCIL, 2))


@pytest.mark.parametrize("by", Seat)
def test_the_administrator_is_replaced_by_either_seat(by: Seat) -> None:
    log = Log().fill()
    log.add(Kind.HANDOVER, {"seat": "administrator", "until": later(7).isoformat()}, by)
    log.add(Kind.SEAT, {}, ADMINISTRATOR, key=key_of(ADMINISTRATOR, 2))
    assert log.standing.holders[ADMINISTRATOR].key == key_of(ADMINISTRATOR, 2).public


def test_a_seat_that_was_handed_over_is_open_for_a_while_and_once() -> None:
    log = Log().fill()
    log.add(Kind.HANDOVER, {"seat": "works-council", "until": (NOW + OPEN_FOR).isoformat()}, COUNCIL)
    late = NOW + OPEN_FOR + timedelta(seconds=1)
    with pytest.raises(LogBroken):
        log.add(Kind.SEAT, {}, COUNCIL, late, key_of(COUNCIL, 2))
    log.add(Kind.SEAT, {}, COUNCIL, key=key_of(COUNCIL, 2))
    with pytest.raises(LogBroken):
        log.add(Kind.SEAT, {}, COUNCIL, key=key_of(COUNCIL, 3))


def test_whoever_left_a_seat_signs_nothing_more() -> None:
    log = full()
    with pytest.raises(LogBroken, match="not that of the seat"):
        log.propose(WEAKENED, COUNCIL)


def test_the_program_itself_agrees_to_nothing() -> None:
    log = Log().go_live()
    with pytest.raises(LogBroken, match="signed by nobody"):
        log.add(Kind.STRENGTHENED, {"changes": STRICTER, "reason": "Safer."}, None)


@pytest.mark.parametrize("extra", [{"names": ["Sanne"]}, {"after": "Sanne"}])
def test_a_change_of_a_group_holds_numbers_and_no_names(extra: dict[str, Any]) -> None:
    log = Log()
    change = {"cohort": "n1", "what": "created", "before": 0, "after": 7}
    with pytest.raises(LogBroken):
        log.add(Kind.COHORTS, {"changes": [change | extra]}, None)
