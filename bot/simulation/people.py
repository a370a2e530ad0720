"""How simulated people answer: an own level, a team's level, and what the week brought.

    strain = team + person + occasion (+ what was planted),  answer = level of the item -/+ strain, whole, 1 to 5

Variances are shares of SD^2 = 0.92: team .10, person .45, occasion .44, and C1 lies about 2.7 (statistics,
sections 5 and 8: plausible, not estimated). Rounding to a whole answer adds about 1/12, which is taken out of the
occasion beforehand. What somebody answers to another item is half the same strain and half its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Final

from bot.simulation.chance import Chance
from bot.simulation.organisation import Colleague
from surveys.instrument import STRESS
from surveys.model import Item

VARIANCE: Final = 0.92
TEAM, PERSON, OCCASION = 0.10 * VARIANCE, 0.45 * VARIANCE, 0.44 * VARIANCE - 1 / 12
STRESS_LEVEL: Final = 2.7
COMMON: Final = sqrt(0.5)
"""How much of the strain behind one item is the same behind every item, as a correlation."""
RESPONSE: Final = (4.0, 2.0)
"""Beta distribution of the share of waves in which somebody takes part: mean 67 %."""
AT_ONCE: Final = 0.75
"""Of those who take part, who does so at the first card; the others wait for the reminder."""
SKIPS: Final = 0.03


@dataclass(frozen=True, slots=True)
class Planted:
    """A team that gets worse: its strain is `points` higher from wave `from_wave` on."""

    team: str
    from_wave: int
    points: float


@dataclass(frozen=True, slots=True)
class Answers:
    """What everybody answers, decided by the seed alone."""

    chance: Chance
    planted: Planted

    def takes_part(self, person: str, wave: int) -> bool:
        """Whether somebody answers in this wave at all, given a card."""
        willing = self.chance.of("willing", person).betavariate(*RESPONSE)
        return self.chance.fraction("takes part", person, wave) < willing

    def at_once(self, person: str, wave: int) -> bool:
        """Whether somebody who takes part does so at the first card."""
        return self.chance.fraction("at once", person, wave) < AT_ONCE

    def skips(self, person: str, item: Item, wave: int) -> bool:
        return item.id != STRESS and self.chance.fraction("skips", person, item.id, wave) < SKIPS

    def answer(self, who: Colleague, item: Item, wave: int) -> int:
        """Return the option that somebody chooses, 1 to 5."""
        worse = self.planted.points if who.team == self.planted.team and wave >= self.planted.from_wave else 0.0
        strain = (
            sqrt(TEAM) * self._about("team", who.team, item)
            + sqrt(PERSON) * self._about("person", who.id, item)
            + sqrt(OCCASION) * self.chance.normal("occasion", who.id, item.id, wave)
            + worse
        )
        return min(5, max(1, round(self._level(item) - item.favourable * strain)))

    def _about(self, kind: str, whose: str, item: Item) -> float:
        """A standard normal number of a team or person for the matter of this item."""
        if item.id == STRESS:
            return self.chance.normal(kind, whose)
        own = self.chance.normal(kind, whose, item.driver or item.id)
        return COMMON * self.chance.normal(kind, whose) + sqrt(1 - COMMON**2) * own

    def _level(self, item: Item) -> float:
        if item.id == STRESS:
            return STRESS_LEVEL
        return 3.0 + item.favourable * self.chance.of("level", item.id).uniform(0.0, 0.8)
