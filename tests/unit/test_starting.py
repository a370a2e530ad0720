"""What a command loads when it starts, and what is loaded ahead of the first answer."""

from __future__ import annotations

import subprocess
import sys
from typing import cast

import pytest

from bot.app import App
from bot.cli.web import opened

LATER = ("aiohttp", "botbuilder", "icalendar", "numpy", "scipy", "slack_bolt", "textblob")
"""What makes and attacks a Release, speaks with Slack or Teams, reads calendars: as long to load as all the rest."""


def loaded(what: str) -> list[str]:
    """Which of these a new process has loaded after this."""
    look = f"import sys\n{what}\nprint(*sorted({set(LATER)} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True, timeout=60)
    return done.stdout.split()


def test_no_command_waits_for_what_few_of_them_need() -> None:
    assert loaded("import bot.cli, bot.keymark, bot.server, bot.wiring") == []


def test_what_protects_a_release_can_be_loaded_ahead() -> None:
    assert loaded("from bot import protecting; protecting.load()") == ["numpy", "scipy"]


async def test_whoever_serves_loads_it_before_the_first_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []

    class Whole:
        async def open(self) -> None:
            done.append("open")

        async def close(self) -> None:
            done.append("close")

    monkeypatch.setattr("bot.protecting.load", lambda: done.append("load"))
    monkeypatch.setattr("bot.cli.web.answers_first", lambda: done.append("all is loaded"))
    async with opened(cast(App, Whole())):
        done.append("serve")
    assert done == ["open", "load", "all is loaded", "serve", "close"]
