from __future__ import annotations

import re
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.chart_words import alt_text
from analytics.report import digest
from bot.digest_words import Told, chart_words, driver_name, said, tell
from bot.texts import Texts
from surveys.instrument import shipped_instrument
from surveys.model import LANGUAGES, SUPPRESSED, Figure, FigureKind, Language, Release, Suppressed
from tests.unit.organisations import item
from tests.unit.test_report import wave

PLACE = ZoneInfo("Europe/Amsterdam")
NOT_ENOUGH = {
    "nl": "Te weinig antwoorden om iedereen te beschermen",
    "en": "Not enough answers to protect everyone",
}


def told(*releases: Release, language: Language = "nl", node: str = "team") -> Told:
    return tell(digest(releases, node), Texts(language), PLACE, shipped_instrument())


def words_of(value: object) -> str:
    """Everything that is said, in the order in which it is shown."""
    return repr(value)


@pytest.mark.parametrize(("language", "low", "value"), [("nl", "2,7", "3,0"), ("en", "2.7", "3.0")])
def test_the_plausible_range_comes_before_the_number(language: Language, low: str, value: str) -> None:
    line = told(*(wave(number, 3.0) for number in range(1, 5)), language=language).places[0].line
    assert line.index(low) < line.index(value)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_suppressed_figure_has_the_one_text(language: Language) -> None:
    """Suppressed is one value with one and the same text for every cause."""
    nothing = told(wave(1, SUPPRESSED, SUPPRESSED, response=SUPPRESSED), language=language)
    text = NOT_ENOUGH[language]
    assert nothing.rows[0].own == nothing.rows[0].organisation == text
    assert [place.range for place in nothing.places] == [text, text]
    assert nothing.places[0].response == text
    assert [other.own for other in nothing.others] == [text]
    report = digest([wave(1, SUPPRESSED)], "team")
    assert chart_words(report, Texts(language), PLACE).suppressed == text


@pytest.mark.parametrize(
    ("language", "kind", "text"),
    [
        ("nl", "at_least", "4,5 of hoger"),
        ("en", "at_least", "4.5 or higher"),
        ("nl", "at_most", "4,5 of lager"),
        ("en", "at_most", "4.5 or lower"),
    ],
)
def test_a_bound_is_said_in_words(language: Language, kind: FigureKind, text: str) -> None:
    assert said(Figure(kind, 4.5, "10-19"), Texts(language)) == text


@given(
    figures=st.lists(
        st.one_of(
            st.just(SUPPRESSED),
            st.builds(
                Figure,
                st.sampled_from(["mean", "at_least", "at_most"]),
                st.integers(10, 50).map(lambda tenths: tenths / 10),
                st.sampled_from(["5-9", "10-19", "20+"]),
            ),
        ),
        min_size=1,
        max_size=14,
    ),
    language=st.sampled_from(LANGUAGES),
)
def test_no_arrow_no_rank_and_no_more_than_one_decimal(figures: list[Figure | Suppressed], language: Language) -> None:
    everything = words_of(told(*(wave(n, figure) for n, figure in enumerate(figures, 1)), language=language))
    assert not re.search(r"[←-⇿▲▼△▽%+]|\d[.,]\d\d", everything)


def test_an_empty_cell_is_never_shown() -> None:
    rows = told(*(wave(number, SUPPRESSED if number % 2 else 3.0) for number in range(1, 13))).rows
    assert len(rows) == 12
    assert all(row.own and row.organisation for row in rows)


def test_the_organisation_is_not_set_beside_itself() -> None:
    alone = told(wave(1, 3.0), node="org")
    assert [place.name for place in alone.places] == ["Organisation"]
    report = digest([wave(1, 3.0)], "org")
    words = chart_words(report, Texts("nl"), PLACE)
    assert "Hele organisatie" not in alt_text(report, words)


def test_the_line_is_told_in_words() -> None:
    report = digest([wave(1, 3.1), wave(2, SUPPRESSED)], "team")
    alt = alt_text(report, chart_words(report, Texts("nl"), PLACE))
    assert alt.startswith("Lijn van Team Linde, met Hele organisatie ernaast, van 9 mrt tot 16 mrt.")
    assert "9 mrt: 3,1, organisatie 3,0." in alt
    assert f"16 mrt: {NOT_ENOUGH['nl']}, organisatie 3,0." in alt


def test_which_side_of_the_other_question_is_favourable_is_said() -> None:
    (other,) = told(wave(1, 3.0)).others
    assert other.scale == "1 is ‘optie 1’ en 5 is ‘optie 5’. Lager is hier gunstig."


def test_a_driver_is_named_when_the_library_knows_it() -> None:
    instrument, t = shipped_instrument(), Texts("nl")
    assert driver_name(replace(item(), driver="workload"), t, instrument) == "Werkdruk en volume"
    assert driver_name(replace(item(), driver="an older one"), t, instrument) == ""


def test_a_wave_without_another_question_says_nothing_about_one() -> None:
    assert told(wave(1, 3.0, driver=None)).others == ()


def test_what_the_level_rests_on_is_said() -> None:
    assert told(wave(1, 3.0)).basis == "Dit rust op één ronde."
    assert told(wave(1, 3.0), wave(2, 3.0)).basis == "Dit rust op de laatste 2 rondes met een cijfer."
    assert told(wave(1, SUPPRESSED)).basis == ""


def test_the_period_is_said_in_the_time_zone_of_the_reader() -> None:
    late = replace(wave(1, 3.0), closed=wave(1, 3.0).closed.replace(hour=23))
    report = digest([late], "team")
    here = tell(report, Texts("en"), PLACE, shipped_instrument())
    there = tell(report, Texts("en"), ZoneInfo("UTC"), shipped_instrument())
    assert (here.wave, there.wave) == (
        "Wave 1, from 9 March to 14 March 2026",
        "Wave 1, from 9 March to 13 March 2026",
    )
