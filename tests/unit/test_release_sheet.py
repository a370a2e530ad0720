"""A Release on one line per figure."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime

from bot.release_sheet import as_csv, paths_of, told
from surveys.model import STANDARD, SUPPRESSED, Cell, Figure, Release, ReleasedNode

RELEASE = Release(
    survey="pulse",
    number=3,
    opened=datetime(2026, 3, 2, 8, tzinfo=UTC),
    closed=datetime(2026, 3, 6, 8, tzinfo=UTC),
    policy=STANDARD,
    items=(),
    nodes=(
        ReleasedNode("root", None, "Lente", 40, ">75"),
        ReleasedNode("n", "root", "Noord", 30, "50-75"),
        ReleasedNode("t", "n", "Ochtend", 6, SUPPRESSED),
    ),
    cells=(
        Cell("root", "C1", Figure("mean", 3.2, "20+")),
        Cell("n", "C1", Figure("at_most", 2.0, "5-9")),
        Cell("t", "C1", SUPPRESSED),
    ),
    baselines=(),
)


def lines(release: Release) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(as_csv([release]))))


def test_every_cell_has_one_line() -> None:
    assert [(line["path"], line["figure"], line["value"], line["n_band"]) for line in lines(RELEASE)] == [
        ("/", "mean", "3.2", "20+"),
        ("Noord", "at_most", "2.0", "5-9"),
        ("Noord/Ochtend", "suppressed", "suppressed", "suppressed"),
    ]


def test_keys_are_those_of_the_release_format() -> None:
    assert [line["key"] for line in lines(RELEASE)] == ["pulse/3/root/C1", "pulse/3/n/C1", "pulse/3/t/C1"]


def test_a_name_is_never_run_as_a_formula() -> None:
    nodes = (RELEASE.nodes[0], replace(RELEASE.nodes[1], name="=1+1"), *RELEASE.nodes[2:])
    assert [line["path"] for line in lines(replace(RELEASE, nodes=nodes))] == ["/", "'=1+1", "'=1+1/Ochtend"]


def test_paths_are_those_at_opening() -> None:
    assert paths_of(RELEASE) == {"root": "/", "n": "Noord", "t": "Noord/Ochtend"}


def test_a_figure_is_told_with_its_band() -> None:
    assert [told(cell.figure) for cell in RELEASE.cells] == ["3.2 (20+)", "at most 2.0 (5-9)", "suppressed"]
