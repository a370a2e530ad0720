"""A key file that got lost is never replaced in silence, and one of another installation is refused."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.doctor import check_noted
from bot.keyfile import NAME, load_or_create
from bot.keymark import fingerprint, noted, settled_keys
from bot.settings import Settings
from surveys.errors import KeyFileError
from surveys.tickets import KeyRing
from tests.stage import MONDAY, Stage, settings_in


def settled(stage: Stage, settings: Settings) -> KeyRing:
    return settled_keys(settings, stage.server, now=MONDAY, entropy=os.urandom)


def file_of(settings: Settings) -> Path:
    return settings.config_dir / NAME


async def test_a_fresh_installation_gets_a_key_file_and_keeps_it(stage: Stage, tmp_path: Path) -> None:
    first = settled(stage, settings_in(tmp_path))
    assert settled(stage, settings_in(tmp_path)).platform == first.platform
    assert noted(stage.server) == fingerprint(first)


async def test_a_key_file_that_got_lost_is_not_replaced(stage: Stage, tmp_path: Path) -> None:
    """Without its key file an installation refuses to start, and makes no other."""
    settings = settings_in(tmp_path)
    settled(stage, settings)
    file_of(settings).unlink()
    with pytest.raises(KeyFileError, match=r"ADEMPAUZE_CONFIG_DIR\) is not there: put back .*docs/keys.md"):
        settled(stage, settings)
    assert not file_of(settings).exists()
    (finding,) = check_noted(noted(stage.server), None)
    assert "put back" in finding.mend


async def test_a_key_file_of_another_installation_is_refused(stage: Stage, tmp_path: Path) -> None:
    mine = settled(stage, settings_in(tmp_path / "mine"))
    other = settings_in(tmp_path / "other")
    load_or_create(other.config_dir, other.data_dir, now=MONDAY, entropy=os.urandom)
    with pytest.raises(KeyFileError, match=r"is of another installation: put back"):
        settled(stage, other)
    assert noted(stage.server) == fingerprint(mine)


async def test_a_loss_that_was_accepted_gives_a_new_key_file(stage: Stage, tmp_path: Path) -> None:
    old = settled(stage, settings_in(tmp_path))
    file_of(settings_in(tmp_path)).unlink()
    await stage.run("DELETE FROM platform.mark WHERE name = 'key file'")
    new = settled(stage, settings_in(tmp_path))
    assert new.platform != old.platform
    assert noted(stage.server) == fingerprint(new)


async def test_the_fingerprint_holds_nothing_of_a_key(stage: Stage, tmp_path: Path) -> None:
    keys = settled(stage, settings_in(tmp_path))
    assert fingerprint(keys) not in keys.platform.hex()
    assert check_noted(fingerprint(keys), keys) == []
    assert [finding.ok for finding in check_noted("0" * 32, keys)] == [False]
