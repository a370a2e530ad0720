"""What the fake Slack remembers and hands to a test: messages, views, calls and acknowledgements."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

Json = dict[str, Any]
Clock = Callable[[], float]
Sleep = Callable[[float], Awaitable[None]]


class SlackError(Exception):
    """A refusal in Slack's own words; `more` are the fields beside `error` in its answer."""

    def __init__(self, error: str, **more: Any) -> None:
        super().__init__(error)
        self.error = error
        self.more = more


class ScreenError(AssertionError):
    """A person cannot do this on the screen that they see."""


@dataclass(frozen=True)
class Message:
    """A message as somebody's screen showed it at one moment. A later change is a new object."""

    team: str
    channel: str
    ts: str
    text: str
    blocks: list[Json]
    body: Json = field(repr=False)
    ephemeral_for: str | None = None

    @property
    def ephemeral(self) -> bool:
        """Whether one person sees it and nobody else."""
        return self.ephemeral_for is not None


@dataclass(frozen=True)
class View:
    """A modal or a Home view as it stood at one moment; `errors` are what the person sees beside the inputs."""

    id: str
    body: Json = field(repr=False)
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def blocks(self) -> list[Json]:
        """The blocks, each with its block_id."""
        blocks: list[Json] = self.body["blocks"]
        return blocks

    @property
    def callback_id(self) -> str:
        """The name that the app gave it."""
        return str(self.body["callback_id"])

    @property
    def private_metadata(self) -> str:
        """What the app hung on it, and what its person could read and forge."""
        return str(self.body["private_metadata"])

    @property
    def title(self) -> str:
        """The words on top of a modal."""
        return str((self.body.get("title") or {}).get("text", ""))

    @property
    def hash(self) -> str:
        """Changes with every update."""
        return str(self.body["hash"])


Screen = Message | View
"""Where a person taps."""


@dataclass(frozen=True)
class Call:
    """One call of the Web API or a response_url, as the fake saw it."""

    method: str
    team: str | None
    arguments: Json = field(repr=False)
    moment: float
    outcome: str
    status: int = 200
    key: str = ""
    """What the response_url ends in."""

    @property
    def ok(self) -> bool:
        """Whether Slack did what was asked and said so."""
        return self.outcome == "ok"


@dataclass(frozen=True)
class Ack:
    """How the app answered something that Slack sent it. Status 0: no answer within Slack's patience."""

    status: int
    body: str
    seconds: float
    trouble: str | None = None

    @property
    def ok(self) -> bool:
        """Whether the person saw no error of Slack's."""
        return self.status == 200 and self.trouble is None


class Deliver(Protocol):
    """Carries something from Slack to the app: over HTTP or over Socket Mode."""

    async def __call__(self, kind: str, payload: Json, *, retry: int = 0, reason: str = "") -> Ack: ...
