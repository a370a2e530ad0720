"""`adempauze audit releases`: files in, sentences and an exit code out, and no database."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.cli.edge import Edge
from bot.cli.entry import run
from surveys.model import Release
from surveys.release import envelope, to_document
from tests.simulated import play
from tests.unit.test_audit import careless

Printed = pytest.CaptureFixture[str]


def export(path: Path, *releases: Release) -> str:
    path.write_text(json.dumps(envelope([to_document(release) for release in releases])), encoding="utf-8")
    return str(path)


def test_an_export_without_leaks_is_said_to_be_clean(tmp_path: Path, capsys: Printed) -> None:
    (wave,) = play(2, 1)
    assert run(["audit", "releases", export(tmp_path / "releases.json", wave.release)], Edge({})) == 0
    told = capsys.readouterr().out
    assert "Mode file: who answered is not known" in told
    assert "No leak was found" in told


def test_it_says_that_means_by_facet_were_not_attacked_without_a_truth_file(tmp_path: Path, capsys: Printed) -> None:
    (wave,) = play(2, 1, facets=("shift_type",))
    assert run(["audit", "releases", export(tmp_path / "releases.json", wave.release)], Edge({})) == 0
    told = sum(isinstance(one.mean, float) for cell in wave.release.cells for one in cell.facets)
    assert f"{told} means by facet were not attacked" in capsys.readouterr().out


def test_a_leak_is_named_by_cohort_and_wave_and_ends_with_1(tmp_path: Path, capsys: Printed) -> None:
    """Two leaders are left over when their department and its teams are all shown, and everybody was asked."""
    release, known = careless()
    people = [
        {"person": f"s{cohort}{place}", "cohort": cohort, "delivered": True, "answers": answers}
        for cohort, asked in known.asked.items()
        for place in range(asked)
        for answers in [{"C1": 3} if place < known.answered.get(cohort, 0) else {}]
    ]
    wave = {"survey": "pulse", "number": 1, "items": ["C1"], "people": people}
    truth = tmp_path / "truth.json"
    truth.write_text(json.dumps({"format": 1, "simulated": True, "waves": [wave]}), encoding="utf-8")
    given = ["audit", "releases", export(tmp_path / "releases.json", release), "--truth", str(truth)]
    assert run(given, Edge({})) == 1
    told = capsys.readouterr().out
    assert "Mode strict" in told
    assert "- pulse, wave 1, C1, name of dept, outside groups shown below it: " in told
    assert "sdept0" not in told


def test_a_file_that_was_changed_is_refused(tmp_path: Path, capsys: Printed) -> None:
    (wave,) = play(2, 1)
    path = tmp_path / "releases.json"
    whole = envelope([to_document(wave.release)])
    path.write_text(json.dumps({**whole, "head": "0" * 64}), encoding="utf-8")
    assert run(["audit", "releases", str(path)], Edge({})) == 2
    assert "was changed" in capsys.readouterr().err


@pytest.mark.parametrize("content", ["", "[]", "{"])
def test_a_file_of_another_kind_is_refused_in_one_sentence(content: str, tmp_path: Path, capsys: Printed) -> None:
    path = tmp_path / "releases.json"
    path.write_text(content, encoding="utf-8")
    assert run(["audit", "releases", str(path)], Edge({})) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_a_truth_of_other_waves_is_refused(tmp_path: Path, capsys: Printed) -> None:
    (wave,) = play(2, 1)
    truth = tmp_path / "truth.json"
    truth.write_text(json.dumps({"format": 1, "simulated": True, "waves": []}), encoding="utf-8")
    given = ["audit", "releases", export(tmp_path / "releases.json", wave.release), "--truth", str(truth)]
    assert run(given, Edge({})) == 2
    assert "wave 1 of pulse" in capsys.readouterr().err
