"""The application, put together: what a command or a page asks for by name. Only wiring makes one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from adapters.port import ChatPlatform, Connected, Tended
from bot.addressbook import AddressBook
from bot.agreeing import Agreeing
from bot.attempts import alone
from bot.closing import Closing
from bot.digest import Digest
from bot.epochs import Epochs
from bot.following import Following
from bot.heads import Heads
from bot.inbox import Inbox
from bot.jobs import Jobs
from bot.kudos.recognition import Recognition
from bot.opening import Opening
from bot.own import Own
from bot.period_closing import PeriodClosing
from bot.rostering import Rostering
from bot.seats import Seats
from bot.sending import Sending
from bot.settings import Settings
from bot.tick import Tick
from bot.tidying import Tidying
from bot.web.auth import Doors
from bot.web.links import Links
from bot.world import World
from surveys.instrument import Instrument
from surveys.mixing import Mixing
from surveys.pool import Pool
from surveys.service import Service
from surveys.store.database import Database
from surveys.tickets import KeyRing


@dataclass(frozen=True, repr=False)
class App:
    """The application. Open it before use, close it after.

    Its `repr` names its class alone. Whatever writes it out, as `asyncio` does with the result of a task during which
    it listens to Ctrl-C, would else write out everything that is built here, which takes a tenth of a second.
    """

    settings: Settings
    world: World
    database: Database
    keys: KeyRing
    instrument: Instrument
    service: Service
    platforms: Mapping[str, ChatPlatform]
    rostering: Rostering
    following: Following
    inbox: Inbox
    opening: Opening
    sending: Sending
    closing: Closing
    periods: PeriodClosing
    pool: Pool
    book: AddressBook
    mixing: Mixing
    epochs: Epochs
    digest: Digest
    own: Own
    recognition: Recognition
    tidying: Tidying
    jobs: Jobs
    tick: Tick
    links: Links
    doors: Doors
    seats: Seats
    agreeing: Agreeing
    heads: Heads

    async def open(self) -> None:
        """Connect the queue."""
        await self.jobs.open()

    async def close(self) -> None:
        """Let running work finish and disconnect."""
        await self.jobs.close()
        await self.disconnect()

    async def tend(self) -> None:
        """Let platforms do what time alone asks for; a failure of one holds up no other, and is tried again."""
        for name, platform in self.platforms.items():
            if isinstance(platform, Tended):
                await alone("tend", platform.tend(), None, platform=name)

    async def tidy(self) -> None:
        """Forget what has served, and look what channels are called now; a failure of one step holds up no other."""
        await alone("tidying", self.tidying(), None)
        await alone("forgetting kudos", self.recognition.forgetting(), None)
        await alone("channels", self.recognition.placing.refresh(), None)

    async def disconnect(self) -> None:
        """Let go of platforms and database; enough where the queue was never opened."""
        await self.following.close()
        for platform in self.platforms.values():
            if isinstance(platform, Connected):
                await platform.close()
        await self.database.dispose()
