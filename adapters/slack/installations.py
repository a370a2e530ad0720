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
    _unsaved: dict[str, tuple[Installation, Installation]] = field(default_factory=dict)

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
        """Keep a workspace that was connected just now, over what was known of it."""
        await self.keep.change(_key(installation.team), lambda _: _written(installation))
        await self.keep.change(INDEX, _edit(lambda teams: teams | {installation.team}))
        self._known[installation.team] = installation

    async def claim(
        self, team: str, ends_soon: Callable[[Installation], bool], now: float, seconds: int
    ) -> Installation | None:
        """Take on the renewing of a token that `ends_soon`, for so many seconds, and return its workspace.

        Return None when it is not ours to renew: it is gone, it was renewed already, or somebody else is at it.
        """
        mine: Installation | None = None
        found: Installation | None = None

        def take(record: bytes | None) -> bytes:
            nonlocal mine, found
            found = _read(record)
            mine = found if ends_soon(found) and found.renewing <= now else None
            if mine is None:
                raise _Left
            return _written(replace(mine, renewing=int(now) + seconds))

        await self._edit_own(team, take)
        self._know(team, found)
        return mine

    async def succeed(self, before: Installation, after: Installation) -> None:
        """Keep the tokens that came of a renewal, in memory at once: the ones before are good for nothing now."""
        self._unsaved[after.team] = (before, after)
        self._know(after.team, after)
        await self.save_again()

    async def save_again(self) -> None:
        """Write what a renewal brought and could not be written then, unless the workspace went or came anew."""
        for team, (before, after) in list(self._unsaved.items()):
            found: Installation | None = None

            def follow(record: bytes | None, before: Installation = before, after: Installation = after) -> bytes:
                nonlocal found
                found = _read(record)
                if found.refresh != before.refresh:
                    raise _Left
                found = after
                return _written(after)

            await self._edit_own(team, follow)
            self._unsaved.pop(team, None)
            self._know(team, found)

    async def forget(self, team: str) -> None:
        """Delete a workspace that took us out, or whose token was revoked."""
        self._unsaved.pop(team, None)
        self._know(team, None)
        await self.keep.delete(_key(team))
        await self.keep.change(INDEX, _edit(lambda teams: teams - {team}))

    def doubt(self, team: str) -> None:
        """Look a workspace up anew next time: another process may have a newer token."""
        if team not in self._unsaved:
            self._know(team, None)

    def _know(self, team: str, installation: Installation | None) -> None:
        if installation is None:
            self._known.pop(team, None)
        else:
            self._known[team] = installation

    async def _edit_own(self, team: str, edit: Callable[[bytes | None], bytes]) -> None:
        with suppress(_Left):
            await self.keep.change(_key(team), edit)


class _Left(Exception):
    """The record is left as it is."""


def _read(record: bytes | None) -> Installation:
    if record is None:
        raise _Left
    return Installation(**json.loads(record))


def _written(installation: Installation) -> bytes:
    return json.dumps(asdict(installation)).encode()


def _key(team: str) -> str:
    return f"installation/{team}"


def _edit(change: Callable[[set[str]], set[str]]) -> Callable[[bytes | None], bytes]:
    return lambda record: json.dumps(sorted(change(set(json.loads(record or b"[]"))))).encode()
