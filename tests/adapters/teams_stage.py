"""Teams on the contract's stage: the real adapter before a fake Bot Framework, and somebody who presses buttons."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
from fastapi import FastAPI

from adapters.port import Locale, Member, Message, MessageRef
from adapters.teams.app import TeamsApp
from adapters.teams.platform import Teams
from tests.adapters.contract import Conversation, Position
from tests.adapters.web_stage import MemoryBoard, MemoryKeep
from tests.teams.client import buttons, filled
from tests.teams.fake import APP, NOOR_ENTRA, TENANT, FakeTeams, fake_teams
from tests.teams.person import Person, words_of
from tests.teams.rooms import Team
from tests.teams.served import Json
from tests.teams.words import WORDS


def app_of(teams: FakeTeams, **other: Any) -> TeamsApp:
    """Return an application that knows the fake."""
    told: dict[str, Any] = {"id": APP, "secret": "secret-of-a-fake", "tenant": TENANT, "per_second": 1000.0}
    services = {"metadata": teams.metadata_url, "login": teams.entra.base, "service": teams.service_url}
    return TeamsApp(**(told | services | {"ca": teams.certificate} | other))


class TeamsStage:
    address, colleague = NOOR_ENTRA, "aaaaaaaa-0000-0000-0000-000000000002"
    channel = "19:Dank_2@thread.tacv2"

    def __init__(self, teams: FakeTeams, locale: Locale) -> None:
        self.conversation = Conversation()
        self.keep = MemoryKeep()
        self.changes: list[Member | None] = []
        self.teams = teams
        self._locale = locale
        self.platform = Teams(
            app_of(teams),
            receive=self.conversation.receive,
            belongs=self.conversation.belongs,
            speaks=self._says_nothing,
            changed=self._changed,
            keep=self.keep,
            board=MemoryBoard(),
            words=WORDS,
            locale=locale,
            chance=lambda: 0.5,
            sleep=self._at_once,
        )
        app = FastAPI()
        app.include_router(self.platform.router)
        self.carrier = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://app.test")
        self.noor = Person(teams, self.carrier, NOOR_ENTRA)

    async def _says_nothing(self, address: str) -> Locale | None:
        return None

    async def _changed(self, member: Member | None) -> None:
        self.changes.append(member)

    async def _at_once(self, seconds: float) -> None: ...

    async def shown(self) -> str:
        return "\n".join(words_of(card) for _, card in self.noor.cards)

    async def tap(
        self,
        ref: MessageRef,
        action: str,
        position: Position | None = None,
        *,
        texts: Mapping[str, str] | None = None,
    ) -> str:
        name = ref.id.rpartition("/")[2]
        place = ["form"] if texts else [] if position is None else ["{}:{}".format(*position)]
        do = "/".join([self._locale, action, *place])
        (pressed,) = [one for one in buttons(dict(self.noor.cards)[name]) if one.get("data", {}).get("do") == do]
        await self.noor.presses(name, pressed, filled(dict(self.noor.cards)[name], texts or {}))
        return "\n".join([words_of(self.noor.dialog), self.noor.said, await self.shown()])

    @property
    def public(self) -> Teams:
        return self.platform

    async def in_channel(self) -> str:
        there = [message for key, message in self.teams.messages.items() if key.startswith(f"{self.channel}/")]
        return "\n".join(words_of(part["content"]) for one in there for part in one.get("attachments") or ())

    async def leaves_channel(self) -> None:
        await self.teams.stands_in(self.teams.teams[self.channel], self.told, comes=False)

    async def told(self, activity: Json) -> None:
        """Let Teams tell of something that no person does here."""
        (await self.noor.posts(**activity)).raise_for_status()

    async def forge(self, token: str, action: str, position: Position) -> None:
        do = "/".join([self._locale, action, "{}:{}".format(*position)])
        await self.noor.sends("adaptiveCard/action", executing({"do": do, "token": token}))

    async def cannot_deliver(self) -> None:
        self.teams.script(403)
        await self.platform.send(self.address, Message("Check-in", self._locale))

    async def stored(self) -> bytes:
        kept = repr((sorted(self.keep.records.items()), self.noor.messages))
        return kept.replace(self.teams.service_url, "here").encode()


def executing(data: Json) -> Json:
    """Return the value of an invoke with which a button of ours would send this."""
    return {"action": {"type": "Action.Execute", "verb": data["do"], "data": data}, "trigger": "manual"}


@asynccontextmanager
async def on_teams(locale: Locale) -> AsyncIterator[TeamsStage]:
    with TemporaryDirectory() as folder:
        async with fake_teams(Path(folder)) as teams, before_teams(teams, locale) as stage:
            yield stage


@asynccontextmanager
async def in_a_team(locale: Locale) -> AsyncIterator[TeamsStage]:
    """Teams, with the app in a team as well."""
    async with on_teams(locale) as stage:
        await stage.teams.stands_in(Team(stage.channel, "Dank"), stage.told)
        stage.teams.messages.clear()
        yield stage


@asynccontextmanager
async def before_teams(teams: FakeTeams, locale: Locale) -> AsyncIterator[TeamsStage]:
    """One process of ours before this fake; there may be several."""
    stage = TeamsStage(teams, locale)
    async with stage.carrier:
        try:
            yield stage
        finally:
            await stage.platform.close()
