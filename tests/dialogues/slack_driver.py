"""A person in Slack: the real adapter before a fake Slack, and what somebody sees and presses there."""

from __future__ import annotations

import copy
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from fastapi import FastAPI

from adapters.port import ChatPlatform, Message, MessageRef
from adapters.slack.app import SlackApp
from adapters.slack.platform import Slack
from bot.hands import Hands
from bot.slack import slack_words
from surveys.model import LANGUAGES
from tests.adapters.slack_stage import picked, words_of
from tests.slack import answers, payloads
from tests.slack.fake import FakeSlack, fake_slack
from tests.slack.model import Json, Screen, ScreenError, View
from tests.slack.person import Person
from tests.slack.workspace import Workspace
from tests.stage import Stage

Position = tuple[int, int]

MALFORMED = {
    "invalid_blocks",
    "invalid_arguments",
    "no_text",
    "msg_too_long",
    "msg_blocks_too_long",
    "unlike_the_types",
}
"""Refusals that nobody in a dialogue asks for; the product would send something plainer instead, and go on."""


class InTown(Slack):
    """Slack before a workspace in which everybody of the roster is a member."""

    def __init__(self, slack: FakeSlack, team: Workspace, hands: Hands) -> None:
        super().__init__(
            SlackApp(slack.signing_secret, team.bot_token, per_minute=60_000, api=slack.api_base),
            receive=hands.receive,
            belongs=hands.belongs,
            speaks=hands.speaks,
            changed=hands.changed,
            keep=hands.keep,
            board=hands.board,
            words={language: slack_words(language) for language in LANGUAGES},
            locale="nl",
        )
        self.slack = slack
        self.team = team
        self.people: dict[str, Person] = {}
        app = FastAPI()
        app.include_router(self.router)
        self._carrier = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://app.test")
        slack.connect(self._carrier)

    async def close(self) -> None:
        await super().close()
        await self._carrier.aclose()

    async def send(self, address: str, message: Message) -> MessageRef:
        """Deliver, to a member who is there."""
        self.person(address)
        return await super().send(address, message)

    def person(self, address: str) -> Person:
        """Return the member with this id."""
        if address not in self.people:
            self.people[address] = self.team.user(address, name=address, email=f"{address}@lente.example")
        return self.people[address]


@dataclass
class OnSlack:
    """A person with Slack open at the direct message of the application."""

    platform: InTown
    person: Person
    _heard: int = field(default=0)

    async def screen(self) -> str:
        return "\n".join(words_of(message.blocks) for message in self.person.messages())

    async def tap(self, label: str, writes: str | None = None) -> str:
        return await self._do(label, {} if writes is None else {"comment": writes})

    async def send(self, label: str, **fields: str) -> str:
        return await self._do(label, fields)

    async def _do(self, label: str, texts: Mapping[str, str]) -> str:
        view = self.person.views[-1] if self.person.views else None
        if view and _submits(view) == label:
            await self._submit(view, texts)
        elif view and (inside := _action(view, label)):
            await self.person.taps(inside, on=view, values=picked(view, texts))
        else:
            await self._close()
            card = next(one for one in reversed(self.person.messages()) if _action(one, label))
            await self.person.taps(_action(card, label), on=card, values=picked(card, texts))
        return await self._comes_up()

    async def _submit(self, view: View, texts: Mapping[str, str]) -> None:
        """Send a form; what Slack's own client would not send is sent by one that was tampered with."""
        try:
            await self.person.submits(view, picked(view, texts))
        except ScreenError:
            payload = payloads.view_submission(self.person, view, {}, None)
            typed = {name: {"type": "plain_text_input", "value": text} for name, text in texts.items()}
            payload["view"]["state"] = {"values": {f"field/{name}": {name: one} for name, one in typed.items()}}
            answers.to_submission(self.person, view, await self.person.team.ground.deliver("interactive", payload))

    async def token(self) -> str:
        values = [part.get("value") for part in _buttons(self.person.messages()[-1])]
        return next(str(value) for value in values if value)

    async def forge(self, token: str, action: str, *positions: Position, text: str | None = None) -> str:
        card = self.person.messages()[-1]
        first = _buttons(card)[0]["action_id"]
        payload = payloads.block_actions(self.person, first, card, {})
        place = "form" if text is not None else "/".join("{}:{}".format(*position) for position in positions[:1])
        name = "/".join([first.split("/")[0], action, *([place] if place else [])])
        payload["actions"] = [payload["actions"][0] | {"action_id": name, "value": token}]
        if text is not None:
            typed = {"comment": {"type": "plain_text_input", "value": text}}
            payload["state"] = {"values": {"field/comment": typed}}
        await self.person.team.ground.deliver("interactive", copy.deepcopy(payload))
        return await self._comes_up()

    async def ask(self, command: str) -> str:
        await self._close()
        await self.person.writes("/adempauze", command)
        return await self._comes_up()

    async def typed(self, text: str) -> str:
        """Type this after `/kudos`; colleagues are mentioned by their addresses: `@noor`."""
        await self._close()
        await self.person.writes("/kudos", text)
        return await self._comes_up()

    async def _close(self) -> None:
        while self.person.views:
            await self.person.closes(self.person.views[-1])

    async def _comes_up(self) -> str:
        """What is open, what was whispered since the last time, and the newest card."""
        await self.platform.settle()
        view = words_of(self.person.views[-1].blocks) if self.person.views else ""
        whispered = [message.text for message in self.person.ephemeral()]
        new, self._heard = whispered[self._heard :], len(whispered)
        return "\n".join([view, *new, words_of(self.person.messages()[-1].blocks)])


def _buttons(screen: Screen) -> list[Json]:
    parts = [part for block in screen.blocks for part in block.get("elements", [])]
    return [part for part in parts if part["type"] == "button" and "url" not in part]


def _action(screen: Screen, label: str) -> str:
    """The button that bears a label; empty when there is none."""
    return next((str(part["action_id"]) for part in _buttons(screen) if part["text"]["text"] == label), "")


def _submits(view: View) -> str:
    submit: Mapping[str, Any] = view.body.get("submit") or {}
    return str(submit.get("text", ""))


@asynccontextmanager
async def in_slack() -> AsyncIterator[Callable[[Callable[[str], Hands]], Mapping[str, ChatPlatform]]]:
    """Give a workspace, and the platform before it."""
    async with fake_slack(now=lambda: 1_772_438_400.0) as slack:
        team = slack.workspace("T1", name="Lente")
        yield lambda hands: {"slack": InTown(slack, team, hands("slack"))}
    assert {call.outcome for call in slack.calls} & MALFORMED == set()


@asynccontextmanager
async def at_slack(stage: Stage, address: str) -> AsyncIterator[OnSlack]:
    """Open Slack as the member with this id."""
    platform = stage.app.platforms["slack"]
    assert isinstance(platform, InTown)
    for one in stage.people.values():  # so that everybody can be mentioned
        platform.person(one.addresses.get("slack", address))
    yield OnSlack(platform, platform.person(address))
