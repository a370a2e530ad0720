"""A change of keys in a process of its own, which is killed at a chosen line of it.

    python -m tests.store.rotating DATA CONFIG epoch|platform LINE

Counts every line that is run of the files that change keys, and at the LINE-th kills itself with SIGKILL, which nothing
can catch. When it is not killed it prints how many lines there were.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from datetime import timedelta
from pathlib import Path
from types import FrameType
from typing import Any
from uuid import uuid4

from sqlalchemy import text

from bot import platform_key
from bot.keymark import settled_keys
from bot.server import find_server
from bot.settings import load_settings
from bot.wiring import build
from bot.world import World
from tests.architecture.tree import ROOT
from tests.stage import MONDAY

WATCHED = tuple(str(ROOT / "bot" / name) for name in ("epochs.py", "keywriting.py", "platform_key.py", "records.py"))
NOW = MONDAY + timedelta(days=2, hours=9)


class Reaper:
    """Counts lines, and kills at one of them."""

    def __init__(self, line: int) -> None:
        self.line, self.count = line, 0

    def __call__(self, frame: FrameType, event: str, argument: Any) -> Reaper | None:
        if frame.f_code.co_filename not in WATCHED:
            return None
        if event == "line":
            self.count += 1
            if self.count == self.line:
                os.kill(os.getpid(), signal.SIGKILL)
        return self


async def main(data: Path, config: Path, what: str, line: int) -> int:
    """Change keys; returns how many lines it took."""
    settings = load_settings({}, data_dir=data, config_dir=config)
    server = find_server(settings)
    keys = settled_keys(settings, server, now=NOW, entropy=os.urandom)
    app = build(settings, server, keys, world=World(lambda: NOW, os.urandom, uuid4))
    platform_key.OTHERS = text("SELECT 0")  # type: ignore[misc]  # the test itself is connected
    reaper = Reaper(line)
    sys.settrace(reaper)
    if what == "epoch":
        await app.epochs.rotate(NOW)
    else:
        await platform_key.replace_platform_key(app.database, app.epochs.path, os.urandom)
    sys.settrace(None)
    await app.disconnect()
    return reaper.count


if __name__ == "__main__":
    print(asyncio.run(main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]))))
