"""From the form of a seat's page to the change it asks for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.keys_form import changes_of
from surveys.errors import InputError
from surveys.instrument import shipped_instrument
from surveys.model import STRICT, Mode
from surveys.policy import ALWAYS, changed
from tests.unit.agreements import AGREEMENT

INSTRUMENT = shipped_instrument()
SHOWN = {
    "purpose_nl": "Werk beter maken.",
    "purpose_en": "Making work better.",
    "preset": "standard",
    "retention_days": "6",
    "surveys": "pulse",
    "items": "",
    "without": "",
    "leaders": "on",
    "administrator": "on",
    "mode": "work",
    "comments": "off",
    "verbatim_comments": "off",
    "tone": "off",
}
"""The form as the page shows it."""


def test_a_form_sent_as_it_was_shown_changes_nothing() -> None:
    assert changes_of(SHOWN, AGREEMENT, INSTRUMENT) == {}
    assert changes_of({}, AGREEMENT, INSTRUMENT) == {}


def test_each_field_changes_what_it_says() -> None:
    form = SHOWN | {"preset": "strict", "retention_days": " 9 ", "surveys": "pulse, monthly", "without": "C5 C6"}
    after = changed(AGREEMENT, changes_of(form, AGREEMENT, INSTRUMENT))
    assert (after.protection, after.retention_days, after.surveys) == (STRICT, 9, frozenset({"pulse", "monthly"}))
    assert {one.id for one in AGREEMENT.items - after.items} == {"C5", "C6"}


def test_the_questions_of_a_new_version_are_taken_when_asked_for() -> None:
    old = replace(AGREEMENT, items=frozenset(sorted(AGREEMENT.items)[:3]))
    assert changes_of({}, old, INSTRUMENT) == {}
    assert changed(old, changes_of({"items": "version"}, old, INSTRUMENT)).items == AGREEMENT.items


@pytest.mark.parametrize("name", ["comments", "verbatim_comments", "tone"])
def test_each_switch_is_switched_by_its_own_field(name: str) -> None:
    assert changes_of(SHOWN | {name: "on"}, AGREEMENT, INSTRUMENT) == {name: True}
    on = changed(AGREEMENT, {"comments": True, name: True})
    assert changes_of(SHOWN | {"comments": "on"} | {name: "off"}, on, INSTRUMENT) == {name: False}


def test_readers_and_mode_are_changed_together() -> None:
    form = SHOWN | {"leaders": "off", "administrator": "off", "mode": "arbo"}
    after = changed(AGREEMENT, changes_of(form, AGREEMENT, INSTRUMENT))
    assert (after.readers, after.mode) == (ALWAYS, Mode.ARBO)
    assert changed(after, changes_of(SHOWN, after, INSTRUMENT)) == AGREEMENT


def test_nobody_takes_out_those_who_answered_or_those_who_check() -> None:
    for name in ALWAYS:
        assert changes_of(SHOWN | {name: "off"}, AGREEMENT, INSTRUMENT) == {}


@pytest.mark.parametrize(
    "wrong",
    [
        {"mode": "all"},
        {"tone": "yes"},
        {"leaders": "maybe"},
        {"preset": "none"},
        {"retention_days": "-1"},
        {"without": "X9"},
        {"surveys": "x," * 2000},
    ],
)
def test_what_cannot_be_meant_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(InputError):
        changes_of(SHOWN | wrong, AGREEMENT, INSTRUMENT)


def test_facets_are_columns_of_the_roster_with_closed_lists() -> None:
    assert changes_of(SHOWN | {"facets": "tenure, channel"}, AGREEMENT, INSTRUMENT)["facets"] == ["channel", "tenure"]
    with pytest.raises(InputError, match="no facet 'salary': choose from shift_type, channel"):
        changes_of(SHOWN | {"facets": "salary"}, AGREEMENT, INSTRUMENT)
