"""What all workspaces of the fake Slack share: the app, time, numbers, tokens and journals."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.slack.model import Call, Clock, Deliver, Json, SlackError
from tests.slack.schema.check import wire_problems
from tests.slack.tokens import Tokens
from tests.slack.triggers import ResponseUrls, Triggers

if TYPE_CHECKING:
    from tests.slack.workspace import Workspace


@dataclass(frozen=True)
class AppCard:
    """The app as it is registered with Slack. The secrets are invented and guard nothing."""

    id: str = "A1ADEMPAUZE"
    client_id: str = "1111.2222"
    client_secret: str = "client-secret-of-a-fake"
    signing_secret: str = "signing-secret-of-a-fake"
    verification_token: str = "verification-token-of-a-fake"
    escaped: frozenset[str] = frozenset({"/kudos"})
    """The commands whose manifest says `should_escape`."""


class Numbers:
    """Ids and timestamps that never repeat and are the same in every run."""

    def __init__(self, now: Clock) -> None:
        self._now = now
        self._count: dict[str, Iterator[int]] = {}

    def id(self, prefix: str) -> str:
        """Return the next id of this kind: D00000001."""
        return f"{prefix}{next(self._count.setdefault(prefix, itertools.count(1))):08d}"

    def ts(self) -> str:
        """Return a timestamp the way Slack names a message: seconds, and a number that makes it unique."""
        return f"{int(self._now())}.{next(self._count.setdefault('ts', itertools.count(1))) % 1_000_000:06d}"


@dataclass
class Ground:
    """What every part of the fake stands on."""

    now: Clock
    deliver: Deliver
    app: AppCard = field(default_factory=AppCard)
    base: str = ""
    app_token: str = ""
    workspaces: dict[str, Workspace] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    unlike: list[str] = field(default_factory=list)
    """What the app said that Slack's own types don't know; nobody may say it on purpose."""

    def __post_init__(self) -> None:
        self.numbers = Numbers(self.now)
        self.tokens = Tokens(self.now)
        self.triggers = Triggers(self.now)
        self.response_urls = ResponseUrls(self.now)
        self._noted = asyncio.Event()

    def hold_to_types(self, name: str, said: object) -> None:
        """Refuse what Slack's own types don't know, and remember it."""
        problems = wire_problems(name, said)
        if problems:
            self.unlike += [f"{name}: {problem}" for problem in problems]
            raise SlackError("unlike_the_types", response_metadata={"messages": problems})

    def note(self, call: Call) -> None:
        """Write a call down, and wake whoever waits for what it changed."""
        self.calls.append(call)
        self._noted.set()

    async def until(self, condition: Callable[[], object], seconds: float) -> None:
        """Wait for calls of the app until the condition holds."""
        async with asyncio.timeout(seconds):
            while not condition():
                self._noted.clear()
                await self._noted.wait()

    def response_url(self, team: str, channel: str, user: str, original: str | None, *, ephemeral: bool) -> str:
        """Return a new address where the app may answer an interaction."""
        key = self.response_urls.issue(team, channel, user, original, ephemeral=ephemeral)
        return f"{self.base}/actions/{team}/{key}"

    def common(self, team: Workspace) -> Json:
        """Return the fields that every payload of Slack's begins with."""
        return {"token": self.app.verification_token, "api_app_id": self.app.id, "team_id": team.id}
