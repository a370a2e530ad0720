"""The app of receiver.mjs as a process: started before a fake Slack, heard line by line, and ended."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.slack.fake import FakeSlack
from tests.slack.model import Json
from tests.slack.workspace import Workspace

HERE: Final = Path(__file__).parent
OLDEST_NODE: Final = 20
PATIENCE: Final = 20.0
"""Seconds that it may take to start, and to say something; a busy machine is not a failure."""


def installed() -> bool:
    """Whether what it needs is there: `npm ci` was run, and Node is new enough for the framework."""
    if shutil.which("node") is None or not (HERE / "node_modules" / "@slack" / "bolt").is_dir():
        return False
    said = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True, timeout=PATIENCE).stdout
    return int(said.removeprefix("v").partition(".")[0]) >= OLDEST_NODE


@dataclass
class Peer:
    """The running app; `port` is where it listens, unless it listens to a socket of Slack's."""

    lines: asyncio.StreamReader
    port: int = 0
    waiting: list[Json] = field(default_factory=list)

    async def heard(self, kind: str) -> Json:
        """Return what it understood of something of this kind, once."""
        async with asyncio.timeout(PATIENCE):
            while not any(said["heard"] == kind for said in self.waiting):
                line = await self.lines.readline()
                assert line, f"the app ended before it heard {kind}"
                self.waiting.append(json.loads(line))
        found = next(said for said in self.waiting if said["heard"] == kind)
        self.waiting.remove(found)
        return {name: part for name, part in found.items() if name != "heard"}


@asynccontextmanager
async def running(slack: FakeSlack, team: Workspace, *, socket: bool) -> AsyncIterator[Peer]:
    """Start the app; it ends with the block, or with us."""
    settings = {"api": slack.api_base, "socket": socket, "signingSecret": slack.signing_secret}
    settings |= {"botToken": team.bot_token, "appToken": slack.app_token}
    process = await asyncio.create_subprocess_exec(
        *("node", "receiver.mjs", json.dumps(settings)),
        cwd=HERE,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin
    assert process.stdout
    try:
        peer = Peer(process.stdout)
        peer.port = (await peer.heard("ready"))["port"]
        yield peer
    finally:
        process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), PATIENCE)
        except TimeoutError:
            process.kill()
            await process.wait()
