"""What the conversation needs of a platform, and what a platform is handed. It never knows who answers it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from adapters.port.message import Message, MessageRef


@dataclass(frozen=True, slots=True)
class Member:
    """A member as the platform lists them.

    `group` is the first of the groups that count here, `manager` the address of whom they report to; empty without one.
    """

    address: str
    name: str
    email: str
    locale: str
    timezone: str
    active: bool = True
    group: str = ""
    manager: str = ""


class DeliveryError(Exception):
    """A platform could not take a message.

    `permanent`: trying again makes no sense (closed DM, deleted account). `retry_after`: seconds the platform
    asked us to wait, or None. `within`: how every address begins that has to wait too; empty: all of the platform.
    """

    def __init__(self, reason: str, *, permanent: bool, retry_after: float | None = None, within: str = "") -> None:
        super().__init__(reason)
        self.permanent = permanent
        self.retry_after = retry_after
        self.within = within


class NoPlace(DeliveryError):
    """It is not our turn yet, and no call was made: it counts as no attempt, and nobody else has to wait for it."""

    def __init__(self, retry_after: float) -> None:
        super().__init__("others go first, or the platform asked us to wait", permanent=False, retry_after=retry_after)


def workspace_of(address: str) -> str:
    """Return the workspace or tenant of an address: what stands before its first slash.

    A platform that serves several at once names people `workspace/person`, and no workspace has a slash in its name;
    one that serves a single one needs no slash, and the workspace is "". Each is sent to by itself, beside the others.
    """
    workspace, slash, _ = address.partition("/")
    return workspace if slash else ""


Changed = Callable[[Member | None], Awaitable[None]]
"""`changed(member)`: this is how one is now, whatever their group; None when many may have changed. Returns at once."""


class ChatPlatform(Protocol):
    """What the conversation needs of a platform."""

    name: str
    waits: bool
    """True where a message waits on a page until its reader comes: a reminder would add nothing there."""

    async def send(self, address: str, message: Message) -> MessageRef:
        """Deliver. Raises DeliveryError."""

    async def update(self, ref: MessageRef, message: Message) -> None:
        """Replace a message that was sent. Raises DeliveryError."""

    def members(self) -> AsyncIterator[Member]:
        """Everybody the platform knows."""


@runtime_checkable
class Connected(Protocol):
    """What a platform with connections of its own offers beside that."""

    def listening(self) -> AbstractAsyncContextManager[None]:
        """Hear what people do for as long as the block lasts, where that needs more than answering requests."""

    async def close(self) -> None:
        """Deal with what was heard, and let go of every connection."""


@runtime_checkable
class Tended(Protocol):
    """What a platform with something that ends by itself offers beside that."""

    async def tend(self) -> None:
        """Do what time alone asks for, such as renewing a token. Called every few seconds, and by several processes."""


@runtime_checkable
class Selective(Protocol):
    """What a platform says of its list of members, where that may leave people out who are there all the same."""

    lists_everybody: bool


@dataclass(frozen=True, slots=True)
class Channel:
    """Where several people read along: its address, and what it is called now."""

    address: str
    name: str


@runtime_checkable
class Public(Protocol):
    """What a platform offers beside that on which messages can stand where several people read along."""

    def channels(self) -> AsyncIterator[Channel]:
        """Every channel in which a message of ours may stand. Raises DeliveryError."""

    async def post(self, channel: str, message: Message) -> MessageRef:
        """Post into a channel, by its address; `update` replaces it. Raises DeliveryError, permanent where we left it.

        What stands there has no buttons: most who would press one are not whom it is about.
        """


class Keep(Protocol):
    """Sealed platform records (installations, conversation references, waiting messages), kept by the store."""

    async def get(self, key: str) -> bytes | None: ...

    async def put(self, key: str, value: bytes) -> None: ...

    async def change(self, key: str, edit: Callable[[bytes | None], bytes]) -> None:
        """Read, edit and write in one step, so that two at once lose neither; what `edit` raises changes nothing."""

    async def delete(self, key: str) -> None: ...

    async def beginning(self, start: str) -> Mapping[str, bytes]:
        """Return every record whose key begins so, in one look: read one by one, the looks would tell about whom."""


class Board(Protocol):
    """Numbers that living processes show each other: written nowhere, and gone with the process that showed them.

    So a platform can count calls together with every other process of ours. A record would do for that, but whoever
    reads the records at two moments would see that a call was made, and a reminder goes only to who did not answer.
    """

    def now(self) -> float:
        """Return seconds since 1970."""

    async def claim(self, name: str, numbers: Sequence[int], *, over: int) -> int | None:
        """Take the first of these numbers that nobody has under this name, or None; ours below `over` are let go."""

    async def tell(self, name: str, number: int) -> None:
        """Show a number (0 to 2^31 - 1) under a name, in place of the lower one that we showed before."""

    async def told(self, name: str) -> int:
        """Return the highest number that anybody shows under a name, 0 when nobody does."""
