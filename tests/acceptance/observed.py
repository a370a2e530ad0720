"""What goes wrong in a wave into Slack, and what is left to see of the wave."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from tests.slack.model import Call


@dataclass(frozen=True, slots=True)
class Break:
    """Slack breaks down when so many people have their card, for so many seconds. The rest as in `outage`."""

    at: int
    seconds: float
    status: int = 503
    after: bool = False


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Slack allows fewer messages a minute than our pace, from when so many people have something."""

    at: int
    messages_a_minute: int


@dataclass(frozen=True, slots=True)
class Kill:
    """When a worker was killed, and whom it called last: it may not have written down yet that they have their card."""

    moment: float
    who: str | None


@dataclass(frozen=True, slots=True)
class Wave:
    """What the fake saw of a wave, what each kill cut off, and what the table says in the end.

    `people` get a card, `others` a reminder meanwhile.
    """

    people: frozenset[str]
    others: frozenset[str]
    began: float
    calls: tuple[Call, ...]
    breaks: tuple[Break, ...]
    kills: tuple[Kill, ...]
    states: tuple[tuple[str, bool, int], ...]

    @property
    def copies(self) -> Counter[str]:
        """How many cards each person has."""
        return Counter(who for who in self._delivered() if who in self.people)

    @property
    def reminders(self) -> Counter[str]:
        """How many reminders each of the others has."""
        return Counter(who for who in self._delivered() if who in self.others)

    @property
    def lost_answers(self) -> Counter[str]:
        """How often Slack gave somebody their card, and said that it had not."""
        return Counter(call.arguments["channel"] for call in self.calls if call.ok and call.status != 200)

    def _delivered(self) -> list[str]:
        return [call.arguments["channel"] for call in self.calls if call.ok]

    @property
    def refusals(self) -> list[float]:
        """When Slack asked to wait."""
        return [call.moment for call in self.calls if call.outcome == "ratelimited"]

    @property
    def seconds(self) -> float:
        """From when all cards were due until the last person had theirs."""
        return max(c.moment for c in self.calls if c.ok and c.arguments["channel"] in self.people) - self.began

    @property
    def stalls(self) -> list[float]:
        """How long after each kill nobody was called."""
        return [
            min((call.moment for call in self.calls if call.moment > kill.moment), default=kill.moment) - kill.moment
            for kill in self.kills
        ]

    @property
    def broken(self) -> float:
        """How long Slack was broken down."""
        return sum(one.seconds for one in self.breaks)
