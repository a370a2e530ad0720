"""The line of a digest as numbers: what is told of both group and organisation, and nothing that is not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adapters.port import Image, Lines, Message
from adapters.slack import render
from analytics.plot import SCALE, Plot, plot
from surveys.model import SUPPRESSED, Figure
from tests.slack.blockcheck import message_problems
from tests.unit.test_charts import SERIES, WORDS, about

COMPLETE = (2.9, 3.0, 3.1)


def test_a_line_has_the_waves_that_have_a_mean_of_both() -> None:
    found = plot(about(SERIES), WORDS)
    assert found is not None
    ((name, values), *_) = found.series
    assert (len(found.categories), values) == (2, (2.9, 3.1))
    assert name == about(SERIES).team.name


def test_every_series_has_a_value_for_every_category() -> None:
    found = plot(about(COMPLETE), WORDS)
    assert found is not None
    assert {len(values) for _, values in found.series} == {len(found.categories)}


def test_every_category_is_the_moment_at_which_its_wave_opened() -> None:
    found = plot(about(COMPLETE), WORDS)
    assert found is not None
    assert tuple(map(WORDS.date, found.moments)) == found.categories


def test_a_bound_is_no_point_and_one_point_is_no_line() -> None:
    assert plot(about([Figure("at_least", 4.5, "10-19"), 3.0, SUPPRESSED]), WORDS) is None


def test_the_organisation_by_itself_is_one_line() -> None:
    top = about(COMPLETE).organisation.id
    found = plot(about(COMPLETE, top), WORDS)
    assert found is None or len(found.series) == 1


def test_slack_draws_the_same_numbers_and_says_them_in_words() -> None:
    content = render.message(shown(plot(about(COMPLETE), WORDS)))
    chart = charts_in(content)[0]
    assert [point["value"] for point in chart["chart"]["series"][0]["data"]] == list(COMPLETE)
    assert "in words" in str(content["blocks"])
    assert message_problems(content["blocks"]) == []


def test_slack_without_charts_still_says_them_in_words() -> None:
    content = render.message(shown(plot(about(COMPLETE), WORDS)), chart=False)
    assert charts_in(content) == []
    assert "in words" in str(content["blocks"])


def shown(found: Plot | None) -> Message:
    assert found is not None
    days = tuple(moment.date() for moment in found.moments)
    lines = Lines("Teamoverzicht " + "x" * 60, found.categories, days, found.series, SCALE)
    return Message("Teamoverzicht", "nl", image=Image("<svg/>", b"", "in words", lines))


def charts_in(content: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [block for block in content["blocks"] if block["type"] == "data_visualization"]
