"""What an interaction lets the app do for a while: open one modal, and answer five times."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from tests.slack.model import Clock, SlackError

TRIGGER_SECONDS = 3.0
RESPONSES, RESPONSE_SECONDS = 5, 1800.0


@dataclass
class Trigger:
    """A ticket for one modal of one person. `inside` is the modal in which they tapped, if they did."""

    team: str
    user: str
    inside: str | None
    issued: float
    used: bool = False


class Triggers:
    """Every trigger_id: single use, three seconds."""

    def __init__(self, now: Clock) -> None:
        self._now = now
        self._known: dict[str, Trigger] = {}
        self._numbers = itertools.count(1)

    def issue(self, team: str, user: str, inside: str | None = None) -> str:
        """Return a new trigger_id."""
        key = f"{next(self._numbers)}.{team}.{user}"
        self._known[key] = Trigger(team, user, inside, self._now())
        return key

    def use(self, key: str | None, team: str) -> Trigger:
        """Use it up, or say why it does not count."""
        trigger = self._known.get(key or "")
        if trigger is None or trigger.team != team:
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if self._now() - trigger.issued > TRIGGER_SECONDS:
            raise SlackError("expired_trigger_id")
        trigger.used = True
        return trigger


@dataclass
class ResponseUrl:
    """Where the app may answer one interaction. `original` is the message that was tapped, if there was one."""

    team: str
    channel: str
    user: str
    original: str | None
    ephemeral: bool
    issued: float
    uses: int = 0


class ResponseUrls:
    """Every response_url: five uses, thirty minutes."""

    def __init__(self, now: Clock) -> None:
        self._now = now
        self._known: dict[str, ResponseUrl] = {}
        self._numbers = itertools.count(1)

    def issue(self, team: str, channel: str, user: str, original: str | None, *, ephemeral: bool) -> str:
        """Return the key of a new one."""
        key = f"{next(self._numbers):012d}"
        self._known[key] = ResponseUrl(team, channel, user, original, ephemeral, self._now())
        return key

    def use(self, key: str) -> ResponseUrl:
        """Count one use, or say why it no longer counts."""
        known = self._known.get(key)
        if known is None:
            raise SlackError("invalid_url")
        if self._now() - known.issued > RESPONSE_SECONDS:
            raise SlackError("expired_url")
        if known.uses >= RESPONSES:
            raise SlackError("used_url")
        known.uses += 1
        return known
