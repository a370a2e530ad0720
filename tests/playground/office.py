"""Our product in the playground: the cast of the stage, a wave that is open, and twelve waves published before it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx
from playwright.sync_api import Browser

from bot import keyfile
from bot.loop import run
from bot.server import find_server
from bot.settings import load_settings
from bot.wiring import build, real_world
from surveys.store import people
from tests.acceptance.installation import BY_HAND, House, due_now, free_port
from tests.acceptance.serving import serving
from tests.adapters.web_stage import forms_of
from tests.ceremony import in_house
from tests.playground.playground import TENANT, Colleague, playground
from tests.playground.seat import Seat, seated
from tests.published import publish
from tests.stage import Clock, Stage, roster_csv

COLLEAGUES: Final = (
    Colleague(1, "o1", "Agent o1", "nl"),
    Colleague(2, "o2", "Agent o2", "en"),
    Colleague(3, "o3", "Agent o3", "nl"),
    Colleague(4, "o4", "Agent o4", "en"),
    Colleague(5, "noor", "Noor", "nl"),
    Colleague(6, "bram", "Bram", "en"),
)
"""Who is in Teams: the playground knows six people. Everybody else of the cast is on the web."""
WAVES: Final = 12
ASKED: Final = "second"
"""The survey of the open wave; what was published is of another."""


@dataclass(frozen=True)
class Office:
    """The product serves in `house`; Teams has one `port` all the time, so that a conversation stays where it is."""

    house: House
    place: Path
    port: int
    ours: str

    @contextmanager
    def seat(self, browser: Browser, key: str, name: str) -> Iterator[Seat]:
        """Sit down as somebody in Teams."""
        (me,) = [one for one in COLLEAGUES if one.key == key]
        with playground(self.place, self.port, f"{self.ours}/teams/messages", me, COLLEAGUES) as address:
            with seated(browser, address, me, name) as seat:
                yield seat

    def ask(self, key: str) -> None:
        """Let the card of somebody be due, also when it came before: as if they had chosen "later"."""
        due_now(self.house, key)

    def opens(self, channel: str) -> str:
        """Let kudos be shown in a channel of Teams, as the administrator does; return the channels that there are."""
        self.house("kudos", "open", "teams", channel, "--language", "nl")
        return self.house.told("kudos", "places")

    def thanked(self, giver: str, name: str, words: str) -> None:
        """Let somebody who is on the web thank who bears this name."""
        (link,) = re.findall(r"/l/\S+", self.house.told("link", "create", giver))
        with httpx.Client(base_url=self.ours, follow_redirects=True, timeout=30) as browser:
            browser.post(link).raise_for_status()
            form = _asked(browser, {"name": "kudos"}, "kudos_preview")
            shown = _asked(browser, {**form, "field.people": name, "field.text": words}, "kudos_send")
            browser.post("/chat/command", data=shown).raise_for_status()


def _asked(browser: httpx.Client, sent: Mapping[str, str], then: str) -> dict[str, str]:
    """Send a form, and return what the button of this name sends that comes up then."""
    page = browser.post("/chat/command", data=sent).raise_for_status().text
    return next(hidden for _, hidden in forms_of(page) if hidden.get("name") == then)


@contextmanager
def office_in_teams(place: Path) -> Iterator[Office]:
    """Bring the product into an organisation, and serve until the block ends."""
    house = House(place)
    house.variables |= {"ADEMPAUZE_TEAMS_DEVELOPMENT": "true", "ADEMPAUZE_TEAMS_TENANT": TENANT}
    house.told("roster", "import", house.write("people.csv", _roster()))
    house.told("survey", "add", "--id", ASKED, *BY_HAND[2:])
    in_house(house.variables)
    _publish(house)
    house.told("wave", "open", ASKED)
    with serving(house) as ours:
        yield Office(house, place, free_port(), ours)


def _roster() -> str:
    """The cast, with an address on one platform each."""
    head, *lines = roster_csv("teams").splitlines()
    ids = {one.key: one.id for one in COLLEAGUES}
    rows = [line.rpartition(",") for line in lines]
    placed = [f"{row},{ids.get(key, '')},{'' if key in ids else key}" for row, _, key in rows]
    return "\n".join([f"{head},address:web", *placed]) + "\n"


def _publish(house: House) -> None:
    """Publish what a digest tells of."""
    settings, world = load_settings(house.variables), real_world()
    server = find_server(settings)
    try:
        keys = keyfile.load_or_create(settings.config_dir, settings.data_dir, now=world.now(), entropy=world.entropy)
        with ThreadPoolExecutor(1) as thread:
            thread.submit(run, _published(Stage(build(settings, server, keys), Clock(), server))).result()
    finally:
        server.stop()


async def _published(stage: Stage) -> None:
    try:
        async with stage.app.database.begin() as connection:
            tree = await people.load_tree(connection)
        assert tree is not None
        stage.nodes = {tree.path(node): node for node in tree.nodes}
        await publish(stage, WAVES)
    finally:
        await stage.app.disconnect()
