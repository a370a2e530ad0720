"""One person at one platform: what they see, and what they press. A new platform is one more entry in DRIVERS."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol
from unittest.mock import Mock
from urllib.parse import urlencode

import httpx

from adapters.port import ChatPlatform, Message, Reply
from adapters.web.platform import WebChat
from bot.hands import Hands
from bot.reading import subject_for
from bot.web.app import create_app
from bot.web.own_data import OwnData
from bot.web.wall import Wall
from tests.dialogues.page import Button, Page
from tests.dialogues.slack_driver import at_slack, in_slack
from tests.dialogues.teams_driver import at_teams, in_teams
from tests.stage import Stage, recording

Position = tuple[int, int]
Platforms = Callable[[Callable[[str], Hands]], Mapping[str, ChatPlatform]]


class Driver(Protocol):
    """What a dialogue needs of a platform. Everything shown comes back as words."""

    async def screen(self) -> str:
        """Open the chat anew and return everything that stands in it."""

    async def tap(self, label: str, writes: str | None = None) -> str:
        """Press what bears this label, in what came up last or else in the chat; return what comes up."""

    async def send(self, label: str, **fields: str) -> str:
        """Send the form whose button bears this, with these fields filled in; return what comes up.

        What is not named stays as it stands there. People are addresses with commas.
        """

    async def token(self) -> str:
        """Return what the buttons of the newest card carry."""

    async def forge(self, token: str, action: str, *positions: Position, text: str | None = None) -> str:
        """Send what no button of ours sends; return what comes up."""

    async def ask(self, command: str) -> str:
        """Ask for something by name; return what comes up."""


Door = Callable[[Stage, str], AbstractAsyncContextManager[Driver]]
"""Opens the chat of somebody with this address."""


@dataclass(frozen=True, slots=True)
class Way:
    """How to play on a platform. What `town` gives is None where the product connects platforms by itself."""

    door: Door
    town: Callable[[], AbstractAsyncContextManager[Platforms | None]]


@dataclass
class OnRecording:
    """A person at the platform in memory."""

    stage: Stage
    address: str
    _dialog: Message | None = None

    async def screen(self) -> str:
        return "\n".join(words_of(message) for message in self.stage.recording.inbox(self.address))

    async def tap(self, label: str, writes: str | None = None) -> str:
        return await self._press(label, {} if writes is None else {"comment": writes})

    async def send(self, label: str, **fields: str) -> str:
        return await self._press(label, fields)

    async def _press(self, label: str, filled: Mapping[str, str]) -> str:
        here = self._dialog if self._dialog and label in labels_of(self._dialog) else None
        ref = self.stage.recording.last(self.address)
        action, position = labels_of(here or self.stage.recording.shown(ref))[label]
        form = (here or self.stage.recording.shown(ref)).form
        texts = {field.name: field.value for field in form.fields} if form and form.action == action else {}
        texts |= filled
        return self._heard(await self.stage.recording.tap(ref, action, position, on=here, texts=texts))

    async def token(self) -> str:
        return self.stage.card(self.address).token or ""

    async def forge(self, token: str, action: str, *positions: Position, text: str | None = None) -> str:
        locale = self.stage.card(self.address).locale
        position = positions[0] if positions else None
        texts = {} if text is None else {"comment": text}
        recording = self.stage.recording
        return self._heard(
            await recording.act(self.address, locale, action, token=token, position=position, texts=texts)
        )

    async def ask(self, command: str) -> str:
        locale = self.stage.card(self.address).locale
        return self._heard(await self.stage.recording.act(self.address, locale, command))

    def _heard(self, reply: Reply) -> str:
        self._dialog = reply.dialog
        shown = [words_of(message) for message in (reply.message, reply.dialog) if message]
        return "\n".join([*shown, reply.notice])


@dataclass
class OnWeb:
    """A person with a browser without JavaScript, who came in by their personal link."""

    client: httpx.AsyncClient
    _last: Page = field(default_factory=lambda: Page(""))

    async def screen(self) -> str:
        self._last = Page((await self.client.get("/chat")).raise_for_status().text)
        return self._last.words

    async def tap(self, label: str, writes: str | None = None) -> str:
        button = self._last.button(label) or await self._on_chat(label)
        return await self._post(button.where, button.filled(writes))

    async def send(self, label: str, **fields: str) -> str:
        button = self._last.button(label) or await self._on_chat(label)
        prefix = "text." if button.where.endswith("submit") else "field."
        filled = {prefix + name: text for name, text in fields.items()}
        return await self._post(button.where, list((button.sends | filled).items()))

    async def token(self) -> str:
        await self.screen()
        return next(button.sends["token"] for button in self._last.buttons if "token" in button.sends)

    async def forge(self, token: str, action: str, *positions: Position, text: str | None = None) -> str:
        sends = [("token", token), ("action", action)]
        sends += [("position", "{}:{}".format(*position)) for position in positions]
        sends += [] if text is None else [("text.comment", text)]
        return await self._post("/chat/submit", sends)

    async def ask(self, command: str) -> str:
        return await self._post("/chat/command", [("name", command)])

    async def _post(self, where: str, sends: list[tuple[str, str]]) -> str:
        answered = await self.client.post(where, content=urlencode(sends), headers=FORM)
        self._last = Page(answered.text)
        return self._last.words

    async def _on_chat(self, label: str) -> Button:
        await self.screen()
        button = self._last.button(label)
        if button is None:
            raise LookupError(f"no button {label!r} on the page: press one of {[b.label for b in self._last.buttons]}")
        return button


FORM = {"content-type": "application/x-www-form-urlencoded"}


@asynccontextmanager
async def at_recording(stage: Stage, address: str) -> AsyncIterator[Driver]:
    yield OnRecording(stage, address)


@asynccontextmanager
async def at_web(stage: Stage, address: str) -> AsyncIterator[Driver]:
    async with browser(stage) as client:
        link = await stage.app.links.personal(subject_at(stage, address), "chat", timedelta(days=30))
        await sign_in(client, f"/l/{link}")
        yield OnWeb(client)


def subject_at(stage: Stage, address: str) -> str:
    """Return the subject of the links of whoever is reached there on the web."""
    return next(subject_for(person) for person in stage.people.values() if person.addresses.get("web") == address)


@asynccontextmanager
async def browser(stage: Stage) -> AsyncIterator[httpx.AsyncClient]:
    """A browser before the whole web application, on this machine."""
    chat = stage.app.platforms["web"]
    assert isinstance(chat, WebChat)
    own = OwnData(stage.app.doors, stage.app.database, stage.app.keys, stage.app.world.now)
    wall = Wall(stage.app.doors, stage.app.database, stage.app.recognition.terms, stage.app.world.now)
    routers = [stage.app.doors.router(), chat.router, own.router(), wall.router()]
    app = create_app(routers, log=Mock(), ticks=lambda: 0.0)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost", follow_redirects=True) as client:
        yield client


async def sign_in(client: httpx.AsyncClient, link: str) -> None:
    """Follow a link the way a person does: look first, then press its one button."""
    (await client.get(link)).raise_for_status()
    entered = (await client.post(link)).raise_for_status()
    assert entered.url.path == "/chat"


def words_of(message: Message) -> str:
    """Everything of a message that a person reads."""
    form = message.form
    fields = [words for f in form.fields for words in (f.label, f.hint, f.value)] if form else []
    parts = [message.title, *message.paragraphs, *message.steps, *fields, *labels_of(message)]
    return "\n".join([*parts, *(link.label for link in message.links), *message.notes])


def labels_of(message: Message) -> dict[str, tuple[str, Position | None]]:
    """What bears which label: its action and position."""
    found = {choice.label: (choice.action, choice.position) for choice in message.choices}
    return found | ({message.form.submit: (message.form.action, None)} if message.form else {})


@asynccontextmanager
async def on_recording() -> AsyncIterator[Platforms | None]:
    yield recording


@asynccontextmanager
async def on_web() -> AsyncIterator[Platforms | None]:
    yield None


DRIVERS: Mapping[str, Way] = {
    "recording": Way(at_recording, on_recording),
    "slack": Way(at_slack, in_slack),
    "teams": Way(at_teams, in_teams),
    "web": Way(at_web, on_web),
}
