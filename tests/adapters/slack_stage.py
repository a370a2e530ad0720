"""Slack on the contract's stage: the real adapter before a fake Slack, and a member who presses its buttons."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import httpx
from fastapi import FastAPI

from adapters.port import Locale, Member, Message, MessageRef
from adapters.slack.app import SlackApp
from adapters.slack.platform import Slack
from adapters.slack.words import SlackWords
from tests.adapters.contract import Conversation, Position
from tests.adapters.web_stage import MemoryBoard, MemoryKeep
from tests.slack import fake as fakes
from tests.slack import model

WORDS = SlackWords(name="Adempauze", close="Close", busy="Busy", not_yours="Not yours", again="Again")


HIDDEN = ("type", "action_id", "block_id", "value", "style")
"""What is in a block and nobody sees."""


class SlackStage:
    address, colleague, channel = "U1", "U2", "C1"

    def __init__(self, slack: fakes.FakeSlack, locale: Locale) -> None:
        self.conversation = Conversation()
        self._keep = MemoryKeep()
        team = slack.workspace("T1", name="Lente")
        self.noor = team.user("U1", name="Noor", email="noor@lente.example")
        team.user(self.colleague, name="Daan")
        self._channel = team.channel(self.channel, name="dank", members=[self.address])
        self._locale = locale
        self.platform = Slack(
            SlackApp(slack.signing_secret, team.bot_token, per_minute=60_000, api=slack.api_base),
            receive=self.conversation.receive,
            belongs=self.conversation.belongs,
            speaks=self._says_nothing,
            changed=self._nobody_asks,
            keep=self._keep,
            board=MemoryBoard(),
            words={"nl": WORDS, "en": WORDS},
            locale=locale,
        )

    async def _says_nothing(self, address: str) -> Locale | None:
        return None

    async def _nobody_asks(self, member: Member | None) -> None: ...

    async def shown(self) -> str:
        return "\n".join(words_of(message.blocks) for message in self.noor.messages())

    async def tap(
        self,
        ref: MessageRef,
        action: str,
        position: Position | None = None,
        *,
        texts: Mapping[str, str] | None = None,
    ) -> str:
        place = [] if position is None else ["{}:{}".format(*position)]
        action_id = "/".join([self._locale, action, *(["form"] if texts else place)])
        card = self._message(ref)
        await self.noor.taps(action_id, on=card, values=picked(card, texts or {}))
        return await self._answer()

    async def forge(self, token: str, action: str, position: Position) -> None:
        action_id = "/".join([self._locale, action, "{}:{}".format(*position)])
        await self.noor.taps(action_id, on=self.noor.messages()[-1], forge={"value": token})
        await self._answer()

    async def cannot_deliver(self) -> None:
        await self.platform.send("U404", Message("Check-in", self._locale))

    @property
    def public(self) -> Slack:
        return self.platform

    async def in_channel(self) -> str:
        return "\n".join(words_of(message.blocks) for message in self.noor.reads(self.channel))

    async def leaves_channel(self) -> None:
        self._channel.removes_app()

    async def stored(self) -> bytes:
        standing = [(message.ts, message.text, message.blocks) for message in self.noor.messages()]
        return repr((sorted(self._keep.records.items()), standing)).encode()

    async def _answer(self) -> str:
        """Everything that came up: the modal, what was whispered, and the chat as it stands now."""
        await self.platform.settle()
        modal = words_of(self.noor.views[-1].blocks) if self.noor.views else ""
        whispered = "\n".join(message.text for message in self.noor.ephemeral())
        return "\n".join([modal, whispered, await self.shown()])

    def _message(self, ref: MessageRef) -> model.Message:
        channel, ts = ref.id.split("/")
        return next(one for one in self.noor.messages() if (one.channel, one.ts) == (channel, ts))


@asynccontextmanager
async def on_slack(locale: Locale) -> AsyncIterator[SlackStage]:
    async with fakes.fake_slack(now=lambda: 1_772_438_400.0) as slack:
        stage = SlackStage(slack, locale)
        app = FastAPI()
        app.include_router(stage.platform.router)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://app.test") as carrier:
            slack.connect(carrier)
            yield stage
            await stage.platform.close()


def picked(screen: model.Screen, texts: Mapping[str, str]) -> dict[str, Any]:
    """Return what is filled in by name, with addresses as the people whom Slack lets somebody pick."""
    inputs = [block["element"] for block in screen.blocks if block["type"] == "input"]
    people = {one["action_id"] for one in inputs if one["type"] == "multi_users_select"}
    return {name: _ids(text) if name in people else text for name, text in texts.items()}


def _ids(addresses: str) -> list[str]:
    return [address.rpartition("/")[2] for address in addresses.split(",") if address]


def words_of(part: Any) -> str:
    """Every text inside blocks, also what stands in a field or behind a link."""
    if isinstance(part, str):
        return part
    if isinstance(part, Mapping):
        return "\n".join(words_of(value) for name, value in part.items() if name not in HIDDEN)
    return "\n".join(words_of(one) for one in part) if isinstance(part, list) else ""
