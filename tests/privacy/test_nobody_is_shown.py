"""PRIVACY 3: nobody has a command or a page that shows who answered; that no table says it is looked at beside this.

Two worlds that differ only in who answered are looked at through every page and every command that there is. A command
that is new has to be put in one of the two lists here first.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

import pytest
import typer
from fastapi import FastAPI
from fastapi.routing import APIRoute
from httpx import ASGITransport, AsyncClient

from bot.cli.commands import app as commands
from bot.cli.web import web_app
from bot.metrics import Ticks
from bot.seats import PAGES, subject_of
from surveys.seats import Seat
from tests.acceptance.installation import PATIENCE
from tests.privacy.wave import House, wave
from tests.published import subject_of as subject_of_person
from tests.stage import Stage, roster_csv

SOME, OTHERS = ("o1", "o3", "a2", "p5"), ("o2", "o4", "a1", "p6")
"""Who answers in one world, and who in the other; as many in each group."""
READERS = ("works-council", "administrator", "noor", "bram", "o9")
SHOWING: Mapping[str, tuple[str, ...]] = {
    "doctor": (),
    "kudos list": (),
    "kudos places": (),
    "pack": ("--language", "nl"),
    "release export": ("--format", "json"),
    "roster import": ("people.csv", "--dry-run"),
    "wave list": (),
    "wave show": ("pulse",),
}
"""Commands that show something while a wave is open, with arguments."""
OTHER = frozenset(
    {
        *("demo", "simulate"),  # nobody in them exists
        *("digest show", "release list", "release show"),  # show what `release export` holds
        *("audit log", "seat list", "survey list"),  # show what the pages of the seats show
        *("link create", "link revoke", "seat fill", "slack connect", "slack manifest"),  # make or end a link or a file
        "slack disconnect",  # forgets a workspace
        "teams package",  # writes a file of the settings, the texts and two icons
        *("kudos open", "kudos close", "kudos hide", "kudos lock", "kudos unlock"),  # change kudos, no wave
        "people erase",  # forgets a person, and says the same whatever they did
        "audit releases",  # reads a file of what was published
        "audit storage",  # counts rows that were written, as whoever has the database can: a limit that it names
        *("keys show", "keys rotate"),  # show epochs, which are older than waves
        *("migrate", "serve", "worker", "survey add", "survey pause", "survey resume", "wave open", "wave close"),
        *("roster members", "roster shifts"),  # read a platform or a file, and show a plan as `roster import` does
    }
)
ADDRESSES = re.compile(r"/l/[\w-]{64}|differ by [0-9.]+")
"""What is fresh each time: links and the distance of two clocks."""


def every_command() -> set[str]:
    found = set()

    def walk(command: object, path: tuple[str, ...]) -> None:
        below = getattr(command, "commands", None)
        if below is None:
            found.add(" ".join(path))
        for name, one in (below or {}).items():
            walk(one, (*path, name))

    walk(typer.main.get_command(commands), ())
    return found


def routes_in(router: object) -> Iterator[APIRoute]:
    """Every route of an application, those of the routers in it included."""
    for route in getattr(router, "routes", ()):
        if isinstance(route, APIRoute):
            yield route
        else:
            yield from routes_in(getattr(route, "original_router", None))


def addresses_of(site: FastAPI, stage: Stage) -> list[str]:
    """Every address that can be looked at, with every group in place of a parameter."""
    found = set()
    for route in routes_in(site):
        if "GET" in (route.methods or ()):
            path = route.path.replace("{shape}", "wide").replace("{link}", "x" * 64)
            nodes = stage.nodes.values() if "{node}" in path else [""]
            found |= {path.replace("{node}", node) for node in nodes}
    return sorted(found)


async def answered(stage: Stage, people: Collection[str]) -> None:
    for who in people:
        await stage.answer(who, 2, 4)


async def pages(stage: Stage) -> dict[str, str]:
    """What every reader sees at every address: status and text."""
    site, found = web_app(stage.app, Ticks()), {}
    for reader in READERS:
        async with AsyncClient(transport=ASGITransport(site), base_url="https://pauze.test") as client:
            for subject, purpose in doors_of(stage, reader):
                await client.post(f"/l/{await stage.app.links.one_time(subject, purpose)}")
            for address in addresses_of(site, stage):
                answer = await client.get(address)
                found[f"{reader} {address}"] = f"{answer.status_code} {ADDRESSES.sub('', answer.text)}"
    return found


def doors_of(stage: Stage, reader: str) -> list[tuple[str, str]]:
    if reader in [*Seat]:
        return [(subject_of(Seat(reader)), PAGES[Seat(reader)])]
    return [(subject_of_person(stage.people[reader]), purpose) for purpose in ("digest", "chat")]


RUN_EACH = """
import json, os, sys
from bot.cli.edge import Edge
from bot.cli.entry import run
for name, arguments in json.loads(sys.argv[1]).items():
    print(f"# {name}", flush=True)
    print("ended with", run([*name.split(), *arguments], Edge(os.environ)), flush=True)
"""
"""One process for all commands: to begin takes longer than to run any of them."""


async def told(stage: Stage, place: Path) -> str:
    """What every command says, one after the other."""
    (place / "people.csv").write_text(roster_csv("web"), encoding="utf-8")
    return await asyncio.to_thread(run_each, stage, place)


def run_each(stage: Stage, place: Path) -> str:
    settings = stage.app.settings
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("ADEMPAUZE_")}
    ours = {"DATA_DIR": settings.data_dir, "CONFIG_DIR": settings.config_dir, "ORGANISATION": settings.organisation}
    done = subprocess.run(
        [sys.executable, "-c", RUN_EACH, json.dumps(SHOWING)],
        env=inherited | {f"ADEMPAUZE_{key}": str(value) for key, value in ours.items()},
        cwd=place,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=PATIENCE,
        check=True,
    )
    return ADDRESSES.sub("", done.stdout)


def test_every_command_is_looked_at_or_shows_nothing_of_a_wave() -> None:
    assert every_command() == SHOWING.keys() | OTHER
    assert not SHOWING.keys() & OTHER


async def test_no_page_shows_who_answered(house: House) -> None:
    """Whoever reads a page, of a seat, a leader or a colleague, sees the same whoever answered."""
    worlds = []
    for people in (SOME, OTHERS):
        async with wave(house, settings={"metrics": True}) as stage:
            await answered(stage, people)
            worlds.append(await pages(stage))
    assert worlds[0] == worlds[1]
    seen = {key: text for key, text in worlds[0].items() if text.startswith("200")}
    for wanted in ("works-council /council", "works-council /council/keys", "administrator /keys", "noor /digest"):
        assert wanted in seen
    assert any(key.endswith("/metrics") for key in seen)


async def test_a_page_that_shows_who_answered_would_be_seen(house: House) -> None:
    worlds = []
    for person in (SOME[0], OTHERS[0]):
        async with wave(house) as stage:
            planted = await pages(stage)
            planted["noor /planted"] = f"200 {person}"
            worlds.append(planted)
    assert [key for key in worlds[0] if worlds[0][key] != worlds[1][key]] == ["noor /planted"]


@pytest.mark.skipif(os.name != "posix", reason="the embedded server is reached over its socket")
async def test_no_command_shows_who_answered(house: House, tmp_path: Path) -> None:
    """Whoever runs the command line is told the same whoever answered."""
    worlds = []
    for people in (SOME, OTHERS):
        async with wave(house) as stage:
            await answered(stage, people)
            worlds.append(await told(stage, tmp_path))
    assert worlds[0] == worlds[1]
    assert "cards done" in worlds[0].partition("# wave show")[2]
    assert re.findall(r"^# (.+)$", worlds[0], re.MULTILINE) == list(SHOWING)
    assert set(re.findall(r"^ended with (.+)$", worlds[0].partition("# release export")[2], re.MULTILINE)) == {"0"}
