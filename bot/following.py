"""Keeping the roster to what platforms list: after a change everything is taken over anew, as the command does it.

A change that was heard of changes nothing by itself, so there is one way, one check, and whatever was missed is made
good. Nothing is followed before somebody has taken over the members by command, and so has seen what that does.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

import structlog

from adapters.port import Changed, ChatPlatform, DeliveryError, Member
from bot.attempts import outcome_of
from bot.members import listed_by, lists_everybody, print_of, prints_of
from bot.rostering import Rostering
from surveys.errors import AdempauzeError
from surveys.reaching import Listed, Reached

log = structlog.get_logger(__name__)

LONGEST: Final = 3600.0
"""Seconds between two tries at most, while the platform or the database does not answer."""

Sleep = Callable[[float], Awaitable[None]]


class Following:
    """All platforms. `seconds` is how long changes are gathered before the members are looked at."""

    def __init__(self, rostering: Rostering, seconds: float, sleep: Sleep = asyncio.sleep) -> None:
        self._rostering = rostering
        self._seconds = seconds
        self._sleep = sleep
        self._followers: dict[str, Follower] = {}

    def begin(self, platforms: Mapping[str, ChatPlatform]) -> None:
        """Follow these from now on, and look at all members once: what changed while nobody listened is not told."""
        for name, platform in platforms.items():
            self._followers[name] = Follower(platform, self._rostering, self._seconds, self._sleep)
            self._followers[name].ask()

    def changed(self, platform: str) -> Changed:
        """Return what a platform calls when it hears of a change; before `begin` nobody listens."""

        async def changed(member: Member | None) -> None:
            if platform in self._followers:
                self._followers[platform].hear(member)

        return changed

    async def close(self) -> None:
        """End; what is half done leaves nothing behind."""
        for follower in self._followers.values():
            await follower.close()
        self._followers.clear()


@dataclass
class Follower:
    """One platform: one look at a time, and one more when a change came meanwhile."""

    platform: ChatPlatform
    rostering: Rostering
    seconds: float
    sleep: Sleep
    _seen: Mapping[str, int] = field(default_factory=dict)
    _heard: dict[str, tuple[int, int]] = field(default_factory=dict)
    _asked: bool = False
    _task: asyncio.Task[None] | None = None

    def hear(self, member: Member | None) -> None:
        """Ask when this member is not as they were listed last: a change of status alone changes nothing here."""
        if member is None or self._is_news(member):
            self.ask()

    def _is_news(self, member: Member) -> bool:
        """Whether they are not as in the last list; who is in none, and is looked for in vain, not as heard of last."""
        prints = prints_of(member)
        if member.address in self._seen:
            return self._seen[member.address] not in prints
        before, self._heard[member.address] = self._heard.get(member.address), prints
        return before != prints

    def ask(self) -> None:
        """Look at the members before long."""
        self._asked = True
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._follow(), name=f"following {self.platform.name}")

    async def close(self) -> None:
        """Stop waiting and looking."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})

    async def _follow(self) -> None:
        pause = self.seconds
        while self._asked:
            await self.sleep(pause)
            self._asked = False
            failure = await outcome_of(self._look())
            if not isinstance(failure, Exception):
                pause = self.seconds
                continue
            log.warning("members were not taken over", platform=self.platform.name, error=type(failure).__name__)
            if _may_pass(failure):
                self._asked, pause = True, min(2 * pause, LONGEST)

    async def _look(self) -> None:
        """Do what the command does, with limits of its own."""
        shown: list[Reached] = []
        whole = lists_everybody(self.platform)
        await self.rostering.follow_members(self.platform.name, self._read, shown.append, whole=whole)
        if not all(reached.plan.nothing_to_do for reached in shown):
            log.info("members were taken over", platform=self.platform.name)
        if leaders := sum(reached.waiting for reached in shown):
            log.warning("new leaders wait for the command", platform=self.platform.name, leaders=leaders)

    async def _read(self) -> list[Listed]:
        listed = await listed_by(self.platform)
        self._seen = {one.address: print_of(one) for one in listed}
        return listed


def _may_pass(failure: Exception) -> bool:
    """Whether trying again may help: not when a large change was refused, or a group is not there."""
    return not failure.permanent if isinstance(failure, DeliveryError) else not isinstance(failure, AdempauzeError)
