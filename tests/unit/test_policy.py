"""Which change of an agreement weakens it."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given

from surveys.errors import InputError
from surveys.instrument import Instrument, shipped_instrument
from surveys.model import STANDARD, STRICT, Mode, Policy
from surveys.policy import (
    FIELDS,
    Agreement,
    Reader,
    agreed,
    allowed,
    changed,
    fingerprint,
    from_content,
    retention_for,
    to_content,
    uncovered,
    weaknesses,
)
from surveys.release import canonical
from tests.stage import PULSE
from tests.unit.agreements import AGREEMENT, agreements

STRONGER: dict[str, Any] = {
    "protection": STRICT,
    "surveys": frozenset(),
    "items": frozenset(list(AGREEMENT.items)[1:]),
    "readers": AGREEMENT.readers - {Reader.ADMINISTRATOR},
    "retention_days": 3,
    "mode": Mode.PRIVATE,
}
WEAKER: dict[str, Any] = {
    "purpose": {"nl": "Iets anders.", "en": "Something else."},
    "protection": replace(STANDARD, histogram_n=29),
    "surveys": AGREEMENT.surveys | {"monthly"},
    "items": AGREEMENT.items | {replace(next(iter(AGREEMENT.items)), hash="0" * 64)},
    "retention_days": 7,
    "mode": Mode.ARBO,
    "facets": frozenset({"contract"}),
    "verbatim_comments": True,
    "tone": True,
    "comments": True,
}


def as_strong(before: Agreement, after: Agreement) -> bool:
    """Whether `after` lets nobody see, ask or keep more than `before`: told another way than in the code."""
    b, a = to_content(before), to_content(after)
    asked = [item for item in a["items"] if item not in b["items"]]
    grown = [name for name in ("surveys", "readers", "facets") if [one for one in a[name] if one not in b[name]]]
    numbers = [
        name for name in ("k", "guard", "histogram_n", "bands_n") if a["protection"][name] < b["protection"][name]
    ]
    switched = [name for name in ("verbatim_comments", "tone", "comments") if a[name] and not b[name]]
    mode = a["mode"] not in ("private", b["mode"])
    return not (asked or grown or numbers or switched or mode) and (
        a["purpose"],
        max(a["retention_days"], b["retention_days"]),
    ) == (b["purpose"], b["retention_days"])


@given(agreements, agreements)
def test_a_change_weakens_exactly_when_it_is_not_everywhere_at_least_as_strong(
    before: Agreement, after: Agreement
) -> None:
    assert (weaknesses(before, after) == ()) == as_strong(before, after)


@given(agreements)
def test_no_change_weakens_nothing(agreement: Agreement) -> None:
    assert weaknesses(agreement, agreement) == ()


@given(agreements, agreements, agreements)
def test_what_is_as_strong_as_something_as_strong_is_as_strong(a: Agreement, b: Agreement, c: Agreement) -> None:
    if not weaknesses(a, b) and not weaknesses(b, c):
        assert weaknesses(a, c) == ()


@pytest.mark.parametrize("name", sorted(STRONGER))
def test_less_to_see_ask_or_keep_needs_one_key(name: str) -> None:
    assert weaknesses(AGREEMENT, replace(AGREEMENT, **{name: STRONGER[name]})) == ()


@pytest.mark.parametrize("name", sorted(WEAKER))
def test_more_to_see_ask_or_keep_needs_two_keys_and_is_named(name: str) -> None:
    assert weaknesses(AGREEMENT, replace(AGREEMENT, **{name: WEAKER[name]})) == (name,)


def test_every_field_of_an_agreement_can_weaken_it() -> None:
    assert {*WEAKER, "readers"} == set(FIELDS)


def test_back_from_strict_to_standard_weakens() -> None:
    strict = replace(AGREEMENT, protection=STRICT)
    assert weaknesses(strict, AGREEMENT) == ("protection",)
    assert weaknesses(strict, replace(AGREEMENT, protection=replace(STANDARD, preset="strict"))) == ("protection",)


def test_back_from_the_occupational_health_service_to_the_employer_weakens_too() -> None:
    assert weaknesses(replace(AGREEMENT, mode=Mode.ARBO), AGREEMENT) == ("mode",)


@pytest.mark.parametrize(
    "wrong",
    [
        {"protection": {**to_content(AGREEMENT)["protection"], "k": 4}},
        {"protection": {"k": 5}},
        {"purpose": {"nl": " ", "en": "x"}},
        {"retention_days": 0},
        {"readers": ["press"]},
        {"readers": ["people", "leaders"]},
        {"readers": ["works-council", "leaders"]},
        {"mode": "arbo"},
        {"tone": True},
        {"verbatim_comments": True},
        {"comments": "yes"},
        {"surprise": 1},
    ],
)
def test_what_nobody_may_agree_on_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        changed(AGREEMENT, wrong)


@given(agreements)
def test_an_agreement_is_read_back_as_it_was_written(agreement: Agreement) -> None:
    assert from_content(to_content(agreement)) == agreement


def test_agreements_that_differ_have_different_fingerprints() -> None:
    prints = {fingerprint(replace(AGREEMENT, **{name: value})) for name, value in WEAKER.items()}
    assert len(prints | {fingerprint(AGREEMENT), fingerprint(None)}) == len(WEAKER) + 2


def test_a_question_is_allowed_word_for_word_only() -> None:
    instrument = shipped_instrument()
    assert allowed(instrument, AGREEMENT).items == instrument.items
    first = instrument.items[0]
    reworded = replace(first, wording={**first.wording, "nl": "Hoe voel je je?"})
    others = replace(AGREEMENT, items=AGREEMENT.items - {agreed(first)} | {agreed(reworded)})
    assert first.id not in {item.id for item in allowed(instrument, others).items}


def test_a_driver_without_an_agreed_question_takes_no_turn() -> None:
    instrument = shipped_instrument()
    dropped = instrument.drivers[0]
    kept = frozenset(one for one in AGREEMENT.items if one.id not in dropped.items)
    narrowed = allowed(instrument, replace(AGREEMENT, items=kept))
    assert [one.id for one in narrowed.drivers] == [one.id for one in instrument.drivers[1:]]


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("agreed_mode", Mode)
def test_a_question_on_symptoms_is_asked_only_where_a_doctor_reads(mode: Mode, agreed_mode: Mode) -> None:
    """And what is to stay with the person is no question of a wave in any mode."""
    item = replace(shipped_instrument().items[0], mode=mode)
    agreement = replace(AGREEMENT, items=frozenset({agreed(item)}), mode=agreed_mode)
    asked = allowed(Instrument((item,), ()), agreement).items
    assert asked == ((item,) if mode is Mode.WORK or mode is agreed_mode is Mode.ARBO else ())


def test_where_nobody_asks_no_wave_opens() -> None:
    assert uncovered(replace(AGREEMENT, mode=Mode.PRIVATE), PULSE) == ("mode",)


def test_an_agreement_of_an_older_version_holds_and_keeps_its_fingerprint() -> None:
    """A log written before comments came under the agreement can be followed on: they are off in it."""
    old = {name: value for name, value in to_content(AGREEMENT).items() if name != "comments"}
    assert from_content(old) == AGREEMENT
    assert fingerprint(AGREEMENT) == hashlib.sha256(canonical(old)).hexdigest()


def test_a_survey_that_nobody_agreed_on_or_that_keeps_longer_is_not_covered() -> None:
    assert uncovered(AGREEMENT, PULSE) == ()
    assert uncovered(AGREEMENT, replace(PULSE, id="other")) == ("surveys",)
    assert uncovered(AGREEMENT, replace(PULSE, window=timedelta(days=5, minutes=1))) == ("retention_days",)


def test_the_retention_of_a_window_is_just_enough() -> None:
    assert retention_for(timedelta(days=5)) == 6
    assert retention_for(timedelta(days=5, minutes=1)) == 7
    assert Policy() == STANDARD
