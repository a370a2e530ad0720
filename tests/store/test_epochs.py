"""Key epochs rotate by themselves, and the old key is destroyed with the last wave that needs it."""

from __future__ import annotations

import json
import shutil
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot import keyfile
from bot.epochs import PLACE, SERVING, Epochs
from bot.keymark import settled_keys
from bot.keywriting import with_epoch, write, writing
from bot.server import Server
from bot.settings import Settings
from surveys.errors import KeyFileError, TokenError
from surveys.model import WaveState
from surveys.store import surveys as store
from surveys.store.marks import hold_epochs_still
from surveys.tickets import KeyRing, read_token
from tests.everything import everything
from tests.stage import MONDAY, Stage, large_teams, seeded, settings_in, staged

LIFE = timedelta(days=35)


@pytest.fixture
async def stage(house: tuple[Server, Settings], tmp_path: Path) -> AsyncIterator[Stage]:
    """A stage whose key file is its own."""
    server, settings = house
    mine = settings.model_copy(update={"config_dir": tmp_path / "config"})
    async with staged(server, mine, seed=str(tmp_path), roster=large_teams()) as playing:
        yield playing


def in_file(stage: Stage) -> set[str]:
    return set(keyfile.load(stage.app.epochs.path).epochs)


async def states(stage: Stage) -> list[WaveState]:
    async with stage.app.database.begin() as connection:
        return [wave.state for wave in await store.waves(connection)]


async def test_an_epoch_ends_after_its_days_and_its_key_is_gone(stage: Stage) -> None:
    """With no wave open, nothing is left of the old key but what waves of its time had, and that is destroyed."""
    first = stage.app.keys.current
    await stage.tick()
    await stage.close()
    stage.clock.time = max(stage.clock.time, MONDAY + LIFE - timedelta(minutes=2))
    await stage.app.epochs(stage.clock())
    assert in_file(stage) == {first}
    stage.clock.forward(minutes=3)
    await stage.app.epochs(stage.clock())
    stage.clock.forward(minutes=2)
    await stage.app.epochs(stage.clock())
    assert stage.app.keys.current != first
    assert in_file(stage) == {stage.app.keys.current}
    assert await stage.rows(f"SELECT split_part(value, ' ', 1) FROM platform.mark WHERE name = '{SERVING}'") == [
        (stage.app.keys.current,)
    ]


async def test_the_key_of_an_open_wave_is_kept_until_the_wave_is_destroyed(stage: Stage) -> None:
    """Whoever answers after the rotation is counted; when the wave has been destroyed, so is its key."""
    first = stage.app.keys.current
    await stage.deliver()
    await stage.answer("o1", 5, 5)
    await stage.app.epochs.rotate(stage.clock())
    assert in_file(stage) == {first, stage.app.keys.current}
    token = stage.card("o2").token or ""
    assert read_token(token, stage.app.keys).locale
    await stage.answer("o2", 1, 1)
    await stage.close()
    stage.clock.forward(minutes=2)
    await stage.tick()
    assert await states(stage) == [WaveState.DESTROYED]
    assert in_file(stage) == {stage.app.keys.current} != {first}
    with pytest.raises(TokenError):
        read_token(token, stage.app.keys)


async def test_a_wave_that_opens_after_the_rotation_has_the_new_key(stage: Stage) -> None:
    rotated = await stage.app.epochs.rotate(stage.clock())
    await stage.tick()
    async with stage.app.database.begin() as connection:
        (wave,) = await store.waves(connection)
    assert wave.key_id == rotated.serving
    assert rotated.kept == ()
    assert len(rotated.destroyed) == 1


async def test_a_wave_that_is_being_opened_keeps_its_epoch(stage: Stage) -> None:
    """Nothing is destroyed while a wave is on its way into the database; it is done at a later tick."""
    await stage.app.epochs(stage.clock())
    async with stage.app.database.begin() as opening:
        await hold_epochs_still(opening)
        stage.clock.forward(days=40)
        before = in_file(stage)
        await stage.app.epochs(stage.clock())
        assert in_file(stage) == before
    await stage.app.epochs(stage.clock())
    assert in_file(stage) != before


async def test_another_process_takes_the_new_epoch_over(stage: Stage) -> None:
    """A token of an epoch that this process doesn't know yet sends it to look at the file."""
    other = keyfile.load(stage.app.epochs.path)
    await stage.app.epochs.rotate(stage.clock())
    await stage.deliver()
    assert read_token(stage.card("o1").token or "", other).locale
    assert other.current == stage.app.keys.current


async def elsewhere(stage: Stage, directory: Path) -> Epochs:
    """The same installation on another machine, with a copy of the key file."""
    shutil.copytree(stage.app.epochs.path.parent, directory)
    path = directory / keyfile.NAME
    return Epochs(stage.app.database, keyfile.load(path), path, LIFE, seeded(3))


async def test_with_a_copy_on_another_machine_nothing_rotates_by_itself(stage: Stage, tmp_path: Path) -> None:
    """Neither could give the other a new key: taps on cards of the one would be refused by the other."""
    other = await elsewhere(stage, tmp_path / "other")
    stage.clock.forward(days=36)
    before = in_file(stage)
    await other(MONDAY + timedelta(days=36))
    await stage.app.epochs(stage.clock())
    assert in_file(stage) == before
    with pytest.raises(KeyFileError, match="1 other place"):
        await stage.app.epochs.rotate(stage.clock() + timedelta(minutes=1))
    assert len(await stage.rows(f"SELECT 1 FROM platform.mark WHERE name LIKE '{PLACE}%'")) == 2


async def test_with_the_others_stopped_it_can_be_rotated_by_hand_and_copied(stage: Stage, tmp_path: Path) -> None:
    other = await elsewhere(stage, tmp_path / "other")
    await other(stage.clock())
    stage.clock.forward(minutes=4)
    rotated = await stage.app.epochs.rotate(stage.clock())
    shutil.copy(stage.app.epochs.path, other.path)
    other.keys.renew()
    assert other.keys.current == rotated.serving


async def test_an_older_copy_of_the_key_file_is_refused(stage: Stage, tmp_path: Path) -> None:
    """Whoever began with it would refuse every tap on a card of a newer epoch."""
    shutil.copytree(stage.app.epochs.path.parent, tmp_path / "old")
    await stage.app.epochs.rotate(stage.clock() + timedelta(minutes=1))
    older = settings_in(tmp_path).model_copy(update={"config_dir": tmp_path / "old"})
    with pytest.raises(KeyFileError, match="is an older copy, without epoch"):
        settled_keys(older, stage.server, now=MONDAY, entropy=seeded(1))


async def test_an_older_database_is_no_reason_to_refuse(stage: Stage, tmp_path: Path) -> None:
    """A dump that was put back knows an epoch that has been destroyed since."""
    await stage.app.epochs.rotate(stage.clock() + timedelta(minutes=1))
    dumped = f"e20250101aaaa {(MONDAY - LIFE).isoformat()}"
    await stage.run(f"UPDATE platform.mark SET value = '{dumped}' WHERE name = '{SERVING}'")
    mine = stage.app.settings
    assert settled_keys(mine, stage.server, now=MONDAY, entropy=seeded(1)).current == stage.app.keys.current


async def test_a_file_that_can_not_be_written_is_tried_again_and_nothing_is_lost(stage: Stage) -> None:
    path = stage.app.epochs.path
    content = path.read_text()
    path.write_text("{")
    stage.clock.forward(days=36)
    await stage.app.epochs(stage.clock())
    await stage.app.opening.open_now("pulse", None, stage.clock())
    path.write_text(content)
    stage.clock.forward(minutes=61)
    await stage.app.epochs(stage.clock())
    stage.clock.forward(minutes=2)
    await stage.app.epochs(stage.clock())
    async with stage.app.database.begin() as connection:
        (wave,) = await store.waves(connection)
    assert in_file(stage) == {wave.key_id, stage.app.keys.current}


async def test_a_kill_between_the_file_and_the_database_is_made_good(stage: Stage) -> None:
    """The file has the new epoch, the database names the old one: the next step notes it before it destroys."""
    await stage.app.epochs(stage.clock())
    first, path = stage.app.keys.current, stage.app.epochs.path
    with writing(path, seeded(5)):
        write(path, with_epoch(keyfile.read(path), stage.clock(), seeded(5)))
    stage.clock.forward(minutes=2)
    await stage.app.epochs(stage.clock())
    assert first in in_file(stage)
    stage.clock.forward(minutes=2)
    await stage.app.epochs(stage.clock())
    assert in_file(stage) == {stage.app.keys.current}


async def test_no_key_ever_enters_the_database(stage: Stage) -> None:
    await stage.app.epochs.rotate(stage.clock())
    await stage.tick()
    keys = [one["key"] for one in json.loads(stage.app.epochs.path.read_text())["epochs"].values()]
    raw = [key.hex() for key in stage.app.keys.epochs.values()]
    values = [text for rows in everything(stage.server).values() for row in rows for text in row.values()]
    assert [needle for needle in (*keys, *raw) if any(needle in text for text in values)] == []


def test_a_ring_without_a_file_has_nothing_newer() -> None:
    ring = KeyRing({"e1": bytes(32)}, "e1", bytes(32))
    ring.renew()
    assert not ring.holds("e2")


async def test_the_key_of_a_reporting_period_is_kept_until_the_period_is_destroyed(
    house: tuple[Server, Settings], tmp_path: Path
) -> None:
    """What small teams answered waits under it, also when the waves themselves have been destroyed."""
    server, settings = house
    mine = settings.model_copy(update={"config_dir": tmp_path / "config"})
    async with staged(server, mine, seed=str(tmp_path)) as stage:
        first = stage.app.keys.current
        await stage.deliver()
        await stage.close()
        assert (await states(stage))[0] is WaveState.DESTROYED
        assert (await stage.app.epochs.rotate(stage.clock())).kept == (first,)
        await stage.run("UPDATE surveys.survey SET paused = true")
        await stage.until(MONDAY + timedelta(weeks=4, hours=1))
        stage.clock.forward(minutes=2)
        await stage.app.epochs(stage.clock())
        assert in_file(stage) == {stage.app.keys.current}
