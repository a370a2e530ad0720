"""A wave into the fake Slack."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from tests.acceptance.observed import Break, Seen
from tests.acceptance.rapid_worker import Given, time_in
from tests.acceptance.wave import Town, town
from tests.acceptance.wave_claims import Held
from tests.slack.fake import FakeSlack, fake_slack
from tests.slack.limits import Limits
from tests.slack.model import Call

PER_MINUTE = 240.0
LIMITS = Limits(messages_a_minute=300, messages_a_second=1)
HELD = Held(PER_MINUTE)
MESSAGES = frozenset({"chat.postMessage", "chat.update"})


@dataclass
class InSlack:
    """The fake Slack, as a wave sees it."""

    slack: FakeSlack

    def count(self) -> int:
        """Return how many calls there were."""
        return len(self.slack.calls)

    def seen(self, first: int = 0) -> list[Seen]:
        """Return the calls of messages, from this one on."""
        return [_seen(call) for call in self.slack.calls[first:] if call.method == "chat.postMessage"]

    def break_down(self, one: Break) -> None:
        """Break down now: for a time wholly, for so many times where messages are taken."""
        if one.slow:
            self.slack.slow(one.slow)
            asyncio.get_running_loop().call_later(one.seconds, self.slack.slow, 0)
        elif one.status == 429:
            self.slack.fail("chat.postMessage", "ratelimited", times=one.times or 1, retry_after=5)
        elif one.times:
            self.slack.outage(status=one.status, after=one.after, times=one.times, methods=MESSAGES)
        else:
            self.slack.outage(status=one.status, after=one.after, seconds=one.seconds)

    def allow(self, messages_a_minute: int | None) -> None:
        """Allow so many messages from now on; None is the usual."""
        self.slack.limits = replace(LIMITS, messages_a_minute=messages_a_minute or LIMITS.messages_a_minute)


def _seen(call: Call) -> Seen:
    who = str(call.arguments["channel"])
    return Seen(who, call.moment, call.ok, call.status == 200, call.outcome == "ratelimited")


@asynccontextmanager
async def slack_town(
    directory: Path, people: Sequence[str], *, speed: float, rescue_seconds: float
) -> AsyncIterator[Town]:
    """Everything that is needed for waves of these people, with workers at work."""
    rapid = time_in(directory, speed)
    async with rapid.running(), fake_slack(now=rapid.seconds, sleep=rapid.sleep) as slack:
        team = slack.workspace("T1", name="Lente")
        for person in people:
            team.user(person, name=f"Agent {person}")
        settings = {
            "slack_bot_token": team.bot_token,
            "slack_signing_secret": "unused: nobody taps here",
            "slack_per_minute": PER_MINUTE,
            "slack_api": slack.api_base,
        }
        given = Given("slack", speed, rescue_seconds, settings)
        async with town(given, InSlack(slack), directory, rapid, people) as built:
            yield built


def names(people: int) -> list[str]:
    """Return the ids of so many members."""
    return [f"U{number}" for number in range(people)]
