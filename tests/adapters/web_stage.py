"""The web chat on the contract's stage: a real application, and a reader who presses the buttons on the page."""

from __future__ import annotations

import html
import itertools
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from html.parser import HTMLParser

import httpx
from fastapi import FastAPI, Request

from adapters.port import Locale, Message, MessageRef
from adapters.web.mailbox import MAX_MESSAGES
from adapters.web.platform import WebChat
from adapters.web.words import Visitor, WebWords
from tests.adapters.contract import Conversation, Position

WORDS = WebWords(
    title="Chat",
    empty="Empty",
    back="Back",
    close="Close",
    more="More",
    refused="Refused",
    unreadable="Unreadable",
    too_long="Too long",
    too_large="Too large",
    not_yours="Not yours",
    signed_out="Signed out",
)


class MemoryKeep:
    """Keep in memory, unsealed, so that a test can read what a platform keeps."""

    def __init__(self) -> None:
        self.records: dict[str, bytes] = {}

    async def get(self, key: str) -> bytes | None:
        return self.records.get(key)

    async def put(self, key: str, value: bytes) -> None:
        self.records[key] = value

    async def change(self, key: str, edit: Callable[[bytes | None], bytes]) -> None:
        await self.put(key, edit(await self.get(key)))

    async def delete(self, key: str) -> None:
        self.records.pop(key, None)

    async def beginning(self, start: str) -> dict[str, bytes]:
        return {key: value for key, value in self.records.items() if key.startswith(start)}


class MemoryBoard:
    """A board with one process at it, and the clock of a test."""

    def __init__(self, now: Callable[[], float] = lambda: 1_772_438_400.0) -> None:
        self.now = now
        self.claimed: dict[str, set[int]] = {}
        self.numbers: dict[str, int] = {}

    async def claim(self, name: str, numbers: Sequence[int], *, over: int) -> int | None:
        mine = self.claimed.setdefault(name, set())
        found = next((number for number in numbers if number not in mine), None)
        if found is not None:
            mine.add(found)
        return found

    async def tell(self, name: str, number: int) -> None:
        self.numbers[name] = max(number, self.numbers.get(name, 0))

    async def told(self, name: str) -> int:
        return self.numbers.get(name, 0)


class WebStage:
    address, colleague = "noor", "daan"

    def __init__(self, locale: Locale) -> None:
        self.conversation = Conversation()
        self._locale = locale
        self._keep = MemoryKeep()
        ids = itertools.count(1)
        self.platform = WebChat(
            receive=self.conversation.receive,
            belongs=self.conversation.belongs,
            keep=self._keep,
            identify=self._identify,
            frame=lambda title, body, locale: f"<html lang={locale}><title>{title}</title>{body}</html>",
            words={"nl": WORDS, "en": WORDS},
            new_id=lambda: str(next(ids)),
        )
        app = FastAPI()
        app.include_router(self.platform.router)
        self.client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://chat.test", follow_redirects=True
        )

    async def shown(self) -> str:
        return html.unescape(await self._page())

    async def tap(
        self,
        ref: MessageRef,
        action: str,
        position: Position | None = None,
        *,
        texts: Mapping[str, str] | None = None,
    ) -> str:
        forms = forms_of(await self._page())
        where, sent = next(form for form in forms if _is_button(form[1], action, position))
        prefix = "text." if where.endswith("submit") else "field."
        filled = {prefix + name: text for name, text in (texts or {}).items()}
        return html.unescape((await self.client.post(where, data={**sent, **filled})).text)

    async def forge(self, token: str, action: str, position: Position) -> None:
        place = "{}:{}".format(*position)
        await self.client.post("/chat/submit", data={"token": token, "action": action, "position": place})

    async def cannot_deliver(self) -> None:
        first = await self.platform.send("elsewhere", Message("Check-in", self._locale))
        for _ in range(MAX_MESSAGES):
            await self.platform.send("elsewhere", Message("Check-in", self._locale))
        await self.platform.update(first, Message("Check-in", self._locale))

    async def stored(self) -> bytes:
        return repr(sorted(self._keep.records.items())).encode()

    async def _page(self) -> str:
        return (await self.client.get("/chat")).raise_for_status().text

    async def _identify(self, request: Request) -> Visitor:
        return Visitor(self.address, self._locale)


@asynccontextmanager
async def on_web(locale: Locale) -> AsyncIterator[WebStage]:
    stage = WebStage(locale)
    async with stage.client:
        yield stage


def forms_of(page: str) -> list[tuple[str, dict[str, str]]]:
    """The forms of a page: where each posts to, and the hidden values it sends."""
    reader = _Forms()
    reader.feed(page)
    return reader.forms


def _is_button(sent: Mapping[str, str], action: str, position: Position | None) -> bool:
    place = None if position is None else "{}:{}".format(*position)
    return action in {sent.get("action"), sent.get("name")} and sent.get("position") == place


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[str, dict[str, str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append((given.get("action", ""), {}))
        elif tag == "input" and given.get("type") == "hidden" and self.forms:
            self.forms[-1][1][given["name"]] = given["value"]
