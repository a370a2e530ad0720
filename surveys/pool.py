"""The pool: answers wait in memory for the next beat, and a beat writes one blob, whether anything came or not.

Where a rhythm is kept (`kept`, set by `bot/rhythm.py` in the process that answers), nothing here asks or tells the
database anything because somebody did something: blobs are written beat by beat as long as a wave is open, and what
somebody looks at is looked up in memory. Where no rhythm is kept (a command, a worker, a simulation, tests), whoever
needs a beat makes it; no promise about moments holds there, and nobody answers there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Final
from uuid import UUID

import psycopg
import structlog

from surveys.blobs import BLOB_SIZE, Section
from surveys.deltas import Delta, join
from surveys.errors import AdempauzeError, Busy, KeyFileError, TokenError, WaveClosed
from surveys.held import Held, Opener, keys_of, sections_of
from surveys.model import WaveState
from surveys.store import pool as store
from surveys.store.database import Database, Driver
from surveys.tickets import Entropy, KeyRing
from surveys.waiting import Line, Taken, Waiting

log = structlog.get_logger(__name__)

BEAT_SECONDS: Final = 0.05
"""Between two blobs of a process, while a wave is open."""
IDLE_SECONDS: Final = 0.5
"""Between two looks whether a wave has opened."""
LOADS: Final = 5
"""How often rows are loaded anew because a mix came in between."""
PATIENCE: Final = 3.0
"""Seconds without a beat after which memory is too old to answer from, and after which nobody waits any longer."""

__all__ = ["BEAT_SECONDS", "BLOB_SIZE", "IDLE_SECONDS", "Pool"]


@dataclass(frozen=True, slots=True)
class Loaded:
    """The rows of the open waves as one mix left them."""

    generation: int
    waves: Mapping[UUID, Held]
    over: frozenset[UUID]
    """Waves that are not open any more."""
    lost: frozenset[UUID] = frozenset()
    """Open ones whose key this process does not have."""


@dataclass
class Seen:
    """Which blobs were seen: all up to `low`, and some above (see `surveys.store.pool.Look`)."""

    low: int = 0
    above: set[int] = field(default_factory=set)
    mark: tuple[int, int] | None = None

    def note(self, ids: Collection[int], below: int, above: int) -> None:
        """Take in what a look saw, and forget single ids that can't be overtaken any more."""
        if self.mark is not None and below >= self.mark[1]:
            self.low, self.mark = self.mark[0], None
        self.above = {one for one in self.above.union(ids) if one > self.low}
        self.mark = self.mark or (max(self.above, default=self.low), above)


@dataclass
class Pool:
    """The pool as one process sees it and writes into it."""

    database: Database
    keys: KeyRing
    entropy: Entropy
    kept: bool = False
    prepare: Callable[[UUID], Awaitable[object]] | None = None
    """Reads what else a tap may need of a wave: done when it is loaded, so that no tap has to."""
    _line: Line = field(default_factory=Line)
    _now: Loaded = field(default_factory=lambda: Loaded(-1, {}, frozenset()))
    _open: frozenset[UUID] = frozenset()
    _seen: Seen = field(default_factory=Seen)
    _loading: asyncio.Task[Loaded] | None = None
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    _beaten: asyncio.Condition = field(default_factory=asyncio.Condition)
    _begun: int = 0
    _ended: int = 0
    _last: float = 0.0
    _stale: bool = True

    def __post_init__(self) -> None:
        self._opener = Opener(self.keys)

    @property
    def busy(self) -> bool:
        """Return whether there is a wave that is open, so that the rhythm has to be kept."""
        return bool(self._open)

    async def wave(self, wave_id: UUID) -> Held:
        """Return an open wave as it is by now. Raises WaveClosed; Busy when memory is too old and can't be renewed."""
        if not self.kept:
            await self.refresh()
        held = self._held(wave_id)
        if held is None and self.kept and wave_id not in self._now.over:
            held = await self._once_looked(wave_id)
        if held is None:
            raise WaveClosed
        if self.kept and asyncio.get_running_loop().time() - self._last > PATIENCE:
            raise Busy
        return held

    def facts(self, wave_id: UUID) -> store.Alive | None:
        """Return what is known of an open wave, if it is in memory."""
        held = self._held(wave_id)
        return held.alive if held else None

    def newest(self, held: Held) -> Held:
        """Return the same wave as it is in memory now, or as it was when it closed."""
        return self._now.waves.get(held.alive.wave.id, held)

    async def write(self, wave_id: UUID, delta: Delta) -> None:
        """Return once a delta is durable. Raises WaveClosed, Busy, TextTooLong, psycopg.Error; then it is not kept."""
        waiting = self._line.join(wave_id, delta)
        while not self.kept and not waiting.written.done():
            with suppress(psycopg.Error, AdempauzeError):  # whoever waits in the line is told
                await self.beat()
            if not waiting.written.done():
                await asyncio.sleep(BEAT_SECONDS)
        await waiting.written

    async def beat(self) -> None:
        """Write one blob, if a wave is open; look what others wrote. Raises psycopg.Error."""
        async with self._turn:
            with Taken(self._line) as taken:
                await self._pass(taken)

    async def refresh(self) -> None:
        """Look what others wrote, and write nothing; return when memory is as new as that. Raises psycopg.Error."""
        async with self._turn:
            for _ in range(LOADS):
                await self._pass(None)
                if not self._stale:
                    return
        raise Busy

    async def flush(self) -> None:
        """Write what waits, when the rhythm ends."""
        while len(self._line):
            await self.beat()

    async def _pass(self, taken: Taken | None) -> None:
        self._begun += 1
        begun = self._begun
        await self._load_if_stale()
        loaded, fresh = self._loaded()
        seen = Seen() if fresh else self._seen
        async with self.database.direct() as driver, driver.transaction():
            free = await store.share_what_is_free(driver, sorted(loaded.waves)) if taken is not None else set()
            look = await store.look(driver, seen.low, seen.above)
            self._take_in(look, loaded, fresh)
            if taken is not None:  # as late as can be: whoever taps while we look still comes along
                taken.waiting += self._line.next_blob()
                written, held_up = self._sorted(taken.waiting, free)
                blob, content = await self._write(driver, written)
        if taken is not None:
            self._confirm(blob, content, written, held_up)
        await self._end(begun)

    def _take_in(self, look: store.Look, loaded: Loaded, fresh: bool) -> None:
        """Make memory what the look saw. Rows that were loaded count from the mix on that left them."""
        if fresh and look.generation == loaded.generation:
            self._now, self._seen = loaded, Seen()
        known = self._seen.above
        for blob in look.blobs:
            if blob.id > self._seen.low and blob.id not in known:
                with suppress(KeyFileError, TokenError):  # the mix leaves it there, and closing asks for it
                    self._opener.take_in(blob, self._now.waves)
        self._seen.note([blob.id for blob in look.blobs], look.below, look.above)
        self._open = look.open
        gone = frozenset(self._now.waves) - look.open
        if gone:
            waves = {wave: held for wave, held in self._now.waves.items() if wave in look.open}
            self._now = replace(self._now, waves=waves, over=self._now.over | gone)
        unknown = look.open - frozenset(self._now.waves) - self._now.lost
        self._stale = look.generation != self._now.generation or bool(unknown)

    async def _load_if_stale(self) -> None:
        """Load the rows anew after a mix or an opening: beside the beats where a rhythm is kept, else at once."""
        if not self._stale or self._loading is not None:
            return
        self._loading = asyncio.create_task(self._load())
        if not self.kept:
            await asyncio.wait({self._loading})

    def _loaded(self) -> tuple[Loaded, bool]:
        """Return what was loaded just now, or what there is; a load that failed is tried again."""
        if self._loading is None or not self._loading.done():
            return self._now, False
        done, self._loading = self._loading, None
        if done.cancelled():
            return self._now, False
        failure = done.exception()
        if failure is None:
            return done.result(), True
        if not self.kept and not isinstance(failure, psycopg.errors.UndefinedTable):  # a wave was released meanwhile
            raise failure
        log.warning("rows of open waves could not be loaded", error=type(failure).__name__)
        return self._now, False

    async def _load(self) -> Loaded:
        async with self.database.direct() as driver, driver.transaction():
            over = await store.over(driver)
            found = await store.alive(driver, WaveState.OPEN)
            await store.keep_from_mixing(driver, [one.wave.id for one in found])
            generation = await store.generation(driver)
            ours = [one for one in found if self.keys.holds(one.wave.key_id)]
            waves = {
                one.wave.id: Held(one, keys_of(one, self.keys), await store.rows(driver, one.wave.id)) for one in ours
            }
        if self.prepare is not None:
            for wave in waves:
                await self.prepare(wave)
        return Loaded(generation, waves, frozenset(over), frozenset(one.wave.id for one in found) - frozenset(waves))

    def _sorted(self, taken: list[Waiting], free: set[UUID]) -> tuple[list[Waiting], list[Waiting]]:
        """Return what can be written now and what has to wait; what comes too late is refused."""
        for waiting in taken:
            if waiting.wave not in self._open:
                waiting.refuse(WaveClosed())
        left = [waiting for waiting in taken if waiting.wave in self._open and not waiting.written.cancelled()]
        return [one for one in left if one.wave in free], [one for one in left if one.wave not in free]

    async def _write(self, driver: Driver, written: list[Waiting]) -> tuple[int, Mapping[UUID, bytes]]:
        """Add one blob under the key of the newest wave; of no open wave nothing is written."""
        waves = self._now.waves
        if not waves:
            return 0, {}
        newest = max(waves.values(), key=lambda held: (held.alive.wave.opens, held.alive.wave.id)).alive.wave.key_id
        parts = sections_of((one.wave, one.content) for one in written)
        content = {wave: join(deltas) for wave, deltas in parts.items()}
        sections: list[Section] = [
            (wave, waves[wave].keys.seal_pooled(plain, self.entropy)) for wave, plain in content.items()
        ]
        sealed = self._opener.key(newest).seal(sections, self.entropy)
        return await store.add(driver, newest, sealed), content

    def _confirm(
        self, blob: int, content: Mapping[UUID, bytes], written: list[Waiting], held_up: list[Waiting]
    ) -> None:
        """Take in what was written by ourselves, and let everybody know."""
        for wave, plain in content.items():
            if wave in self._now.waves:
                self._now.waves[wave].add(blob, plain)
        if blob:
            self._seen.above.add(blob)
        for waiting in written:
            waiting.confirm()
        self._line.again(held_up)

    async def _end(self, begun: int) -> None:
        async with self._beaten:
            self._ended, self._last = begun, asyncio.get_running_loop().time()
            self._beaten.notify_all()

    def _held(self, wave_id: UUID) -> Held | None:
        return self._now.waves.get(wave_id) if wave_id in self._open else None

    async def _once_looked(self, wave_id: UUID) -> Held | None:
        """Wait for a beat that begins from now on: whoever has a card of an open wave came after its opening."""
        following = self._begun + 1

        def known() -> bool:
            looked = self._ended >= following
            return looked and (wave_id not in self._open or wave_id in self._now.waves)

        try:
            async with asyncio.timeout(PATIENCE), self._beaten:
                await self._beaten.wait_for(known)
        except TimeoutError:
            raise Busy from None
        held = self._held(wave_id)
        if held is None:
            self._now = replace(self._now, over=self._now.over | {wave_id})
        return held
