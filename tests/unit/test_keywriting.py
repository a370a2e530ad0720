"""How the key file is written: whole or not at all, by one process at a time, and nothing of it is left elsewhere."""

from __future__ import annotations

import json
import os
import shutil
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot import filelock, keyfile
from bot.keywriting import DRAFT, fresh, place_of, with_epoch, without_epochs, write, writing
from surveys.errors import KeyFileError

NOW = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    keyfile.load_or_create(tmp_path / "config", tmp_path / "data", now=NOW, entropy=os.urandom)
    return keyfile.key_path(tmp_path / "config", tmp_path / "data")


def test_a_new_epoch_serves_and_the_one_before_is_kept() -> None:
    before = fresh(NOW, os.urandom)
    after = with_epoch(before, NOW, os.urandom)
    assert set(after["epochs"]) == {before["current"], after["current"]}
    assert after["platform"] == before["platform"]
    assert list(without_epochs(after, [before["current"]])["epochs"]) == [after["current"]]


def test_a_draft_that_a_kill_left_is_removed_by_the_next_writer(path: Path) -> None:
    """It holds keys that the file may have lost since."""
    left = path.with_name(path.name + DRAFT + "abc")
    left.write_text("keys")
    with writing(path, os.urandom):
        assert not left.exists()


def test_a_write_that_fails_leaves_the_old_file_and_no_draft(path: Path) -> None:
    before = path.read_bytes()
    with writing(path, os.urandom), pytest.raises(TypeError):
        write(path, {"epochs": object()})
    assert path.read_bytes() == before
    assert list(path.parent.glob(f"*{DRAFT}*")) == []


def test_the_new_file_is_readable_by_its_owner_alone(path: Path) -> None:
    with writing(path, os.urandom):
        write(path, fresh(NOW, os.urandom))
    assert path.stat().st_mode & 0o777 == 0o600
    assert keyfile.load(path).current == json.loads(path.read_text())["current"]


def test_one_writer_waits_for_the_other(path: Path) -> None:
    """What two read, change and write one after the other is all there in the end."""

    def add() -> None:
        with writing(path, os.urandom):
            write(path, with_epoch(keyfile.read(path), NOW, os.urandom))

    adders = [threading.Thread(target=add) for _ in range(5)]
    for adder in adders:
        adder.start()
    for adder in adders:
        adder.join()
    assert len(keyfile.load(path).epochs) == 6


def test_a_writer_that_never_ends_is_named(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filelock, "PATIENCE", 0.2)
    with writing(path, os.urandom), pytest.raises(KeyFileError, match="another process holds"):
        with writing(path, os.urandom):
            pass


def test_a_copy_of_the_directory_is_another_place(path: Path, tmp_path: Path) -> None:
    shutil.copytree(path.parent, tmp_path / "copy")
    assert place_of(path) == place_of(path)
    assert place_of(tmp_path / "copy" / path.name) != place_of(path)


def test_a_running_process_sees_the_file_that_another_wrote(path: Path) -> None:
    ring = keyfile.load(path)
    with writing(path, os.urandom):
        write(path, with_epoch(keyfile.read(path), NOW, os.urandom))
    newest = keyfile.load(path)
    assert newest.current not in ring.epochs
    assert ring.epoch(newest.current) == newest.epochs[newest.current]
    assert ring.current == newest.current


def test_a_running_process_keeps_its_keys_when_the_file_is_damaged(path: Path) -> None:
    ring = keyfile.load(path)
    path.write_text("{")
    with capture_logs() as logs:
        ring.renew()
    assert [line["reason"] for line in logs] == ["KeyFileError"]
    assert ring.holds(ring.current)
    assert not ring.holds("e20990101aaaa")
