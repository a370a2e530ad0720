"""What must hold after a change of keys that was killed: nothing is lost, and what should go still goes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from bot import keyfile
from bot.keymark import settled_keys
from bot.keywriting import DRAFT, writing
from bot.records import SealedRecords
from surveys.store.platform import mark
from tests.privacy.wave import House
from tests.stage import Stage, large_teams, staged
from tests.store.rotating import NOW
from tests.truths import held_by

PATIENCE = 120


@asynccontextmanager
async def answered(house: House, directory: Path) -> AsyncIterator[Stage]:
    """A wave in which somebody has answered, a sealed record, and a key file of its own."""
    server, settings = house
    mine = settings.model_copy(update={"config_dir": directory / "config"})
    async with staged(server, mine, seed=str(directory), roster=large_teams()) as stage:
        settled_keys(mine, server, now=stage.clock(), entropy=os.urandom)
        await stage.deliver()
        await stage.answer("o1", 5, 4)
        await record(stage).put("installation/T1", b"a token")
        async with stage.app.database.begin() as connection:
            await mark(connection, "note", "kept")
        yield stage


def record(stage: Stage) -> SealedRecords:
    """The records of a platform with the platform key that the next start finds."""
    keys = settled_keys(stage.app.settings, stage.server, now=NOW, entropy=os.urandom)
    return SealedRecords(stage.app.database, "slack", keys.platform_key("slack"), os.urandom)


def change(stage: Stage, what: str, line: int) -> int | None:
    """Change keys in a process that is killed at this line; returns how many lines there were when it wasn't."""
    settings = stage.app.settings
    places = [str(settings.data_dir), str(settings.config_dir)]
    command = [sys.executable, "-m", "tests.store.rotating", *places, what, str(line)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    if done.returncode == -signal.SIGKILL:
        return None
    assert done.returncode == 0, done.stderr[-2000:]
    return int(done.stdout.split()[-1])


async def nothing_is_lost(stage: Stage) -> None:
    """Start anew after the kill and see that everything opens, then that old keys go."""
    assert await record(stage).get("installation/T1") == b"a token"
    stage.app.keys.renew()
    assert sorted((await held_by(stage, "o1")).answers.values()) == [4, 5]
    await stage.answer("o2", 1, 2)
    assert sorted((await held_by(stage, "o2")).answers.values()) == [1, 2]
    path = stage.app.epochs.path
    assert path.stat().st_mode & 0o777 == 0o600
    await stage.close()
    for _ in range(3):
        stage.clock.time = max(stage.clock.time, NOW) + timedelta(minutes=2)
        await stage.tick()
    assert await stage.rows("SELECT state FROM surveys.wave") == [("destroyed",)]
    with writing(path, os.urandom):
        assert list(path.parent.glob(f"*{DRAFT}*")) == []
    assert set(keyfile.load(path).epochs) == {stage.app.keys.current}
    assert keyfile.next_platform(path) is None
