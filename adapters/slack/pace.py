"""How fast may be called: one bucket for each workspace and method. Pure; seconds come from whoever asks.

A bucket lets one call through per interval. After a 429 it stands still for as long as Slack asked, and goes at half
its pace for a while: whoever goes on at once meets the next 429.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

SLOWED: Final = 120.0
"""Seconds at half the pace after a 429."""


@dataclass
class Bucket:
    """Moments of one (workspace, method)."""

    interval: float
    free: float = 0.0
    slow_until: float = 0.0

    def wait(self, now: float) -> float:
        """Take the next place and return how many seconds it is away."""
        at = max(now, self.free)
        self.free = at + self.interval * (2 if at < self.slow_until else 1)
        return at - now

    def refused(self, now: float, retry_after: float) -> None:
        """Slack answered 429."""
        self.free = max(self.free, now + retry_after)
        self.slow_until = max(self.slow_until, now + retry_after + SLOWED)


@dataclass
class Pace:
    """Every bucket, made when it is first asked for; `per_minute` calls of each kind go through."""

    per_minute: float
    _buckets: dict[tuple[str, str], Bucket] = field(default_factory=dict)

    def bucket(self, team: str, method: str) -> Bucket:
        """Return the bucket of a method in a workspace."""
        return self._buckets.setdefault((team, method), Bucket(60.0 / self.per_minute))
