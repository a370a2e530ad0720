"""What `doctor` says of the two keys."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.doctor_keys import finding
from bot.settings import load_settings
from surveys.instrument import shipped_instrument
from surveys.model import STRICT, Mode, Survey
from surveys.policy import Agreement
from tests.stage import PULSE
from tests.unit.agreements import AGREEMENT

INSTRUMENT = shipped_instrument()
SETTINGS = load_settings({})


@pytest.mark.parametrize(
    ("agreement", "surveys", "said"),
    [
        (None, [PULSE], "no wave opens before both seats have signed"),
        (AGREEMENT, [replace(PULSE, id="other")], "does not cover survey 'other' (surveys)"),
        (replace(AGREEMENT, retention_days=2), [PULSE], "(retention_days)"),
        (replace(AGREEMENT, mode=Mode.PRIVATE), [PULSE], "(mode)"),
        (replace(AGREEMENT, items=frozenset()), [PULSE], "does not hold the questions of this version"),
    ],
)
def test_what_keeps_waves_from_opening_is_said_with_the_mend(
    agreement: Agreement | None, surveys: list[Survey], said: str
) -> None:
    found = finding(agreement, surveys, SETTINGS, INSTRUMENT)
    assert not found.ok
    assert said in found.what
    assert "seat" in found.mend


@pytest.mark.parametrize(
    ("agreement", "surveys", "said"),
    [
        (None, [], "no survey that needs it"),
        (AGREEMENT, [PULSE], "both seats signed what is in force: standard"),
        (replace(AGREEMENT, items=frozenset(sorted(AGREEMENT.items)[:-2])), [PULSE], "2 questions of this version"),
    ],
)
def test_what_is_signed_is_well(agreement: Agreement | None, surveys: list[Survey], said: str) -> None:
    found = finding(agreement, surveys, SETTINGS, INSTRUMENT)
    assert found.ok
    assert said in found.what


def test_a_setting_that_asks_for_another_protection_is_told() -> None:
    asking = load_settings({"ADEMPAUZE_PRESET": "standard"})
    strict = replace(AGREEMENT, protection=STRICT)
    assert (
        "ADEMPAUZE_PRESET asks for standard, and both seats signed strict"
        in finding(strict, [PULSE], asking, INSTRUMENT).what
    )
    assert finding(strict, [PULSE], SETTINGS, INSTRUMENT).ok


def test_comments_that_a_setting_alone_switches_on_are_told() -> None:
    asking = load_settings({"ADEMPAUZE_COMMENTS": "true"})
    assert "the form stays off" in finding(AGREEMENT, [PULSE], asking, INSTRUMENT).what
    assert finding(replace(AGREEMENT, comments=True), [PULSE], asking, INSTRUMENT).ok
