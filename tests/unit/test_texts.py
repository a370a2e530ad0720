from __future__ import annotations

from dataclasses import replace
from importlib.resources import files

import pytest
from babel.messages.pofile import PoFileError

from bot.helplines import shipped_helplines
from bot.texts import Texts, catalogue, parse
from surveys.break_library import shipped_breaks
from surveys.instrument import shipped_instrument
from surveys.model import LANGUAGES, Language
from tests import wording

SHIPPED = (
    {f"{language} {msgid}": text for language in LANGUAGES for msgid, text in catalogue(language).items()}
    | dict(wording.library_texts(shipped_instrument(), shipped_breaks()))
    | dict(wording.helpline_texts(shipped_helplines()))
)


def test_a_text_is_filled_in() -> None:
    assert Texts("nl")("safety.medical.title", emergency="112") == "Bel nu 112"
    assert Texts("en")("safety.medical.title", emergency="999") == "Call 999 now"


def test_a_missing_text_is_loud_and_names_the_file() -> None:
    with pytest.raises(KeyError, match=r"no text 'no\.such\.text' in bot/messages/nl\.po"):
        Texts("nl")("no.such.text")


def test_a_missing_value_is_loud_and_names_the_placeholder() -> None:
    with pytest.raises(KeyError, match=r"safety\.medical\.title \(nl\) has a placeholder \{emergency\}"):
        Texts("nl")("safety.medical.title")


def test_whether_a_text_exists_can_be_asked() -> None:
    assert "safety.restore" in Texts("en")
    assert "no.such.text" not in Texts("en")


def test_a_broken_catalogue_is_refused() -> None:
    with pytest.raises(PoFileError, match="on 2"):
        parse(b'msgid "a"\nmsgstr "b\nnonsense\n')


def test_both_catalogues_hold_the_same_texts() -> None:
    assert wording.ids_on_one_side(catalogue("nl"), catalogue("en")) == set()
    assert wording.ids_on_one_side({"a": "1", "b": "2"}, {"a": "1"}) == {"b"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_given_twice(language: Language) -> None:
    po = (files("bot") / "messages" / f"{language}.po").read_text(encoding="utf-8")
    assert wording.ids_given_twice(po) == set()
    assert wording.ids_given_twice(po + '\nmsgid "safety.restore"\nmsgstr "Twice"\n') == {"safety.restore"}


def test_a_text_has_the_same_placeholders_in_both_languages() -> None:
    assert wording.different_placeholders(catalogue("nl"), catalogue("en")) == set()
    assert wording.different_placeholders({"a": "{n} of {of}"}, {"a": "{n}"}) == {"a"}
    with pytest.raises(ValueError, match="expected"):
        wording.different_placeholders({"a": "{n"}, {"a": "{n}"})


def test_no_text_is_empty() -> None:
    assert wording.empty(SHIPPED) == set()
    assert wording.empty({"a": " ", "b": "x"}) == {"a"}


def test_nothing_is_exclaimed() -> None:
    assert wording.exclaiming(SHIPPED) == set()
    assert wording.exclaiming({"a": "Goed gedaan!", "b": "Dank je."}) == {"a"}


@pytest.mark.parametrize(
    "claim",
    [
        "Dit is anoniem.",
        "Je antwoord blijft anonieme data.",
        "Your ANONYMOUS check-in.",
        "Anonymity is guaranteed.",
        "Alles is geanonimiseerd.",
    ],
)
def test_nothing_is_called_anonymous_without_its_limit(claim: str) -> None:
    """No text calls anything anonymous: it says what is not stored, and what the limit is."""
    assert wording.claiming_anonymity(SHIPPED) == set()
    assert wording.claiming_anonymity({"a": f"Dank je. {claim}", "b": "Dank je."}) == {"a"}


def test_the_walk_over_the_library_sees_items_options_actions_and_breaks() -> None:
    instrument, breaks = shipped_instrument(), shipped_breaks()
    bad: dict[Language, str] = {"nl": "Anoniem!", "en": "Anonymous!"}
    item = replace(instrument.items[0], wording=bad)
    label = replace(item, scale=replace(item.scale, labels=(bad, *item.scale.labels[1:])))
    driver = instrument.drivers[0]
    action = replace(driver, actions=(replace(driver.actions[0], wording=bad), *driver.actions[1:]))
    spoilt = replace(instrument, items=(label, *instrument.items[1:]), drivers=(action, *instrument.drivers[1:]))
    steps = replace(breaks[0], steps={"nl": ("Adem!",), "en": ("Breathe!",)})
    found = wording.exclaiming(wording.library_texts(spoilt, (steps, *breaks[1:])))
    assert found == {
        f"{where} {language}"
        for where in ("C1", "stressfulness 1", "workload action 1", "br_longexhale steps")
        for language in LANGUAGES
    }
