"""Thanking on a stage: what somebody fills in, and what stands where."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from adapters.port import Channel, ChatPlatform, Message, Reply
from adapters.recording import Recording
from bot.hands import Hands
from bot.server import Server
from bot.settings import Settings
from surveys.kudos.model import Kudos, Place, Posting
from surveys.store import kudos as store
from surveys.store import kudos_places as place_store
from surveys.store import postings as posting_store
from tests.stage import Stage, roster_csv, staged

House = tuple[Server, Settings]
CHANNEL: Final = "C-thanks"
PLACE: Final = UUID(int=7)
ADMIN: Final = "ada,Ada,ada@lente.example,Noord/Service/Ochtend,,agent;admin,nl,Europe/Amsterdam,ada\n"
WORDS: Final = "Dank voor je hulp bij dat lastige gesprek"


async def _nothing(_: float) -> None:
    """Let nothing happen while a call is under way."""


@dataclass
class Line:
    """The way to the platform in memory: `during` happens while a call is under way, before it is carried out."""

    during: Callable[[float], Awaitable[None]] = _nothing

    def __call__(self, hands: Callable[[str], Hands]) -> Mapping[str, ChatPlatform]:
        """Return the platform, with a channel."""
        mine = hands("recording")

        async def wait(seconds: float) -> None:
            happening, self.during = self.during, _nothing
            await happening(seconds)

        channels = [Channel(CHANNEL, "#bedankt")]
        chat = Recording(receive=mine.receive, belongs=mine.belongs, channels=channels, latency=1, sleep=wait)
        return {"recording": chat}


@dataclass
class Floor:
    """A stage on which people thank each other. o1, o3 ... speak Dutch, o2, o4 ... English."""

    stage: Stage
    line: Line

    @property
    def chat(self) -> Recording:
        return self.stage.recording

    async def asks(self, who: str, command: str = "kudos", **fields: str) -> Reply:
        """Ask for something by name, in Dutch."""
        return await self.chat.act(who, "nl", command, texts=fields)

    async def looks(self, who: str, *to: str, text: str = WORDS, **fields: str) -> Reply:
        """Send the form; what comes up is how it arrives, or what is to be mended."""
        opened = await self.asks(who)
        assert opened.dialog is not None
        assert opened.dialog.form is not None
        given = {**opened.dialog.form.kept, "people": ",".join(to), "text": text, **fields}
        return await self.asks(who, "kudos_preview", **given)

    async def gives(self, who: str, *to: str, text: str = WORDS, **fields: str) -> Reply:
        """Thank people, to the end."""
        looked = await self.looks(who, *to, text=text, **fields)
        assert looked.dialog is not None
        return await self.presses(who, looked.dialog, "kudos_send")

    async def presses(self, who: str, on: Message, action: str) -> Reply:
        """Press a button of something that came up."""
        kept = next(choice.kept for choice in on.choices if choice.action == action)
        return await self.asks(who, action, **kept)

    async def takes_back(self, who: str, sent: Reply) -> Reply:
        """Take back what was just sent."""
        assert sent.dialog is not None
        return await self.presses(who, sent.dialog, "kudos_withdraw")

    async def arrives(self) -> None:
        """Let everything that is due go out."""
        await self.stage.tick()

    async def all(self) -> list[Kudos]:
        """Return every kudos that is kept."""
        async with self.stage.app.database.begin() as connection:
            ids = [row[0] for row in await self.stage.rows("SELECT id FROM kudos.kudos ORDER BY at, id")]
            found = await store.several(connection, [UUID(str(one)) for one in ids])
        return [found[UUID(str(one))] for one in ids]

    async def postings(self, kudos: UUID) -> list[Posting]:
        async with self.stage.app.database.begin() as connection:
            return await posting_store.of_kudos(connection, kudos)

    def in_channel(self) -> list[Message]:
        """Return what stands in the channel."""
        return self.chat.inbox(CHANNEL)

    def titles(self, who: str) -> list[str]:
        """Return what somebody sees in their chat, by title."""
        return [message.title for message in self.chat.inbox(who)]


@asynccontextmanager
async def floor(house: House, *, roster: str | None = None, **settings: Any) -> AsyncIterator[Floor]:
    """Put the cast on stage without any survey, with an administrator and a channel in which kudos may be shown."""
    server, base = house
    mine = base.model_copy(update=settings)
    people, line = (roster or roster_csv()) + ADMIN, Line()
    async with staged(server, mine, survey=None, roster=people, platforms=line, live=False) as stage:
        await open_channel(stage)
        yield Floor(stage, line)


async def open_channel(stage: Stage) -> None:
    """Let kudos be shown in the channel."""
    async with stage.app.database.begin() as connection:
        roundup = stage.clock() + timedelta(days=7)
        await place_store.add(connection, Place(PLACE, "recording", CHANNEL, "#bedankt", "nl", roundup))
