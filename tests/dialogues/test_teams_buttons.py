"""Every button that Teams shows leads somewhere: each is pressed there, in the chat and in every dialog behind it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
import pytest_asyncio

from bot.greeting import WAYS
from bot.server import Server
from bot.settings import Settings
from bot.texts import Texts
from surveys.model import LANGUAGES, Language
from tests.dialogues.teams_driver import InTenant, in_teams
from tests.published import publish
from tests.stage import Stage, roster_csv, staged
from tests.teams.client import buttons
from tests.teams.person import Person
from tests.teams.served import Json

pytestmark = pytest.mark.asyncio(loop_scope="module")

WHO: dict[Language, str] = {"nl": "noor", "en": "bram"}
NOWHERE = ("error.unknown", "error.unknown_command", "teams.unreadable", "chat.not_yours")
TYPED = [
    "home",
    "settings",
    "pause",
    "privacy",
    "introduction",
    "digest",
    "stop",
    "resume",
    "start_again",
    "export",
    "erase",
]
TYPED += ["help", "hello", "kudos", "kudos_jar", "wall"]
ENDS = ("stop_now", "erase_stop", "erase_now")
"""What changes everything that comes after it, and so is pressed last."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(house: tuple[Server, Settings]) -> AsyncIterator[Stage]:
    async with in_teams() as platforms, staged(*house, platforms=platforms, roster=roster_csv("teams")) as one:
        await publish(one, 12)
        await one.deliver()
        yield one


@dataclass
class Presser:
    """Somebody who presses whatever they have not pressed yet, and goes on in what comes up."""

    person: Person
    nowhere: frozenset[str]
    pressed: set[str] = field(default_factory=set)
    kept: dict[str, tuple[Json, Json]] = field(default_factory=dict)
    """Dialog and button of what is pressed last."""

    async def chat(self) -> None:
        """Press what stands in the chat, also in the cards that take the place of others."""
        while new := [(name, one) for name, card in self.person.cards for one in self._new(card, "chat")]:
            name, one = new[0]
            self.pressed.add(f"chat {do(one)}")
            self.person.dialog, before = None, dict(self.person.cards)[name]
            await self.person.presses(name, one)
            self._came_up(one, changed=dict(self.person.cards)[name] != before)
            await self.dialogs()

    async def dialogs(self) -> None:
        """Press what stands in the open dialog, and in those behind it."""
        if (here := self.person.dialog) is None:
            return
        for one in self._new(here, "dialog"):
            self.pressed.add(f"dialog {do(one)}")
            if action_of(one) in ENDS:
                self.kept[action_of(one)] = here, one
                continue
            await self.last(here, one)

    async def last(self, here: Json, one: Json) -> None:
        """Press a button of this dialog."""
        self.person.dialog = here
        await self.person.presses_in_dialog(one)
        self._came_up(one)
        await self.dialogs()

    def _new(self, card: Json, where: str) -> list[Json]:
        return [one for one in buttons(card) if "data" in one and f"{where} {do(one)}" not in self.pressed]

    def _came_up(self, one: Json, *, changed: bool = False) -> None:
        assert changed or self.person.dialog or self.person.said, do(one)
        assert self.person.said not in self.nowhere, do(one)


def do(action: Json) -> str:
    return str(action["data"]["do"])


def action_of(action: Json) -> str:
    return do(action).split("/")[1]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_button_leads_somewhere(stage: Stage, language: Language) -> None:
    platform = stage.app.platforms["teams"]
    assert isinstance(platform, InTenant)
    person, t = platform.person(WHO[language]), Texts(language)
    presser = Presser(person, frozenset(map(t, NOWHERE)))
    await presser.chat()
    for word in TYPED:
        await person.types(word)
        await presser.chat()
    for end in ENDS:
        await presser.last(*presser.kept[end])
    asked = {one.split("/")[1] for one in presser.pressed}
    assert {"answer", "change", "withdraw", "breaks", "break", *WAYS} <= asked
