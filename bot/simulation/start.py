"""What a simulation needs to be handed: an application, built for it by the command line, which knows everybody."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from adapters.port import Belongs, ChatPlatform, Receive
from adapters.recording import NAME, Recording
from analytics.charts import ChartWords, Picture
from analytics.report import Digest
from bot.digest import Draw, drawn
from bot.kudos.recognition import Recognition
from bot.settings import Settings
from bot.tick import Tick
from bot.web.links import Links
from surveys.instrument import Instrument
from surveys.service import Service
from surveys.store.database import Database


class Hands(Protocol):
    """What a platform is handed; `bot.hands.Hands` is one."""

    @property
    def receive(self) -> Receive: ...

    @property
    def belongs(self) -> Belongs: ...


class Queue(Protocol):
    """Does the work that a tick offered; `bot.jobs.Jobs` is one."""

    async def run_until_idle(self) -> None: ...


class Application(Protocol):
    """The product, opened. `bot.app.App` is one."""

    @property
    def settings(self) -> Settings: ...

    @property
    def database(self) -> Database: ...

    @property
    def service(self) -> Service: ...

    @property
    def recognition(self) -> Recognition: ...

    @property
    def instrument(self) -> Instrument: ...

    @property
    def platforms(self) -> Mapping[str, ChatPlatform]: ...

    @property
    def tick(self) -> Tick: ...

    @property
    def jobs(self) -> Queue: ...

    @property
    def links(self) -> Links: ...


HandsOf = Callable[[str], Hands]


@dataclass(frozen=True, slots=True)
class Scene:
    """On what to build the application: settings, time, ids, and platforms in memory.

    With `web` the web chat is connected beside the platform in memory, and its pages say that it is a demo.
    """

    settings: Settings
    now: Callable[[], datetime]
    new_id: Callable[[], UUID]
    draw: Draw
    """Makes the pictures in digests."""
    web: bool = False

    def recording(self, hands: HandsOf) -> Mapping[str, ChatPlatform]:
        """Return the platform in memory, on which the invented people answer."""
        mine = hands(NAME)
        return {NAME: Recording(receive=mine.receive, belongs=mine.belongs)}


Start = Callable[[Scene], AbstractAsyncContextManager[Application]]
"""Starts the database of the settings, brings it to this version, builds and opens the application.

On leaving it closes the application and stops the database. Raises what `serve` raises.
"""

Serve = Callable[[Application], Awaitable[None]]
"""Serves an opened application, pages, clock and worker, until it is stopped. For the demo."""


class Clock:
    """Time that moves when told to, until it goes live; from then on it is the clock on the wall."""

    def __init__(self, time: datetime) -> None:
        self.time = time
        self._live: Callable[[], datetime] | None = None

    def __call__(self) -> datetime:
        return self._live() if self._live else self.time

    def at_least(self, moment: datetime) -> None:
        """Move on to this moment, never back."""
        self.time = max(self.time, moment)

    def forward(self, by: timedelta) -> None:
        self.time += by

    def draw(self, report: Digest, words: ChartWords) -> Picture:
        """Draw a digest once the clock is live; in the past nobody looks, and drawing takes longer than all else."""
        return drawn(report, words) if self._live else Picture("", b"", "")

    def go_live(self, wall: Callable[[], datetime]) -> None:
        """Follow the clock on the wall from now on."""
        self._live = wall
