"""Slack's limits, judged on the fake's own clock: windows of a minute, and one message a second in a channel."""

from __future__ import annotations

import math
from collections import defaultdict, deque
from dataclasses import dataclass

from tests.slack.model import Clock

TIERS = {1: 1, 2: 20, 3: 50, 4: 100}
"""Calls a minute, for each method in each workspace."""


@dataclass(frozen=True)
class Limits:
    """What is allowed. None means: as much as you like."""

    messages_a_minute: int | None = None
    """chat.postMessage, for each workspace."""
    messages_a_second: int | None = None
    """chat.postMessage, for each channel."""
    tiers: bool = False
    """Whether the published tiers count."""


class Throttle:
    """Remembers the calls of the last minute. A refused call does not count."""

    def __init__(self, now: Clock, limits: Limits) -> None:
        self._now = now
        self.limits = limits
        self._seen: dict[tuple[str, ...], deque[float]] = defaultdict(deque)

    def wait(self, team: str, method: str, tier: int, channel: str | None) -> int:
        """Return after how many seconds the call may come again; 0 is now, and counts it."""
        windows = self._windows(team, method, tier, channel)
        longest = max((self._left(key, most, seconds) for key, most, seconds in windows), default=0.0)
        if longest > 0:
            return max(1, math.ceil(longest))
        for key, _, _ in windows:
            self._seen[key].append(self._now())
        return 0

    def _windows(
        self, team: str, method: str, tier: int, channel: str | None
    ) -> list[tuple[tuple[str, ...], int, float]]:
        windows: list[tuple[tuple[str, ...], int, float]] = []
        if self.limits.tiers and tier in TIERS:
            windows.append(((team, method), TIERS[tier], 60.0))
        if method == "chat.postMessage":
            if self.limits.messages_a_minute is not None:
                windows.append(((team, method), self.limits.messages_a_minute, 60.0))
            if self.limits.messages_a_second is not None and channel:
                windows.append(((team, method, channel), self.limits.messages_a_second, 1.0))
        return windows

    def _left(self, key: tuple[str, ...], most: int, seconds: float) -> float:
        seen, now = self._seen[key], self._now()
        while seen and seen[0] <= now - seconds:
            seen.popleft()
        return seen[-most] + seconds - now if len(seen) >= most else 0.0
