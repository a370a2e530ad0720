"""Facets and shares in the words of a page: each line says its number, in the reader's language."""

from __future__ import annotations

import pytest

from analytics.report import Beside
from bot.beside_words import bars
from bot.texts import Texts
from surveys.model import LANGUAGES, SUPPRESSED, FacetFigure, Language, Shape
from surveys.people_file import FACETS
from tests.unit.organisations import item


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_facet_and_value_has_a_name(language: Language) -> None:
    t = Texts(language)
    assert all(f"digest.facet.{facet}" in t for facet in FACETS)
    assert all(f"digest.value.{value}" in t for values in FACETS.values() for value in values)


def test_a_suppressed_value_says_so_and_has_no_bar() -> None:
    told = bars(
        Beside(item(), "channel", (FacetFigure("inbound", 3.4), FacetFigure("outbound", SUPPRESSED)), None), Texts("nl")
    )
    assert told is not None
    assert [(bar.label, bar.said, bar.length) for bar in told.bars] == [
        ("inkomend", "3,4", 60),
        ("uitgaand", "Te weinig antwoorden om iedereen te beschermen", None),
    ]


def test_bands_name_the_answers_that_they_put_together() -> None:
    told = bars(Beside(item(), "", (), Shape("bands", (30, 30, 40))), Texts("en"))
    assert told is not None
    assert [bar.said for bar in told.bars] == ["30 %", "30 %", "40 %"]
    assert told.bars[2].label == "4-5 option 4, option 5"


def test_where_nothing_more_is_told_there_is_no_table() -> None:
    assert bars(None, Texts("en")) is None
