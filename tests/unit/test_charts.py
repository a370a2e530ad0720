from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from html import unescape
from typing import Any

import altair as alt
import pytest

from analytics.chart_spec import spec
from analytics.chart_words import AltWords, ChartWords, alt_text
from analytics.charts import DARK, LIGHT, PHONE, WIDE, Palette, Picture, picture
from analytics.report import Digest, digest
from surveys.model import SUPPRESSED, Figure
from tests.unit.test_report import Shown, wave

MONTHS = ["jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec"]


def day(moment: datetime) -> str:
    return f"{moment.day} {MONTHS[moment.month - 1]}"


WORDS = ChartWords(
    organisation="Hele organisatie",
    plausible_range="Aannemelijk bereik",
    suppressed="Niet getoond",
    lowest="1 = Helemaal niet",
    highest="5 = Extreem",
    decimal=",",
    date=day,
    alt=AltWords(
        intro="{team} en {organisation}, {first} tot {last}.",
        level="Recent niveau {level}, bereik {low} tot {high}.",
        no_level="Geen recent niveau.",
        point="{date}: {team}, organisatie {organisation}.",
        at_least="minstens {value}",
        at_most="hoogstens {value}",
        suppressed="niet getoond",
    ),
)
SERIES: Sequence[Shown] = [2.9, SUPPRESSED, SUPPRESSED, 3.1, Figure("at_least", 4.5, "10-19")]


def about(team: Sequence[Shown], node: str = "team") -> Digest:
    return digest([wave(i + 1, figure) for i, figure in enumerate(team)], node)


def texts_in(svg: str) -> str:
    return " ".join(re.findall(r"<text[^>]*>([^<]*)</text>", svg))


def rows_in(drawn: dict[str, Any]) -> list[dict[str, Any]]:
    """All data of all layers."""
    inline = [layer["data"].get("values", []) for layer in drawn["layer"] if "values" in layer["data"]]
    named = list(drawn.get("datasets", {}).values())
    return [row for rows in inline + named for row in rows]


@pytest.fixture(scope="module")
def drawn() -> Picture:
    return picture(about(SERIES), WORDS)


def test_the_document_is_valid() -> None:
    alt.Chart.from_dict(spec(about([2.9]), WORDS, width=WIDE), validate=True)


def test_a_picture_comes_as_svg_and_png_and_words(drawn: Picture) -> None:
    assert drawn.svg.startswith("<svg")
    assert drawn.png.startswith(b"\x89PNG")
    assert drawn.alt == alt_text(about(SERIES), WORDS)


def test_the_same_digest_gives_the_same_bytes(drawn: Picture) -> None:
    assert picture(about(SERIES), WORDS) == drawn


def test_every_word_in_the_picture_is_the_callers(drawn: Picture) -> None:
    shown = texts_in(drawn.svg)
    for words in ("Team Linde", "Hele organisatie", "Aannemelijk bereik", "Niet getoond", "1 = Helemaal niet"):
        assert words in shown
    assert set(re.findall(r"[a-z]{4,}", shown.lower())) <= {
        *["team", "linde", "hele", "organisatie", "aannemelijk", "bereik", "niet", "getoond", "helemaal", "extreem"]
    }


def test_a_bound_is_drawn_with_its_sign(drawn: Picture) -> None:
    assert "≥4,5" in texts_in(drawn.svg)
    lowest = rows_in(spec(about([Figure("at_most", 1.5, "20+")]), WORDS, width=WIDE))
    assert "≤1,5" in {row.get("says") for row in lowest}


def test_suppressed_waves_are_one_gap_that_says_so() -> None:
    drawn = rows_in(spec(about(SERIES), WORDS, width=WIDE))
    assert [(row["place"], row["end"]) for row in drawn if "bottom" in row] == [(0.5, 2.5)]
    line = {row["place"]: row["value"] for row in drawn if row.get("who") == "team"}
    assert line == {0: 2.9, 1: None, 2: None, 3: 3.1, 4: 4.5}


def test_a_long_text_for_suppressed_stands_in_the_legend() -> None:
    wordy = replace(WORDS, suppressed="Te weinig antwoorden om iedereen te beschermen")
    drawn = spec(about(SERIES), wordy, width=WIDE)
    assert wordy.suppressed not in {row.get("says") for row in rows_in(drawn)}
    assert wordy.suppressed in json.dumps(drawn)


def test_the_organisation_is_not_drawn_beside_itself() -> None:
    drawn = spec(about([3.0, 3.1], "org"), WORDS, width=WIDE)
    assert {row["who"] for row in rows_in(drawn) if "who" in row} == {"team"}


def test_a_team_without_a_level_has_no_range() -> None:
    told = about([SUPPRESSED] * 5)
    assert "Aannemelijk bereik" not in json.dumps(spec(told, WORDS, width=PHONE))
    assert alt_text(told, WORDS).startswith("Team Linde en Hele organisatie, 9 mrt tot 6 apr. Geen recent niveau.")


def test_a_strange_name_is_only_text() -> None:
    name = """"; alert(1) // ' + <b>&{x}\\"""
    told = digest([wave(1, 3.0)], "team")
    drawn = picture(replace(told, team=replace(told.team, name=name)), WORDS)
    assert name in unescape(texts_in(drawn.svg))
    assert name in drawn.alt


def test_the_alternative_text_tells_every_wave() -> None:
    assert alt_text(about(SERIES), WORDS) == (
        "Team Linde en Hele organisatie, 9 mrt tot 6 apr. Recent niveau 3,4, bereik 3,1 tot 3,8. "
        "9 mrt: 2,9, organisatie 3,0. 16 mrt: niet getoond, organisatie 3,0. 23 mrt: niet getoond, organisatie 3,0. "
        "30 mrt: 3,1, organisatie 3,0. 6 apr: minstens 4,5, organisatie 3,0."
    )


def test_nothing_to_draw_is_refused() -> None:
    told = digest([wave(1, 3.0)], "team", core="C9")
    with pytest.raises(ValueError, match="nothing to draw"):
        picture(told, WORDS)
    assert alt_text(told, WORDS) == "Geen recent niveau."


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_text_stands_out_from_its_ground(palette: Palette) -> None:
    """Contrast of at least 4.5:1 for text, 3:1 for lines."""
    for ground in (palette.paper, palette.gap):
        assert contrast(palette.ink, ground) >= 4.5
        assert contrast(palette.soft, ground) >= 4.5
        assert contrast(palette.team, ground) >= 4.5
        assert contrast(palette.organisation, ground) >= 3


def contrast(one: str, other: str) -> float:
    """Contrast ratio of WCAG 2.2."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_the_picture_asks_nobody_for_anything(drawn: Picture) -> None:
    assert not re.search(r"(href|src|url\()[^>]*https?:", drawn.svg)
    assert "url" not in json.dumps(spec(about(SERIES), WORDS, width=WIDE)["layer"])
