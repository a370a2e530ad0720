"""Key epochs: one serves for some weeks, and is destroyed when its last wave and reporting period have been destroyed.

Every process that ticks does this; the lock of `surveys.store.marks` lets one at a time. The database knows which
epoch serves and in which places a key file lies, never a key. The file is written first and the database second, so
that a kill in between leaves more keys than are needed and never fewer.

Several machines with a copy of the key file each can't hand a new key to one another: it may lie in no database. There
nothing rotates by itself; `doctor` says so, and docs/keys.md how to do it by hand.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import structlog
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.keyfile import read
from bot.keywriting import Content, place_of, with_epoch, without_epochs, write, writing
from surveys.errors import KeyFileError
from surveys.model import Wave, WaveState
from surveys.periods import Period
from surveys.store import marks as mark_store
from surveys.store import period_traces
from surveys.store import periods as period_store
from surveys.store import platform as platform_store
from surveys.store import surveys as wave_store
from surveys.store import traces as trace_store
from surveys.store.database import Database
from surveys.tickets import Entropy, KeyRing

log = structlog.get_logger(__name__)

SERVING: Final = "key epoch"
"""The mark that says which epoch serves, and since when."""
PLACE: Final = "key place "
"""Begins the marks that say where a process has a key file, when it was last seen, and which epochs it has there."""
SIGN_EVERY: Final = timedelta(minutes=1)
STOPPED: Final = timedelta(minutes=3)
"""A place without a sign for this long has no process running: epochs may be rotated by hand."""
GONE: Final = timedelta(days=1)
"""A place without a sign for this long is there no more: epochs rotate by themselves again."""
AGAIN: Final = timedelta(hours=1)
"""After how long is tried again what a person has to mend."""
NEEDED: Final = frozenset({WaveState.OPEN, WaveState.CLOSING, WaveState.RELEASED})
LOCK_SECONDS: Final = 30.0


@dataclass(frozen=True, slots=True)
class Rotated:
    """What a rotation by hand did: the epoch that serves now, those destroyed, and those that waves still need."""

    serving: str
    destroyed: tuple[str, ...]
    kept: tuple[str, ...]


@dataclass
class Epochs:
    """Rotates epochs and destroys those that have served. `life` is how long one serves."""

    database: Database
    keys: KeyRing
    path: Path
    life: timedelta
    entropy: Entropy
    _signed: datetime | None = field(default=None, init=False)
    _again: datetime | None = field(default=None, init=False)

    async def __call__(self, now: datetime) -> None:
        """Give a sign, and do what is due; a step that has to wait is done at a later call. Raises nothing for a file
        that can't be written: it is logged, and tried again an hour later."""
        self.keys.renew()
        if (self._signed and now - self._signed < SIGN_EVERY) or (self._again and now < self._again):
            return
        try:
            await self._step(now)
        except (KeyFileError, OSError) as error:
            self._again = now + AGAIN
            log.error("key epochs do not rotate: `adempauze doctor` says the mend", reason=type(error).__name__)
        self.keys.renew()

    def ends(self, epoch: str) -> datetime | None:
        """Return when an epoch ends by itself; None when that can't be told. A wave that is open then keeps it."""
        try:
            found = read(self.path)["epochs"].get(epoch)
        except KeyFileError:
            return None
        return datetime.fromisoformat(found["since"]) + self.life if found else None

    async def rotate(self, now: datetime) -> Rotated:
        """Let a new epoch begin now; the old one is destroyed as soon as no wave needs it, at once if none does.

        Raises KeyFileError when the file can't be written or processes run elsewhere with a copy of it.
        """
        try:
            async with self.database.begin() as connection:
                await mark_store.hold_epochs(connection, seconds=LOCK_SECONDS)
                if others := await self._others(connection, now, STOPPED):
                    raise KeyFileError(_elsewhere(len(others)))
                with writing(self.path, self.entropy):
                    await self._begin(connection, read(self.path), now)
            async with self.database.begin() as connection:
                await mark_store.hold_epochs(connection, seconds=LOCK_SECONDS)
                destroyed = await self._destroy(connection)
                await self._end_limits(connection)
        except OperationalError as error:
            raise KeyFileError("a wave is being opened: try again in a minute") from error
        except OSError as error:
            raise KeyFileError(f"{self.path.parent} can't be written to: {_mend(self.path)}") from error
        self.keys.renew()
        return Rotated(self.keys.current, destroyed, tuple(sorted(set(self.keys.epochs) - {self.keys.current})))

    async def _step(self, now: datetime) -> None:
        async with self.database.begin() as connection:
            if not await mark_store.hold_epochs(connection):
                return
            content = read(self.path)
            serving = await _serving(connection)
            refuse_older(content, serving)
            if serving is None or serving[0] != content["current"]:  # a kill came between the file and the database
                await _note_serving(connection, content)
            elif is_over(content, now, self.life) and not await self._others(connection, now, GONE):
                with writing(self.path, self.entropy):
                    content = await self._begin(connection, content, now)
            else:
                await self._destroy(connection)
            await self._sign(connection, content, now)
            await self._end_limits(connection)
        self._signed = now

    async def _begin(self, connection: AsyncConnection, content: Content, now: datetime) -> Content:
        begun = with_epoch(content, now, self.entropy)
        write(self.path, begun)
        await _note_serving(connection, begun)
        log.info("a key epoch began", epoch=begun["current"])
        return begun

    async def _destroy(self, connection: AsyncConnection) -> tuple[str, ...]:
        """Destroy what no wave needs; the database knows already which epoch serves instead."""
        content, waves = read(self.path), await wave_store.waves(connection)
        gone = no_longer_needed(content, [*waves, *await period_store.periods(connection)])
        if gone:
            with writing(self.path, self.entropy):
                write(self.path, without_epochs(read(self.path), gone))
            log.info("key epochs were destroyed", epochs=", ".join(gone))
        return gone

    async def _end_limits(self, connection: AsyncConnection) -> None:
        """Copies of a closed wave can't be read once its key is in no place any more."""
        places = await mark_store.marks(connection, PLACE)
        here = PLACE + place_of(self.path)
        others = [said for name, said in places.items() if name != here]
        left = epochs_anywhere(others, read(self.path)["epochs"])
        await trace_store.end_limits(connection, left)
        await period_traces.end_limits(connection, left)

    async def _sign(self, connection: AsyncConnection, content: Content, now: datetime) -> None:
        said = f"{now.isoformat()} {' '.join(sorted(content['epochs']))}"
        await platform_store.mark(connection, PLACE + place_of(self.path), said)
        for name, value in (await mark_store.marks(connection, PLACE)).items():
            if now - _seen(value) > GONE:
                await mark_store.forget_mark(connection, name)

    async def _others(self, connection: AsyncConnection, now: datetime, silent: timedelta) -> list[str]:
        return others(await mark_store.marks(connection, PLACE), place_of(self.path), now, silent)


def is_over(content: Content, now: datetime, life: timedelta) -> bool:
    """Return whether the current epoch has served for so long."""
    return now - _since(content) >= life


def no_longer_needed(content: Content, waves: Iterable[Wave | Period]) -> tuple[str, ...]:
    """Return the epochs that neither serve nor have a wave or reporting period that is not destroyed."""
    needed = {content["current"], *(wave.key_id for wave in waves if wave.state in NEEDED)}
    return tuple(sorted(set(content["epochs"]) - needed))


def others(places: Mapping[str, str], mine: str, now: datetime, silent: timedelta) -> list[str]:
    """Return the other places of a key file that gave a sign within this time."""
    return [name for name, said in places.items() if name != PLACE + mine and now - _seen(said) < silent]


def refuse_older(content: Content, serving: tuple[str, datetime] | None) -> None:
    """Raise KeyFileError when this key file is an older copy: it lacks the epoch in which waves open."""
    if serving is not None and serving[0] not in content["epochs"] and serving[1] > _since(content):
        raise KeyFileError(
            f"the key file (ADEMPAUZE_CONFIG_DIR) is an older copy, without epoch {serving[0]}: put the newest one "
            "here, or accept the loss as docs/keys.md describes"
        )


def serving_of(said: str | None) -> tuple[str, datetime] | None:
    """Return which epoch serves and since when, from the mark."""
    if said is None:
        return None
    epoch, since = said.split(" ")
    return epoch, datetime.fromisoformat(since)


def epochs_anywhere(places: Collection[str], here: Collection[str]) -> set[str]:
    """Return the epochs whose key lies in some place, by what the places said last."""
    return {*here, *(epoch for said in places for epoch in said.split(" ")[1:])}


async def _serving(connection: AsyncConnection) -> tuple[str, datetime] | None:
    return serving_of(await platform_store.marked(connection, SERVING))


async def _note_serving(connection: AsyncConnection, content: Content) -> None:
    await platform_store.mark(connection, SERVING, f"{content['current']} {_since(content).isoformat()}")


def _since(content: Content) -> datetime:
    return datetime.fromisoformat(content["epochs"][content["current"]]["since"])


def _seen(said: str) -> datetime:
    return datetime.fromisoformat(said.split(" ", maxsplit=1)[0])


def _elsewhere(count: int) -> str:
    minutes = int(STOPPED.total_seconds() / 60)
    return (
        f"processes run with a copy of the key file in {count} other place(s): stop them, wait {minutes} minutes, "
        "rotate, and copy the new file there before they start again"
    )


def _mend(path: Path) -> str:
    return f"let the user of the processes write in {path.parent} (a new file takes the place of the old one)"
