"""How a text sounds, for its writer alone: one question, a stop for slurs, and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Final, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.tone import Language, Tone, polarity, tone_of

DATA: Final = Path(__file__).parents[1] / "data" / "kudos.tsv"


def labelled(label: str) -> list[tuple[Language, str]]:
    lines = [line.split("\t") for line in DATA.read_text(encoding="utf-8").splitlines()[1:]]
    known: dict[str, Language] = {language: language for language in get_args(Language)}
    return [(known[language], text) for told, language, text in lines if told == label]


def test_who_wrote_something_that_could_hurt_is_asked() -> None:
    """As far as the lists go, which were written with these texts in view."""
    assert [text for language, text in labelled("bad") if tone_of(text, language) is Tone.FINE] == []


def test_of_kind_thanks_hardly_one_in_ten_is_asked_about_and_none_is_stopped() -> None:
    tones = [tone_of(text, language) for language, text in labelled("ok")]
    assert (tones.count(Tone.STOP), tones.count(Tone.ASK) <= len(tones) / 10) == (0, True)


@pytest.mark.parametrize("language", get_args(Language))
@pytest.mark.parametrize("text", ["Dank, kankerlijer", "thanks you RETARD"])
def test_a_slur_does_not_go_out_in_either_language(text: str, language: Language) -> None:
    assert tone_of(text, language) is Tone.STOP


@pytest.mark.parametrize("text", ["Scunthorpe dankt", "a classic pass", "domein", "hotline"])
def test_a_word_within_a_word_is_not_that_word(text: str) -> None:
    assert tone_of(text, "nl") is Tone.FINE


@pytest.mark.parametrize(
    ("text", "language", "friendly"),
    [("Fijn, dank je", "nl", True), ("niet fijn", "nl", False), ("great help", "en", True), ("horrible", "en", False)],
)
def test_polarity_has_the_sign_of_the_words(text: str, language: Language, friendly: bool) -> None:
    assert (polarity(text, language) > 0) is friendly


def test_a_text_without_known_words_is_neither() -> None:
    assert (polarity("شكرا", "nl"), polarity("", "en"), tone_of("🌿", "nl")) == (0, 0, Tone.FINE)


@given(st.text(max_size=300), st.sampled_from(get_args(Language)))
def test_any_text_has_a_tone(text: str, language: Language) -> None:
    assert -1 <= polarity(text, language) <= 1
    assert tone_of(text, language) in Tone
