"""What `audit storage` says of files, and that what must not be in them is found."""

from __future__ import annotations

import base64
import gzip
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from bot import keyfile
from bot.keywriting import DRAFT
from bot.settings import Settings
from bot.storage import files
from bot.storage.report import as_document
from bot.storage.verdict import Verdict
from surveys.model import Person, Role
from surveys.tickets import KeyRing
from tests.stage import settings_in

NOW = datetime(2026, 3, 2, tzinfo=UTC)
SANNE = Person(
    UUID(int=0x5A66E0000000000000000000000001),
    "1001",
    "Sanne de Wit",
    "sanne@lente.example",
    "t",
    frozenset({Role.AGENT}),
    frozenset(),
    "nl",
    "UTC",
    addresses={"slack": "T01ABCD/U01EFGH"},
)
PAGE = 'adempauze_waves{state="open"} 1.0\n# HELP adempauze_ticks ticks\nadempauze_ticks 3.0\n'


@pytest.fixture
def installed(tmp_path: Path) -> tuple[Settings, KeyRing]:
    settings = settings_in(tmp_path)
    keys = keyfile.load_or_create(settings.config_dir, settings.data_dir, now=NOW, entropy=os.urandom)
    return settings, keys


def test_a_key_file_as_it_should_be_is_kept(installed: tuple[Settings, KeyRing]) -> None:
    assert files.key_file(installed[0], NOW).verdict is Verdict.KEPT


@pytest.mark.parametrize("fault", ["mode", "age", "data", "missing"])
def test_a_key_file_as_it_should_not_be_is_broken(installed: tuple[Settings, KeyRing], fault: str) -> None:
    settings, now = installed[0], NOW
    if fault == "mode":
        (settings.config_dir / keyfile.NAME).chmod(0o644)
    if fault == "age":
        now += timedelta(days=37)
    if fault == "data":
        settings = settings.model_copy(update={"data_dir": settings.config_dir.parent})
    if fault == "missing":
        (settings.config_dir / keyfile.NAME).unlink()
    assert files.key_file(settings, now).verdict is Verdict.BROKEN


def test_a_draft_that_a_kill_left_is_a_limit(installed: tuple[Settings, KeyRing]) -> None:
    (installed[0].config_dir / (keyfile.NAME + DRAFT + "x")).write_text("keys")
    assert files.key_file(installed[0], NOW).verdict is Verdict.LIMITED


@pytest.mark.parametrize("form", ["raw", "text", "hex"])
def test_a_key_among_the_data_is_broken(installed: tuple[Settings, KeyRing], tmp_path: Path, form: str) -> None:
    (key, *_) = installed[1].epochs.values()
    forms = {"raw": key, "text": base64.b64encode(key), "hex": key.hex().encode()}
    place = tmp_path / "backup"
    place.mkdir()
    (place / "deep").mkdir()
    (place / "fine").write_bytes(b"nothing")
    assert files.keys_in([place], installed[1]).verdict is Verdict.KEPT
    (place / "deep" / "image").write_bytes(b"before" + forms[form] + b"after")
    assert files.keys_in([place], installed[1]).verdict is Verdict.BROKEN


@pytest.mark.parametrize("as_dumped", [False, True])
def test_a_backup_that_holds_a_salt_is_broken(tmp_path: Path, as_dumped: bool) -> None:
    salt, dump = os.urandom(32), tmp_path / "dump"
    dump.write_bytes(b"\\\\x" + salt.hex().encode() if as_dumped else salt)
    assert files.open_waves_in([dump], [salt]).verdict is Verdict.BROKEN
    assert files.open_waves_in([dump], [os.urandom(32)]).verdict is Verdict.KEPT


def test_a_compressed_backup_tells_nothing_and_that_is_said(tmp_path: Path) -> None:
    (tmp_path / "dump.gz").write_bytes(gzip.compress(os.urandom(64)))
    assert files.open_waves_in([tmp_path], [os.urandom(32)]).verdict is Verdict.LIMITED
    assert "not looked at" in files.open_waves_in([], [os.urandom(32)]).what


@pytest.mark.parametrize("said", [SANNE.name, SANNE.email, str(SANNE.id), SANNE.id.hex, SANNE.addresses["slack"]])
def test_a_person_in_a_log_is_broken(tmp_path: Path, said: str) -> None:
    log = tmp_path / "adempauze.log"
    log.write_text("2026-03-02 info wave opened deliveries=31\n")
    assert files.people_in([log], [SANNE]).verdict is Verdict.KEPT
    log.write_text(f"2026-03-02 info an answer came from={said}\n")
    assert files.people_in([log], [SANNE]).verdict is Verdict.BROKEN


def test_a_short_address_is_not_looked_for(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("wave opened for U1")
    assert files.people_in([tmp_path], [replace(SANNE, addresses={"slack": "U1"})]).verdict is Verdict.KEPT


@pytest.mark.parametrize("label", ['person="1001"', 'state="open",team="Noord"', 'cohort="x"'])
def test_a_label_that_is_no_state_is_broken(label: str) -> None:
    assert files.metrics(PAGE).verdict is Verdict.KEPT
    assert files.metrics(f"{PAGE}adempauze_answers{{{label}}} 1.0\n").verdict is Verdict.BROKEN


def test_the_document_says_first_what_it_does_not_prove() -> None:
    assert as_document([files.metrics(PAGE)]).splitlines()[1].startswith(' "limit": "This proves nothing against')


def test_what_lies_across_two_parts_of_a_large_file_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "PART", 64)
    salt, file = os.urandom(32), tmp_path / "dump"
    for before in (33, 63, 64, 100):
        file.write_bytes(bytes(before) + salt + bytes(200))
        assert files.open_waves_in([file], [salt]).verdict is Verdict.BROKEN
    file.write_bytes(bytes(100) + salt[:16] + bytes(100) + salt[16:])
    assert files.open_waves_in([file], [salt]).verdict is Verdict.KEPT
