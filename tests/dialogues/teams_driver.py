"""A person in Teams: the real adapter before a fake Bot Framework, and what somebody sees and presses there."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
from fastapi import FastAPI

from adapters.port import IN_PLACE, ChatPlatform, Message, MessageRef
from adapters.teams.platform import Teams
from bot.hands import Hands
from bot.teams import teams_words
from surveys.model import LANGUAGES
from tests.adapters.teams_stage import app_of, executing
from tests.stage import Stage
from tests.teams.client import buttons, filled
from tests.teams.fake import FakeTeams, fake_teams
from tests.teams.person import Person, words_of
from tests.teams.served import Json

Position = tuple[int, int]
PATIENCE = 60.0
"""Seconds that an invoke may take here: how long Teams waits is no matter of a dialogue, on a busy machine."""


class InTenant(Teams):
    """Teams before a tenant in which everybody of the roster has the app."""

    def __init__(self, teams: FakeTeams, hands: Hands) -> None:
        super().__init__(
            app_of(teams),
            receive=hands.receive,
            belongs=hands.belongs,
            speaks=hands.speaks,
            changed=hands.changed,
            keep=hands.keep,
            board=hands.board,
            words={language: teams_words(language) for language in LANGUAGES},
            locale="nl",
            chance=lambda: 0.5,
            sleep=_at_once,
        )
        self._conversation.seconds = PATIENCE
        self.teams = teams
        self.people: dict[str, Person] = {}
        app = FastAPI()
        app.include_router(self.router)
        self._carrier = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://app.test")

    async def close(self) -> None:
        await super().close()
        await self._carrier.aclose()

    async def send(self, address: str, message: Message) -> MessageRef:
        """Deliver, to somebody who is there."""
        self.person(address)
        return await super().send(address, message)

    def person(self, address: str) -> Person:
        """Return who has this object id."""
        return self.people.setdefault(address, Person(self.teams, self._carrier, address))


async def _at_once(seconds: float) -> None:
    """Wait for nothing: time stands still on this stage."""


@dataclass
class OnTeams:
    """A person with Teams open at the chat with the app."""

    person: Person
    _last: str = ""
    """The card that was pressed last."""

    async def screen(self) -> str:
        return "\n".join(words_of(card) for _, card in self.person.cards)

    async def tap(self, label: str, writes: str | None = None) -> str:
        return await self._do(label, {} if writes is None else {"comment": writes})

    async def send(self, label: str, **fields: str) -> str:
        return await self._do(label, fields)

    async def _do(self, label: str, texts: Mapping[str, str]) -> str:
        if self.person.dialog and (inside := _button(self.person.dialog, label)):
            await self.person.presses_in_dialog(inside, filled(self.person.dialog, texts))
        else:
            self.person.dialog = None
            name, card = next(one for one in self._newest if _button(one[1], label))
            await self._press(name, _button(card, label), filled(card, texts))
        return self._comes_up()

    async def token(self) -> str:
        return next(str(one["data"]["token"]) for one in self._carrying("token"))

    async def forge(self, token: str, action: str, *positions: Position, text: str | None = None) -> str:
        locale = next(str(one["data"]["do"]) for one in self._carrying("do")).partition("/")[0]
        place = ["form"] if text is not None else ["{}:{}".format(*position) for position in positions[:1]]
        data: Json = {"do": "/".join([locale, action, *place]), "token": token}
        data |= {} if text is None else {"names": "comment", "field.comment": text}
        if action in IN_PLACE and text is None:
            await self.person.sends("adaptiveCard/action", executing(data), self.person.cards[-1][0])
        else:
            await self.person.sends("task/submit", {"data": data})
        return self._comes_up()

    async def ask(self, command: str) -> str:
        """Type it, and press what the card that comes offers for it."""
        self.person.dialog = None
        await self.person.types(command)
        name, card = self.person.cards[-1]
        self._last = name
        for one in buttons(card):
            if one.get("data", {}).get("do", "").endswith(f"/{command}"):
                await self._press(name, one)
        return self._comes_up()

    async def _press(self, name: str, pressed: Json | None, typed: Mapping[str, str] | None = None) -> None:
        assert pressed
        self._last = name
        await self.person.presses(name, pressed, typed)

    @property
    def _newest(self) -> list[tuple[str, Json]]:
        return self.person.cards[::-1]

    def _carrying(self, name: str) -> Iterator[Json]:
        """The buttons that carry this, those of the newest card first."""
        return (one for _, card in self._newest for one in buttons(card) if name in one.get("data", {}))

    def _comes_up(self) -> str:
        """What is open, what was said, and the card that it was about."""
        cards = dict(self.person.cards)
        card = cards.get(self._last) or next(iter(reversed(cards.values())), {})
        return "\n".join([words_of(self.person.dialog), self.person.said, words_of(card)])


def _button(card: Mapping[str, Any], label: str) -> Json | None:
    return next((one for one in buttons(dict(card)) if one["title"] == label and "data" in one), None)


@asynccontextmanager
async def in_teams() -> AsyncIterator[Callable[[Callable[[str], Hands]], Mapping[str, ChatPlatform]]]:
    """Give a tenant, and the platform before it."""
    with TemporaryDirectory() as folder:
        async with fake_teams(Path(folder)) as teams:
            yield lambda hands: {"teams": InTenant(teams, hands("teams"))}


@asynccontextmanager
async def at_teams(stage: Stage, address: str) -> AsyncIterator[OnTeams]:
    """Open Teams as the person with this object id."""
    platform = stage.app.platforms["teams"]
    assert isinstance(platform, InTenant)
    person = platform.person(address)
    spoken = {one.addresses.get("teams"): one.language for one in stage.people.values()}
    person.locale = {"nl": "nl-NL", "en": "en-GB"}[spoken.get(address, "nl")]
    yield OnTeams(person)
