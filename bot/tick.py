"""One tick of the clock: open what is due, offer the work that rows say is waiting. Ticking twice changes nothing."""

from __future__ import annotations

from collections.abc import Awaitable, Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

from bot.attempts import alone
from bot.closing import Closing
from bot.digests import Digests
from bot.epochs import Epochs
from bot.introducing import Introducing
from bot.jobs import Jobs, Work
from bot.kudos.recognition import Recognition
from bot.opening import Opening
from surveys.model import WaveState
from surveys.store import introductions as introduction_store
from surveys.store import kudos_places as place_store
from surveys.store import periods as period_store
from surveys.store import platform as store
from surveys.store import postings as posting_store
from surveys.store import surveys as surveys_store
from surveys.store.database import Database
from surveys.store.outlets import Outlet
from surveys.store.platform import DueChunk


@dataclass(frozen=True)
class Tick:
    """Called by the metronome in `serve` and `worker`, and by simulations with a clock of their own."""

    database: Database
    opening: Opening
    closing: Closing
    digests: Digests
    epochs: Epochs
    introducing: Introducing
    recognition: Recognition
    jobs: Jobs

    async def __call__(self, now: datetime) -> list[Work]:
        """Do everything that is due at `now` and return the work offered; any number of processes may tick.

        Closing comes first, because a promise hangs on it; a step that fails is logged and holds up no other.
        """
        await self.jobs.rescue()
        offered: list[Work] = []
        for step in (
            self._closings,
            self._epochs,
            self._introductions,
            self._openings,
            self._cards,
            self._digests,
            self._roundups,
            self._nudges,
            self._kudos,
        ):
            offered += await alone(step.__name__.strip("_"), self._offered(step(now)), [])
        return offered

    async def next_due(self) -> datetime | None:
        """Return the earliest moment that a row waits for; an accelerated clock jumps there."""
        async with self.database.begin() as connection:
            rows = await store.next_due(connection)
            introductions = await introduction_store.next_due(connection)
            kudos = [await posting_store.next_due(connection), await place_store.next_roundup(connection)]
            kudos.append(await self.recognition.nudging.next_due(connection))
            surveys = [due for survey, due in await surveys_store.surveys(connection) if not survey.paused]
            closings = [wave.closes for wave in await surveys_store.waves(connection, state=WaveState.OPEN)]
            closings += [one.ends for one in await period_store.periods(connection, states=[WaveState.OPEN])]
        return min([*surveys, *closings, *filter(None, (rows, introductions, *kudos))], default=None)

    async def _offered(self, finding: Awaitable[list[Work]]) -> list[Work]:
        found = await finding
        waiting = await self.jobs.waiting() if found else set()
        for work in found:
            if work.once not in waiting:
                await self.jobs.offer(work)
        return found

    async def _closings(self, now: datetime) -> list[Work]:
        """Each wave under a lock of its own: one that waits for its rows holds up no other."""
        async with self.database.begin() as connection:
            closings = await surveys_store.wave_to_close(connection, now)
            periods = await period_store.due(connection, now)
            released = await surveys_store.waves(connection, state=WaveState.RELEASED)
            over = await period_store.periods(connection, states=[WaveState.RELEASED])
        return [
            *(Work("close", f"close:{wave}", {"wave": str(wave)}, urgent=True) for wave in closings),
            *([Work("close_periods", "close_periods", {}, urgent=True)] if periods else []),
            *([Work("erase", "erase", {}, urgent=True)] if released or over else []),
        ]

    async def _epochs(self, now: datetime) -> list[Work]:
        await self.epochs(now)
        return []

    async def _introductions(self, now: datetime) -> list[Work]:
        return _of_outlets("introduce", "workspace", await self.introducing.due(now))

    async def _openings(self, now: datetime) -> list[Work]:
        await self.opening.open_due(now)
        return []

    async def _cards(self, now: datetime) -> list[Work]:
        async with self.database.begin() as connection:
            cards = await store.due_cards(connection, now)
            reminders = await store.due_reminders(connection, now)
        return [*_chunks("send", cards), *_chunks("remind", reminders)]

    async def _digests(self, now: datetime) -> list[Work]:
        await self.digests.expand_due(now)
        async with self.database.begin() as connection:
            digests = sorted({seq for seq, _, _ in await store.due_digests(connection, now)})
        return [Work("digest", "digest", {"seq": seq}) for seq in digests]

    async def _roundups(self, now: datetime) -> list[Work]:
        await self.recognition.roundups.begin(now)
        return []

    async def _nudges(self, now: datetime) -> list[Work]:
        await self.recognition.nudging.begin(now)
        return []

    async def _kudos(self, now: datetime) -> list[Work]:
        async with self.database.begin() as connection:
            outlets = await posting_store.due_outlets(connection, now)
        return _of_outlets("kudos", "kudos", outlets)


def _of_outlets(step: str, lock: str, outlets: Iterable[Outlet]) -> list[Work]:
    """One job for each workspace of a platform; one at a time of all that share a lock there."""
    return [Work(step, f"{lock}:{one.platform}/{one.workspace}", asdict(one)) for one in outlets]


def _chunks(step: str, chunks: Iterable[DueChunk]) -> list[Work]:
    """One job at a time for each workspace of a platform, in whatever process: workspaces go side by side."""
    return [
        Work(
            step,
            f"workspace:{chunk.platform}/{chunk.workspace}",
            {
                "wave": str(chunk.wave),
                "chunk": chunk.chunk,
                "platform": chunk.platform,
                "workspace": chunk.workspace,
            },
        )
        for chunk in chunks
    ]
