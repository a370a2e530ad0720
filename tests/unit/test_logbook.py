"""The signed log in sentences, and from a file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from analytics.disclosure import protect
from bot.cli.edge import Edge
from bot.cli.entry import run
from bot.logbook import envelope, follow, knows_head, log_of
from surveys.errors import InputError
from surveys.release import digest_of, to_document
from surveys.release import envelope as export
from surveys.signed_log import Kind
from tests.unit.agreements import NOW, Log, full
from tests.unit.organisations import facts, responses


def test_every_kind_of_entry_is_told() -> None:
    followed = follow(full().documents)
    assert followed.broken == ""
    said = " | ".join(line.what for line in followed.lines)
    for words in (
        "took the seat",
        "proposed",
        "accepted",
        "refused",
        "withdrew",
        "strengthened",
        "handed over",
        "people",
    ):
        assert words in said


def test_a_log_is_told_up_to_where_it_breaks() -> None:
    documents = full().documents
    documents[3] = {**documents[3], "at": documents[2]["at"].replace("2026", "2025")}
    followed = follow(documents)
    assert len(followed.lines) == 3
    assert "entry 4" in followed.broken


def test_an_earlier_head_is_still_in_a_log_that_grew() -> None:
    log = Log().go_live()
    kept = log.standing.head[1]
    log.propose({"retention_days": 30})
    assert knows_head(follow(log.documents), kept)
    assert not knows_head(follow(log.documents[:3]), kept)


def test_what_steers_a_terminal_is_not_printed() -> None:
    log = Log().go_live()
    content = {"changes": {"retention_days": 3}, "reason": "\x1b[2Jgone"}
    log.add(Kind.STRENGTHENED, content, next(iter(log.standing.holders)), NOW)
    assert "\x1b" not in follow(log.documents).lines[-1].what


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"log": 1}', b'{"log": [1]}', b"[" * 100_000, b"\xff"])
def test_a_file_without_a_log_is_refused(content: bytes) -> None:
    with pytest.raises(InputError, match="holds no log"):
        log_of(content)


@pytest.mark.parametrize(("planted", "code"), [(False, 0), (True, 1)])
def test_a_file_is_audited_without_settings_and_database(
    planted: bool, code: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever changed one entry of a log is found by `adempauze audit log`."""
    documents = full().documents
    if planted:
        documents[2]["content"]["reason"] = "Something else."
    path = tmp_path / "log.json"
    path.write_text(json.dumps(envelope(documents)), encoding="utf-8")
    assert run(["audit", "log", str(path)], Edge({})) == code
    said = capsys.readouterr().out
    assert ("broken: entry 3" in said) is planted
    assert ("the log holds: 12 entries" in said) is not planted


def test_a_head_that_is_not_in_the_log_is_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = Log().go_live()
    path = tmp_path / "log.json"
    path.write_text(json.dumps(envelope(log.documents[:-1])), encoding="utf-8")
    assert run(["audit", "log", str(path), "--head", log.standing.head[1]], Edge({})) == 1
    assert "cut off" in capsys.readouterr().out


@pytest.mark.parametrize(("kept", "code"), [("chain", 0), ("nothing", 1)])
def test_the_hash_of_a_release_is_found_beside_those_of_the_log(kept: str, code: int, tmp_path: Path) -> None:
    document = to_document(protect(facts({"org": None}, {"org": 12}), responses({"org": [2, 3, 4] * 3})))
    path = tmp_path / "releases.json"
    path.write_text(json.dumps(export([document], full().documents)), encoding="utf-8")
    head = digest_of(document) if kept == "chain" else "0" * 64
    assert run(["audit", "log", str(path), "--head", head], Edge({})) == code
