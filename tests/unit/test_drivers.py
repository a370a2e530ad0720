"""Which drivers the published figures of the whole organisation ask to look at again."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal

from analytics.drivers import flagged
from surveys.model import STANDARD, SUPPRESSED, Cell, Figure, Release, ReleasedItem, ReleasedNode, Suppressed

AT = datetime(2026, 3, 2, tzinfo=UTC)


def release(number: int, driver: str, mean: float | Suppressed, favourable: Literal[1, -1] = 1) -> Release:
    item = ReleasedItem(f"{driver}_1", driver, {"nl": "", "en": ""}, (), favourable, 1)
    figure = mean if isinstance(mean, Suppressed) else Figure("mean", mean, "20+")
    nodes = (ReleasedNode("all", None, "Lente", 40, SUPPRESSED), ReleasedNode("team", "all", "Een", 20, SUPPRESSED))
    cells = (Cell("all", item.id, figure), Cell("team", item.id, Figure("mean", 1.5, "20+")))
    return Release("pulse", number, AT, AT, STANDARD, (item,), nodes, cells, ())


def test_a_clearly_unfavourable_driver_is_flagged() -> None:
    assert flagged([release(1, "tools", 2.4)]) == ("tools",)


def test_where_agreeing_is_bad_a_high_mean_is_unfavourable() -> None:
    assert flagged([release(1, "tools", 3.6, -1), release(2, "pay", 2.0, -1)]) == ("tools",)


def test_a_mean_near_the_middle_flags_nothing() -> None:
    assert flagged([release(1, "tools", 2.8)]) == ()


def test_a_team_alone_flags_nothing_because_the_rotation_is_the_same_for_everybody() -> None:
    assert flagged([release(1, "tools", 3.5)]) == ()


def test_the_latest_figure_of_a_driver_decides() -> None:
    assert flagged([release(1, "tools", 2.0), release(2, "tools", 3.4)]) == ()


def test_what_is_suppressed_flags_nothing() -> None:
    assert flagged([release(1, "tools", SUPPRESSED)]) == ()


def test_at_most_two_are_flagged_the_worst_first() -> None:
    found = flagged([release(1, "tools", 2.4), release(2, "pay", 1.9), release(3, "roster", 2.1)])
    assert found == ("pay", "roster")
