"""What the contract suite needs of a platform under test: a stage with one person in front of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Protocol

from adapters.port import ChatPlatform, Command, Locale, MessageRef, Public, Reply, Submission

Position = tuple[int, int]


@dataclass
class Conversation:
    """Stands where the bot stands: hears what reaches it and gives the reply it was told to give."""

    reply: Reply = field(default_factory=Reply)
    owners: dict[str, str] = field(default_factory=dict)
    """Token to the address it belongs to."""
    heard: list[Submission | Command] = field(default_factory=list)

    async def receive(self, asked: Submission | Command) -> Reply:
        if isinstance(asked, Submission) and asked.action == "show":
            return Reply()  # a page that shows itself anew is not something a person did
        self.heard.append(asked)
        return self.reply

    async def belongs(self, token: str, sender: str) -> bool:
        return self.owners.get(token) == sender


class Stage(Protocol):
    """One platform with one person before it, in one language."""

    conversation: Conversation
    address: str
    colleague: str
    """The address of somebody else, at whom the person can point."""

    @property
    def platform(self) -> ChatPlatform: ...

    async def shown(self) -> str:
        """Everything the person sees in the chat now, labels and alternative texts included."""

    async def tap(
        self,
        ref: MessageRef,
        action: str,
        position: Position | None = None,
        *,
        texts: Mapping[str, str] | None = None,
    ) -> str:
        """Press the button that is really there. Returns what the person sees in answer, dialog included.

        `texts` sends the form; in a field of people they are addresses with commas.
        """

    async def forge(self, token: str, action: str, position: Position) -> None:
        """Send what a button would send, with a token that came from somewhere else."""

    async def cannot_deliver(self) -> None:
        """Make one call that this platform can never carry out."""

    async def stored(self) -> bytes:
        """Everything the platform keeps: records, references, what it sent."""


class PublicStage(Stage, Protocol):
    """One on which there is a channel too, with us in it and our person reading along."""

    channel: str

    @property
    def public(self) -> Public:
        """The platform, as one that posts in channels."""

    async def in_channel(self) -> str:
        """Everything that stands in the channel now, labels included."""

    async def leaves_channel(self) -> None:
        """Somebody takes us out of the channel."""


Build = Callable[[Locale], AbstractAsyncContextManager[Stage]]
BuildPublic = Callable[[Locale], AbstractAsyncContextManager[PublicStage]]
