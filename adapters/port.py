"""The port between the conversation and every chat platform: small, typed, neutral.

No markdown dialect, no colour, no platform name. A platform is constructed with its `Receive`, so it never
knows who answers it; the conversation never knows which platform it speaks through.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal, Protocol, runtime_checkable

Locale = Literal["nl", "en"]


@dataclass(frozen=True, slots=True)
class Choice:
    """A button. An answer button carries positions (item index, option index from 1), never an answer's meaning.

    `prominent` invites, `quiet` stands back; neither says anything about what is chosen.
    """

    action: str
    label: str
    position: tuple[int, int] | None = None
    prominent: bool = False
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """One input of a form. `options` are (value, label) pairs for a select; `value` is what stands there now."""

    name: str
    label: str
    kind: Literal["select", "text", "time", "date"]
    value: str = ""
    options: tuple[tuple[str, str], ...] = ()
    limit: int = 280
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    action: str
    fields: tuple[Field, ...]
    submit: str


@dataclass(frozen=True, slots=True)
class Link:
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Lines:
    """What a picture of lines shows, for platforms that draw themselves: a value of each series for each category.

    `title` says what was asked, `days` which day each category is. The first series is whom it is about, any other one
    stands beside it. `scale` is the lowest and the highest value that there can be.
    """

    title: str
    categories: tuple[str, ...]
    days: tuple[date, ...]
    series: tuple[tuple[str, tuple[float, ...]], ...]
    scale: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Image:
    """A picture in both shapes that platforms want; `alt` says in words what it shows, `lines` in numbers."""

    svg: str
    png: bytes
    alt: str
    lines: Lines | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """What a person is shown. `token` travels on every button and form of it; `notes` are the small print."""

    title: str
    locale: Locale
    paragraphs: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    image: Image | None = None
    form: Form | None = None
    choices: tuple[Choice, ...] = ()
    links: tuple[Link, ...] = ()
    notes: tuple[str, ...] = ()
    token: str | None = None


@dataclass(frozen=True, slots=True)
class MessageRef:
    """Where a sent message lies, in the platform's own terms; opaque to everybody else."""

    platform: str
    address: str
    id: str


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


SUBMISSIONS: Final = frozenset(
    {"answer", "skip", "change", "withdraw", "show", "breaks", "break", "comment", "comment_anyway"}
)
"""The actions of a button or form that become a Submission. Every other action becomes a Command of that name."""

IN_PLACE: Final = frozenset({"answer", "skip", "show", "change", "withdraw", "later"})
"""The actions whose outcome takes the place of the card. That of every other one is for this person alone.

Some platforms have to know this when they draw the button: what opens a dialog there is another kind of button.
"""


@dataclass(frozen=True, slots=True)
class Submission:
    """Something done with a card that carries a token. **Has no sender**: the platform asked `belongs` and dropped it.

    `action` is one of `SUBMISSIONS`. `positions` are (item index, option index from 1).
    """

    token: str
    action: str
    locale: Locale
    positions: tuple[tuple[int, int], ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Command:
    """Something a person asks about themselves: home, settings, help, later, pause, digest ... Never an answer."""

    name: str
    platform: str
    sender: str
    locale: Locale
    fields: Mapping[str, str] = field(default_factory=dict)
    token: str | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What the platform does with the outcome.

    `message` replaces the card; `dialog` is shown to this person alone and never written into the chat;
    `notice` is a short sentence beside a card that keeps its buttons (`failed` marks a refusal or "try again").
    `over` says with `failed` that nothing can be done with this card any more, so that a page need not keep it.
    `changed` says that the own page, wherever it stands open, is no longer what it was.
    """

    message: Message | None = None
    dialog: Message | None = None
    notice: str = ""
    failed: bool = False
    over: bool = False
    changed: bool = False


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


Receive = Callable[[Submission | Command], Awaitable[Reply]]
Belongs = Callable[[str, str], Awaitable[bool]]
"""`belongs(token, sender address) -> bool`, asked before the sender is dropped."""
Speaks = Callable[[str], Awaitable[Locale | None]]
"""`speaks(address) -> language`, for what comes from nowhere that would say it; None for somebody unknown."""

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
