"""Reporting periods in a whole simulation: what is published of small teams, against what really happened."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

import pytest

from analytics.audit.releases import Known, attack, audit
from analytics.guarded import least_told
from bot.cli.scenes import start
from bot.known import _Truth, known_from
from bot.simulation.run import SimulationOptions, simulate
from surveys.model import Figure, Release
from surveys.release import from_document, verify_export


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Release], Any]:
    out = tmp_path_factory.mktemp("played") / "out"
    left = simulate(SimulationOptions(people=70, teams=9, waves=4, seed=11, out=out), start)
    documents = verify_export(json.loads(Path(left.releases).read_bytes()))
    return [from_document(document) for document in documents], json.loads(Path(left.truth).read_bytes())


@pytest.fixture(scope="module")
def known(played: tuple[list[Release], Any]) -> Known:
    return known_from(played[1], played[0])


def told(releases: Sequence[Release], every: int) -> list[Release]:
    return [release for release in releases if release.every == every]


def test_small_teams_are_told_every_second_and_every_fourth_wave(played: tuple[list[Release], Any]) -> None:
    assert [release.waves for release in told(played[0], 1)] == [(1,), (2,), (3,), (4,)]
    assert [release.waves for release in told(played[0], 2)] == [(1, 2), (3, 4)]
    assert [release.waves for release in told(played[0], 4)] == [(1, 2, 3, 4)]


def test_no_leak_is_found_in_waves_and_periods_together(played: tuple[list[Release], Any], known: Known) -> None:
    """By an attacker who knows who answered, nor by one who does not."""
    assert [str(leak) for leak in audit(played[0], known).leaks] == []
    assert [str(leak) for leak in audit(played[0], None).leaks] == []


def test_every_figure_of_a_period_is_about_each_of_its_people_once(
    played: tuple[list[Release], Any], known: Known
) -> None:
    """Each adds the whole answer nearest to the mean of the own ones: half a point away from it at most."""
    shown = 0
    for release in played[0]:
        if release.kind == "period":
            people = _Truth.of(played[1], played[0])._people(release).values()
            for cell in release.cells:
                if isinstance(cell.figure, Figure) and cell.figure.kind == "mean":
                    inside = {node.id for node in release.nodes if under(release, node.id, cell.cohort)}
                    own = [
                        [one["answers"][cell.item] for _, one in waves if cell.item in one["answers"]]
                        for waves in people
                        if waves[-1][0] in inside
                    ]
                    means = [fmean(answers) for answers in own if answers]
                    assert len(means) >= max(5, least_told(cell.figure))
                    assert cell.figure.value == pytest.approx(fmean(means), abs=0.551)
                    answered = known[release.survey, release.place].by_item[cell.item]
                    assert sum(answered[node] for node in inside) == len(means)
                    shown += 1
    assert shown >= 3


def test_a_team_told_in_a_wave_and_in_its_period_is_found(played: tuple[list[Release], Any]) -> None:
    (period,) = told(played[0], 4)
    assert attack(period, None) == []
    again = Release(**{name: getattr(period, name) for name in period.__slots__} | {"every": 1, "earlier": ()})
    leaks = [str(leak) for leak in audit([period, again], None).leaks]
    assert any("the answers of wave 4 are in the Release of 4x4 too" in leak for leak in leaks)


def under(release: Release, node: str, top: str) -> bool:
    parents = {one.id: one.parent for one in release.nodes}
    at: str | None = node
    while at is not None and at != top:
        at = parents[at]
    return at == top
