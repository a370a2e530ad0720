"""The whole simulation on a database of its own: what it leaves behind, and that a seed decides all of it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from bot.cli.edge import Edge
from bot.cli.entry import run
from bot.cli.scenes import start
from bot.simulation.run import Result, SimulationOptions, simulate
from bot.simulation.truth import schema
from surveys import release
from surveys.errors import InputError

OPTIONS = SimulationOptions(people=40, teams=3, waves=2, seed=5, out=Path())


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Result:
    return simulate(replace(OPTIONS, out=tmp_path_factory.mktemp("first") / "out"), start)


@pytest.fixture(scope="module")
def published(first: Result) -> Any:
    return json.loads(first.releases.read_bytes())


@pytest.fixture(scope="module")
def true(first: Result) -> Any:
    return json.loads(first.truth.read_bytes())


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(first: Result, tmp_path: Path) -> None:
    again = simulate(replace(OPTIONS, out=tmp_path / "again"), start)
    assert again.releases.read_bytes() == first.releases.read_bytes()
    assert again.truth.read_bytes() == first.truth.read_bytes()
    other = simulate(replace(OPTIONS, out=tmp_path / "other", seed=6, waves=1), start)
    waves = [json.loads(result.truth.read_bytes())["waves"][0]["people"] for result in (first, other)]
    assert waves[0] != waves[1]


def test_what_it_leaves_fits_the_formats(published: Any, true: Any) -> None:
    Draft202012Validator(release.schema()).validate(published)
    assert len(release.verify_export(published)) == OPTIONS.waves
    assert all(one["simulated"] for one in published["releases"])
    Draft202012Validator.check_schema(schema())
    Draft202012Validator(schema()).validate(true)


@pytest.mark.parametrize(
    ("where", "wrong"), [("delivered", False), ("answers", {"C1": 6}), ("team", "Krokus"), ("facets", {"shoe": "42"})]
)
def test_a_planted_fault_in_the_truth_does_not_fit_its_schema(where: str, wrong: object, true: Any) -> None:
    broken = json.loads(json.dumps(true))
    somebody = next(person for person in broken["waves"][0]["people"] if person["answers"])
    somebody[where] = wrong
    assert not Draft202012Validator(schema()).is_valid(broken)


def below(true: Any, node: str) -> set[str]:
    """Everything in and below a node of the truth file."""
    found = {node}
    for one in sorted(true["nodes"], key=lambda one: one["path"].count("/") + (one["path"] != "/")):
        if one["parent"] in found:
            found.add(one["id"])
    return found


def test_every_mean_that_is_published_is_the_mean_of_the_true_answers(published: Any, true: Any) -> None:
    """In the Releases of waves; there small teams and leaders do not count."""
    shown = 0
    waves = [told for told in published["releases"] if told["kind"] == "wave"]
    for told, wave in zip(waves, true["waves"], strict=True):
        above = {node["parent"] for node in told["nodes"]}
        weekly = {node["id"] for node in told["nodes"] if node["every"] == 1 and node["id"] not in above}
        for cell in told["cells"]:
            if cell["figure"] == "suppressed" or cell["figure"]["kind"] != "mean":
                continue
            inside = below(true, cell["cohort"]) & weekly
            answers = [person["answers"].get(cell["item"]) for person in wave["people"] if person["cohort"] in inside]
            given = [answer for answer in answers if answer]
            assert len(given) >= 5
            assert cell["figure"]["value"] == pytest.approx(sum(given) / len(given), abs=0.0501)
            shown += 1
    assert shown >= 4


def test_not_everybody_answers_and_most_get_a_card(first: Result) -> None:
    asked = OPTIONS.people * OPTIONS.waves
    assert 0.8 * asked < first.cards <= asked
    assert 0.4 * first.cards < first.responses < 0.9 * first.cards


def test_a_directory_with_something_in_it_is_refused_before_anything_starts(tmp_path: Path) -> None:
    (tmp_path / "notes").write_text("mine")
    with pytest.raises(InputError, match="not empty"):
        simulate(replace(OPTIONS, out=tmp_path), start)


def test_no_waves_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="--waves"):
        simulate(replace(OPTIONS, out=tmp_path / "out", waves=0), start)
    assert not (tmp_path / "out").exists()


def test_what_a_simulation_publishes_withstands_the_attacker(first: Result, capsys: pytest.CaptureFixture[str]) -> None:
    """Of a reader who knows who answered, and of one who has nothing but the file."""
    for more, mode in (((), "Mode file"), (("--truth", str(first.truth)), "Mode strict")):
        assert run(["audit", "releases", str(first.releases), *more], Edge({})) == 0
        told = capsys.readouterr().out
        assert mode in told
        assert "No leak was found" in told
