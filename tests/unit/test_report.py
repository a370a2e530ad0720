from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.report import Level, digest, plausible_level
from surveys.model import (
    STANDARD,
    SUPPRESSED,
    Baseline,
    Cell,
    Figure,
    NBand,
    Release,
    ReleasedNode,
    ResponseBand,
    Suppressed,
)
from tests.unit.organisations import CLOSED, OPENED, item

Shown = float | Figure | Suppressed


def mean(value: float, n_band: NBand = "10-19") -> Figure:
    return Figure("mean", value, n_band)


def wave(
    number: int,
    team: Shown,
    company: Shown = 3.0,
    *,
    driver: str | None = "roster_1",
    version: int = 1,
    response: ResponseBand | Suppressed = ">75",
) -> Release:
    """One wave of a team inside an organisation; numbers stand for means of 10-19 and 20+ people."""
    items = (item("C1", version), *([item(driver)] if driver else []))
    figures: dict[str, Figure | Suppressed] = {
        "team": mean(team) if isinstance(team, float) else team,
        "org": mean(company, "20+") if isinstance(company, float) else company,
    }
    nodes = (
        ReleasedNode("org", None, "Organisation", 90, "50-75"),
        ReleasedNode("team", "org", "Team Linde", 14, response),
    )
    cells = tuple(Cell(node, asked.id, figures[node]) for asked in items for node in ("org", "team"))
    week = timedelta(weeks=number)
    baselines = (Baseline("C1", 0.09),)
    return Release("pulse", number, OPENED + week, CLOSED + week, STANDARD, items, nodes, cells, baselines)


def levels(team: Sequence[Shown]) -> Level | Suppressed:
    return digest([wave(i + 1, figure) for i, figure in enumerate(team)], "team").team.level


def test_the_level_is_drawn_towards_the_organisation() -> None:
    level = levels([4.0, 4.0, 4.0, 4.0])
    assert isinstance(level, Level)
    assert 3.0 < level.value < 4.0
    assert level.low < level.value < level.high


def test_the_level_follows_the_documented_formula() -> None:
    """Worked by hand: V = 1/(4/(.44*.92/10+.01/12)) + .45*.92/10 = .0517; level = (4/V + 3/.09)/(1/V + 1/.09)."""
    assert levels([4.0, 4.0, 4.0, 4.0]) == Level(3.6, 3.3, 3.9, 4)


def test_only_the_last_four_waves_make_the_level() -> None:
    assert levels([1.5, 1.5, 4.0, 4.0, 4.0, 4.0]) == levels([4.0, 4.0, 4.0, 4.0])


def test_suppressed_waves_widen_the_range() -> None:
    few, many = levels([SUPPRESSED, SUPPRESSED, SUPPRESSED, 3.6]), levels([3.6, 3.6, 3.6, 3.6])
    assert isinstance(few, Level)
    assert isinstance(many, Level)
    assert few.waves == 1
    assert few.high - few.low > many.high - many.low


def test_a_level_without_any_figure_is_suppressed() -> None:
    assert levels([3.0, SUPPRESSED, SUPPRESSED, SUPPRESSED, SUPPRESSED]) is SUPPRESSED


def test_a_new_version_of_an_item_starts_a_new_level() -> None:
    old, new = [wave(i, 4.5, version=1) for i in (1, 2, 3)], wave(4, 2.5, version=2)
    level = digest([*old, new], "team").team.level
    assert isinstance(level, Level)
    assert level.waves == 1


def test_the_organisation_is_not_drawn_towards_itself() -> None:
    side = digest([wave(1, 4.0, 3.4)], "team").organisation
    assert isinstance(side.level, Level)
    assert side.level.value == 3.4


def test_without_a_figure_of_the_organisation_the_team_stands_by_itself() -> None:
    level = digest([wave(1, 4.0, SUPPRESSED)], "team").team.level
    assert isinstance(level, Level)
    assert level.value == 4.0


def test_a_coded_figure_enters_as_the_middle_of_what_it_leaves_open() -> None:
    assert plausible_level([Figure("at_least", 4.0, "5-9")], None).value == 4.5
    assert plausible_level([Figure("at_most", 1.5, "20+")], None).value == 1.3  # 1.25


figures = st.builds(
    Figure,
    kind=st.sampled_from(["mean", "at_least", "at_most"]),
    value=st.integers(10, 50).map(lambda tenths: tenths / 10),
    n_band=st.sampled_from(["5-9", "10-19", "20+"]),
)


@given(st.lists(figures, min_size=1, max_size=4), st.floats(1, 5), st.floats(0.02, 1))
def test_a_range_holds_its_level_and_stays_on_the_scale(
    given_figures: list[Figure], centre: float, between: float
) -> None:
    level = plausible_level(given_figures, (centre, between))
    assert 1.0 <= level.low <= level.value <= level.high <= 5.0


def test_the_series_holds_the_last_twelve_waves_of_the_core_item() -> None:
    history = [wave(i, 3.0 if i % 2 else SUPPRESSED) for i in range(1, 20)]
    series = digest(history, "team").series
    assert [point.number for point in series] == list(range(8, 20))
    assert [point.figure for point in series[:2]] == [SUPPRESSED, mean(3.0)]
    assert series[0].organisation == mean(3.0, "20+")


def test_a_wave_before_the_team_existed_is_a_gap() -> None:
    first = wave(1, 3.0)
    before = replace(first, nodes=first.nodes[:1], cells=tuple(cell for cell in first.cells if cell.cohort == "org"))
    assert digest([before, wave(2, 3.0)], "team").series[0].figure is SUPPRESSED


def test_the_other_item_of_the_newest_wave_is_shown_for_team_and_organisation() -> None:
    told = digest([wave(1, 3.1, driver="tools_2"), wave(2, 3.2, 2.8)], "team")
    assert [driver.id for driver in told.drivers] == ["roster_1"]
    assert (told.team.drivers, told.organisation.drivers) == ((mean(3.2),), (mean(2.8, "20+"),))
    assert digest([wave(1, 3.1, driver=None)], "team").drivers == ()


def test_response_is_that_of_the_newest_wave() -> None:
    told = digest([wave(1, 3.0), wave(2, 3.0, response="<50")], "team")
    assert (told.team.response, told.organisation.response) == ("<50", "50-75")


def test_other_surveys_stay_out() -> None:
    other = replace(wave(1, 4.8), survey="other")
    assert len(digest([other, wave(2, 3.0)], "team").series) == 1


def test_a_digest_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="no Release yet"):
        digest([], "team")


def test_a_node_out_of_scope_is_refused() -> None:
    with pytest.raises(ValueError, match="no node 'elsewhere'"):
        digest([wave(1, 3.0)], "elsewhere")


def test_a_digest_of_the_organisation_says_so() -> None:
    assert digest([wave(1, 3.0)], "org").about_organisation
