"""What `doctor` sees without a database; every fault comes with its mend."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from bot.doctor import check_address, check_helplines, check_keys, settings_rows
from bot.doctor_waves import check_periods, check_waves
from bot.keyfile import load_or_create
from bot.settings import Settings, load_settings
from surveys.model import Wave, WaveState
from surveys.periods import Period
from surveys.tickets import KeyRing

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
RING = KeyRing({"e1": bytes(32)}, "e1", bytes(32))


def settings_in(place: Path, **more: str) -> Settings:
    return load_settings({}, data_dir=place / "data", config_dir=place / "config", **more)


def wave(state: WaveState, key_id: str = "e1") -> Wave:
    return Wave(UUID(int=7), "pulse", 4, ("C1",), NOW, NOW + timedelta(days=5), state, key_id)


def period(state: WaveState, key_id: str = "e1") -> Period:
    return Period(UUID(int=7), "pulse", 4, (1, 2), NOW, NOW + timedelta(weeks=4), state, key_id)


def test_a_sound_key_file_is_told_with_what_losing_it_costs(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    load_or_create(settings.config_dir, settings.data_dir, now=NOW, entropy=bytes)
    (finding,), ring = check_keys(settings)
    assert finding.ok
    assert "mode 0600" in finding.what
    assert "costs the open waves" in finding.what
    assert ring is not None


def test_a_missing_key_file_is_not_made(tmp_path: Path) -> None:
    (finding,), ring = check_keys(settings_in(tmp_path))
    assert (finding.ok, ring) == (False, None)
    assert not (tmp_path / "config").exists()


def test_a_key_file_that_others_can_read_is_wrong(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    load_or_create(settings.config_dir, settings.data_dir, now=NOW, entropy=bytes)
    (settings.config_dir / "adempauze.keys").chmod(0o644)
    (finding,), _ = check_keys(settings)
    assert finding.mend.startswith("run chmod 600")


def test_a_reporting_period_without_its_key_is_wrong() -> None:
    (finding,) = check_periods([period(WaveState.OPEN, "e0")], RING)
    assert "the period of 4 waves of pulse that opened on 2026-03-02 was opened with key epoch e0" in finding.what
    assert "without it the period is published wholly suppressed" in finding.mend


def test_a_reporting_period_in_order_says_until_when_its_key_is_needed() -> None:
    (finding,) = check_periods([period(WaveState.OPEN), period(WaveState.DESTROYED, "e0")], RING)
    assert finding.what == "1 open or closing, each with its key; all others destroyed; the last ends by 2026-03-30"
    assert finding.ok


def test_a_wave_without_its_key_is_wrong() -> None:
    (finding,) = check_waves([wave(WaveState.OPEN, "e0")], RING)
    assert "key epoch e0" in finding.what
    assert "put back the key file" in finding.mend


def test_a_wave_that_is_not_yet_destroyed_is_wrong() -> None:
    (finding,) = check_waves([wave(WaveState.RELEASED)], RING)
    assert "not yet destroyed" in finding.what


@pytest.mark.parametrize("state", [WaveState.OPEN, WaveState.DESTROYED])
def test_a_wave_in_order_is_well(state: WaveState) -> None:
    assert all(finding.ok for finding in check_waves([wave(state)], RING))


def test_a_destroyed_wave_needs_no_key() -> None:
    assert all(finding.ok for finding in check_waves([wave(WaveState.DESTROYED, "e0")], RING))


@pytest.mark.parametrize(
    ("address", "well"),
    [
        ("http://127.0.0.1:8321", True),
        ("http://localhost", True),
        ("https://pauze.example.org", True),
        ("http://pauze.example.org", False),
    ],
)
def test_people_are_not_sent_to_a_page_without_tls(address: str, well: bool, tmp_path: Path) -> None:
    assert check_address(settings_in(tmp_path, public_url=address)).ok is well


def test_old_help_numbers_are_wrong() -> None:
    assert not check_helplines(date(2031, 1, 1)).ok


def test_every_setting_is_listed_and_no_secret_is_shown() -> None:
    given = {"ADEMPAUZE_DATABASE_URL": "postgresql://me:hunter2@db/adempauze", "ADEMPAUZE_PORT": "9000"}
    rows = {name: (value, what) for name, value, what in settings_rows(given)}
    assert set(rows) == {f"ADEMPAUZE_{name.upper()}" for name in Settings.model_fields}
    assert rows["ADEMPAUZE_DATABASE_URL"][0] == "set, not shown"
    assert rows["ADEMPAUZE_PORT"][0] == "set: 9000"
    assert "hunter2" not in str(rows)
    assert all(what for _, what in rows.values())
