"""The recording platform on the contract's stage."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import fields, is_dataclass

from adapters.port import Channel, Locale, Message, MessageRef
from adapters.recording import Recording
from tests.adapters.contract import Conversation, Position


class RecordingStage:
    address, colleague, channel = "noor", "daan", "dank"

    def __init__(self, locale: Locale) -> None:
        self.conversation = Conversation()
        receive, belongs = self.conversation.receive, self.conversation.belongs
        self.platform = Recording(receive=receive, belongs=belongs, channels=[Channel(self.channel, "#dank")])
        self._locale = locale

    async def shown(self) -> str:
        return "\n".join(words(message) for message in self.platform.inbox(self.address))

    async def tap(
        self,
        ref: MessageRef,
        action: str,
        position: Position | None = None,
        *,
        texts: Mapping[str, str] | None = None,
    ) -> str:
        return words(await self.platform.tap(ref, action, position, texts=texts))

    async def forge(self, token: str, action: str, position: Position) -> None:
        await self.platform.act(self.address, self._locale, action, token=token, position=position)

    async def cannot_deliver(self) -> None:
        self.platform.fail("gone")
        await self.platform.send("gone", Message("Check-in", self._locale))

    @property
    def public(self) -> Recording:
        return self.platform

    async def in_channel(self) -> str:
        return "\n".join(words(message) for message in self.platform.inbox(self.channel))

    async def leaves_channel(self) -> None:
        del self.platform.open_channels[self.channel]

    async def stored(self) -> bytes:
        return repr((self.platform.sent, self.platform.updates)).encode()


@asynccontextmanager
async def on_recording(locale: Locale) -> AsyncIterator[RecordingStage]:
    yield RecordingStage(locale)


def words(value: object) -> str:
    """Every text inside a value of the port."""
    if isinstance(value, str):
        return value
    if isinstance(value, tuple):
        return "\n".join(words(part) for part in value)
    if is_dataclass(value):
        return "\n".join(words(getattr(value, part.name)) for part in fields(value))
    return ""
