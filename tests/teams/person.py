"""Somebody with Teams open at their personal chat with the app: what stands there, and what they press and type."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from adapters.teams.mount import PATH
from tests.teams import client
from tests.teams.fake import FakeTeams
from tests.teams.served import Json


@dataclass
class Person:
    """`entra` is their object id. `dialog` is the card in the open dialog, `said` what was said beside a card."""

    teams: FakeTeams
    carrier: httpx.AsyncClient
    entra: str
    locale: str = "nl-NL"
    dialog: Json | None = None
    said: str = ""
    in_extension: bool = False
    """Whether the open dialog is that of our message extension."""
    in_channel: str = ""
    """The channel into which their card was carried, if it was."""
    own_chat: str = ""
    """The conversation that they have with the app, where it is not the one that we would begin."""

    @property
    def id(self) -> str:
        """Their id in Teams."""
        return f"29:{self.entra}"

    @property
    def chat(self) -> str:
        """The conversation that they have with the app."""
        return self.own_chat or f"a:chat-with-{self.entra}"

    @property
    def messages(self) -> list[tuple[str, Json]]:
        """What stands in the chat, the oldest first, each with its id."""
        found = [key.rpartition("/") for key in self.teams.messages]
        return [(name, self.teams.messages[f"{chat}/{name}"]) for chat, _, name in found if chat == self.chat]

    @property
    def cards(self) -> list[tuple[str, Json]]:
        """The cards among them."""
        return [(name, part["content"]) for name, message in self.messages for part in message.get("attachments") or ()]

    async def installs(self, action: str = "add") -> None:
        """Get the app: Teams says so twice."""
        await self.posts(type="installationUpdate", action=action, text=None)
        await self.posts(type="conversationUpdate", membersAdded=[{"id": self._bot}], text=None)

    async def removes(self) -> None:
        """Remove the app."""
        await self.posts(type="installationUpdate", action="remove", text=None)

    async def types(self, text: str, **other: Any) -> None:
        """Type a message."""
        await self.posts(text=text, **other)

    async def presses(self, name: str, action: Json, typed: Mapping[str, str] | None = None) -> None:
        """Press a button of the card with this id."""
        kind, value = client.press(dict(self.cards)[name], action, typed=typed)
        await self._invokes(kind, value, name)

    async def presses_in_dialog(self, action: Json, typed: Mapping[str, str] | None = None) -> None:
        """Press a button in the dialog that is open."""
        assert self.dialog is not None
        kind, value = client.press(self.dialog, action, dialog=True, extension=self.in_extension, typed=typed)
        await self._invokes(kind, value, "")

    async def thanks(self, author: Json | None = None, where: str = "message") -> httpx.Response:
        """Choose our message extension, at a message of somebody or where one is written."""
        return await self._invokes("composeExtension/fetchTask", client.thanking(author, where), "")

    async def sends(self, kind: str, value: Json, name: str = "") -> httpx.Response:
        """Send an invoke that no button sends."""
        return await self._invokes(kind, value, name)

    async def _invokes(self, kind: str, value: Json, name: str) -> httpx.Response:
        if kind == "message":
            return await self.posts(value=value, text=None, replyToId=name)
        answer = await self.posts(type="invoke", name=kind, value=value, text=None, replyToId=name or None)
        self._see(kind, name, answer)
        return answer

    def _see(self, kind: str, name: str, answer: httpx.Response) -> None:
        """See what Teams shows of an answer; where there is none to show, what stood there stays."""
        self.said = ""
        if not answer.is_success:
            return
        body = answer.json() if answer.content else {}
        if kind == "adaptiveCard/action":
            if body.get("type") == "application/vnd.microsoft.card.adaptive":
                attachment = {"contentType": body["type"], "content": body["value"]}
                self.teams.messages[f"{self.chat}/{name}"] |= {"attachments": [attachment]}
            else:
                value = body.get("value", "")
                self.said = value if isinstance(value, str) else value["message"]
            return
        task, self.in_extension = body.get("task", {}), kind.startswith("composeExtension/")
        self.dialog = task["value"]["card"]["content"] if task.get("type") == "continue" else None
        self.said = task["value"] if task.get("type") == "message" else ""

    @property
    def _bot(self) -> str:
        return str(self.teams.activity()["recipient"]["id"])

    async def posts(self, **other: Any) -> httpx.Response:
        """Let something happen here, with these fields of an activity."""
        activity = self.teams.activity(
            **{
                "from": {"id": self.id, "name": "Iemand", "aadObjectId": self.entra},
                "conversation": {
                    "conversationType": "channel" if self.in_channel else "personal",
                    "tenantId": self.teams.activity()["conversation"]["tenantId"],
                    "id": self.in_channel or self.chat,
                },
                "locale": self.locale,
            }
            | other
        )
        headers = {"content-type": "application/json", "authorization": f"Bearer {self.teams.token()}"}
        return await self.carrier.post(PATH, content=json.dumps(activity).encode(), headers=headers)


def words_of(part: Any) -> str:
    """Every text in a card, also what stands in an input or behind a link."""
    if isinstance(part, str):
        return part
    if isinstance(part, Mapping):
        kept = {name: value for name, value in part.items() if name not in HIDDEN}
        return "\n".join(words_of(value) for value in kept.values())
    return "\n".join(words_of(one) for one in part) if isinstance(part, list) else ""


HIDDEN = frozenset({"type", "data", "verb", "id", "fallback", "style", "spacing", "speak", "fallbackText", "$schema"})
"""What is in a card and nobody sees."""
