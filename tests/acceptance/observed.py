"""What goes wrong in a wave, and what is left to see of it at the platform."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Break:
    """The platform breaks down when so many people have something: for so many seconds, or so many `times`.

    Status 0 drops the connection. `after` means that it did what was asked, and only the answer is lost. With `slow`
    nothing breaks, but every answer takes so many seconds.
    """

    at: int
    seconds: float = 0.0
    status: int = 503
    after: bool = False
    times: int | None = None
    slow: float = 0.0


@dataclass(frozen=True, slots=True)
class Narrowed:
    """The platform allows fewer messages a minute than our pace, from when so many people have something."""

    at: int
    messages_a_minute: int


@dataclass(frozen=True, slots=True)
class Seen:
    """A call as the platform saw it: whether they got a message by it, whether it said so, or that it was too soon."""

    who: str
    moment: float
    landed: bool
    told: bool = True
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Kill:
    """When a worker was killed, and of whom it had not written down yet what came of the call."""

    moment: float
    who: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wave:
    """What the platform saw of a wave, what each kill cut off, and what the table says in the end.

    `people` get a card, `others` a reminder meanwhile; `gone` are those among both whom the platform lets nobody reach.
    """

    people: frozenset[str]
    others: frozenset[str]
    began: float
    calls: tuple[Seen, ...]
    breaks: tuple[Break, ...]
    kills: tuple[Kill, ...]
    states: tuple[tuple[str, bool, int], ...]
    gone: frozenset[str] = frozenset()

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
        """How often the platform gave somebody their card, and did not say so."""
        return Counter(call.who for call in self.calls if call.landed and not call.told)

    @property
    def cut_off(self) -> Counter[str]:
        """How often a kill left open what came of the call to somebody."""
        return Counter(who for kill in self.kills for who in kill.who)

    def _delivered(self) -> list[str]:
        return [call.who for call in self.calls if call.landed]

    @property
    def refusals(self) -> list[float]:
        """When the platform asked to wait."""
        return [call.moment for call in self.calls if call.refused]

    @property
    def seconds(self) -> float:
        """From when all cards were due until the last person had theirs."""
        return max(call.moment for call in self.calls if call.landed and call.who in self.people) - self.began

    @property
    def stalls(self) -> list[float]:
        """How long after each kill nobody was called."""
        return [
            min((call.moment for call in self.calls if call.moment > kill.moment), default=kill.moment) - kill.moment
            for kill in self.kills
        ]

    @property
    def broken(self) -> float:
        """How long the platform was broken down."""
        return sum(one.seconds for one in self.breaks)
