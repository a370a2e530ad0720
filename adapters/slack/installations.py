"""Which workspaces are connected, with the token of each: sealed records, and the one that settings name.

A workspace is looked up in memory first, so that acknowledging never waits for a database.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from typing import Final

from adapters.port import Keep

INDEX: Final = "installations"


@dataclass(frozen=True, slots=True)
class Installation:
    """One connected workspace.

    `refresh` and `expires` (seconds since 1970) are set where tokens rotate; until `renewing` somebody is at it.
    """

    team: str
    token: str = field(repr=False)
    name: str = ""
    refresh: str = field(default="", repr=False)
    expires: int = 0
    renewing: int = 0


@dataclass
class Installations:
    """Finds, keeps and forgets workspaces."""

    keep: Keep
    _known: dict[str, Installation] = field(default_factory=dict)

    async def find(self, team: str) -> Installation | None:
        """Return the installation of a workspace."""
        if team not in self._known:
            record = await self.keep.get(_key(team))
            if record is None:
                return None
            self._known[team] = _read(record)
        return self._known[team]

    async def all(self) -> list[Installation]:
        """Return every connected workspace."""
        teams: list[str] = json.loads(await self.keep.get(INDEX) or b"[]")
        found = [await self.find(team) for team in teams]
        return [one for one in found if one]

    async def save(self, installation: Installation) -> None:
        """Keep a workspace, or its newer token."""
        await self.keep.put(_key(installation.team), _written(installation))
        await self.keep.change(INDEX, _edit(lambda teams: teams | {installation.team}))
        self._known[installation.team] = installation

    async def claim(
        self, team: str, ends_soon: Callable[[Installation], bool], now: float, seconds: int
    ) -> tuple[bool, Installation | None]:
        """Look a workspace up anew and, while its token `ends_soon`, take the renewing of it on for so many seconds.

        Returns whether it is ours to renew, and the workspace: somebody else may have renewed it, or be at it.
        """
        mine, found = False, None

        def take(record: bytes | None) -> bytes:
            nonlocal mine, found
            if record is None:
                raise _Forgotten
            found = _read(record)
            mine = ends_soon(found) and found.renewing <= now
            return _written(replace(found, renewing=int(now) + seconds)) if mine else record

        with suppress(_Forgotten):
            await self.keep.change(_key(team), take)
        self.doubt(team)
        if found is not None:
            self._known[team] = found
        return mine, found

    async def forget(self, team: str) -> None:
        """Delete a workspace that took us out, or whose token was revoked."""
        self._known.pop(team, None)
        await self.keep.delete(_key(team))
        await self.keep.change(INDEX, _edit(lambda teams: teams - {team}))

    def doubt(self, team: str) -> None:
        """Look a workspace up anew next time: its token was refused, and another process may have a newer one."""
        self._known.pop(team, None)


class _Forgotten(Exception):
    """There is no such record."""


def _read(record: bytes) -> Installation:
    return Installation(**json.loads(record))


def _written(installation: Installation) -> bytes:
    return json.dumps(asdict(installation)).encode()


def _key(team: str) -> str:
    return f"installation/{team}"


def _edit(change: Callable[[set[str]], set[str]]) -> Callable[[bytes | None], bytes]:
    return lambda record: json.dumps(sorted(change(set(json.loads(record or b"[]"))))).encode()
