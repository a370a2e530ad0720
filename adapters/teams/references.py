"""Where people, and the teams in which the app stands, are reached: our own rows, all of them held in memory.

What somebody does with a card is remembered, and never written; neither is what sending finds out. A row that changed
would tell, to whoever holds two copies of the database, who did something, or who got a reminder and so had not
answered. Rows are read all together and at moments of their own, for the same reason.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from typing import Final

from adapters.port import Keep
from adapters.teams.activity import Place

OURS: Final = "teams/"
PEOPLE: Final = f"{OURS}person/"
"""With an address behind it; `surveys.store.own` finds what is kept about a person by this shape."""
TENANTS: Final = f"{OURS}tenant/"
TEAMS: Final = f"{OURS}team/"
GROUPS: Final = f"{OURS}group/"
AGAIN: Final = 60.0
"""Seconds between two looks at what other processes wrote."""


@dataclass
class References:
    """Rows by address, by tenant, and by team or group chat. `now` is in seconds since 1970."""

    keep: Keep
    now: Callable[[], float]
    _rows: dict[str, Place] = field(default_factory=dict)
    _heard: dict[str, Place] = field(default_factory=dict)
    """What was only heard; it is newer than the rows, and gone with the process."""
    _looked: float | None = None
    _changing: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held while rows are read or written, so that no look puts an older row over a newer one."""

    async def person(self, address: str) -> Place | None:
        """Return the personal conversation with somebody, None when none is known."""
        return await self._of(f"{PEOPLE}{address}")

    async def tenant(self, tenant: str) -> Place | None:
        """Return where new conversations of a tenant are begun: a place without a conversation."""
        return await self._of(f"{TENANTS}{tenant}")

    async def teams(self) -> Sequence[Place]:
        """Return the teams in which the app stands, as the rows say now."""
        await self._look()
        return self._standing()

    async def standing(self) -> Sequence[Place]:
        """Return the teams in which the app stands, as the rows said when they were looked at last."""
        if self._looked is None:
            await self.look_again()
        return self._standing()

    def remember(self, address: str, place: Place) -> None:
        """Hold where somebody is reached now, and write nothing."""
        self._heard[f"{PEOPLE}{address}"] = place
        self._heard[f"{TENANTS}{place.tenant}"] = replace(place, conversation="")

    async def meet(self, address: str, place: Place) -> bool:
        """Write where somebody is reached, who has the app now; return whether they had it not before."""
        await self._write(f"{TENANTS}{place.tenant}", replace(place, conversation=""))
        return await self._write(f"{PEOPLE}{address}", place)

    async def refresh(self, address: str, place: Place) -> None:
        """Write where somebody is reached now, if there is a row that says otherwise."""
        if (row := self.row(address)) is not None and row != place:
            before = await self.keep.get(f"{PEOPLE}{address}")  # they may have been erased meanwhile
            if before is not None:
                await self.meet(address, place)
        self.remember(address, place)

    async def leave(self, address: str) -> None:
        """Delete where somebody was reached, who has the app no more."""
        await self._delete(f"{PEOPLE}{address}")

    async def enter(self, place: Place, *, team: bool) -> bool:
        """Write that the app stands in a team or group chat; return whether it did not before."""
        return await self._write(_room(place, team=team), place)

    async def exit(self, place: Place, *, team: bool) -> None:
        """Delete a team or group chat in which the app stands no more."""
        await self._delete(_room(place, team=team))

    async def look_again(self) -> None:
        """Look at what other processes wrote, unless somebody just did.

        It is called by time alone. If it were whenever somebody is not found, a look amid reminders would tell that
        one of those went to somebody without a row.
        """
        async with self._changing:
            if self._looked is None or self.now() - self._looked >= AGAIN:
                await self._read_all()

    def row(self, address: str) -> Place | None:
        """Return what the rows said of somebody when they were looked at last, whatever was heard."""
        return self._rows.get(f"{PEOPLE}{address}")

    def _standing(self) -> Sequence[Place]:
        return [place for key, place in self._rows.items() if key.startswith(TEAMS)]

    async def _of(self, key: str) -> Place | None:
        if self._looked is None:
            await self.look_again()
        return self._heard.get(key) or self._rows.get(key)

    async def _look(self) -> None:
        async with self._changing:
            await self._read_all()

    async def _read_all(self) -> None:
        """Read the rows; one that another process wrote since the last look is newer than what was heard before."""
        began, before = self.now(), self._rows
        self._rows = {key: _read(value) for key, value in (await self.keep.beginning(OURS)).items()}
        if self._looked is not None:
            for key in {key for key, place in self._rows.items() if before.get(key) != place}:
                self._heard.pop(key, None)
        self._looked = began

    async def _write(self, key: str, place: Place) -> bool:
        """Write, unless the same stands there; return whether nothing did."""
        new = False

        def edit(before: bytes | None) -> bytes:
            nonlocal new
            new = before is None
            if before == _written(place):
                raise _Same
            return _written(place)

        async with self._changing:
            with suppress(_Same):
                await self.keep.change(key, edit)
            self._heard.pop(key, None)
            self._rows[key] = place
        return new

    async def _delete(self, key: str) -> None:
        async with self._changing:
            await self.keep.delete(key)
            self._heard.pop(key, None)
            self._rows.pop(key, None)


class _Same(Exception):
    """The record is left as it is."""


def _room(place: Place, *, team: bool) -> str:
    return f"{TEAMS if team else GROUPS}{place.conversation}"


def _written(place: Place) -> bytes:
    return json.dumps(asdict(place), sort_keys=True).encode()


def _read(record: bytes) -> Place:
    told: Mapping[str, str] = json.loads(record)
    return Place(**told)
