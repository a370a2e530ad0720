"""What people do, and what comes of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from adapters.port.message import Locale, Message

SUBMISSIONS: Final = frozenset(
    {"answer", "skip", "change", "withdraw", "show", "breaks", "break", "comment", "comment_anyway"}
)
"""The actions of a button or form that become a Submission. Every other action becomes a Command of that name."""

IN_PLACE: Final = frozenset({"answer", "skip", "show", "change", "withdraw", "later", "kudos_back", "kudos_hide"})
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
    """Something a person asks in their own name: home, settings, help, later, pause, digest, kudos ... Never an answer.

    `fields` are what was filled in and what a button kept: both come from the client.
    """

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


Receive = Callable[[Submission | Command], Awaitable[Reply]]
Belongs = Callable[[str, str], Awaitable[bool]]
"""`belongs(token, sender address) -> bool`, asked before the sender is dropped."""
Speaks = Callable[[str], Awaitable[Locale | None]]
"""`speaks(address) -> language`, for what comes from nowhere that would say it; None for somebody unknown."""
