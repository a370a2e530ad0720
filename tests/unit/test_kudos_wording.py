"""The text of a kudos: kept as it was meant, in any script, without what could fool whoever reads it."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.errors import InputError
from surveys.kudos import wording
from surveys.kudos.tags import read_tags, shipped_tags
from surveys.model import LANGUAGES


@given(st.text(max_size=200))
def test_a_tidy_text_stays_as_it_is(text: str) -> None:
    assert wording.tidy(wording.tidy(text)) == wording.tidy(text)


@given(st.text(max_size=200))
def test_in_a_tidy_text_nothing_turns_or_controls(text: str) -> None:
    tidy = wording.tidy(text)
    assert wording.TURNING.search(tidy) is None
    assert not [sign for sign in tidy if unicodedata.category(sign) == "Cc" and sign != "\n"]


@given(st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=100))
def test_no_letter_and_no_figure_is_lost(text: str) -> None:
    assert wording.tidy(text) == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize(
    ("text", "tidy"),
    [
        ("  Dank \t je\u00a0wel \r\n\r\n\r\n\r\n Sanne ", "Dank je wel\n\nSanne"),
        ("goed\u202e gedaan", "goed gedaan"),
        ("👩🏽\u200d💻 top", "👩🏽\u200d💻 top"),
        ("nul\0byte", "nulbyte"),
    ],
)
def test_spaces_and_signs_that_nobody_sees_are_tidied(text: str, tidy: str) -> None:
    assert wording.tidy(text) == tidy


@pytest.mark.parametrize("text", ["mail jan@team.example", "het @ teken", "iedereen bedankt", "alles@home"])
def test_what_only_looks_like_a_mention_of_everybody_is_none(text: str) -> None:
    assert not wording.reaches_everyone(text)


def test_every_tag_has_a_title_of_a_few_words_in_both_languages() -> None:
    for tag in shipped_tags():
        assert set(tag.title) == set(LANGUAGES)
        assert all(0 < len(title) <= 40 for title in tag.title.values())


def test_a_tag_without_one_of_the_languages_is_named(tmp_path: Path) -> None:
    (tmp_path / "tags.toml").write_text('[[tag]]\nid = "a"\ntitle.nl = "A"\n', encoding="utf-8")
    with pytest.raises(InputError, match=r"tags.toml, tag a, title: en is missing"):
        read_tags(tmp_path)
