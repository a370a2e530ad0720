from __future__ import annotations

import base64
import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot import keyfile, keywriting
from surveys.errors import KeyFileError
from surveys.tickets import KeyRing

NOW = datetime(2026, 3, 2, tzinfo=UTC)
KEY = base64.b64encode(bytes(range(32))).decode()


def made(directory: Path) -> KeyRing:
    return keyfile.load_or_create(directory / "config", directory / "data", now=NOW, entropy=os.urandom)


def file_of(directory: Path) -> Path:
    return directory / "config" / keyfile.NAME


def spoil(directory: Path, change: Callable[[dict[str, Any]], None]) -> Path:
    """Make a key file and change what is in it."""
    made(directory)
    content = json.loads(file_of(directory).read_text())
    change(content)
    file_of(directory).write_text(json.dumps(content))
    return file_of(directory)


def test_the_first_start_makes_a_key_file_that_only_its_owner_reads(tmp_path: Path) -> None:
    ring = made(tmp_path)
    assert file_of(tmp_path).stat().st_mode & 0o777 == 0o600
    assert file_of(tmp_path).parent.stat().st_mode & 0o777 == 0o700
    assert [len(key) for key in (ring.epoch(ring.current), ring.platform)] == [32, 32]


def test_nothing_but_the_key_file_and_its_lock_is_left_behind(tmp_path: Path) -> None:
    made(tmp_path)
    names = sorted(path.name for path in (tmp_path / "config").iterdir())
    assert names == [keyfile.NAME, keyfile.NAME + keywriting.LOCK]
    assert [path.stat().st_mode & 0o077 for path in (tmp_path / "config").iterdir()] == [0, 0]


def test_the_second_start_reads_the_same_keys(tmp_path: Path) -> None:
    first, second = made(tmp_path), made(tmp_path)
    assert (first.epochs, first.current, first.platform) == (second.epochs, second.current, second.platform)


def test_of_two_that_start_at_once_the_second_takes_the_keys_of_the_first(tmp_path: Path) -> None:
    first = made(tmp_path)
    keyfile._create(file_of(tmp_path), NOW, os.urandom)
    assert made(tmp_path).epochs == first.epochs


@pytest.mark.parametrize("config", ["data", "data/config", "data/deep/down"])
def test_a_key_under_the_data_directory_is_refused(config: str, tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match=r"ADEMPAUZE_CONFIG_DIR .* ADEMPAUZE_DATA_DIR .*: .*choose a directory"):
        keyfile.key_path(tmp_path / config, tmp_path / "data")


def test_a_link_into_the_data_directory_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "config").mkdir()
    file_of(tmp_path).symlink_to(tmp_path / "data" / "keys")
    with pytest.raises(KeyFileError, match="ADEMPAUZE_DATA_DIR"):
        made(tmp_path)


def test_data_below_the_configuration_is_fine(tmp_path: Path) -> None:
    assert keyfile.key_path(tmp_path, tmp_path / "data") == tmp_path.resolve() / keyfile.NAME


def test_a_missing_key_file_is_named_with_the_mend(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match=r"is not there: put it back"):
        keyfile.load(tmp_path / keyfile.NAME)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_a_key_file_that_others_can_read_is_refused(mode: int, tmp_path: Path) -> None:
    made(tmp_path)
    file_of(tmp_path).chmod(mode)
    with pytest.raises(KeyFileError, match=rf"mode {mode:04o}\): run chmod 600"):
        made(tmp_path)


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\x00", "{é}".encode(), b"[" * 20])
def test_a_damaged_key_file_is_refused(content: bytes, tmp_path: Path) -> None:
    made(tmp_path)
    file_of(tmp_path).write_bytes(content)
    with pytest.raises(KeyFileError, match="cannot be read: put back an undamaged copy"):
        made(tmp_path)


@pytest.mark.parametrize(
    "content", ["[]", "7", "null", "{}", '{"epochs": {}}', '{"epochs": []}', '{"epochs": {"e1": 3}}']
)
def test_a_key_file_that_lacks_an_entry_is_refused(content: str, tmp_path: Path) -> None:
    made(tmp_path)
    file_of(tmp_path).write_text(content)
    with pytest.raises(KeyFileError, match="lacks an entry: put back an undamaged copy"):
        made(tmp_path)


@pytest.mark.parametrize("key", ["", KEY[:-4], KEY + "AAAA", "é" * 44, "not base64, not at all, however long it is"])
def test_a_key_of_another_length_is_refused_and_never_repeated(key: str, tmp_path: Path) -> None:
    spoil(tmp_path, lambda content: content.update(platform=key))
    with pytest.raises(KeyFileError, match="32 bytes long: put back") as refused:
        made(tmp_path)
    assert not key or key not in str(refused.value)


def test_a_file_without_its_current_epoch_is_refused(tmp_path: Path) -> None:
    spoil(tmp_path, lambda content: content.update(current="e20990101aaaa"))
    with pytest.raises(KeyFileError, match="lacks its current epoch: put back"):
        made(tmp_path)


@pytest.mark.parametrize("content", ["", "{}", '{"platform": ""}'])
def test_every_refusal_names_the_setting(content: str, tmp_path: Path) -> None:
    made(tmp_path)
    file_of(tmp_path).write_text(content)
    with pytest.raises(KeyFileError, match="ADEMPAUZE_CONFIG_DIR"):
        made(tmp_path)


def test_an_epoch_that_is_gone_is_named_with_what_it_costs(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match=r"no epoch 'e2019'.*the open waves are lost, the Releases are not"):
        made(tmp_path).epoch("e2019")


def test_a_key_ring_never_prints_a_key(tmp_path: Path) -> None:
    ring = made(tmp_path)
    shown = repr(ring) + str(ring)
    assert [
        key for key in (*ring.epochs.values(), ring.platform) if repr(key)[2:-1] in shown or key.hex() in shown
    ] == []
    assert ring.current in shown
